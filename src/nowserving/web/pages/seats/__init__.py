"""The pages of seats for the staff of a house: the door."""
