"""What a guest sees on a phone: joining, the own place, and the poster that leads there."""
