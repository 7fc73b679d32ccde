"""What happens to a ticket and at a desk, from joining to the end of the day."""
