"""What lies along a land's boundary, to the east, south, west and north."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.boundary import surveyed_ring
from geo.parts import connected

Side = Literal["east", "south", "west", "north"]
SIDES: tuple[Side, ...] = ("east", "south", "west", "north")
STEP_M = 2.0
"""The boundary is looked at in steps of at most so many metres."""
Extremes = Mapping[Side, tuple[float, float]]


def extremes(land: BaseGeometry) -> Extremes:
    """The land's easternmost, southernmost, westernmost and northernmost vertex; of equals the north-western one."""
    xy = shapely.get_coordinates(land)
    keys = {"east": -xy[:, 0], "south": xy[:, 1], "west": xy[:, 0], "north": -xy[:, 1]}
    at = {side: int(np.lexsort((xy[:, 0], -xy[:, 1], keys[side]))[0]) for side in SIDES}
    return {side: (float(xy[i, 0]), float(xy[i, 1])) for side, i in at.items()}


def along(land: BaseGeometry, others: Sequence[BaseGeometry], reach_m: Sequence[float]) -> list[dict[Side, float]]:
    """Per other geometry, the length in m (of the plane) for which it runs along the land's outer boundary, by side.

    It runs along where it lies within its `reach_m` of the boundary. The side is the quarter that the boundary faces
    there (north: azimuth of the outward normal within 45° of north). What only crosses is within reach for about
    twice its reach, and is not counted: a side needs more than three times the reach and a step.
    """
    found: list[dict[Side, float]] = [{} for _ in others]
    if land.is_empty or not others:
        return found
    middle, length, side = _steps(land)
    tree = shapely.STRtree(middle)
    reach = np.asarray(reach_m, dtype=float)
    other, step = tree.query(np.asarray(others, dtype=object), predicate="dwithin", distance=reach)
    for i, j in zip(other.tolist(), step.tolist(), strict=True):
        found[i][side[j]] = found[i].get(side[j], 0.0) + float(length[j])
    return [
        {name: row[name] for name in SIDES if row.get(name, 0.0) > 3 * reach[i] + STEP_M} for i, row in enumerate(found)
    ]


def _steps(land: BaseGeometry) -> tuple[NDArray[np.object_], NDArray[np.float64], list[Side]]:
    """Middles, lengths and sides of the steps of the outer rings, which run clockwise: outside is to the left."""
    starts, ends = [], []
    for polygon in connected(land):
        ring = surveyed_ring(polygon.exterior, hole=False)
        fine = shapely.get_coordinates(shapely.segmentize(shapely.linearrings(ring), STEP_M))
        starts.append(fine[:-1])
        ends.append(fine[1:])
    a, b = np.concatenate(starts), np.concatenate(ends)
    dx, dy = (b - a).T
    quarter = np.round(np.degrees(np.arctan2(-dy, dx)) / 90).astype(int) % 4  # the outward normal (-dy, dx) from north
    names: tuple[Side, ...] = ("north", "east", "south", "west")
    middle = np.asarray(shapely.points((a + b) / 2), dtype=object)
    return middle, np.hypot(dx, dy), [names[q] for q in quarter.tolist()]
