"""Messages: how a guest is told, what a branch has set, what has failed."""
