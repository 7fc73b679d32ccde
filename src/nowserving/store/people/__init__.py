"""Reading accounts, sign-ins, keys and devices."""
