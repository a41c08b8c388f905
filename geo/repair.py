"""Broken geometry made valid, or named as lost; never silently changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GEOSException
from shapely.geometry.base import BaseGeometry

from geo.rings import finite, flattened, parts_of

Geoms = NDArray[np.object_]
Masks = NDArray[np.bool_]
JOIN: tuple[Callable[..., Any], ...] = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)


def repair(geoms: Geoms, dimension: int) -> tuple[Geoms, Masks, Masks]:
    """Make every geometry valid and of one dimension (0 points, 1 lines, 2 polygons).

    Flat array in; gives (geometries, repaired, lost), all of its length. `repaired`: was invalid, a collection,
    or lost parts of another dimension. `lost`: missing, empty, not finite, or without a part of the dimension; its
    geometry is None.
    Overlapping rings are united, holes stay holes (GEOS 'structure' method). Heights are dropped.
    """
    geoms = flattened(np.asarray(geoms, dtype=object))
    lost = shapely.is_missing(geoms) | shapely.is_empty(geoms) | ~finite(geoms)
    bad = ~lost & (~shapely.is_valid(geoms) | (_dimensions(geoms) != dimension) | (shapely.get_type_id(geoms) == 7))
    done = geoms.copy()
    for i in np.flatnonzero(bad):
        done[i] = only(valid(geoms[i]), dimension)
    lost |= shapely.is_missing(done) | shapely.is_empty(done)
    done[lost] = None
    return done, bad & ~lost, lost


def valid(geom: BaseGeometry) -> BaseGeometry | None:
    """One geometry made valid; None where GEOS can't."""
    for attempt in (_by_structure, _by_buffer):
        try:
            fixed = attempt(geom)
        except GEOSException:
            continue
        if fixed is not None and fixed.is_valid:
            return fixed
    return None


def only(geom: BaseGeometry | None, dimension: int) -> BaseGeometry | None:
    """The parts of one dimension: a single part as it is, several as a multi geometry; None where there are none."""
    parts, _ = parts_of(np.array([geom], dtype=object))
    parts = parts[(shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)]
    if len(parts) < 2:
        return parts[0] if len(parts) else None
    united: BaseGeometry = JOIN[dimension](parts)
    return united if united.is_valid else shapely.union_all(parts)


def _by_structure(geom: BaseGeometry) -> BaseGeometry | None:
    fixed: BaseGeometry | None = shapely.make_valid(geom, method="structure", keep_collapsed=False)
    return fixed


def _by_buffer(geom: BaseGeometry) -> BaseGeometry | None:
    return shapely.buffer(geom, 0) if shapely.get_dimensions(geom) == 2 else None


def _dimensions(geoms: Geoms) -> NDArray[np.int32]:
    return np.asarray(shapely.get_dimensions(geoms), dtype=np.int32)
