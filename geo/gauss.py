"""Gauss-Krüger coordinates against the CRS that they are said to be in: zone prefixes and axes that don't fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pyproj import CRS

Wrong = Literal["zone-prefix", "axes-swapped", "degrees-as-metres", "metres-as-degrees"]
Bounds = tuple[float, float, float, float]
MILLION = 1_000_000
THREE, SIX = range(25, 46), range(13, 24)
"""Numbers of the 3-degree and the 6-degree zones of China."""
CODES: Mapping[int, tuple[int, int, int, int]] = {
    4490: (4513, 4534, 4491, 4502),
    4610: (2349, 2370, 2327, 2338),
    4214: (2401, 2422, 21413, 21453),
}
"""Datum's EPSG code → codes of the first 3-degree zone with prefix and without, and of the first 6-degree zones."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit, the prefixes of the CRS and of the coordinates (0: none), and the CRS that would fit."""

    wrong: Wrong
    stated: int = 0
    found: int = 0
    better: str | None = None


def misfit(bounds: Bounds, crs: CRS) -> Misfit | None:
    """What of a layer's bounds (x, y of its own coordinates) cannot be in its CRS; None where nothing is found.

    Prefixes are told for transverse Mercator planes in metres with a false easting of 500 km behind the prefix.
    """
    west, south, east, north = bounds
    x, y = (west + east) / 2, (south + north) / 2
    if crs.is_geographic:
        return _misfit_degrees(bounds)
    false_east = _false_easting(crs)
    if false_east is None:
        return None
    if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        return Misfit("degrees-as-metres")
    stated, found = int(false_east // MILLION), int(x // MILLION)
    if 1 <= found <= 5 and _prefix(y) is not None:
        return Misfit("axes-swapped")
    if found == stated or _prefix(x) is None:
        return None
    return Misfit("zone-prefix", stated, found, _better(crs, stated, found))


def _misfit_degrees(bounds: Bounds) -> Misfit | None:
    west, south, east, north = bounds
    if max(abs(west), abs(east)) > 360 or max(abs(south), abs(north)) > 360:
        return Misfit("metres-as-degrees")
    swapped = west >= 3 and east <= 54 and south >= 73 and north <= 136  # China's latitudes where longitudes stand
    return Misfit("axes-swapped") if swapped else None


def _prefix(easting: float) -> int | None:
    """The prefix of an easting of China, 0 where it has none; None where it is no such easting."""
    prefix, rest = divmod(easting, MILLION)
    known = prefix == 0 or int(prefix) in THREE or int(prefix) in SIX
    return int(prefix) if known and 100_000 <= rest <= 900_000 else None


def _false_easting(crs: CRS) -> float | None:
    """Of a transverse Mercator plane in metres whose middle has 500 km behind the prefix, else None."""
    inner = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    operation = inner.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    params = {param.name: param for param in operation.params}
    east, scale = params.get("False easting"), params.get("Scale factor at natural origin")
    if east is None or scale is None or float(scale.value) != 1 or east.unit_conversion_factor != 1:
        return None
    value = float(east.value)
    return value if value % MILLION == 500_000 else None


def _better(crs: CRS, stated: int, found: int) -> str | None:
    """The CRS of the same datum that has the prefix of the coordinates."""
    base = crs.geodetic_crs
    codes = CODES.get(base.to_epsg() or 0) if base is not None else None
    if codes is None:
        return None
    if found in THREE:
        return f"EPSG:{codes[0] + found - THREE.start}"
    if found in SIX:
        return f"EPSG:{codes[2] + found - SIX.start}"
    if stated in THREE:
        return f"EPSG:{codes[1] + stated - THREE.start}"
    return f"EPSG:{codes[3] + stated - SIX.start}" if stated in SIX else None
