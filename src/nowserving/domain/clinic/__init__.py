"""Who comes back, what is written of them, and how it is sealed."""
