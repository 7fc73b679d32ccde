"""The resources of tickets and of work at a desk."""
