"""Flaws of a layer's geometry: each row broken, thin, doubled, in parts; and how the rows fit together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage import gaps, shared_land
from geo.crs import Tie
from geo.plane import Plane
from geo.quality import broken, doubled, holes, several, slivers
from geo.spikes import spikes
from layers.inspection.model import LISTED, Flaw, Spot, flaw
from layers.readers import Geoms, Rows
from layers.text import Text

SMALL_M2 = 1.0
LIES_APART = (
    "zones", "expansion", "built_up", "urban_boundary", "industrial_redline", "ecological_redline", "basic_farmland",
    "land_use", "land_use_plan", "parcels", "buildings", "green",
)  # fmt: skip
"""Roles whose features should not overlap; facilities may (areas served)."""
WITHOUT_GAPS = ("land_use", "land_use_plan")
SINGLE = ("land_use", "land_use_plan", "basic_farmland", "parcels", "buildings")


@dataclass(frozen=True)
class Placed:
    """Rows of a source on a plane: ids, geometry (None where lost), and the same repaired."""

    role: str
    ids: Sequence[str]
    geometry: Geoms
    lost: NDArray[np.bool_]
    plane: Plane
    sliver_width_m: float

    def spots(
        self, rows: Sequence[int] | NDArray[np.int64], shapes: Geoms, values: Sequence[float] | None = None
    ) -> list[Spot]:
        """Places of flaws: `shapes` in the plane, each flaw of the row beside it; only as many as are listed."""
        some = shapes[:LISTED]
        lonlat = self.plane.to_lonlat(some)
        inside = shapely.point_on_surface(lonlat)
        return [
            Spot(
                self.ids[int(row)],
                None if shapely.is_missing(point) or shapely.is_empty(point) else (float(point.x), float(point.y)),
                None if values is None else float(values[at]),
                shape=shape if shape is not None and shape.geom_type != "Point" else None,
            )
            for at, (row, point, shape) in enumerate(zip(rows, inside, lonlat, strict=False))
        ]


def raw_flaws(rows: Rows, tie: Tie, ids: Sequence[str]) -> Iterator[Flaw]:
    """Geometry that is not valid as it stands in the file, each with GEOS's reason and its place."""
    found = broken(rows.geometry)
    if not found:
        return
    places = np.array([one.xy or (np.nan, np.nan) for one in found])
    lonlat = tie.move(places)
    spots = [
        Spot(ids[one.row], (float(x), float(y)) if np.isfinite(x) else None, note=Text(one.reason, one.reason))
        for one, (x, y) in zip(found, lonlat, strict=True)
    ]
    yield flaw("invalid", spots)


def shape_flaws(placed: Placed) -> Iterator[Flaw]:
    """Flaws of polygons on the plane, from the worst kinds to those that are only good to know."""
    there = np.flatnonzero(~placed.lost)
    if placed.lost.any():
        yield flaw("lost", [Spot(placed.ids[row]) for row in np.flatnonzero(placed.lost).tolist()])
    geometry = placed.geometry
    first = doubled(geometry)
    twice = np.flatnonzero(first != np.arange(len(first)))
    if len(twice):
        spots = placed.spots(twice, geometry[twice])
        named = [Text(f"同 {placed.ids[one]}", f"as {placed.ids[one]}") for one in first[twice][:LISTED]]
        yield flaw("duplicate", _noted(spots, named), len(twice))
    polygon = np.isin(shapely.get_type_id(geometry), (3, 6))
    if not (polygon & ~placed.lost).any():
        return
    areal = geometry.copy()
    areal[~polygon] = None
    if placed.role in LIES_APART:
        yield from _overlaps(placed, areal)
    if placed.role in WITHOUT_GAPS:
        yield from _gaps(placed, areal)
    thin = slivers(areal[there], placed.sliver_width_m)
    if len(thin):
        rows = there[thin]
        yield flaw(
            "sliver",
            placed.spots(rows, areal[rows], placed.plane.area_m2(areal[rows]).tolist()),
            len(rows),
            width=f"{placed.sliver_width_m:g}",
        )
    yield from _corners_and_parts(placed, areal)


def _noted(spots: Sequence[Spot], notes: Sequence[Text]) -> list[Spot]:
    return [Spot(one.feature, one.lonlat, one.value, note, one.shape) for one, note in zip(spots, notes, strict=False)]


def _overlaps(placed: Placed, areal: Geoms) -> Iterator[Flaw]:
    found = shared_land(areal)
    area = placed.plane.area_m2(found.land)
    for code, chosen in (("overlap", area > SMALL_M2), ("overlap-small", (area > 0) & (area <= SMALL_M2))):
        at = np.flatnonzero(chosen)
        at = at[np.argsort(-area[at], kind="stable")]
        if len(at):
            spots = placed.spots(found.one[at], found.land[at], area[at].tolist())
            named = [Text(f"与 {placed.ids[row]}", f"with {placed.ids[row]}") for row in found.other[at][:LISTED]]
            yield flaw(code, _noted(spots, named), len(at))
    if found.failed:
        yield flaw("overlap-failed", [Spot(f"{placed.ids[a]}, {placed.ids[b]}") for a, b in found.failed])


def _gaps(placed: Placed, areal: Geoms) -> Iterator[Flaw]:
    land = gaps(areal)
    if land is None:
        yield flaw("gap-unsought", [], 1)
        return
    area = placed.plane.area_m2(land)
    tree = shapely.STRtree(areal)
    for code, chosen in (("gap", area > SMALL_M2), ("gap-small", area <= SMALL_M2)):
        at = np.flatnonzero(chosen)
        at = at[np.argsort(-area[at], kind="stable")]
        if len(at):
            beside = tree.query_nearest(land[at[:LISTED]], all_matches=False)[1]
            yield flaw(code, placed.spots(beside, land[at], area[at].tolist()), len(at))


def _corners_and_parts(placed: Placed, areal: Geoms) -> Iterator[Flaw]:
    sharp = spikes(areal)
    if len(sharp.owner):
        order = np.argsort(sharp.angle_deg, kind="stable")
        points = np.asarray(shapely.points(sharp.xy[order]), dtype=object)
        yield flaw("spike", placed.spots(sharp.owner[order], points, sharp.angle_deg[order].tolist()), len(order))
    parts = several(areal)
    if len(parts.row):
        area = placed.plane.area_m2(parts.part)
        tiny = np.flatnonzero(area < SMALL_M2)
        if len(tiny):
            yield flaw("part-tiny", placed.spots(parts.row[tiny], parts.part[tiny], area[tiny].tolist()), len(tiny))
        if placed.role in SINGLE:
            rows, count = np.unique(parts.row, return_counts=True)
            spots = placed.spots(rows, shapely.point_on_surface(areal[rows]))
            named = [Text(f"{number} 个部分", f"{number} parts") for number in count[:LISTED]]
            yield flaw("multipart", _noted(spots, named), len(rows))
    inner = holes(areal)
    if len(inner.row):
        area = placed.plane.area_m2(inner.part)
        order = np.argsort(area, kind="stable")
        yield flaw("hole", placed.spots(inner.row[order], inner.part[order], area[order].tolist()), len(order))
