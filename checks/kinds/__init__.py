"""Kinds of check, one file each: a docstring that is its manual, `Params`, `needs` and `run`.

Rules are listed, shown and validated from `Params` and docstrings, without loading GEOS and GDAL: so nothing in
`checks` imports shapely, geopandas, pandas or a module of `geo` that does at its top. Types stand under
`if TYPE_CHECKING`, what runs is imported in the function that runs it.
"""
