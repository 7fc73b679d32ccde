"""Records, visits and consultations in the database."""
