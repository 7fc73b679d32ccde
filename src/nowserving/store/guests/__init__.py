"""Reading what guests have said."""
