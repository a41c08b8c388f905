"""Every (land, feature) pair that overlaps: how many m² of it, whether all of the feature, and the part itself.

How a pair is measured depends on that pair alone, so neither the other features nor the way a layer was read or split
up shows in any figure. Most features lie wholly in a land: those are told by prepared tests and never cut.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GEOSException
from shapely.geometry.base import BaseGeometry

from geo.plane import Plane
from geo.rings import polygons_of
from geo.robust import robust
from geo.tiles import tiles

Geoms = NDArray[np.object_]
Rows = NDArray[np.intp]
Masks = NDArray[np.bool_]
TILED = 2_000
"""Lands of more vertices are cut into tiles: an intersection's cost grows with the larger side's vertices."""
AT_ONCE = 2_000
TOUCH_M = 1e-6
"""Thinner on average than a micrometre is a shared edge seen through rounding (reprojection leaves some nm)."""
UNIT_M2 = 1e-4
WHOLE = 1 - 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """P pairs by land, then row.

    `land`, `row`: positions in the given arrays; `geometry`: the polygonal part of the row in the land, in the plane;
    `area_1e4`: its ellipsoidal area in whole 1e-4 m², so that sums are exact in any order; `whole`: all of the row
    lies in the land; `failed`: (land, row) whose overlay failed after all fallbacks, which a finding must not pass
    over.
    """

    land: Rows
    row: Rows
    geometry: Geoms
    area_1e4: NDArray[np.int64]
    whole: Masks
    failed: NDArray[np.intp]

    @property
    def area_m2(self) -> NDArray[np.float64]:
        """The areas in m²."""
        return np.asarray(self.area_1e4 * UNIT_M2, dtype=np.float64)

    def of(self, land: int) -> Pairs:
        """The pairs of one land."""
        first, last = np.searchsorted(self.land, [land, land + 1])
        return self._kept(slice(first, last), self.failed[:, 0] == land)

    def only(self, rows: Masks) -> Pairs:
        """The pairs of the rows that a mask over the layer selects."""
        return self._kept(rows[self.row], rows[self.failed[:, 1]])

    def among(self, rows: Collection[int]) -> Pairs:
        """The pairs of some rows, by their positions in the layer."""
        wanted = np.fromiter(rows, dtype=np.intp, count=len(rows))
        return self._kept(np.isin(self.row, wanted), np.isin(self.failed[:, 1], wanted))

    def _kept(self, kept: Masks | slice, failed: Masks) -> Pairs:
        return Pairs(
            self.land[kept],
            self.row[kept],
            self.geometry[kept],
            self.area_1e4[kept],
            self.whole[kept],
            self.failed[failed],
        )


def pairs(lands: Geoms, geoms: Geoms, plane: Plane, *, tree: shapely.STRtree | None = None) -> Pairs:
    """The pairs of polygonal lands and a layer's features, all in the plane.

    `geoms`: flat array, missing rows allowed; what is no polygon pairs with nothing. `tree`: an index of it where
    there is one already. Touching is no overlap.
    """
    lands, geoms = np.asarray(lands, dtype=object), np.asarray(geoms, dtype=object)
    land, row, cutter = _meeting(lands, geoms, tree)
    uncut = shapely.is_missing(cutter)
    part = geoms[row]
    part[~uncut], failed = _cut(cutter[~uncut], part[~uncut])
    failed = np.flatnonzero(~uncut)[failed]
    lost = np.column_stack([land[failed], row[failed]])
    kept = has_width(part)
    land, row, part, uncut = land[kept], row[kept], part[kept], uncut[kept]
    area = np.rint(_areas(part, row, uncut, plane) / UNIT_M2).astype(np.int64)
    whole = uncut | (shapely.area(part) >= shapely.area(geoms[row]) * WHOLE)
    return Pairs(land, row, part, area, whole, lost)


def _meeting(lands: Geoms, geoms: Geoms, tree: shapely.STRtree | None) -> tuple[Rows, Rows, Geoms]:
    """Lands and rows that meet, by land and row, with what the row is to be cut with (None: it lies in the land)."""
    tree = shapely.STRtree(geoms) if tree is None else tree
    land, row = tree.query(lands)
    flat = shapely.get_dimensions(geoms[row]) == 2
    land, row = land[flat], row[flat]
    order = np.lexsort((row, land))
    land, row = land[order], row[order]
    cutter = lands[land]
    large = shapely.get_num_coordinates(lands)[land] > TILED
    meet = np.zeros(len(land), dtype=np.bool_)
    small = np.flatnonzero(~large)
    meet[small], inside = _tested(cutter[small], geoms[row[small]])
    cutter[small[inside]] = None
    for number in np.unique(land[large]):
        own = np.flatnonzero(land == number)
        for tile in tiles(lands[number], shapely.bounds(geoms[row[own]])):
            here = own[tile.rows]
            if tile.part is None:
                meet[here], cutter[here] = True, None
            else:
                cutter[here] = np.repeat(_alone(tile.part), len(here))
                meet[here], inside = _tested(cutter[here], geoms[row[here]])
                cutter[here[inside]] = None
    return land[meet], row[meet], cutter[meet]


def _alone(geom: BaseGeometry) -> Geoms:
    array = np.empty(1, dtype=object)
    array[0] = geom
    return array


def _tested(lands: Geoms, geoms: Geoms) -> tuple[Masks, Masks]:
    """Which geometries meet their land, and which lie in it without touching its boundary."""
    shapely.prepare(lands)
    inside = np.asarray(shapely.contains_properly(lands, geoms), dtype=np.bool_)
    meet = inside.copy()
    others = np.flatnonzero(~inside)
    meet[others] = shapely.intersects(lands[others], geoms[others])
    return meet, inside


def _cut(lands: Geoms, geoms: Geoms) -> tuple[Geoms, Rows]:
    """The intersection of each land with its geometry (None where all ways failed), and where they failed."""
    starts = range(0, len(geoms), AT_ONCE)
    chunks = [(lands[start : start + AT_ONCE], geoms[start : start + AT_ONCE]) for start in starts]
    if min(_threads(), len(chunks)) < 2:
        done = [_cut_some(*chunk) for chunk in chunks]
    else:
        with ThreadPoolExecutor(min(_threads(), len(chunks))) as pool:  # GEOS works without the GIL
            done = list(pool.map(lambda chunk: _cut_some(*chunk), chunks))
    failed = [start + rows for start, (_, rows) in zip(starts, done, strict=True)]
    empty = np.empty(0, dtype=object)
    return np.concatenate([empty, *(part for part, _ in done)]), np.concatenate([np.zeros(0, dtype=np.intp), *failed])


def _threads() -> int:
    """As many as there are processors, or as OMP_NUM_THREADS allows: one, on a worker of several."""
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    return max(int(allowed), 1) if allowed.isdecimal() else os.cpu_count() or 1


def _cut_some(lands: Geoms, geoms: Geoms) -> tuple[Geoms, Rows]:
    try:
        found = np.asarray(shapely.intersection(lands, geoms), dtype=object)
        most = np.minimum(shapely.area(geoms), shapely.area(lands))
        doubtful = np.flatnonzero(shapely.area(found) > most * (1 + 1e-9) + 1e-6)
    except GEOSException:
        # one of them can't be cut as it is: each by itself, so that the others are none the worse
        found, doubtful = geoms.copy(), np.arange(len(geoms))
    failed = []
    for i in doubtful:
        found[i] = robust("intersection", lands[i], geoms[i])
        if found[i] is None:
            failed.append(i)
    return found, np.array(failed, dtype=np.intp)


def has_width(part: Geoms) -> Masks:
    """Which parts are more than an edge seen twice; only what is polygonal is kept, in place."""
    mixed = np.flatnonzero(shapely.get_type_id(part) == 7)
    for i in mixed:
        polygons, _ = polygons_of(part[i : i + 1])
        part[i] = shapely.multipolygons(polygons)
    return np.asarray(2 * shapely.area(part) > TOUCH_M * shapely.length(part), dtype=np.bool_)


def _areas(part: Geoms, row: Rows, uncut: Masks, plane: Plane) -> NDArray[np.float64]:
    """Ellipsoidal areas; a row that lies uncut in several lands is measured once."""
    area = np.empty(len(part))
    area[~uncut] = plane.area_m2(part[~uncut])
    _, first, back = np.unique(row[uncut], return_index=True, return_inverse=True)
    area[uncut] = plane.area_m2(part[uncut][first])[back]
    return area
