"""Made-up control lines: red line on the slopes, basic farmland across the river, town boundary around the park."""

from __future__ import annotations

from functools import cache

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from layers.samples.fabric import faces, joined
from layers.samples.ground import ground, lot_shapes, park, surveyed
from layers.samples.landcover import Patch
from layers.samples.valley import north_foot, sheet, south_foot, spine

SLIVER_M = 0.03
"""How far the red line strays over the park's outline where it follows it: hand-drawn lines never quite meet."""
SEAM_S = (2080.0, 2330.0)
FLEXIBLE_S = 2860.0


@cache
def ecological_redline() -> tuple[Polygon, ...]:
    """Woods high on both slopes, and one spur that comes down to the park's outline (with slivers along the seam)."""
    made = ground()
    s, t = spine().locate(shapely.get_coordinates(shapely.point_on_surface(made.faces)))
    high = np.maximum(t - north_foot(s), south_foot(s) - t) > 300
    woods = np.array([patch.code in ("0301", "0302", "0305") for patch in made.patch]) & ~made.park
    parts = joined(made.faces[high & woods], ["north" if side > 0 else "south" for side in t[high & woods]])
    large = [part for parts_of in parts.values() for part in parts_of if part.area > 120_000]
    merged = shapely.union_all([*large, _spur()], grid_size=0.001)
    return tuple(
        Polygon(part.exterior, [hole for hole in part.interiors if Polygon(hole).area > 4000])
        for part in sorted(shapely.get_parts(merged), key=lambda part: -part.area)
    )


def _spur() -> Polygon:
    """The wooded spur above the park, its lower edge drawn along the park's outline, 3 cm to and fro."""
    outline = shapely.get_coordinates(shapely.get_exterior_ring(park()))[:-1]
    s, t = spine().locate(outline)
    seam = outline[(s > SEAM_S[0]) & (s < SEAM_S[1]) & (t > 150)]
    seam = seam[np.argsort(spine().locate(seam)[0])]
    along = np.gradient(seam, axis=0)
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    side = np.where(np.arange(len(seam)) % 3 == 1, -SLIVER_M, SLIVER_M)
    rim = [
        (SEAM_S[1] + 46, 470.0),
        (SEAM_S[1] + 92, 560.0),
        (SEAM_S[1] + 40, 655.0),
        (SEAM_S[1] + 70, 760.0),
        (SEAM_S[1] - 60, 850.0),
        (SEAM_S[0] + 30, 840.0),
        (SEAM_S[0] - 62, 750.0),
        (SEAM_S[0] - 18, 650.0),
        (SEAM_S[0] - 55, 560.0),
        (SEAM_S[0] - 20, 470.0),
    ]
    return Polygon(np.round(np.vstack([seam + side[:, None] * across, spine().at(*np.array(rim).T)]), 3))


@cache
def basic_farmland() -> tuple[tuple[Patch, Polygon], ...]:
    """Paddy and flat dry land in the valley outside the park."""
    near = shapely.union_all([polygon for _, polygon in urban_boundary()])
    return tuple(
        (patch, polygon)
        for patch, built, polygon in surveyed()
        if not built
        and patch.code in ("0101", "0103")
        and patch.grade in ("1", "2")
        and polygon.area > 2000
        and not shapely.intersects(near, polygon)
    )


@cache
def urban_boundary() -> tuple[tuple[str, Polygon], ...]:
    """The boundary around the park: concentrated, flexible at the upper end, a special strip along the hills."""
    rim = shapely.buffer(park(), 38, quad_segs=4).simplify(5)
    town = shapely.buffer(spine().along(-620, 60, 0.0, step=80), 120, quad_segs=5)
    whole = shapely.intersection(shapely.union_all([rim, town], grid_size=0.001), sheet(), grid_size=0.001)
    whole = shapely.difference(whole, _spur(), grid_size=0.001)
    whole = Polygon(max(shapely.get_parts(whole), key=lambda part: part.area).exterior)
    t = np.linspace(-700, 900, 40)
    limit = shapely.LineString(spine().at(FLEXIBLE_S + 12 * np.sin(t / 60), t))
    parts = faces([limit], whole)
    centre = spine().locate(shapely.get_coordinates(shapely.point_on_surface(parts)))[0]
    return tuple(
        ("城镇弹性发展区" if s > FLEXIBLE_S else "城镇集中建设区", part) for s, part in zip(centre, parts, strict=True)
    )


@cache
def industrial_redline() -> tuple[Polygon, ...]:
    """Blocks of lots for industry and storage with the streets between them, up to the reserve."""
    land = [
        polygon
        for lot, polygon in lot_shapes()
        if (lot.plan in ("100102", "110101") or lot.kind == "road") and 180 < lot.s < 2840
    ]
    merged = shapely.get_parts(shapely.coverage_union_all(land))
    return tuple(sorted((part for part in merged if part.area > 8000), key=lambda part: -part.area))


def extent() -> BaseGeometry:
    """Where the made-up layers are complete."""
    return sheet()
