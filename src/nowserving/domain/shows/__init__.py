"""Shows: their life, the rules of their lobbies, and the draw of those who come early."""
