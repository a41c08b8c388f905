"""Overlays of one land with a layer: what lies in both, what lies outside, real parts and slivers apart.

Nothing is lost in silence: where GEOS fails, snapping and repair are tried, and what still fails is named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.exact import exact_sum
from geo.pairs import TOUCH_M, Pairs, pairs
from geo.parts import canonical, is_sliver, width_m
from geo.plane import Plane
from geo.rings import polygons_of
from geo.robust import coverage, robust, union

Geoms = NDArray[np.object_]
Rows = NDArray[np.intp]
Masks = NDArray[np.bool_]
SIMPLER = 4
"""Whole features are united before they are cut, where they have no more than so many times the parts' vertices."""


@dataclass(frozen=True)
class Piece:
    """One connected piece of a row's overlap: `row` in the given array, `part` from 1, largest first.

    `geometry` is in the plane, `area_m2` ellipsoidal.
    """

    row: int
    part: int
    geometry: Polygon
    area_m2: float
    sliver: bool

    @cached_property
    def width_m(self) -> float:
        """The width of its largest inscribed circle, to 1 cm; measured when asked for."""
        return width_m(self.geometry)


@dataclass(frozen=True, eq=False)
class Overlap:
    """What an overlay found. Every figure is taken when it is first asked for, and once.

    `polygons`, `owner`: the connected pieces and the row of each, by row and then canonically; `dissolved`: all of them
    as one; `failed`: rows of the layer whose overlay failed after all fallbacks; a finding must not pass over them. A
    part is real or a sliver by the connected parts of `dissolved`, and a piece goes with the part that it lies in.
    """

    polygons: Geoms
    owner: Rows
    dissolved: BaseGeometry
    plane: Plane = field(repr=False)
    sliver_width_m: float
    failed: tuple[int, ...] = ()

    @cached_property
    def parts(self) -> Geoms:
        """The connected parts of the dissolved overlap, largest first."""
        parts, _ = polygons_of(np.array([self.dissolved], dtype=object))
        parts = parts[_has_width(parts)]
        return parts[canonical(parts)]

    @cached_property
    def _thin(self) -> Masks:
        return np.array([is_sliver(part, self.sliver_width_m) for part in self.parts], dtype=np.bool_)

    @cached_property
    def union(self) -> BaseGeometry:
        """The real parts as one geometry."""
        return _multi(self.parts[~self._thin])

    @cached_property
    def sliver(self) -> BaseGeometry:
        """The sliver parts as one geometry."""
        return _multi(self.parts[self._thin])

    @cached_property
    def union_m2(self) -> float:
        """Ellipsoidal area of the real parts, every square metre once."""
        return exact_sum(self._part_m2[~self._thin].tolist())

    @cached_property
    def sliver_m2(self) -> float:
        """Ellipsoidal area of the sliver parts."""
        return exact_sum(self._part_m2[self._thin].tolist())

    @cached_property
    def shares_m2(self) -> float:
        """Exact sum of the real pieces' areas: more than `union_m2` where rows overlap each other."""
        return exact_sum(self.piece_m2[~self.is_sliver].tolist())

    @cached_property
    def _part_m2(self) -> NDArray[np.float64]:
        return self.plane.area_m2(self.parts)

    @cached_property
    def piece_m2(self) -> NDArray[np.float64]:
        """Ellipsoidal area of each piece."""
        return self.plane.area_m2(self.polygons)

    @cached_property
    def is_sliver(self) -> Masks:
        """Whether the dissolved part that each piece lies in is a sliver."""
        if self._thin.all() or not self._thin.any():
            return np.full(len(self.polygons), self._thin.all())
        inside = shapely.point_on_surface(self.polygons)
        return np.asarray(self._thin[shapely.STRtree(self.parts).nearest(inside)], dtype=np.bool_)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces one by one."""
        part = np.arange(len(self.owner)) - np.searchsorted(self.owner, self.owner) + 1
        listed = (self.owner.tolist(), part.tolist(), self.polygons, self.piece_m2.tolist(), self.is_sliver.tolist())
        return tuple(map(Piece, *listed))


def overlap(
    land: BaseGeometry, geoms: Geoms, plane: Plane, sliver_width_m: float, *, tree: shapely.STRtree | None = None
) -> Overlap:
    """Overlap of a polygonal land with each polygon of a layer, both in the plane.

    `geoms`: flat array, missing rows allowed; `tree`: an index of it where there is one already. Touching is no
    overlap. The order of the layer shows in `row` alone, in no figure.
    """
    geoms = np.asarray(geoms, dtype=object)
    return overlap_of(land, pairs(_one(land), geoms, plane, tree=tree), geoms, plane, sliver_width_m)


def overlap_of(land: BaseGeometry, found: Pairs, geoms: Geoms, plane: Plane, sliver_width_m: float) -> Overlap:
    """The overlap that the pairs of one land, or some of them, make up; `geoms` is the layer they were taken of."""
    polygons, owner = _pieces(found.geometry, found.row)
    whole, lost = _dissolved(land, found, geoms)
    failed = {*found.failed[:, 1].tolist(), *found.row[lost].tolist()}
    return Overlap(polygons, owner, whole, plane, sliver_width_m, tuple(sorted(failed)))


def outside(
    land: BaseGeometry,
    geoms: Geoms,
    plane: Plane,
    sliver_width_m: float,
    *,
    by: Geoms | None = None,
    tree: shapely.STRtree | None = None,
) -> Overlap:
    """What of a polygonal land lies outside a layer, as pieces of the rows of `by` (the land's own features).

    Without `by` all pieces are of row 0. `failed` are rows of `geoms`; where any is named, they count as not covering.
    """
    geoms = np.asarray(geoms, dtype=object)
    rows = _touching(land, geoms, tree)
    cover, lost = union(geoms[rows])
    left = robust("difference", land, cover)
    failed = set(rows[lost].tolist())
    if left is None:
        left, failed = land, set(rows.tolist())
    whole, _ = polygons_of(_one(left))
    rest = _multi(whole[canonical(whole)])
    owners = _one(land) if by is None else np.asarray(by, dtype=object)
    found = pairs(_one(rest), owners, plane)
    unsure = found.failed[:, 1]
    shared = np.concatenate([found.geometry, np.repeat(_one(rest), len(unsure))])
    polygons, owner = _pieces(shared, np.concatenate([found.row, unsure]))
    return Overlap(polygons, owner, rest, plane, sliver_width_m, tuple(sorted(failed)))


def _touching(land: BaseGeometry, geoms: Geoms, tree: shapely.STRtree | None) -> Rows:
    """Ascending positions of the geometries that meet the land."""
    if not len(geoms) or land.is_empty:
        return np.zeros(0, dtype=np.intp)
    tree = shapely.STRtree(geoms) if tree is None else tree
    return np.sort(tree.query(land, predicate="intersects"))


def _dissolved(land: BaseGeometry, found: Pairs, geoms: Geoms) -> tuple[BaseGeometry, Rows]:
    """The union of the parts, and which of them could not be united.

    Whole features often share their edges exactly, which parts that were cut don't: then they are united as they are,
    and cut as one.
    """
    whole = geoms[found.row]
    vertices = shapely.get_num_coordinates
    if len(whole) > 1 and vertices(whole).sum() <= SIMPLER * vertices(found.geometry).sum():
        cover = coverage(whole[canonical(whole)])
        cut = robust("intersection", land, cover) if cover is not None else None
        if cut is not None:
            return cut, np.zeros(0, dtype=np.intp)
    return union(found.geometry)


def _pieces(shared: Geoms, rows: Rows) -> tuple[Geoms, Rows]:
    """Connected polygons of the parts and their rows, by row and then canonically; touches left out."""
    pieces, owner = polygons_of(shared)
    real = _has_width(pieces)
    pieces, owner = pieces[real], rows[owner[real]]
    rank = np.empty(len(pieces), dtype=np.intp)
    rank[canonical(pieces)] = np.arange(len(pieces))
    order = np.lexsort((rank, owner))
    return pieces[order], owner[order]


def _has_width(polygons: Geoms) -> Masks:
    """Which polygons are more than an edge seen twice: mean width 2A/P over a micrometre."""
    return np.asarray(2 * shapely.area(polygons) > TOUCH_M * shapely.length(polygons), dtype=np.bool_)


def _one(geom: BaseGeometry) -> Geoms:
    array = np.empty(1, dtype=object)
    array[0] = geom
    return array


def _multi(polygons: Geoms) -> BaseGeometry:
    if not len(polygons):
        return Polygon()
    joined: BaseGeometry = polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)  # type: ignore[assignment]
    return joined
