"""What a guest or the staff are told, by which channel, in which words."""
