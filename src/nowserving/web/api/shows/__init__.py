"""Shows over the API: set up, sold, watched, and the lobbies that people come to."""
