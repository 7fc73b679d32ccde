"""What we claim about speed, beside its limit, measured in one run on one machine."""
