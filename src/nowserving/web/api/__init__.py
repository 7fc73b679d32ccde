"""The JSON API, one module a resource. Each has a `router`."""
