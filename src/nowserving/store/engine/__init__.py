"""How a change becomes one transaction of a group, and a read one snapshot."""
