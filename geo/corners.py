"""The vertices that a boundary had before `densify` cut its long edges."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geo.densify import MAX_M, edge_m
from geo.rings import parts_of

EXACT_M = 1e-5
"""A cut lies in the middle between its neighbours up to what reprojecting there and back adds."""


def cuts_of(geom: BaseGeometry, crs: CRS) -> NDArray[np.bool_]:
    """Which vertices of a polygon or line `densify` put in, in the order of `shapely.get_coordinates`.

    `geom` is in the CRS in which it was cut. A run of equal steps along one line counts as cuts where it has exactly
    the parts that `densify` makes of an edge so long; other vertices on a line are the surveyor's own.
    """
    marks: list[NDArray[np.bool_]] = []
    for part in parts_of(np.array([geom], dtype=object))[0]:
        rings = [part] if part.geom_type != "Polygon" else [part.exterior, *part.interiors]
        marks += [_in_line(shapely.get_coordinates(ring), crs, closed=part.geom_type == "Polygon") for ring in rings]
    return np.concatenate(marks) if marks else np.zeros(0, dtype=bool)


def without(geom: BaseGeometry, cuts: frozenset[tuple[float, float]]) -> BaseGeometry:
    """A polygonal geometry without the vertices at these places; a ring that would fall below three keeps them."""
    done = [shapely.Polygon(_thinned(part.exterior, cuts), [_thinned(ring, cuts) for ring in part.interiors])
            for part in parts_of(np.array([geom], dtype=object))[0] if part.geom_type == "Polygon"]  # fmt: skip
    return done[0] if len(done) == 1 else shapely.multipolygons(done)


def _thinned(ring: BaseGeometry, cuts: frozenset[tuple[float, float]]) -> NDArray[np.float64]:
    xy = shapely.get_coordinates(ring)
    kept = np.array([(x, y) not in cuts for x, y in xy.tolist()])
    return xy[kept] if kept[:-1].sum() >= 3 else xy


def _in_line(xy: NDArray[np.float64], crs: CRS, *, closed: bool) -> NDArray[np.bool_]:
    marks = np.zeros(len(xy), dtype=bool)
    if len(xy) < 3:
        return marks
    places = xy[:-1] if closed else xy
    before, after = np.roll(places, 1, axis=0), np.roll(places, -1, axis=0)
    exact = EXACT_M / 111_000 if crs.is_geographic else EXACT_M
    middle = np.hypot(*((before + after) / 2 - places).T) <= exact
    if not closed:
        middle[[0, -1]] = False
    corners = np.flatnonzero(~middle)
    if not len(corners):
        return marks
    ends = np.append(corners, corners[0] + len(places)) if closed else corners
    for first, last in pairwise(ends):
        steps = int(last - first)
        if steps > 1:
            for at in _cut_at(places, int(first), steps, crs):
                marks[at % len(places)] = True
    if closed:
        marks[-1] = marks[0]
    return marks


def _cut_at(places: NDArray[np.float64], first: int, steps: int, crs: CRS) -> list[int]:
    """Positions of the cuts in a run of equal steps: as few edges as can have been cut into just these."""
    ends = np.array([places[first], places[(first + steps) % len(places)]])
    length_m = float(edge_m(ends[:1], ends[1:], crs)[0])
    for edges in range(1, steps):
        parts = steps // edges
        if steps % edges == 0 and parts in _parts(length_m / edges):
            return [first + i for i in range(1, steps) if i % parts]
    return []


def _parts(length_m: float) -> set[int]:
    return {math.ceil((length_m + shift) / MAX_M) for shift in (-EXACT_M, 0.0, EXACT_M)}
