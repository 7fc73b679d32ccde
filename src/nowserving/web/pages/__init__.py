"""The HTML pages, one module an audience. Each has a `router`."""
