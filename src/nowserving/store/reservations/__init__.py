"""Reading and writing what can be booked, when it is given, and who has been promised a time."""
