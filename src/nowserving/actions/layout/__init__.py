"""Setting up branches, departments, queues and desks."""
