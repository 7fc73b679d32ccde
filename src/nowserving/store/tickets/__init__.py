"""Reading and moving rows of tickets."""
