"""What is kept of each feature of the original: its fields, its geometry, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from geo.area import area_m2
from geo.crs import Tie
from geo.densify import densify
from geo.hilbert import hilbert
from geo.repair import repair
from layers.indexed import MENDED, UNREADABLE
from layers.readers import Geoms, Originals

SIDES = ("xmin", "ymin", "xmax", "ymax")
NO_COUNTY = 1_000_000
"""Behind every code of six digits."""
NOWHERE = 1 << 62
"""The key of what has no bounds: behind every place on the curve."""
Keys = NDArray[np.int64]
"""(4, N): county code, place on the curve, FID, area in 1e-4 m²."""


@dataclass(frozen=True)
class Names:
    """The original's fields, and the columns that the index has beside them, which clash with none of these."""

    fields: tuple[str, ...]
    geometry: str
    fid: str
    state: str
    bounds: str

    @classmethod
    def of(cls, fields: Sequence[str]) -> Names:
        """The usual names; with an underscore where a field has one already."""
        taken = {name.casefold() for name in fields}

        def free(name: str) -> str:
            while name in taken:
                name += "_"
            return name

        own = ("geometry", "zoneproof_fid", "zoneproof_state", "bbox")
        return cls(tuple(fields), *(free(name) for name in own))


@dataclass(frozen=True)
class Looked:
    """Some features: their table, their keys, the rows of the report, whether there are polygons without an area."""

    table: pa.Table
    keys: Keys
    report: list[tuple[int, str, str, bool]]


def look_at(
    some: Originals, names: Names, tie: Tie | None, extent: tuple[float, float, float, float], county: str | None
) -> Looked:
    """The features as they are written, each with where it goes, and what is wrong with it."""
    geometry = some.geometry
    bounds = shapely.bounds(geometry)
    placed = np.isfinite(bounds).all(axis=1)
    along = np.full(len(geometry), NOWHERE, dtype=np.int64)
    along[placed] = hilbert((bounds[placed, :2] + bounds[placed, 2:]) / 2, extent)
    repaired, report = _seen_to(some)
    unreadable = shapely.is_missing(geometry) & ~some.absent
    state = np.full(len(geometry), None, dtype=object)
    state[some.mended], state[unreadable] = MENDED, UNREADABLE
    sides = [pa.array(side, pa.float64(), mask=~placed) for side in bounds.T]
    own = {
        names.geometry: pa.array(shapely.to_wkb(geometry), pa.binary()),
        names.bounds: pa.StructArray.from_arrays(sides, SIDES),
        names.fid: pa.array(some.fids, pa.int64()),
        names.state: pa.array(state, pa.string()),
    }
    columns = [*some.table.columns, *own.values()]
    table = pa.table(columns, names=[*names.fields, *own])
    keys = np.stack(
        [counties(some.table[county] if county else None, len(geometry)), along, some.fids, _area(repaired, tie)]
    )
    return Looked(table, keys, report)


def counties(column: Any, count: int) -> NDArray[np.int64]:
    """The six digits that each code begins with; NO_COUNTY where there are none, or no column."""
    found = np.full(count, NO_COUNTY, dtype=np.int64)
    if column is not None:
        for at, code in enumerate(column.to_pylist()):
            head = str(code)[:6] if code is not None else ""
            if len(head) == 6 and head.isascii() and head.isdigit():
                found[at] = int(head)
    return found


def _seen_to(some: Originals) -> tuple[Geoms, list[tuple[int, str, str, bool]]]:
    """The geometries as a check would repair them, and (FID, what, why, whether it can be repaired) of the broken."""
    geometry = some.geometry
    done = geometry.copy()
    lost = np.zeros(len(done), dtype=np.bool_)
    for dimension in (2, 1, 0):
        rows = np.flatnonzero(shapely.get_dimensions(geometry) == dimension)
        if len(rows):
            done[rows], _, lost[rows] = repair(geometry[rows], dimension)
    unreadable = shapely.is_missing(geometry) & ~some.absent
    broken = ~shapely.is_valid(geometry) & ~shapely.is_missing(geometry)
    kinds = ((some.absent, "absent"), (unreadable, UNREADABLE), (some.mended, MENDED), (lost | broken, "invalid"))
    report = []
    for at in np.flatnonzero(some.absent | unreadable | some.mended | broken | lost):
        what = next(name for mask, name in kinds if mask[at])
        why = str(shapely.is_valid_reason(geometry[at])) if geometry[at] is not None else ""
        usable = not (some.absent[at] or unreadable[at] or lost[at])
        report.append((int(some.fids[at]), what, "" if why == "Valid Geometry" else why, usable))
    return done, report


def _area(geometry: Geoms, tie: Tie | None) -> NDArray[np.int64]:
    """Ellipsoidal areas in 1e-4 m², whose sums show no order; 0 where nothing ties the CRS to the ellipsoid."""
    if tie is None:
        return np.zeros(len(geometry), dtype=np.int64)
    found = area_m2(densify(geometry, tie.crs), tie.move)
    return np.asarray(np.round(found * 1e4), dtype=np.int64)
