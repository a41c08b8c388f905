"""The land of a made-up province: hills, survey parcels that share their edges, counties, and what follows from these.

Everything is drawn from waves with a fixed seed, in EPSG:4542 north-east of the Gengma park; nothing of it is real.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.plane import Plane

CRS = "EPSG:4542"
SEED = 20250725
EAST_M, NORTH_M = 430_000.0, 2_560_000.0
CELL_M = 150.0
FILLED = 0.65
"""About what share of the square the province takes up."""
COUNTIES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
COUNTY_CODE = 990_101
"""No county has a code that begins with 99."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geoms = NDArray[np.object_]


@dataclass(frozen=True)
class Land:
    """Parcels row by row: outline, middle, height (0 deepest valley, 1 highest ridge), county (number), class code."""

    side_m: float
    parcels: Geoms
    middle: Floats
    height: Floats
    county: Ints
    code: NDArray[np.object_]


def land(parcels: int) -> Land:
    """A province of about so many parcels."""
    n = max(round((parcels / FILLED) ** 0.5), 12)
    side_m = n * CELL_M
    rng = np.random.default_rng(SEED)
    grid = np.stack(np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0), indexing="xy"), axis=-1) * CELL_M
    corners = grid + _bent(grid, side_m) + rng.uniform(-0.22, 0.22, grid.shape) * CELL_M
    corners[..., 0] += EAST_M
    corners[..., 1] += NORTH_M
    corners = np.round(corners, 3)
    across, upward = _halfway(corners[:, :-1], corners[:, 1:], rng), _halfway(corners[:-1], corners[1:], rng)
    middle = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    row, column = np.nonzero(_inside((middle - (EAST_M, NORTH_M)) / side_m))
    ring = [
        corners[row, column],
        across[row, column],
        corners[row, column + 1],
        upward[row, column + 1],
        corners[row + 1, column + 1],
        across[row + 1, column],
        corners[row + 1, column],
        upward[row, column],
        corners[row, column],
    ]
    outlines = np.asarray(shapely.polygons(np.stack(ring, axis=1)), dtype=object)
    places = middle[row, column]
    height = height_at(places, side_m)
    code = _code(places, height, side_m, rng)
    return Land(side_m, outlines, places, height, _county(places, side_m), code)


def height_at(xy: Floats, side_m: float) -> Floats:
    """How high the land lies, 0 to 1: long ridges with valleys between."""
    place = (xy - (EAST_M, NORTH_M)) / min(side_m, 60_000.0)
    ridges = 1 - np.abs(_waves(place, 3, 2.2, 7)) ** 0.7
    found: Floats = np.clip(
        0.5 + 0.33 * _waves(place, 1, 1.1, 8) + 0.42 * (ridges - 0.55) + 0.08 * _waves(place, 2, 9, 8), 0, 1
    )
    return found


def _waves(place: Floats, seed: int, about: float, count: int) -> Floats:
    """A smooth field of about unit spread; `about`: waves per unit."""
    rng = np.random.default_rng([SEED, seed])
    angle, shift = rng.uniform(0, 2 * np.pi, (2, count))
    often = about * rng.uniform(0.6, 1.6, count)
    found = np.zeros(place.shape[:-1])
    for turn, phase, wave in zip(angle, shift, often, strict=True):
        found += np.cos(2 * np.pi * wave * (place[..., 0] * np.cos(turn) + place[..., 1] * np.sin(turn)) + phase)
    scaled: Floats = found * (2 / count) ** 0.5
    return scaled


def _bent(grid: Floats, side_m: float) -> Floats:
    """How far the rows and columns of parcels are bent, so that they follow the land."""
    place = grid / min(side_m, 60_000.0)
    far_m = min(2.2 * CELL_M, 0.0055 * side_m)  # more would fold them over each other
    return np.stack([_waves(place, 11, 2.4, 6), _waves(place, 12, 2.4, 6)], axis=-1) * far_m


def _halfway(start: Floats, end: Floats, rng: np.random.Generator) -> Floats:
    """A point between two corners, up to a tenth of the way aside."""
    way = end - start
    aside = rng.uniform(-0.1, 0.1, (*start.shape[:2], 1))
    return np.round((start + end) / 2 + aside * np.stack([-way[..., 1], way[..., 0]], axis=-1), 3)


def well_inside(places: Floats, side_m: float) -> NDArray[np.bool_]:
    """Which places lie far from the province's outline."""
    return _inside((places - (EAST_M, NORTH_M)) / side_m, 0.035)


def _inside(place: Floats, margin: float = 0.0) -> NDArray[np.bool_]:
    """The province's outline: a rounded shape with bays."""
    away = place - 0.5
    angle = np.arctan2(away[..., 1], away[..., 0])
    reach = 0.455 + 0.03 * np.cos(3 * angle + 1) + 0.025 * np.cos(5 * angle + 2.1) + 0.012 * np.cos(11 * angle)
    inside: NDArray[np.bool_] = np.hypot(away[..., 0], away[..., 1]) < reach - margin + 0.006 * np.cos(29 * angle)
    return inside


def _county(places: Floats, side_m: float) -> Ints:
    """The nearest of sixteen seats, over ground that is bent."""
    rng = np.random.default_rng([SEED, 21])
    unit = (places - (EAST_M, NORTH_M)) / side_m
    steps = np.stack(np.meshgrid(np.arange(4.0), np.arange(4.0)), axis=-1).reshape(-1, 2)
    seats = 0.16 + 0.68 * (steps + 0.5 + rng.uniform(-0.3, 0.3, (16, 2))) / 4
    bent = unit + 0.02 * np.stack([_waves(unit, 22, 4, 6), _waves(unit, 23, 4, 6)], axis=-1)
    nearest = np.zeros(len(bent), dtype=np.int64)
    least = np.full(len(bent), np.inf)
    for number, seat in enumerate(seats):
        away = np.hypot(*(bent - seat).T)
        nearest[away < least], least = number, np.minimum(least, away)
    return nearest


def _code(places: Floats, height: Floats, side_m: float, rng: np.random.Generator) -> NDArray[np.object_]:
    """Survey classes: paddies and towns low, dry fields and orchards on slopes, woods above, a river in each valley."""
    place = (places - (EAST_M, NORTH_M)) / min(side_m, 60_000.0)
    patch = _waves(place, 31, 14, 10) + rng.normal(0, 0.35, len(places))
    settled = _waves(place, 32, 8, 10) + rng.normal(0, 0.15, len(places))
    lake, river = np.abs(_waves(place, 3, 2.2, 7)), np.abs(_waves(place, 33, 1.6, 5))
    cases = [
        ((height < 0.55) & ((lake > 2.25) | (river < 0.022)), "1101"),
        ((height < 0.45) & (settled > 1.75), "0701"),
        ((height < 0.55) & (settled > 1.5) & (patch > 0.6), "0702"),
        ((height < 0.32) & (patch < 1.3), "0101"),
        ((height < 0.52) & (patch < 0.55), "0103"),
        ((height < 0.6) & (patch < 1.0), "0201"),
        ((height < 0.6) & (patch < 1.35), "0202"),
        (patch > 1.6, "0404"),
        (patch < -1.2, "0305"),
        (patch > 1.1, "0302"),
    ]
    return np.select([mask for mask, _ in cases], [code for _, code in cases], "0301").astype(object)


def stated_m2(parcels: Geoms) -> Floats:
    """The areas that a survey would state: on the ellipsoid, to the square decimetre."""
    areas: Floats = np.round(Plane(CRS).area_m2(parcels), 2)
    return areas


def redlines(made: Land) -> Geoms:
    """Where woods and scrub lie high, in one piece per wood; the small ones are left out."""
    rows = np.flatnonzero((made.height > 0.68) & np.isin(made.code, ("0301", "0305", "0302")))
    if not len(rows):
        return np.empty(0, dtype=object)
    parts = shapely.get_parts(shapely.coverage_union_all(made.parcels[rows]))
    parts = parts[shapely.area(parts) > 60 * CELL_M**2]
    return parts[np.lexsort(shapely.bounds(parts).T[:2])]


def counties(made: Land) -> dict[int, BaseGeometry]:
    """The outline of each county."""
    return {
        int(number): shapely.coverage_union_all(made.parcels[made.county == number])
        for number in np.unique(made.county)
    }
