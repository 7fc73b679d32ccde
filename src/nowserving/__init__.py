"""Now Serving: one engine for everything that waits."""

__version__ = "0.1.0"
