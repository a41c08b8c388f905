"""Long edges cut in the layer's own CRS, so that an edge is straight there and stays so in any other."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod
from shapely import LineString

from geo.crs import metres_per_unit
from geo.rings import AT_ONCE, flattened

MAX_M = 70.0
ROUND_THE_EARTH_M = 4.1e7
Floats = NDArray[np.float64]
_UPPER_M_PER_DEGREE = 111_700.0


def densify(geoms: Any, crs: CRS, max_m: float = MAX_M) -> Any:
    """Cut every edge longer than `max_m` into equal parts of at most that, in the CRS of the geometries.

    Array in, array of the same shape out; a scalar gives a scalar. Length in a projected CRS is planar, in its own unit
    turned into metres, in a geographic CRS geodesic on its ellipsoid (the cuts are equal in degrees, where the edge is
    straight). Vertices are computed from the edge's lower end (by x, then y), so both neighbours of an edge get the
    same bits. Given vertices stay; heights are dropped; points, empty and missing geometries come back as they are.
    Edges that are not finite or longer than once round the earth are left for `repair` to judge.
    """
    whole = np.asarray(geoms, dtype=object)
    flat = flattened(whole.ravel())
    long = _may_be_long(flat, crs, max_m)
    kinds = shapely.get_type_id(flat)
    for kind in np.unique(kinds[long & (kinds > 0)]):
        rows = np.flatnonzero(long & (kinds == kind))
        flat[rows] = _collections(flat[rows], crs, max_m) if kind == 7 else _alike(flat[rows], int(kind), crs, max_m)
    return flat[0] if whole.ndim == 0 else flat.reshape(whole.shape)


def _may_be_long(geoms: NDArray[np.object_], crs: CRS, max_m: float) -> NDArray[np.bool_]:
    """Which geometries have successive vertices farther apart than `max_m`; the others have no long edge."""
    scale = metres_per_unit(crs) * (np.degrees(1) * _UPPER_M_PER_DEGREE if crs.is_geographic else 1.0)
    west, south, east, north = shapely.bounds(geoms).T
    long = ~(np.hypot(east - west, north - south) * scale <= max_m)
    rows = np.flatnonzero(long & ~shapely.is_empty(geoms) & ~shapely.is_missing(geoms))
    long[rows] = False
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        x, y = shapely.get_coordinates(geoms[some]).T
        ends = np.cumsum(shapely.get_num_coordinates(geoms[some]))
        with np.errstate(over="ignore"):
            step2 = np.diff(x) ** 2 + np.diff(y) ** 2
        step2[ends[:-1] - 1] = 0.0  # from one geometry to the next
        far = np.flatnonzero(~(step2 <= (max_m / scale) ** 2))
        long[some[np.searchsorted(ends, far, side="right")]] = True
    return np.asarray(long, dtype=np.bool_)


def _collections(geoms: NDArray[np.object_], crs: CRS, max_m: float) -> NDArray[np.object_]:
    done = geoms.copy()
    for i, geom in enumerate(geoms):
        done[i] = shapely.geometrycollections(densify(shapely.get_parts(geom), crs, max_m))
    return done


def _alike(geoms: NDArray[np.object_], kind: int, crs: CRS, max_m: float) -> NDArray[np.object_]:
    """Geometries of one type (lines or polygons, single or multi); only those with a long edge are built anew."""
    if kind == 4:
        return geoms
    if kind == 2:
        geoms = np.array([LineString(ring.coords) for ring in geoms], dtype=object)
    type_, xy, offsets = shapely.to_ragged_array(geoms, include_z=False)
    start = np.asarray(offsets[0], dtype=np.int64)
    cuts = _cuts(xy, start, crs, max_m)
    if not (cuts > 1).any():
        return geoms
    first = np.concatenate([[0], np.cumsum(cuts)])
    built = shapely.from_ragged_array(type_, _insert(xy, cuts, first), (first[start], *offsets[1:]))
    return np.where(shapely.is_empty(geoms), geoms, built)


def _cuts(xy: Floats, start: NDArray[np.int64], crs: CRS, max_m: float) -> NDArray[np.int64]:
    """Into how many parts the edge that leaves each vertex is cut; 1 for the last vertex of a line or ring."""
    if len(xy) < 2:
        return np.ones(len(xy), dtype=np.int64)
    length = np.zeros(len(xy))
    length[:-1] = edge_m(xy[:-1], xy[1:], crs, max_m)
    length[start[1:][start[1:] > 0] - 1] = 0.0
    length[~(length < ROUND_THE_EARTH_M)] = 0.0
    return np.maximum(np.ceil(length / max_m), 1).astype(np.int64)


def edge_m(a: Floats, b: Floats, crs: CRS, at_least_m: float = 0.0) -> Floats:
    """Length of edges from a to b, (N, 2) each, in metres; where surely below `at_least_m` an upper bound of it."""
    length: Floats = np.hypot(b[:, 0] - a[:, 0], b[:, 1] - a[:, 1])
    if not crs.is_geographic:
        return length * metres_per_unit(crs)
    degrees = float(np.degrees(crs.axis_info[0].unit_conversion_factor))
    length = length * degrees * _UPPER_M_PER_DEGREE
    far = np.flatnonzero(length > at_least_m)
    low, high = _ordered(a[far], b[far])
    geod = crs.get_geod() or Geod(ellps="GRS80")
    (lon1, lat1), (lon2, lat2) = (end.T * degrees for end in (low, high))
    length[far] = geod.inv(lon1.copy(), lat1.copy(), lon2.copy(), lat2.copy())[2]
    return length


def _ordered(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """The ends of edges, the lower (by x, then y) first."""
    swap = ((a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1])))[:, None]
    return np.where(swap, b, a), np.where(swap, a, b)


def _insert(xy: Floats, cuts: NDArray[np.int64], first: NDArray[np.int64]) -> Floats:
    """All vertices with the new ones between: vertex i comes to stand at first[i], its edge's cuts after it."""
    source = np.repeat(np.arange(len(xy)), cuts)
    step = np.arange(len(source)) - first[source]
    new = np.flatnonzero(step)
    a, b = xy[source[new]], xy[source[new] + 1]
    low, high = _ordered(a, b)
    parts = cuts[source[new]]
    along = np.where((low == a).all(axis=1), step[new], parts - step[new])
    done: Floats = xy[source]
    done[new] = low + (high - low) * (along / parts)[:, None]
    return done
