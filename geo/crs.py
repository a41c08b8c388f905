"""The one place that knows coordinate systems: what a CRS text means, how its datum is tied to CGCS2000, axis order.

Everywhere x is east and y north. PROJ is never let onto the network: the same input gives the same figures anywhere.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.crs import BoundCRS
from pyproj.crs.coordinate_operation import ToWGS84Transformation
from pyproj.enums import TransformDirection
from pyproj.exceptions import CRSError, ProjError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]
from pyproj.transformer import TransformerGroup

from geo.errors import ZoneproofError
from geo.reproject import move, reproject

TieNote = Literal["one-datum", "shift", "towgs84", "grid", "ballpark"]

LONLAT = "EPSG:4490"
HUB = "EPSG:4326"
ONE_DATUM_M = 2.0
COVER = 0.7
ZONES_WEST, ZONES_EAST = 73.5, 136.5


@dataclass(frozen=True, slots=True)
class Datum:
    """What a project says about a layer's datum shift (contract §2).

    `towgs84`: 3 or 7 numbers, position vector convention (m, arc seconds, ppm), from the layer's datum to CGCS2000.
    `grid`: path of a horizontal shift grid (NTv2, GeoTIFF) to CGCS2000. `accept_shift`: take PROJ's ballpark as it is.
    """

    towgs84: tuple[float, ...] | None = None
    grid: str | None = None
    accept_shift: bool = False


@dataclass(frozen=True)
class Tie:
    """How a CRS is tied to CGCS2000 longitude and latitude in degrees.

    `note` says what was done where the datum is another one: `one-datum` (ITRF family, counted as one), `shift` (PROJ's
    own transformation), `towgs84`, `grid`, `ballpark` (accepted by the project); None for CGCS2000 itself.
    `operation` is PROJ's name of the shift, `accuracy_m` what PROJ states for it.
    """

    crs: CRS
    steps: tuple[Transformer, ...]
    note: TieNote | None = None
    operation: str | None = None
    accuracy_m: float | None = None

    def to_lonlat(self, geoms: Any) -> Any:
        """Geometries of the CRS in EPSG:4490 degrees; None where PROJ cannot place one (see `reproject`)."""
        return reproject(geoms, *self.steps)

    def move(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, 2) coordinates of the CRS in EPSG:4490 degrees, infinite where PROJ cannot place them."""
        return move(xy, *self.steps)

    def from_lonlat(self, geoms: Any) -> Any:
        """Geometries in EPSG:4490 degrees in the CRS; None where PROJ cannot place one."""
        return reproject(geoms, *reversed(self.steps), inverse=True)


def parse_crs(text: object, where: str) -> CRS:
    """The horizontal 2D part of a CRS given as text (EPSG code, WKT, .prj, PROJ string) or as a pyproj CRS.

    Compound and 3D systems lose their height. Raises `crs-unknown` where there is none, `crs-invalid` for a text that
    PROJ does not know, `crs-not-horizontal` for what has no place on the ellipsoid (local, vertical, geocentric).
    """
    given = str(text).strip() if isinstance(text, str | int) else text
    if given is None or given == "":
        raise ZoneproofError("crs-unknown", where)
    try:
        crs = CRS.from_user_input(f"EPSG:{given}" if isinstance(given, str) and given.isdigit() else given)
        flat = _horizontal(crs)
    except CRSError as error:
        raise ZoneproofError("crs-invalid", where, crs=_shorten(text)) from error
    if flat is None:
        raise ZoneproofError("crs-not-horizontal", where, crs=_shorten(crs.name))
    return flat


def parse_plane(text: object, where: str) -> CRS:
    """A CRS that outputs can be drawn and eroded in: projected, in metres; else `crs-not-plane`."""
    crs = parse_crs(text, where)
    if not crs.is_projected or metres_per_unit(crs) != 1.0:
        raise ZoneproofError("crs-not-plane", where, crs=crs.name)
    return crs


def crs_name(crs: CRS) -> str:
    """`EPSG:4542` where the CRS has a code (also an unnamed .prj that PROJ recognises), else its WKT."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.to_wkt())


def metres_per_unit(crs: CRS) -> float:
    """Length of one unit of a projected CRS in metres."""
    return float(crs.axis_info[0].unit_conversion_factor)


def tie(crs: CRS, datum: Datum, where: str) -> Tie:
    """Tie a horizontal CRS to EPSG:4490 by what the project states, or by what PROJ knows; else `datum-unknown`."""
    return _tie(crs.to_wkt(), datum, where)


@lru_cache(maxsize=64)
def _tie(wkt: str, datum: Datum, where: str) -> Tie:
    crs = CRS.from_wkt(wkt)
    set_network_enabled(active=False)
    if datum.towgs84 is not None and datum.grid is not None:
        raise ZoneproofError("datum-twice", where)
    if datum.towgs84 is not None:
        return _tie_by_numbers(_unbound(crs), datum.towgs84, where)
    if datum.grid is not None:
        return _tie_by_grid(_unbound(crs), datum.grid, where)
    if found := _tie_by_proj(crs):
        return found
    if not datum.accept_shift:
        raise ZoneproofError("datum-unknown", where, crs=_shorten(crs_label(crs)))
    step = _group(_unbound(crs), LONLAT, ballpark=True)[0]
    return Tie(crs, (step,), "ballpark", _operation(step))


def _tie_by_numbers(crs: CRS, numbers: tuple[float, ...], where: str) -> Tie:
    if len(numbers) not in {3, 7} or not all(map(math.isfinite, numbers)):
        raise ZoneproofError("towgs84-count", where, count=len(numbers))
    base = crs.geodetic_crs
    bound = BoundCRS(crs, CRS(HUB), ToWGS84Transformation(base, *numbers))
    step = Transformer.from_crs(bound, CRS(HUB), always_xy=True, allow_ballpark=False)
    return Tie(crs, (step,), "towgs84", "towgs84 " + ", ".join(f"{number:g}" for number in numbers))


def _tie_by_grid(crs: CRS, grid: str, where: str) -> Tie:
    if not Path(grid).is_file():
        raise ZoneproofError("grid-missing", where, path=grid)
    base = crs.geodetic_crs
    if base is None or base.prime_meridian is None or base.prime_meridian.longitude != 0:
        raise ZoneproofError("datum-unknown", where, crs=_shorten(crs_label(crs)))
    pipeline = (
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
        f'+step +proj=hgridshift +grids="{Path(grid).resolve()}" +step +proj=unitconvert +xy_in=rad +xy_out=deg'
    )
    try:
        shift = Transformer.from_pipeline(pipeline)
    except ProjError as error:
        raise ZoneproofError("grid-invalid", where, path=grid) from error
    own = Transformer.from_crs(crs, base, always_xy=True)
    return Tie(crs, (own, shift), "grid", Path(grid).name)


def _tie_by_proj(crs: CRS) -> Tie | None:
    if direct := _group(crs, LONLAT, ballpark=False):
        return Tie(crs, (direct[0],))
    if crs.is_bound:
        return None if _is_bound_to_nothing(crs) else _tie_as_bound(crs)
    base = crs.geodetic_crs
    if base is None:
        return None
    for step in _group(base, HUB, ballpark=False):
        if not _covers(step, base):
            continue
        accuracy = step.accuracy if step.accuracy >= 0 else None
        one = _moves_m(step, base) <= ONE_DATUM_M and (accuracy is None or round(accuracy, 1) <= ONE_DATUM_M)
        own = () if crs.is_geographic else (Transformer.from_crs(crs, base, always_xy=True),)
        return Tie(crs, (*own, step), "one-datum" if one else "shift", _operation(step), accuracy)
    return None


def _tie_as_bound(crs: CRS) -> Tie | None:
    """By the TOWGS84 that a layer's own CRS states."""
    steps = _group(crs, HUB, ballpark=False)
    shift = any(crs.coordinate_operation.towgs84) if crs.coordinate_operation is not None else True
    return Tie(crs, (steps[0],), "shift" if shift else "one-datum", _operation(steps[0])) if steps else None


def _group(crs: CRS, target: str, *, ballpark: bool) -> list[Transformer]:
    """PROJ's candidate operations, best first; without ballpark ones unless asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return list(TransformerGroup(crs, CRS(target), always_xy=True, allow_ballpark=ballpark).transformers)


def _covers(step: Transformer, base: CRS) -> bool:
    """Whether an operation is meant for most of a datum's area, not for one oil field in it (Beijing 54 has those)."""
    area = _area(base)
    if area is None:
        return False
    bounds = getattr(step.area_of_use, "bounds", None)
    if bounds is None:
        return True
    west, south, east, north = bounds
    east += 360 * (east < west)
    wide = max((min(east, area[2] + turn) - max(west, area[0] + turn) for turn in (-360, 0, 360)), default=0.0)
    high = min(north, area[3]) - max(south, area[1])
    return wide > 0 and high > 0 and wide * high >= COVER * (area[2] - area[0]) * (area[3] - area[1])


def _area(base: CRS) -> tuple[float, float, float, float] | None:
    """West, south, east (beyond 180° where it must), north of where a datum is meant to be used; None: not known."""
    known = base
    if known.area_of_use is None and (authority := base.to_authority()):
        known = CRS.from_authority(*authority)
    if known.area_of_use is None:
        return None
    west, south, east, north = known.area_of_use.bounds
    return west, south, east + 360 * (east < west), north


def _moves_m(step: Transformer, base: CRS) -> float:
    """How far an operation moves the middle of a datum's area against the bare longitude and latitude, in metres."""
    area = _area(base)
    lon, lat = (0.0, 0.0) if area is None else ((area[0] + area[2]) / 2, (area[1] + area[3]) / 2)
    bare = _group(base, LONLAT, ballpark=True)[0]
    x, y = bare.transform((lon + 180) % 360 - 180, lat, direction=TransformDirection.INVERSE)
    (lon0, lat0), (lon1, lat1) = bare.transform(x, y), step.transform(x, y)
    return float(pyproj.Geod(ellps="GRS80").inv(lon0, lat0, lon1, lat1)[2])


def _is_bound_to_nothing(crs: CRS) -> bool:
    """A TOWGS84 of zeros on another ellipsoid is a placeholder that older programs wrote, no statement."""
    operation = crs.coordinate_operation
    if not crs.is_bound or operation is None or crs.ellipsoid is None:
        return False
    return not any(operation.towgs84) and abs(crs.ellipsoid.semi_major_metre - 6378137.0) > ONE_DATUM_M / 2


def _unbound(crs: CRS) -> CRS:
    return crs.source_crs if crs.is_bound and crs.source_crs is not None else crs


def _horizontal(crs: CRS) -> CRS | None:
    if crs.is_compound:
        return _horizontal(crs.sub_crs_list[0])
    inner = _unbound(crs)
    if inner.is_geocentric or not (inner.is_geographic or inner.is_projected) or inner.geodetic_crs is None:
        return None
    return crs.to_2d() if len(crs.axis_info) > 2 and not crs.is_bound else crs  # to_2d forgets the code of a .prj


def _operation(step: Transformer) -> str:
    """PROJ's names of the steps, without those that only swap axes."""
    words = [word for word in str(step.description).split(" + ") if "axis order change" not in word]
    return " + ".join(words)


def crs_label(crs: CRS) -> str:
    """Name and code for messages: `Xian 1980 (EPSG:4610)`."""
    authority = crs.to_authority()
    return f"{crs.name} ({':'.join(authority)})" if authority else str(crs.name)


def _shorten(text: object) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= 80 else line[:79] + "…"


def output_crs(lonlat_bounds: tuple[float, float, float, float], own_crs: CRS | None = None) -> CRS:
    """The CRS of the outputs where the project names none (contract §2).

    `lonlat_bounds`: extent of the zones (west, south, east, north), degrees. At its centre: the CGCS2000 3-degree zone
    without prefix between 73.5° and 136.5° E; else the zones' own projected CRS in metres, else WGS 84 / UTM.
    """
    west, south, east, north = lonlat_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if ZONES_WEST <= lon <= ZONES_EAST:
        return CRS.from_epsg(4534 + min(math.floor((lon - ZONES_WEST) / 3), 20))
    if own_crs is not None and own_crs.is_projected and metres_per_unit(own_crs) == 1.0:
        return own_crs
    zone = min(int((lon + 180) // 6) + 1, 60)
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)
