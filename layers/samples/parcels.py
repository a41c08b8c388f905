"""The park cut into lots between its streets, and which of them are built: from the gate up along the boulevard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from layers.samples.exactness import area_m2, solve
from layers.samples.fabric import absorb, faces, joined, ordered, which
from layers.samples.streets import END_S, hill_street, outline, river_street, road_land
from layers.samples.valley import SEED, Array, spine

BUILT_M2 = 1_060_000.0
CREEK_S = 1468.0
"""Where a creek from the hills crosses the park."""
SMALLEST_M2 = 2200.0
PHASES = ("一期(示意)", "二期(示意)", "三期(示意)")
PHASE_ENDS = (1120.0, 2130.0)


@dataclass(frozen=True, slots=True)
class Lot:
    """A parcel or a stretch of road land: outline, place in the valley, state, use, what stands on it, planned code."""

    geometry: Polygon
    s: float
    t: float
    kind: str
    state: str = ""
    use: str = ""
    detail: str = ""
    plan: str = ""

    @property
    def built(self) -> bool:
        """Whether the lot is part of the built-up area."""
        return self.state == "built"


def _level(t: float) -> Callable[[Array], Array]:
    return lambda s: np.full_like(s, t)


STRIPS: tuple[tuple[Callable[[Array], Array], Callable[[Array], Array], float], ...] = (
    (_level(-420.0), river_street, 150.0),
    (river_street, _level(0.0), 125.0),
    (_level(0.0), hill_street, 118.0),
    (hill_street, lambda s: hill_street(s) + 118 + 14 * np.sin(s / 170), 138.0),
    (lambda s: hill_street(s) + 118 + 14 * np.sin(s / 170), _level(480.0), 190.0),
)
"""The strips between the long streets: lower edge, upper edge, mean width of a lot."""


def _strip_cuts(rng: np.random.Generator) -> list[LineString]:
    """Lot lines across every strip, at irregular stations and never quite square to the road."""
    lines = []
    for lower, upper, width in STRIPS:
        s = -60.0
        while s < END_S + 60:
            s += width * rng.uniform(0.62, 1.5)
            tilt, bend = rng.normal(0, 9), rng.normal(0, 4)
            low, high = float(lower(np.array([s]))[0]), float(upper(np.array([s]))[0])
            lines.append(spine().path((s - tilt, low - 0.5), (s + bend, (low + high) / 2), (s + tilt, high + 0.5)))
    return lines


def creek() -> Polygon:
    """The creek's corridor from the northern hills to the river."""
    t = np.arange(-330.0, 640.0, 30.0)
    s = CREEK_S + 20 * np.sin(t / 85) + 9 * np.sin(t / 37)
    half = 15 + 4 * np.sin(t / 61)
    return Polygon(np.vstack([spine().at(s - half, t), spine().at(s + half, t)[::-1]]))


@cache
def bare_lots() -> tuple[Lot, ...]:
    """Every lot and stretch of road land in the park, without state and use."""
    rng = np.random.default_rng(SEED)
    roads = road_land()
    long = [spine().along(-40, END_S + 40, t) for t in (river_street, 0.0, hill_street, STRIPS[3][1])]
    phase = [_phase_line(s) for s in PHASE_ENDS]
    cut = [shapely.intersection(line, outline()) for line in (*long, *_strip_cuts(rng), creek().boundary)]
    cut = [shapely.difference(line, roads) for line in cut]
    found = faces([*cut, roads.boundary, *[line.intersection(outline()) for line in phase]], outline())
    kinds = np.where(which(found, [roads]) == 0, "road", np.where(which(found, [creek()]) == 0, "creek", "lot"))
    wards = [f"{kind}{_phase_of(polygon)}" for kind, polygon in zip(kinds, found, strict=True)]
    keys = absorb(found, list(range(len(found))), SMALLEST_M2, wards)
    kind_of = {key: str(kinds[position]) for position, key in enumerate(keys)}
    lots = [_placed(part, kind_of[key]) for key, parts in joined(found, keys).items() for part in parts]
    return tuple(sorted(lots, key=lambda lot: (lot.s, lot.t)))


def _phase_line(s: float) -> LineString:
    """The line between two phases, across the park."""
    t = np.linspace(-420, 500, 12)
    return LineString(spine().at(s + 16 * np.sin(t / 75), t))


@cache
def phase_areas() -> tuple[Polygon, ...]:
    """The park's three phases of building."""
    found = faces([_phase_line(s).intersection(outline()) for s in PHASE_ENDS], outline())
    return tuple(sorted(found, key=lambda part: _place(part)[0]))


def _phase_of(polygon: Polygon) -> int:
    return int(which(ordered(np.array([polygon])), phase_areas())[0])


def _place(polygon: BaseGeometry) -> tuple[float, float]:
    """(s, t) of an inner point."""
    s, t = spine().locate(shapely.get_coordinates(shapely.point_on_surface(polygon)))
    return float(s[0]), float(t[0])


def _placed(polygon: Polygon, kind: str) -> Lot:
    s, t = _place(polygon)
    return Lot(polygon, s, t, kind)


@cache
def lots() -> tuple[Lot, ...]:
    """All lots with state and use; the last built lot is cut where 1.06 km² are full."""
    rng = np.random.default_rng(SEED + 1)
    bare = bare_lots()
    rank = np.array([lot.s + 1.1 * abs(lot.t) + rng.normal(0, 230) for lot in bare])
    rank += np.array([lot.s * 0.4 - 500 if lot.kind == "road" else 0.0 for lot in bare])
    rank[[lot.kind == "creek" for lot in bare]] = np.inf
    found, full = [], 0.0
    for position in np.argsort(rank, kind="stable"):
        lot = bare[position]
        size = area_m2(lot.geometry)
        if full + size <= BUILT_M2 and np.isfinite(rank[position]):
            found.append(replace(lot, state="built"))
            full += size
        elif lot.kind == "lot" and full < BUILT_M2:
            done, rest = _split(lot, BUILT_M2 - full)
            found += [replace(done, state="built"), rest]
            full = BUILT_M2
        else:
            found.append(lot)
    return tuple(sorted(found, key=lambda lot: (lot.s, lot.t)))


def _split(lot: Lot, first_m2: float) -> tuple[Lot, Lot]:
    """A lot cut across the road, its first part (towards the gate) `first_m2` large."""

    def first(s: float) -> BaseGeometry:
        strip = Polygon(
            np.vstack(
                [
                    spine().at(np.array([s, s]), np.array([-500.0, 600.0])),
                    spine().at(np.array([s - 400, s - 400]), np.array([600.0, -500.0])),
                ]
            )
        )
        return shapely.intersection(lot.geometry, strip, grid_size=0.001)

    place = solve(lambda s: area_m2(first(s)), first_m2, lot.s - 200, lot.s + 200)
    parts = faces([shapely.get_parts(first(place))[0].boundary], lot.geometry)
    done, rest = sorted((_placed(part, "lot") for part in parts), key=lambda part: part.s)
    return done, rest
