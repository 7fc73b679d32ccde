"""The API of passes: coming in from the lobby, more time, leaving, and websites that a lobby guards."""
