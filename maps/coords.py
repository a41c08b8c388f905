"""Geometry for the page: whole micro-degrees, each vertex as the step from the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

PER_DEGREE = 1_000_000


def steps(coordinates: NDArray[np.float64]) -> list[int]:
    """Vertices as x, y, then differences; vertices that fall on the one before are left out.

    >>> steps(np.array([[99.4, 23.5], [99.400001, 23.5], [99.4000011, 23.5]]))
    [99400000, 23500000, 1, 0]
    """
    whole = np.rint(coordinates[:, :2] * PER_DEGREE).astype(np.int64)
    moves = np.diff(whole, axis=0)
    moves = moves[np.any(moves != 0, axis=1)]
    result: list[int] = np.concatenate([whole[0], moves.ravel()]).tolist()
    return result


def packed(lonlat: BaseGeometry) -> list[Any]:
    """A geometry in degrees as [shape, parts]: polygons as lists of rings, lines and points as lists of steps."""
    parts: Sequence[Any] = list(shapely.get_parts(lonlat))
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    if polygons:
        return ["a", [[steps(shapely.get_coordinates(ring)) for ring in _rings(part)] for part in polygons]]
    lines = [part for part in parts if part.geom_type == "LineString"]
    if lines:
        return ["l", [steps(shapely.get_coordinates(part)) for part in lines]]
    return ["p", [steps(shapely.get_coordinates(part)) for part in parts if part.geom_type == "Point"]]


class Shapes:
    """Shapes as the page holds them: what many findings have as evidence is told once, and named by its number."""

    def __init__(self) -> None:
        self.told: list[list[Any]] = []
        self._numbers: dict[bytes, int] = {}

    def number(self, lonlat: BaseGeometry | None) -> int | None:
        """Which of `told` is this geometry in degrees; None where there is none."""
        if lonlat is None or lonlat.is_empty:
            return None
        number = self._numbers.setdefault(shapely.to_wkb(lonlat), len(self.told))
        if number == len(self.told):
            self.told.append(packed(lonlat))
        return number


def _rings(polygon: Any) -> list[Any]:
    return [polygon.exterior, *polygon.interiors]
