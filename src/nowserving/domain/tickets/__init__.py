"""A ticket, its rank, who is admitted, and what a queue asks of it."""
