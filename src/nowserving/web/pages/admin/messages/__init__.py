"""A branch's messages in the back office."""
