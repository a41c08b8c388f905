"""Layer against layer on the same land: what of each (land, feature) pair lies in another layer, and what does not.

What the other layer's features have of a pair is taken feature by feature and put together afterwards, so two layers
may be laid over each other a part against a part, in any order and cut up anyhow, with the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GEOSException

from geo.pairs import UNIT_M2, WHOLE, Pairs, has_width, pairs
from geo.plane import Plane
from geo.robust import robust, union

Geoms = NDArray[np.object_]
Rows = NDArray[np.intp]
Masks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The pairs of a land by what lies inside the other layer, and outside; a pair may be in both, or fail in both."""

    inside: Pairs
    outside: Pairs


def against(found: Pairs, others: Geoms, plane: Plane) -> Pairs:
    """What each feature of another layer has of each pair: a row of the result per (pair, other feature).

    `others`: flat array in the plane, missing rows allowed. The rows stand by land and row, and name those of `found`;
    `whole` is said where all of the pair lies in the other feature.
    """
    met = pairs(others, found.geometry, plane)
    order = np.lexsort((met.land, met.row))
    pair = met.row[order]
    failed = np.unique(met.failed[:, 1])
    lost = np.column_stack([found.land[failed], found.row[failed]])
    return Pairs(found.land[pair], found.row[pair], met.geometry[order], met.area_1e4[order], met.whole[order], lost)


def split(found: Pairs, met: Pairs, plane: Plane) -> Split:
    """The pairs of one land parted by what `against` gave of them, every square metre once."""
    at = np.searchsorted(found.row, met.row)
    whole, part = np.zeros(len(found.row), dtype=np.bool_), np.zeros(len(found.row), dtype=np.bool_)
    whole[at[met.whole]] = True
    part[at] = True
    part &= ~whole
    covers, lost = _covers(at, met.geometry, np.flatnonzero(part))
    rest, unsure = _left(found.geometry[part], covers)
    unknown = np.flatnonzero(part)[lost | unsure]
    pairs_lost = np.column_stack([found.land[unknown], found.row[unknown]])
    failed = np.unique(np.concatenate([found.failed, met.failed, pairs_lost]), axis=0)
    inside, outside = _parted(found, whole, part, covers, plane), _parted(found, ~(whole | part), part, rest, plane)
    return Split(replace(inside, failed=failed), replace(outside, failed=failed))


def _covers(at: Rows, parts: Geoms, pairs_cut: Rows) -> tuple[Geoms, Masks]:
    """Per pair that is cut all that others have of it, and whether some of that could not be united."""
    order = np.argsort(at, kind="stable")
    first, last = np.searchsorted(at[order], pairs_cut), np.searchsorted(at[order], pairs_cut, side="right")
    covers = parts[order[first]] if len(pairs_cut) else np.empty(0, dtype=object)
    lost = np.zeros(len(pairs_cut), dtype=np.bool_)
    for number in np.flatnonzero(last - first > 1):
        covers[number], failed = union(parts[order[first[number] : last[number]]])
        lost[number] = len(failed) > 0
    return covers, lost


def _left(geoms: Geoms, covers: Geoms) -> tuple[Geoms, Masks]:
    """What of each geometry its cover leaves (all of it where every way failed), and where that was so."""
    try:
        left = np.asarray(shapely.difference(geoms, covers), dtype=object)
        doubtful = np.flatnonzero(
            np.abs(shapely.area(left) + shapely.area(covers) - shapely.area(geoms)) > shapely.area(geoms) * 1e-9 + 1e-6
        )
    except GEOSException:
        left, doubtful = geoms.copy(), np.arange(len(geoms))
    failed = np.zeros(len(geoms), dtype=np.bool_)
    for number in doubtful:
        mended = robust("difference", geoms[number], covers[number])
        failed[number] = mended is None
        left[number] = geoms[number] if mended is None else mended
    return left, failed


def _parted(found: Pairs, uncut: Masks, cut: Masks, parts: Geoms, plane: Plane) -> Pairs:
    """The pairs that are uncut as they were, those that are cut with their parts."""
    geometry, area, kept = found.geometry.copy(), found.area_1e4.copy(), uncut | cut
    kept[cut] = has_width(parts)
    geometry[cut] = parts
    cut = cut & kept
    area[cut] = np.rint(plane.area_m2(geometry[cut]) / UNIT_M2).astype(np.int64)
    whole = found.whole & (uncut | (area >= found.area_1e4 * WHOLE))
    return Pairs(found.land[kept], found.row[kept], geometry[kept], area[kept], whole[kept], found.failed)
