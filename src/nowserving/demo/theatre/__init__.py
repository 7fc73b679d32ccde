"""The demo's theatre: a house with seats, what is on, who has booked, and who comes."""
