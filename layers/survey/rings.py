"""From the points of a parcel to its geometry: rings apart, holes in the rings that hold them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.survey.header import Order
from layers.survey.lines import Parcel, Point, listed
from layers.text import Text

Place = tuple[float, float]
CLOSED_M = 0.02
"""A last point that has the first's number closes the ring where it lies so near: coordinates are given to 0.01 m."""


class UnclosedError(ValueError):
    """A ring of fewer than three places, at a line."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def geometry_of(parcel: Parcel, order: Order) -> BaseGeometry | None:
    """The parcel's geometry by its kind (面, 线, 点), None without points; UnclosedError for a ring that is none."""
    runs = [(run[0].line, _places(run, order)) for run in runs_of(parcel.points)]
    if not runs:
        return None
    kind = parcel.values.get("JLTXSX", "面")
    if kind == "点":
        return shapely.multipoints([place for _, places in runs for place in places])
    if kind == "线":
        if short := [line for line, places in runs if len(set(places)) < 2]:
            raise UnclosedError(short[0])
        return shapely.multilinestrings([shapely.linestrings(places) for _, places in runs])
    if short := [line for line, places in runs if len(set(places)) < 3]:
        raise UnclosedError(short[0])
    return polygons([places for _, places in runs])


def count_note(parcels: Sequence[Parcel]) -> Text | None:
    """Parcels whose stated count fits neither all points nor those that are not repeated."""
    wrong = []
    for parcel in parcels:
        stated = parcel.values.get("JZDS", "")
        rings = runs_of(parcel.points)
        repeated = sum(_closes(run) for run in rings)
        fits = {len(parcel.points), len(parcel.points) - repeated, len(parcel.points) + len(rings) - repeated}
        if stated and stated not in {str(count) for count in fits}:
            wrong.append(parcel.line)
    return (
        listed(Text("界址点数与实际不符", "the stated count of points differs from those there are"), wrong)
        if wrong
        else None
    )


def runs_of(points: Sequence[Point]) -> list[list[Point]]:
    """The rings' points: a ring begins where the ring number changes, after closing, or where numbers begin anew."""
    runs: list[list[Point]] = []
    for point in points:
        run = runs[-1] if runs else None
        if run is None or point.ring != run[-1].ring or _closes(run) or _begins_anew(run, point):
            runs.append([point])
        else:
            run.append(point)
    return runs


def polygons(rings: Sequence[Sequence[Place]]) -> BaseGeometry:
    """Rings as polygons: a ring inside an odd number of others is a hole of the smallest of them."""
    solid = np.array([shapely.polygons(ring) for ring in rings], dtype=object)
    if len(solid) == 1:
        return solid[0]  # type: ignore[no-any-return]
    inner = [_inside(ring) for ring in solid]
    size = shapely.area(solid)
    holders = [
        [j for j in range(len(solid)) if j != i and size[j] > size[i] and shapely.contains(solid[j], inner[i])]
        for i in range(len(solid))
    ]
    holes: dict[int, list[Sequence[Place]]] = {i: [] for i, held in enumerate(holders) if len(held) % 2 == 0}
    for i, held in enumerate(holders):
        if len(held) % 2:
            outer = [j for j in held if j in holes]
            holes[min(outer, key=lambda j: size[j])].append(rings[i])
    made = [shapely.Polygon(rings[i], inside) for i, inside in holes.items()]
    return made[0] if len(made) == 1 else shapely.multipolygons(made)


def _inside(ring: BaseGeometry) -> BaseGeometry:
    """A point inside a ring that may cross itself."""
    whole = ring if ring.is_valid else shapely.make_valid(ring)
    return whole.representative_point()


def _places(run: Sequence[Point], order: Order) -> list[Place]:
    """x east, y north; a last point with the first's number that lies within the precision is the first again."""
    places = [(point.second, point.first) if order == "north-east" else (point.first, point.second) for point in run]
    if len(places) > 3 and _closes(run):
        places[-1] = places[0]
    return places


def _closes(run: Sequence[Point]) -> bool:
    if len(run) < 4:
        return False
    first, last = run[0], run[-1]
    if (first.first, first.second) == (last.first, last.second):
        return True
    degrees = max(abs(first.first), abs(first.second)) <= 180
    near = CLOSED_M / (111_000 if degrees else 1)
    same = bool(first.label) and first.label == last.label
    return same and abs(first.first - last.first) <= near and abs(first.second - last.second) <= near


def _begins_anew(run: Sequence[Point], point: Point) -> bool:
    """Whether the numbers begin again at the run's first one, at another place: a ring that was left open is over."""
    same = bool(point.label) and point.label == run[0].label and re.search(r"\d", point.label) is not None
    if not same or len(run) < 3:
        return False
    return not _closes([*run, point])
