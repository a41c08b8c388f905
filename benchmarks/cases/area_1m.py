"""Ellipsoidal area of 1M polygons."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.case import Answer, Bar, Files, Side, Work
from benchmarks.data import Cache

TOLERANCE = 1e-7
SOME = 1_000


def _polygons(files: Files) -> Any:
    import pyarrow.parquet as pq
    import shapely

    return shapely.from_wkb(pq.read_table(files["polygons"])["geometry"].to_numpy())


def _answer(areas: Any) -> Answer:
    """The sum, and some polygons by themselves."""
    each = {f"area of {row}": float(area) for row, area in enumerate(areas[:SOME])}
    return {"area of all": float(areas.sum()), "count": len(areas), **each}


def _ours(files: Files) -> Work:
    from geo.area import area_m2

    polygons = _polygons(files)
    return Work(lambda: area_m2(polygons), _answer)


def _geod(files: Files) -> Work:
    import numpy as np
    from pyproj import Geod

    polygons = _polygons(files)
    geod = Geod(a=6378137.0, rf=298.257222101)

    def job() -> Any:
        return np.array([abs(geod.geometry_area_perimeter(polygon)[0]) for polygon in polygons])

    return Work(job, _answer)


OURS = "zoneproof"
SIDES = {OURS: Side(_ours, repeats=3), "pyproj Geod": Side(_geod, ("pyproj",))}
BARS = (Bar("pyproj Geod", faster=60),)


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data."""
    return {"polygons": cache.polygons(2_500 if small else 1_000_000)}
