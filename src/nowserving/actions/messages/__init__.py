"""What guests and staff are told: written with the act it tells of, claimed, settled, set up."""
