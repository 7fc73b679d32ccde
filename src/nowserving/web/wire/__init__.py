"""What goes over the wire as JSON: bodies, answers, problems, the OpenAPI document."""
