"""The demo's clinic: fourth in demo.json."""
