"""The land as surveyed around and in the park: fields, orchards, woods, river, roads and villages, without a gap."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from layers.samples.fabric import Polygons, absorb, faces, which
from layers.samples.streets import END_S
from layers.samples.valley import (
    REACH,
    SEED,
    Array,
    blob,
    bottom,
    north_foot,
    river,
    sheet,
    south_foot,
    spine,
)

Edge = Callable[[Array], Array]
SMALLEST_M2 = 900.0


@dataclass(frozen=True, slots=True)
class Patch:
    """What covers a face of the sheet: code of the third survey, share of ridges between fields, slope grade, owner."""

    number: int
    code: str
    deduct: float = 0.0
    grade: str = ""
    owner: str = ""


EDGES: tuple[Edge, ...] = (
    south_foot,
    lambda s: (river(s) + south_foot(s)) / 2 + 22 * np.sin(s / 140),
    lambda s: river(s) - 13 + 3 * np.sin(s / 60),
    lambda s: river(s) + 13 + 3 * np.sin(s / 47),
    lambda s: river(s) + 128 + 24 * np.sin(s / 190),
    lambda s: 0.0 * s,
    lambda s: 190 + 26 * np.sin(s / 230),
    north_foot,
)
"""The lengthwise edges of the bands of land in the valley, south to north; beyond the first and the last are hills."""
BANDS: tuple[tuple[tuple[str, float], ...], ...] = (
    (),
    (("0103", 0.6), ("0101", 0.25), ("0201", 0.15)),
    (("0101", 1.0),),
    (("1101", 1.0),),
    (("0101", 0.7), ("0103", 0.2), ("0404", 0.1)),
    (("0103", 0.8), ("0101", 0.2)),
    (("0103", 0.8), ("0201", 0.12), ("1202", 0.08)),
    (("0103", 0.6), ("0201", 0.2), ("0404", 0.2)),
    (),
)
"""What grows in each band of the valley, and how much of it."""
WIDTHS = (0, 150, 140, 0, 125, 140, 150, 140, 0)
GRADES = ("3", "2", "1", "", "1", "1", "1", "2", "3")
HILLS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (120.0, ("0103", "0201", "0103", "0202", "0404")),
    (330.0, ("0301", "0202", "0305", "0404", "0103")),
    (1e9, ("0301", "0301", "0305", "0301", "0302")),
)
"""What grows on the hills, up to metres from their foot, by fifths of a smooth random field."""
WOOD_M = 82.0
DEDUCT = {"1": 0.021, "2": 0.0635, "3": 0.1042, "4": 0.1378, "5": 0.16}
OWNERS = ("示例村一组(虚构)", "示例村二组(虚构)", "示例村三组(虚构)", "示例村四组(虚构)")
VILLAGES = (
    (820.0, -520.0, 92.0),
    (2745.0, 452.0, 80.0),
    (2190.0, -470.0, 70.0),
    (-560.0, 150.0, 96.0),
    (1830.0, 250.0, 52.0),
)
PONDS = ((1530.0, -470.0, 26.0), (2960.0, -250.0, 30.0), (-380.0, -190.0, 24.0), (2330.0, -60.0, 20.0))


@cache
def villages() -> tuple[Polygon, ...]:
    """The hamlets, one of them inside the planned land."""
    rng = np.random.default_rng(SEED + 2)
    return tuple(blob((s, t), radius, rng, stretch=1.3, turn=rng.uniform(0, 1.2)) for s, t, radius in VILLAGES)


@cache
def ponds() -> tuple[Polygon, ...]:
    """Fish ponds."""
    rng = np.random.default_rng(SEED + 3)
    return tuple(blob((s, t), radius, rng, stretch=1.25, turn=rng.uniform(0, 1.2), count=18) for s, t, radius in PONDS)


@cache
def country_roads() -> tuple[tuple[str, LineString, float], ...]:
    """Roads outside the streets: code of the survey, centre line, width of the land."""
    to_town = spine().along(REACH[0], 0, 0.0, step=30)
    up_valley = spine().along(END_S, REACH[1], 0.0, step=30)
    lanes = [
        spine().path((820, -510), (800, -420), (770, -330), (735, -262)),
        spine().path((2745, 450), (2760, 400), (2770, 352)),
        spine().path((2190, -470), (2230, -400), (2262, -330), (2290, -262)),
        spine().path((-560, 150), (-540, 80), (-530, 0)),
        spine().path((820, -520), (1230, -540), (1700, -560), (2190, -470)),
        spine().path((-900, 0), (-930, -200), (-820, -420), (-420, -610), (110, -640), (520, -560), (820, -520)),
    ]
    return (("1003", to_town, 14.0), ("1003", up_valley, 11.0), *(("1006", lane, 5.0) for lane in lanes))


def _cuts(rng: np.random.Generator) -> list[LineString]:
    """Field boundaries across each band, at irregular stations, leaning, never in line with the next band's."""
    lines = []
    for band, width in enumerate(WIDTHS):
        s = REACH[0] if width else REACH[1]
        while s < REACH[1]:
            s += width * rng.uniform(0.5, 1.7)
            station, tilt, bend = np.array([s]), rng.normal(0, width / 7), rng.normal(0, width / 12)
            low, high = float(EDGES[band - 1](station)[0]), float(EDGES[band](station)[0])
            lines.append(
                spine().path((s - tilt, low - 1.0), (s + bend, low * 0.6 + high * 0.4), (s + tilt, high + 1.0))
            )
    return lines


def _cells(rng: np.random.Generator) -> BaseGeometry:
    """The edges of a random mosaic over the hills."""
    west, south, east, north = sheet().bounds
    x, y = np.meshgrid(np.arange(west, east, WOOD_M), np.arange(south, north, WOOD_M))
    sites = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(-0.48, 0.48, (x.size, 2)) * WOOD_M
    edges = cast(BaseGeometry, shapely.voronoi_polygons(shapely.multipoints(sites), only_edges=True))
    cells: BaseGeometry = shapely.intersection(edges, shapely.difference(sheet(), bottom()))
    return cells


def _field(xy: Array, wavelength: float, rng: np.random.Generator) -> Array:
    """A smooth random field, its values spread evenly over 0 to 1."""
    total = np.zeros(len(xy))
    for _ in range(9):
        turn, phase = rng.uniform(0, 2 * np.pi, 2)
        total += np.sin(
            (xy @ np.array([np.cos(turn), np.sin(turn)])) * 2 * np.pi / (wavelength * rng.uniform(0.7, 1.6)) + phase
        )
    return np.asarray(np.argsort(np.argsort(total, kind="stable"), kind="stable") / len(xy))


@cache
def land() -> tuple[Polygons, tuple[Patch, ...]]:
    """The faces of the sheet and the patch that each belongs to."""
    rng = np.random.default_rng(SEED + 4)
    lengthwise = [spine().along(*REACH, edge, step=40) for edge in EDGES]
    roads = [line.buffer(width / 2, cap_style="flat", join_style="mitre") for _, line, width in country_roads()]
    fixed: list[BaseGeometry] = [*roads, *villages(), *ponds()]
    codes = [
        *(code for code, _, _ in country_roads()),
        *["0702"] * len(villages()),
        *["1104"] * len(ponds()),
    ]
    bounds = [geometry.boundary for geometry in fixed]
    lines = [shapely.intersection(line, sheet()) for line in (*lengthwise, *_cuts(rng), *bounds)]
    found = faces([*lines, _cells(rng)], sheet())
    given = which(found, fixed)
    keys = [f"{codes[g]}/{g}" if g >= 0 else key for g, key in zip(given, _growth(found, rng), strict=True)]
    keys = absorb(found, keys, SMALLEST_M2, [g if g >= 0 and codes[g] != "1104" else -1 for g in given])
    return found, _patches(keys, rng)


def _growth(found: Polygons, rng: np.random.Generator) -> list[Hashable]:
    """Per face `code/…`: on the hills by height and a smooth field, in the valley by band and chance."""
    inner = shapely.get_coordinates(shapely.point_on_surface(found))
    s, t = spine().locate(inner)
    levels = np.array([edge(s) for edge in EDGES])
    bands = (t[None, :] > levels).sum(axis=0)
    height = np.maximum(t - levels[-1], levels[0] - t)
    fifths = (_field(inner, 850.0, rng) * 4.999).astype(int)
    stands = (_field(inner, 1500.0, rng) * 5.999).astype(int)
    keys: list[Hashable] = []
    for number, band in enumerate(bands):
        if odds := BANDS[band]:
            code = str(rng.choice([code for code, _ in odds], p=[share for _, share in odds]))
            keys.append(f"{code}/{band}/{number}")
        else:
            belt = next(row for row, (upto, _) in enumerate(HILLS) if height[number] <= upto)
            keys.append(f"{HILLS[belt][1][fifths[number]]}/hill{band}/{stands[number]}")
    return keys


def _patches(keys: list[Hashable], rng: np.random.Generator) -> tuple[Patch, ...]:
    """Per face its patch; faces of one key share it."""
    made: dict[Hashable, Patch] = {}
    for key in keys:
        if key not in made:
            code, place = str(key).split("/")[:2]
            band = int(place) if place.isdigit() else 0
            grade = GRADES[band if band < len(GRADES) else 0] if code in ("0101", "0103") else ""
            made[key] = Patch(
                len(made) + 1, code, DEDUCT.get(grade, 0.0), grade, OWNERS[int(rng.integers(len(OWNERS)))]
            )
    return tuple(made[key] for key in keys)


def in_town() -> Point:
    """A point that stands for the county town, down-valley."""
    return spine().point(REACH[0], 0.0)
