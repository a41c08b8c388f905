"""Geodesic lengths on the ellipsoid of CGCS2000, for any number of lines in one pass."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geo.rings import parts_of

GEOD = Geod(a=6378137.0, rf=298.257222101)


def geodesic_m(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:
    """Length of the geodesic between points in degrees, m (Karney's method through PROJ); arrays or scalars."""
    return GEOD.inv(lon1, lat1, lon2, lat2)[2]


@overload
def length_m(geoms: BaseGeometry) -> float: ...
@overload
def length_m(geoms: NDArray[np.object_]) -> NDArray[np.float64]: ...
def length_m(geoms: BaseGeometry | NDArray[np.object_]) -> float | NDArray[np.float64]:
    """Sum of the edges' geodesic lengths of geometries in EPSG:4490 degrees, m.

    Array in, float64 array out; a scalar gives a float. Of polygons the perimeter, holes too; 0 for points, what is
    empty or missing.
    """
    whole = np.asarray(geoms, dtype=object)
    parts, owner = parts_of(whole.ravel())
    areal = shapely.get_type_id(parts) == 3
    rings, inner = shapely.get_rings(parts[areal], return_index=True)
    lines = np.concatenate([parts[~areal], rings])
    owners = np.concatenate([owner[~areal], owner[areal][inner]])
    lonlat, line = shapely.get_coordinates(lines, return_index=True)
    edge = np.flatnonzero(line[1:] == line[:-1])
    ends = lonlat[edge], lonlat[edge + 1]
    away = geodesic_m(*(np.ascontiguousarray(end[:, axis]) for end in ends for axis in (0, 1)))
    sums = np.bincount(owners[line[edge]], weights=away, minlength=whole.size).astype(np.float64)
    return float(sums[0]) if whole.ndim == 0 else sums.reshape(whole.shape)
