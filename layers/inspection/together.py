"""Layers against each other: one that lies far from the zones, one that is shifted as a whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from pyproj import Geod

from geo.crs import output_crs
from geo.gcj import gcj_offset_deg
from geo.plane import Plane
from geo.shift import Moved, moved
from layers.inspection.model import Spot, flaw
from layers.inspection.source import Outline
from layers.text import Text

FAR_KM = 50.0
ZONE_DEG = 3.0
ALIKE_M = 15.0
"""GCJ-02 moves places a few metres differently within a county: a shift this close to it is taken for it."""
CHINA = (72.0, 3.0, 136.5, 54.0)


def compare(outlines: Sequence[Outline]) -> None:
    """Note what is wrong between layers, at the layer that it is wrong with."""
    zones = [one for one in outlines if one.source.role.name == "zones"]
    if not zones:
        return
    for one in outlines:
        if one.source.role.name != "zones":
            _far(one, zones[0])
    _shifted(outlines)


def _far(one: Outline, zones: Outline) -> None:
    a, b = one.bounds, zones.bounds
    lon = max(a[0] - b[2], b[0] - a[2], 0.0)
    lat = max(a[1] - b[3], b[1] - a[3], 0.0)
    middle = (b[1] + b[3]) / 2
    scale = np.cos(np.radians(middle))
    away_km = float(Geod(ellps="GRS80").inv(0, middle, lon, min(middle + lat, 90))[2]) / 1000 if scale > 0 else 0.0
    if away_km <= FAR_KM:
        return
    spot = Spot("*", ((a[0] + a[2]) / 2, (a[1] + a[3]) / 2), away_km)
    off = abs((a[0] + a[2]) / 2 - (b[0] + b[2]) / 2)
    whole = round(off / ZONE_DEG)
    if whole and abs(off - whole * ZONE_DEG) < 0.5 and lat == 0.0:
        one.seen.flaws.append(flaw("far-zone", [spot], degrees=f"{whole * ZONE_DEG:g}"))
    else:
        one.seen.flaws.append(flaw("far", [spot]))


def _shifted(outlines: Sequence[Outline]) -> None:
    """Every pair of layers that lie together; a shift is noted at the layer that most others disagree with."""
    near = [one for one in outlines if _meets(one, outlines[0])]
    if len(near) < 2:
        return
    box = shapely.box(*near[0].bounds)
    plane = Plane(":".join(output_crs(box.bounds).to_authority() or ()))
    points = [shapely.get_coordinates(plane.from_lonlat(shapely.points(one.lonlat))) for one in near]
    pairs = [
        (i, j, found) for i in range(len(near)) for j in range(i) if (found := moved(points[i], points[j])) is not None
    ]
    often = np.bincount([place for i, j, _ in pairs for place in (i, j)], minlength=len(near))
    told: set[int] = set()
    for i, j, found in pairs:
        sign = _gcj_sign(found, plane)
        guilty, other = (i, j) if (sign or (1 if often[i] >= often[j] else -1)) > 0 else (j, i)
        if guilty in told:
            continue
        told.add(guilty)
        _note(near[guilty], near[other], found, plane, gcj=bool(sign))


def _meets(one: Outline, other: Outline) -> bool:
    a, b = one.bounds, other.bounds
    return a[0] <= b[2] + 0.1 and b[0] <= a[2] + 0.1 and a[1] <= b[3] + 0.1 and b[1] <= a[3] + 0.1


def _gcj_sign(found: Moved, plane: Plane) -> int:
    """1 where the layer lies where GCJ-02 would put it, -1 where the reference does, 0 where neither."""
    lon, lat = _lonlat(found, plane)
    if not (CHINA[0] <= lon <= CHINA[2] and CHINA[1] <= lat <= CHINA[3]):
        return 0
    offset = gcj_offset_deg(np.array([[lon, lat]]))[0]
    there = shapely.get_coordinates(plane.from_lonlat(shapely.Point(lon + offset[0], lat + offset[1])))[0]
    east, north = there - np.array(found.at)
    for sign in (1, -1):
        if np.hypot(found.east_m - sign * east, found.north_m - sign * north) <= ALIKE_M:
            return sign
    return 0


def _note(guilty: Outline, other: Outline, found: Moved, plane: Plane, *, gcj: bool) -> None:
    east, north = abs(found.east_m), abs(found.north_m)
    note = Text(
        f"东西 {east:.0f} m,南北 {north:.0f} m,{found.share:.0%} 的节点一致",
        f"{east:.0f} m east-west, {north:.0f} m north-south; {found.share:.0%} of the vertices agree",
    )
    spot = Spot("*", _lonlat(found, plane), found.distance_m, note)
    guilty.seen.flaws.append(flaw("gcj" if gcj else "shifted", [spot], other=other.seen.title))


def _lonlat(found: Moved, plane: Plane) -> tuple[float, float]:
    lon, lat = shapely.get_coordinates(plane.to_lonlat(shapely.Point(found.at)))[0]
    return float(lon), float(lat)
