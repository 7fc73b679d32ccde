"""The verbs of shows, their performances, and the passes to their seats."""
