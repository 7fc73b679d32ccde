"""The resources that set up a house."""
