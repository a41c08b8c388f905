"""Overlays of one subject with a layer: what lies in both, what lies outside, real parts and slivers apart.

Nothing is lost in silence: where GEOS fails, snapping and repair are tried, and what still fails is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GEOSException, Polygon
from shapely.geometry.base import BaseGeometry

from geo.exact import exact_sum
from geo.parts import canonical, is_sliver, widths_m
from geo.plane import Plane
from geo.repair import only, valid
from geo.rings import polygons_of

Geoms = NDArray[np.object_]
Rows = NDArray[np.intp]
Operation = Literal["intersection", "difference", "union"]
SNAP_M = 1e-4
TOUCH_M = 1e-6
"""Thinner on average than a micrometre is a shared edge seen through rounding (reprojection leaves some nm)."""
LARGEST: dict[Operation, Callable[[float, float], float]] = {
    "intersection": min,
    "difference": lambda a, _: a,
    "union": lambda a, b: a + b,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One connected piece of a row's overlap: `row` in the given array, `part` from 1, largest first.

    `geometry` is in the plane, `area_m2` ellipsoidal, `width_m` that of the largest inscribed circle, to 1 cm.
    """

    row: int
    part: int
    geometry: Polygon
    area_m2: float
    width_m: float
    sliver: bool


@dataclass(frozen=True, slots=True)
class Overlap:
    """What an overlay found.

    `union`, `union_m2`: the dissolved real parts, every square metre once; `sliver`, `sliver_m2`: the sliver parts.
    `shares_m2`: exact sum of the real pieces' areas, more than `union_m2` where rows overlap each other.
    `failed`: rows of the layer whose overlay failed after all fallbacks; a finding must not pass over them.
    """

    pieces: tuple[Piece, ...]
    union: BaseGeometry
    union_m2: float
    sliver: BaseGeometry
    sliver_m2: float
    shares_m2: float
    failed: tuple[int, ...] = ()


def overlap(
    subject: BaseGeometry, geoms: Geoms, plane: Plane, sliver_width_m: float, *, tree: shapely.STRtree | None = None
) -> Overlap:
    """Overlap of a polygonal subject with each polygon of a layer, both in the plane.

    `geoms`: flat array, missing rows allowed; `tree`: an index of it where several subjects share the layer. A part is
    real or a sliver by the connected parts of the dissolved overlap, and a piece goes with the part that it lies in.
    Touching is no overlap. The order of the layer shows in `row` alone, in no figure.
    """
    geoms = np.asarray(geoms, dtype=object)
    rows = _candidates(subject, geoms, tree)
    shared, failed = _shared(subject, geoms[rows])
    pieces, owner = _pieces(shared, rows)
    union, lost = _union(pieces)
    return _sorted_out(pieces, owner, union, plane, sliver_width_m, failed={*rows[failed], *owner[lost]})


def outside(
    subject: BaseGeometry,
    geoms: Geoms,
    plane: Plane,
    sliver_width_m: float,
    *,
    by: Geoms | None = None,
    tree: shapely.STRtree | None = None,
) -> Overlap:
    """What of a polygonal subject lies outside a layer, as pieces of the rows of `by` (the subject's own features).

    Without `by` all pieces are of row 0. `failed` are rows of `geoms`; where any is named, they count as not covering.
    """
    geoms = np.asarray(geoms, dtype=object)
    rows = _candidates(subject, geoms, tree)
    cover, lost = _union(geoms[rows])
    left = _robust("difference", subject, cover)
    failed = set(rows[lost])
    if left is None:
        left, failed = subject, set(rows)
    owners = np.array([subject], dtype=object) if by is None else np.asarray(by, dtype=object)
    whole, _ = polygons_of(np.array([left], dtype=object))
    land = _multi(whole[canonical(whole)])
    touched = _candidates(land, owners, None)
    shared, unsure = _shared(land, owners[touched])
    shared[unsure] = [land for _ in range(len(unsure))]
    pieces, owner = _pieces(shared, touched)
    return _sorted_out(pieces, owner, land, plane, sliver_width_m, failed=failed)


def _candidates(subject: BaseGeometry, geoms: Geoms, tree: shapely.STRtree | None) -> Rows:
    """Ascending positions of the geometries that meet the subject."""
    if not len(geoms) or subject.is_empty:
        return np.zeros(0, dtype=np.intp)
    shapely.prepare(subject)
    if tree is None:
        west, south, east, north = shapely.bounds(geoms).T
        box = shapely.bounds(subject)
        near = np.flatnonzero((west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1]))
    else:
        near = np.sort(tree.query(subject))
    return near[shapely.intersects(subject, geoms[near])]


def _shared(subject: BaseGeometry, geoms: Geoms) -> tuple[Geoms, Rows]:
    """Intersection of the subject with each geometry (None where all ways failed), and where they failed."""
    shared = geoms.copy()
    cut = np.flatnonzero(~shapely.contains_properly(subject, geoms)) if len(geoms) else np.zeros(0, dtype=np.intp)
    try:
        shared[cut] = shapely.intersection(subject, geoms[cut])
        most = np.minimum(shapely.area(geoms[cut]), subject.area)
        doubtful = cut[shapely.area(shared[cut]) > most * (1 + 1e-9) + 1e-6]
    except GEOSException:
        doubtful = cut
    failed = []
    for i in doubtful:
        shared[i] = _robust("intersection", subject, geoms[i])
        if shared[i] is None:
            failed.append(i)
    return shared, np.array(failed, dtype=np.intp)


def _robust(name: Operation, a: BaseGeometry, b: BaseGeometry) -> BaseGeometry | None:
    """An overlay of two polygonal geometries as given, snap-rounded to 0.1 mm, then both repaired.

    None where all of it fails; a result larger than it can be is a failure too.
    """
    slack_m2 = SNAP_M * (a.length + b.length)
    for mend, grid_size in ((False, None), (False, SNAP_M), (True, None), (True, SNAP_M)):
        try:
            first, second = (only(valid(geom), 2) or Polygon() for geom in (a, b)) if mend else (a, b)
            found: BaseGeometry = getattr(shapely, name)(first, second, grid_size=grid_size)
        except GEOSException:
            continue
        if found.area <= LARGEST[name](first.area, second.area) * (1 + 1e-9) + slack_m2:
            return found
    return None


def _union(geoms: Geoms) -> tuple[BaseGeometry, Rows]:
    """Union in canonical order, and the positions of what could not be united."""
    if not len(geoms):
        return Polygon(), np.zeros(0, dtype=np.intp)
    order, areas = canonical(geoms), shapely.area(geoms)
    slack_m2 = SNAP_M * float(shapely.length(geoms).sum())
    for grid_size in (None, SNAP_M):
        try:
            found: BaseGeometry = shapely.union_all(geoms[order], grid_size=grid_size)
        except GEOSException:
            continue
        if areas.max() - slack_m2 <= found.area <= areas.sum() + slack_m2:
            return found, np.zeros(0, dtype=np.intp)
    return _union_stepwise(geoms, order)


def _union_stepwise(geoms: Geoms, order: Sequence[int] | Rows) -> tuple[BaseGeometry, Rows]:
    done: BaseGeometry = Polygon()
    lost = []
    for i in order:
        more = _robust("union", done, geoms[i])
        if more is None:
            lost.append(i)
        else:
            done = more
    return done, np.array(sorted(lost), dtype=np.intp)


def _pieces(shared: Geoms, rows: Rows) -> tuple[Geoms, Rows]:
    """Connected polygons of the intersections and their rows, by row and then canonically; touches left out."""
    pieces, owner = polygons_of(shared)
    real = _has_width(pieces)
    pieces, owner = pieces[real], rows[owner[real]]
    rank = np.empty(len(pieces), dtype=np.intp)
    rank[canonical(pieces)] = np.arange(len(pieces))
    order = np.lexsort((rank, owner))
    return pieces[order], owner[order]


def _has_width(polygons: Geoms) -> NDArray[np.bool_]:
    """Which polygons are more than an edge seen twice: mean width 2A/P over a micrometre."""
    return np.asarray(2 * shapely.area(polygons) > TOUCH_M * shapely.length(polygons), dtype=np.bool_)


def _sorted_out(
    pieces: Geoms, owner: Rows, union: BaseGeometry, plane: Plane, sliver_width_m: float, *, failed: set[int]
) -> Overlap:
    """Decide real or sliver on the connected parts of the union, and measure."""
    parts, _ = polygons_of(np.array([union], dtype=object))
    parts = parts[_has_width(parts)]
    parts = parts[canonical(parts)]
    thin = np.array([is_sliver(part, sliver_width_m) for part in parts], dtype=np.bool_)
    sliver = _piece_slivers(pieces, parts, thin)
    areas, widths = plane.area_m2(pieces), widths_m(pieces)
    part = np.arange(len(owner)) - np.searchsorted(owner, owner) + 1
    found = tuple(map(Piece, owner.tolist(), part.tolist(), pieces, areas.tolist(), widths.tolist(), sliver.tolist()))
    real_m2, sliver_m2 = (exact_sum(plane.area_m2(parts[mask]).tolist()) for mask in (~thin, thin))
    shares_m2 = exact_sum(areas[~sliver].tolist())
    geometry = [_multi(parts[mask]) for mask in (~thin, thin)]
    return Overlap(
        found, geometry[0], real_m2, geometry[1], sliver_m2, shares_m2, tuple(sorted(int(row) for row in failed))
    )


def _piece_slivers(pieces: Geoms, parts: Geoms, thin: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the dissolved part that each piece lies in is a sliver."""
    if thin.all() or not thin.any():
        return np.full(len(pieces), thin.all())
    inside = shapely.point_on_surface(pieces)
    return thin[shapely.STRtree(parts).nearest(inside)]


def _multi(polygons: Geoms) -> BaseGeometry:
    if not len(polygons):
        return Polygon()
    joined: BaseGeometry = polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)  # type: ignore[assignment]
    return joined
