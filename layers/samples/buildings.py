"""Factories, housing and plants on the lots; floor areas, lettings and units add up to what the source states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Polygon

from layers.samples.parcels import Lot
from layers.samples.uses import used_lots
from layers.samples.valley import SEED, spine

BUILT_M2, LET_M2, WORKS_M2 = 136_500, 112_400, 61_800
UNITS_LET, UNITS_WORKS = 235, 190
SLABS_LET, SLABS_WORKS = (80, 80, 75), (95, 95)
FACTORY, SLAB, HOUSE = (66.0, 24.0), (58.0, 14.0), (36.0, 16.0)
HALLS = ((82.0, 36.0), (60.0, 30.0), (44.0, 22.0), (30.0, 14.0))
STOREY_M2 = 1_584
"""One floor of a standard factory of 66 × 24 m."""


@dataclass(frozen=True, slots=True)
class Building:
    """A footprint and what is known of it; None where the source states nothing."""

    footprint: Polygon
    kind: str
    use: str
    status: str
    name: str
    floors: int | None = None
    floor_m2: float | None = None
    let_m2: float | None = None
    units: int | None = None
    let_units: int | None = None


def places(lot: Lot, size: tuple[float, float], gap: float, edge: float = 9.0) -> list[Polygon]:
    """As many rectangles as fit on a lot in rows along the road, the best of some shifts."""
    turn = -np.degrees(np.arctan2(*_normal(lot.s)))
    room = affinity.rotate(lot.geometry.buffer(-edge, join_style="mitre"), -turn, origin=(0, 0))
    if room.is_empty:
        return []
    west, south, east, north = room.bounds
    best: list[Polygon] = []
    for shift_x in np.arange(0.0, size[0] + gap, 9.0):
        for shift_y in (0.0, size[1] / 3, size[1] * 2 / 3):
            x, y = np.meshgrid(
                np.arange(west + shift_x, east, size[0] + gap),
                np.arange(south + shift_y, north, size[1] + gap),
            )
            boxes = shapely.box(x, y, x + size[0], y + size[1]).ravel()
            fit = boxes[shapely.contains(room, boxes)]
            best = max(best, list(fit), key=len)
    return [_rounded(affinity.rotate(box, turn, origin=(0, 0))) for box in best]


def _normal(s: float) -> tuple[float, float]:
    """The spine's normal at `s`, as (x, y)."""
    return (
        float(np.interp(s, spine().station, spine().normal[:, 0])),
        float(np.interp(s, spine().station, spine().normal[:, 1])),
    )


def _rounded(polygon: Polygon) -> Polygon:
    return Polygon(np.round(shapely.get_coordinates(polygon), 3))


def _shortened(polygon: Polygon, share: float) -> Polygon:
    """A rectangle cut to a share of its length (its longer side)."""
    a, b, c, d = shapely.get_coordinates(polygon)[:4]
    if np.hypot(*(b - a)) > np.hypot(*(d - a)):
        return _rounded(Polygon([a, a + share * (b - a), d + share * (c - d), d]))
    return _rounded(Polygon([a, b, b + share * (c - b), a + share * (d - a)]))


def _factories(state: str, total: int, status: str) -> list[Building]:
    """Standard factory buildings until their floor area is `total`."""
    rng = np.random.default_rng(SEED + 5 + total)
    found: list[Building] = []
    left = total
    for lot in used_lots():
        if (lot.use, lot.detail, lot.state) != ("industrial", "standard", state):
            continue
        for footprint in places(lot, FACTORY, 14.0):
            if left <= 0:
                break
            floors = int(rng.choice((2, 3, 3, 4)))
            if 0 < left - STOREY_M2 * floors < STOREY_M2 / 2:
                floors -= 1
            floors = min(floors, -(-left // STOREY_M2))
            floor = min(left, STOREY_M2 * floors)
            shape = _shortened(footprint, floor / floors / STOREY_M2)
            found.append(Building(shape, "building", "industrial", status, "标准厂房", floors, floor, 0.0))
            left -= floor
    if left:
        message = f"no room for {left} m² of standard factories"
        raise RuntimeError(message)
    return found


def _let(factories: list[Building]) -> list[Building]:
    """The factories with what is let; the vacancies fall on a few of them."""
    rng = np.random.default_rng(SEED + 6)
    vacant = sum(int(one.floor_m2 or 0) for one in factories) - LET_M2
    let = {}
    for position in rng.permutation(len(factories)):
        floor = int(factories[position].floor_m2 or 0)
        empty = min(vacant, floor if rng.random() < 0.4 else floor // 2)
        let[int(position)] = floor - empty
        vacant -= empty
    return [replace(one, let_m2=float(let[position])) for position, one in enumerate(factories)]


def _housing(detail: str, slabs: tuple[int, ...], status: str) -> Iterator[Building]:
    """The rental flats of 绿苑家园."""
    lot = next(lot for lot in used_lots() if lot.detail == detail)
    for footprint, units in zip(places(lot, SLAB, 18.0), slabs, strict=False):
        yield Building(
            footprint,
            "building",
            "housing",
            status,
            "绿苑家园保障性租赁住房",
            units=units,
            let_units=units if status == "built" else None,
        )


def _own(lot: Lot) -> Iterator[Building]:
    """A company's own plant: halls, here and there tanks and a yard; floors and floor areas are not known."""
    tried = [places(lot, size, 16.0, 7.0) for size in HALLS]
    best = max(tried, key=lambda found: sum(footprint.area for footprint in found))
    for number, footprint in enumerate(best):
        if number % 4 == 2:
            middle = footprint.centroid
            for step in (-17.0, 3.0) if footprint.length < 130 else (-22.0, 0.0, 22.0):
                along = _normal(lot.s)
                circle = shapely.Point(middle.x + step * along[1], middle.y - step * along[0]).buffer(7.0, quad_segs=4)
                yield Building(_rounded(circle), "structure", "x-own-plant", "built", "罐体(虚构)")
        elif number % 5 == 4 or lot.detail == "甘蔗堆场":
            yield Building(footprint, "yard", "storage", "built", "堆场(虚构)")
        else:
            yield Building(
                footprint,
                "building",
                "x-own-plant" if lot.use == "industrial" else lot.use,
                "built",
                "企业自建厂房(虚构)",
            )


def _others() -> Iterator[Building]:
    """What stands on the remaining built lots."""
    for lot in used_lots():
        if not lot.built or lot.kind != "lot":
            continue
        if lot.detail == "own" or lot.use == "storage":
            yield from _own(lot)
        elif lot.use in ("commercial", "public", "utility"):
            for footprint in places(lot, HOUSE, 20.0)[:3]:
                yield Building(
                    footprint,
                    "building" if lot.use != "utility" else "structure",
                    lot.use,
                    "built",
                    f"{lot.detail}(虚构)",
                )


@cache
def buildings() -> tuple[Building, ...]:
    """All buildings, structures and yards."""
    return (
        *_let(_factories("built", BUILT_M2, "built")),
        *_factories("supplied", WORKS_M2, "under-construction"),
        *_housing("绿苑家园一期", SLABS_LET, "built"),
        *_housing("绿苑家园二期", SLABS_WORKS, "under-construction"),
        *_others(),
    )
