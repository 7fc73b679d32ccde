"""Who comes in: sign-in, rights, limits, hosts, forged forms."""
