"""A living town hall to try the product on: real actions on a real database, nothing staged."""
