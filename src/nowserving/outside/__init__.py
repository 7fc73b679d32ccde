"""What goes out of the house: e-mail, text messages, pushes, and one that only notes."""
