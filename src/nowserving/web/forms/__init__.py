"""What an HTML form says, and shows again when it is refused."""
