"""Branches, departments, queues and desks as they are set up, and their screens."""
