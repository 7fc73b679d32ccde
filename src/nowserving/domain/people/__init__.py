"""Who works here, what they may do, and what proves it."""
