"""The tests. This file makes `tests` ours: a package that we install brings a folder of the same name."""
