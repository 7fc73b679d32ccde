"""The verbs of the clinic."""
