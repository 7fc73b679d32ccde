"""Opening hours and the day that a branch lives in."""
