"""Lines cut where they meet, and their ends joined where they lie close: what a network is made of."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geo.rings import parts_of

Geoms = NDArray[np.object_]
Rows = NDArray[np.intp]
Floats = NDArray[np.float64]
SAME_M = 1e-6
"""Cuts and ends closer than a micrometre are one, whatever the snap distance."""


def noded(lines: Geoms, snap_m: float) -> tuple[Geoms, Rows, Rows, Floats]:
    """Edges (LineStrings of the plane), their (E, 2) end nodes, the row each comes from, and the nodes' coordinates.

    Lines are cut where they cross, where one ends on another, and where an end lies at most `snap_m` from another
    line; ends at most `snap_m` from each other, one by one, are one node, which lies at the first of them by
    coordinates. Lines shorter than the snap distance whose ends so become one are left out.
    """
    parts, owner = parts_of(lines)
    is_line = np.isin(shapely.get_type_id(parts), (1, 2)) & (shapely.length(parts) > 0)
    parts, owner = parts[is_line], owner[is_line]
    pieces, source = _split(parts, _cuts(parts, snap_m))
    ends = np.concatenate([_end(pieces, 0), _end(pieces, -1)]) if len(pieces) else np.zeros((0, 2))
    node, places = _joined(ends, max(snap_m, SAME_M))
    count = len(pieces)
    pairs = np.column_stack([node[:count], node[count:]]).astype(np.intp)
    loops = (pairs[:, 0] == pairs[:, 1]) & (shapely.length(pieces) <= max(snap_m, SAME_M))
    kept = ~loops
    used, renumbered = np.unique(pairs[kept], return_inverse=True)
    return pieces[kept], renumbered.reshape(-1, 2).astype(np.intp), owner[source[kept]], places[used]


def _cuts(parts: Geoms, snap_m: float) -> list[Floats]:
    """For each line where along it others meet it, m from its start."""
    found: list[list[float]] = [[] for _ in parts]
    if not len(parts):
        return []
    tree = shapely.STRtree(parts)
    first, second = tree.query(parts, predicate="intersects")
    apart = first < second
    first, second = first[apart], second[apart]
    shared = shapely.intersection(parts[first], parts[second])
    places, pair = shapely.get_parts(shared, return_index=True)
    while (shapely.get_type_id(places) > 3).any():
        places, inner = shapely.get_parts(places, return_index=True)
        pair = pair[inner]
    corners, which = shapely.get_coordinates(_tips(places), return_index=True)
    for lines in (first[pair[which]], second[pair[which]]):
        _cut_at(parts, lines, corners, found)
    _add_near_ends(parts, tree, snap_m, found)
    return [np.array(cuts) for cuts in found]


def _tips(places: Geoms) -> Geoms:
    """Points as they are; of shared stretches the two ends."""
    lines = np.isin(shapely.get_type_id(places), (1, 2))
    tips = places.copy()
    tips[lines] = shapely.multipoints(
        np.stack([shapely.get_point(places[lines], 0), shapely.get_point(places[lines], -1)], axis=1)
    )
    return tips


def _add_near_ends(parts: Geoms, tree: shapely.STRtree, snap_m: float, found: list[list[float]]) -> None:
    """Cuts of the lines that another one ends close to."""
    count = len(parts)
    ends = np.concatenate([shapely.get_point(parts, 0), shapely.get_point(parts, -1)])
    end, line = tree.query(ends, predicate="dwithin", distance=max(snap_m, SAME_M))
    other = end % count != line
    _cut_at(parts, line[other], shapely.get_coordinates(ends)[end[other]], found)


def _cut_at(parts: Geoms, lines: Rows, corners: Floats, found: list[list[float]]) -> None:
    """Note where along its line each corner lies, unless that is one of the line's ends."""
    inner = np.ones(len(lines), dtype=np.bool_)
    for tip in (0, -1):
        away = shapely.get_coordinates(shapely.get_point(parts, tip))[lines] - corners
        inner &= np.hypot(away[:, 0], away[:, 1]) > SAME_M
    lines, corners = lines[inner], corners[inner]
    for line, at in zip(lines, shapely.line_locate_point(parts[lines], shapely.points(corners)), strict=True):
        found[line].append(float(at))


def _split(parts: Geoms, cuts: list[Floats]) -> tuple[Geoms, Rows]:
    """The pieces of each line between its cuts, and the position of the line."""
    pieces: list[BaseGeometry] = []
    source: list[int] = []
    lengths = shapely.length(parts)
    whole = np.array([not len(own) for own in cuts], dtype=np.bool_)
    for number in np.flatnonzero(~whole).tolist():
        line, own, length = parts[number], cuts[number], lengths[number]
        inner = np.unique(own[(own > SAME_M) & (own < length - SAME_M)])
        inner = inner[np.r_[True, np.diff(inner) > SAME_M]] if len(inner) else inner
        if not len(inner):
            pieces.append(line)
            source.append(number)
            continue
        stops = [0.0, *inner.tolist(), float(length)]
        for start, stop in pairwise(stops):
            pieces.append(substring(line, start, stop))
            source.append(number)
    array = np.empty(len(pieces), dtype=object)
    array[:] = pieces
    array = np.concatenate([parts[whole], array])
    owner = np.concatenate([np.flatnonzero(whole), np.array(source, dtype=np.intp)])
    order = np.argsort(owner, kind="stable")
    return array[order], owner[order]


def _end(lines: Geoms, which: int) -> Floats:
    return np.asarray(shapely.get_coordinates(shapely.get_point(lines, which)), dtype=np.float64)


def _joined(points: Floats, snap_m: float) -> tuple[Rows, Floats]:
    """The node of each point and the nodes' coordinates; points at most `snap_m` apart, in chains, are one node."""
    if not len(points):
        return np.zeros(0, dtype=np.intp), points
    near = cKDTree(points).query_pairs(snap_m, output_type="ndarray")
    links = csr_matrix((np.ones(len(near), dtype=np.int8), (near[:, 0], near[:, 1])), shape=(len(points),) * 2)
    _, label = connected_components(links, directed=False)
    order = np.lexsort((points[:, 1], points[:, 0], label))
    first = order[np.r_[True, np.diff(label[order]) > 0]]
    return label.astype(np.intp), points[first]
