"""Kinds of check, one file each: a docstring that is its manual, `Params`, `needs` and `run`.

The manual and the pack check read `Params` and docstrings of every kind, so no kind imports geopandas, pandas, shapely
or `checks.site` at its top: types under `if TYPE_CHECKING`, what runs inside the function that runs it.
"""
