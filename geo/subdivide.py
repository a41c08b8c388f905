"""A huge geometry in pieces of few vertices, which together are the whole."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GEOSException
from shapely.geometry.base import BaseGeometry

from geo.repair import only

Geoms = NDArray[np.object_]
MOST = 1_024
"""Vertices of a piece."""
DEEPEST = 40


def subdivide(geom: BaseGeometry, most: int = MOST) -> Geoms:
    """The pieces of a valid line or polygon, cut in halves across its longer side until none has over `most` vertices.

    From west to east and south to north. What GEOS cannot cut stays whole.
    """
    dimension = int(shapely.get_dimensions(geom))
    pieces = _halved(geom, most, dimension, DEEPEST)
    found = np.empty(len(pieces), dtype=object)
    found[:] = pieces
    return found


def _halved(geom: BaseGeometry, most: int, dimension: int, depth: int) -> list[BaseGeometry]:
    if shapely.get_num_coordinates(geom) <= most or not depth:
        return [geom]
    west, south, east, north = geom.bounds
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    if east - west >= north - south:
        halves = ((west, south, middle_x, north), (middle_x, south, east, north))
    else:
        halves = ((west, south, east, middle_y), (west, middle_y, east, north))
    try:
        parts = [only(shapely.intersection(geom, shapely.box(*half)), dimension) for half in halves]
    except GEOSException:
        return [geom]
    kept = [part for part in parts if part is not None]
    return [piece for part in kept for piece in _halved(part, most, dimension, depth - 1)]
