"""The border zone's three areas, drawn up near their real places; only the sum of their areas is a stated figure."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry import Polygon

from geo.area import area_m2
from geo.densify import densify
from geo.plane import Plane
from layers.samples.exactness import solve
from layers.samples.valley import CRS as OWN
from layers.samples.valley import SEED, free_blob

LONLAT = "EPSG:4490"
ZONE = "临沧边境经济合作区"
PLANNED_M2 = 3_470_000.0
AREAS: tuple[tuple[str, float, float, float, float], ...] = (
    ("孟定核心园区", 99.08, 23.55, 1.0, 0.5),
    ("南伞园区", 98.82, 23.78, 0.80, 2.2),
    ("永和园区", 99.19, 23.13, 0.69, 1.1),
)
"""Name, about where (longitude, latitude), size and direction; sizes and shapes are made up."""


@cache
def areas() -> tuple[tuple[str, Polygon], ...]:
    """Name and outline (EPSG:4490) of each area; 3.47 km² together."""
    size = solve(lambda radius: sum(_m2(polygon) for _, polygon in _drawn(radius)), PLANNED_M2, 300.0, 1200.0)
    return tuple(_drawn(size))


def _drawn(radius: float) -> list[tuple[str, Polygon]]:
    """The areas for a radius of the first in metres."""
    rng = np.random.default_rng(SEED + 8)
    plane = Plane(OWN)
    found = []
    for name, lon, lat, size, turn in AREAS:
        middle = shapely.centroid(plane.from_lonlat(shapely.Point(lon, lat)))
        outline = free_blob((middle.x, middle.y), radius * size, rng, stretch=1.45, turn=turn, count=84)
        found.append((name, Polygon(np.round(shapely.get_coordinates(plane.to_lonlat(outline)), 9))))
    return found


def _m2(polygon: Polygon) -> float:
    """Ellipsoidal area of a polygon in degrees."""
    return float(area_m2(densify(np.array([polygon], dtype=object), CRS.from_user_input(LONLAT)))[0])
