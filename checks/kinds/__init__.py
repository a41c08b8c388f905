"""Kinds of check, one file each: a docstring that is its manual, `Params`, `needs` and `run`."""
