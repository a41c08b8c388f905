"""The project's plane: one projected CRS in which geometry is cut, with areas and lengths taken on the ellipsoid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import overload

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.area import area_m2
from geo.crs import Datum, Tie, parse_plane, tie
from geo.length import geodesic_m, length_m

Geoms = NDArray[np.object_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """A projected CRS in metres (code or WKT); all measures are ellipsoidal on CGCS2000 (contract §4).

    Geometry is expected densified (`geo.densify`), so that an edge is short enough to be straight in any CRS.
    Raises `crs-not-plane`, `crs-invalid` or `datum-unknown` for a CRS that can't serve.
    """

    crs: str

    def __post_init__(self) -> None:
        _tie(self.crs)

    @overload
    def to_lonlat(self, geoms: BaseGeometry) -> BaseGeometry: ...
    @overload
    def to_lonlat(self, geoms: Geoms) -> Geoms: ...
    def to_lonlat(self, geoms: BaseGeometry | Geoms) -> BaseGeometry | Geoms:
        """Geometries of the plane in EPSG:4490, degrees, x = longitude."""
        moved: BaseGeometry | Geoms = _tie(self.crs).to_lonlat(geoms)
        return moved

    @overload
    def from_lonlat(self, geoms: BaseGeometry) -> BaseGeometry: ...
    @overload
    def from_lonlat(self, geoms: Geoms) -> Geoms: ...
    def from_lonlat(self, geoms: BaseGeometry | Geoms) -> BaseGeometry | Geoms:
        """Geometries in EPSG:4490 degrees in the plane, metres, x = east."""
        moved: BaseGeometry | Geoms = _tie(self.crs).from_lonlat(geoms)
        return moved

    @overload
    def area_m2(self, geoms: BaseGeometry) -> float: ...
    @overload
    def area_m2(self, geoms: Geoms) -> Floats: ...
    def area_m2(self, geoms: BaseGeometry | Geoms) -> float | Floats:
        """Ellipsoidal area of geometries of the plane, m²; 0 for what is empty, missing or no polygon."""
        return area_m2(geoms, _tie(self.crs).move)

    @overload
    def length_m(self, geoms: BaseGeometry) -> float: ...
    @overload
    def length_m(self, geoms: Geoms) -> Floats: ...
    def length_m(self, geoms: BaseGeometry | Geoms) -> float | Floats:
        """Geodesic length of lines, perimeter (holes too) of polygons, m; 0 for points and what is empty."""
        return length_m(self.to_lonlat(geoms))

    def bbox_lonlat(self, geom: BaseGeometry) -> tuple[float, float, float, float]:
        """West, south, east, north in EPSG:4490 degrees; NaN for an empty geometry."""
        west, south, east, north = (float(value) for value in shapely.bounds(self.to_lonlat(geom)))
        return west, south, east, north

    def distance_m(self, a: BaseGeometry, b: BaseGeometry) -> float:
        """Geodesic distance between the points nearest in the plane; 0 where they meet, inf where one is empty."""
        if shapely.intersects(a, b):
            return 0.0
        line = shapely.shortest_line(a, b)
        if line is None or line.is_empty:
            return float("inf")
        (lon1, lat1), (lon2, lat2) = shapely.get_coordinates(self.to_lonlat(line))
        return float(geodesic_m(lon1, lat1, lon2, lat2))

    def nearest(self, geom: BaseGeometry, geoms: Geoms) -> tuple[int, float] | None:
        """Position in `geoms` of what is nearest in the plane (the first of equals), and the geodesic distance in m.

        None where there is nothing to be near to.
        """
        away = shapely.distance(geom, np.asarray(geoms, dtype=object))
        if not np.isfinite(away).any():
            return None
        index = int(np.nanargmin(away))
        return index, self.distance_m(geom, geoms[index])


@lru_cache(maxsize=32)
def _tie(crs: str) -> Tie:
    return tie(parse_plane(crs, "crs"), Datum(), "crs")
