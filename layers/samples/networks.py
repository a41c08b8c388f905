"""Lines and facilities: what the source states as built, in works or nearly finished, on made-up routes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from layers.samples.exactness import length_m, solve
from layers.samples.ground import park
from layers.samples.landcover import in_town
from layers.samples.streets import END_S, hill_street, river_street
from layers.samples.uses import used_lots
from layers.samples.valley import REACH, Array, spine

POWER_M = 6_430.0


@dataclass(frozen=True, slots=True)
class Utility:
    """A utility line."""

    line: LineString
    kind: str
    status: str
    name: str


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility: where, kind, name, class, status, capacity and its unit."""

    place: BaseGeometry
    kind: str
    name: str
    status: str
    rank: str | None = None
    capacity: float | None = None
    unit: str | None = None


WATERWORKS = (3490.0, 330.0)
SEWAGE = (70.0, -62.0)
STOPS = (240.0, 318.0, 700.0, 1130.0, 1655.0, 1985.0)
"""Stations at which a main has a vertex, so that branches join it."""


def _beside_hill(s: Array) -> Array:
    return hill_street(s) + 13


def _beside_river(s: Array) -> Array:
    return river_street(s) - 12


def _joined(*parts: LineString) -> LineString:
    """Lines one behind the other."""
    xy = np.vstack([shapely.get_coordinates(part) for part in parts])
    return LineString(xy[np.append(True, np.abs(np.diff(xy, axis=0)).sum(axis=1) > 1e-6)])


def _branch(s: float, start: float, end: float) -> LineString:
    """A line across the valley from one offset to another."""
    t = np.linspace(start, end, 6)
    return LineString(spine().at(np.full_like(t, s), t))


def _power() -> list[Utility]:
    """The dedicated feeder and its branches, 6.43 km in all; the first mast's place makes up the length."""
    inside = spine().along(-60, 2180, 27.0, step=60, stops=STOPS)
    branches = [_branch(1130, 27.0, 150.0), _branch(700, 27.0, -112.0)]
    outside = spine().path((-1500, 470), (-1180, 402), (-930, 330), (-640, 255), (-330, 170), (-60, 27.0))
    heading = spine().path((-1500, 470), (-4600, 640))

    def route(metres: float) -> LineString:
        first = shapely.get_coordinates(shapely.line_interpolate_point(heading, metres)).round(3)
        steps = max(1, int(metres // 240))
        between = np.round(np.linspace(first[0], shapely.get_coordinates(outside)[0], steps + 1), 3)[:-1]
        return _joined(LineString(np.vstack([between, shapely.get_coordinates(outside)])), inside)

    rest = sum(length_m(branch) for branch in branches)
    feeder = route(solve(lambda metres: length_m(route(metres)) + rest, POWER_M, 10.0, 3000.0))
    return [
        Utility(feeder, "power", "built", "110千伏白马变电站专线(走向虚构)"),
        *(
            Utility(branch, "power", "built", f"专线支线{number}(走向虚构)")
            for number, branch in enumerate(branches, 1)
        ),
    ]


def _water() -> list[Utility]:
    """The main from the waterworks down the boulevard, with some branches: not every lot is near one."""
    intake = spine().path(WATERWORKS, (3420, 190), (3300, 24))
    main = _joined(intake, spine().along(3300, 240, 24.0, step=40, stops=STOPS))
    return [
        Utility(main, "water", "built", "给水干管(虚构)"),
        Utility(_branch(318, 24, 160), "water", "built", "给水支管一(虚构)"),
        Utility(_branch(700, 24, -120), "water", "built", "给水支管二(虚构)"),
        Utility(_branch(1985, 24, 160), "water", "planned", "给水支管三(虚构)"),
    ]


def _sewer() -> list[Utility]:
    """The collectors, running down the valley to the sewage works; they come into use with it."""
    river_main = _joined(
        spine().along(1900, 560, _beside_river, step=40),
        spine().path((560, -150), (330, -128), (180, -104), SEWAGE),
    )
    return [
        Utility(river_main, "sewer", "commissioning", "滨河污水干管(虚构)"),
        Utility(
            spine().along(2600, 1900, _beside_river, step=40),
            "sewer",
            "planned",
            "滨河污水干管延长段(虚构)",
        ),
        Utility(spine().along(1980, 330, _beside_hill, step=40), "sewer", "planned", "山前污水干管(虚构)"),
    ]


@cache
def utilities() -> tuple[Utility, ...]:
    """All utility lines; there is no gas line, as the source names none."""
    telecom = spine().along(REACH[0], 2500, -24.0, step=60)
    return (*_power(), *_water(), *_sewer(), Utility(telecom, "telecom", "built", "通信光缆(虚构)"))


def _lot(detail: str) -> Point:
    return next(lot.geometry for lot in used_lots() if lot.detail == detail).representative_point()


@cache
def facilities() -> tuple[Facility, ...]:
    """The facilities that the source states, on made-up places; those that it names as wanted are not there."""
    mast = Point(shapely.get_coordinates(utilities()[0].line)[0])
    around = shapely.buffer(park(), 260, quad_segs=6).simplify(6)
    coverage = shapely.Polygon(np.round(shapely.get_coordinates(shapely.get_exterior_ring(around)), 3).tolist())
    return (
        Facility(spine().point(*WATERWORKS), "waterworks", "园区自来水厂", "built", None, 6000, "m3/d"),
        Facility(mast, "substation", "110千伏白马变电站", "built", "110kV"),
        Facility(spine().point(*SEWAGE), "sewage-works", "园区污水处理厂", "commissioning", None, 4000, "m3/d"),
        Facility(coverage, "telecom-coverage", "5G信号覆盖", "built"),
        Facility(_lot("绿苑家园一期"), "housing", "绿苑家园(已建)", "built", None, 235, "units"),
        Facility(_lot("绿苑家园二期"), "housing", "绿苑家园(在建)", "under-construction", None, 190, "units"),
        Facility(in_town(), "town", "耿马县城(位置示意)", "built"),
    )


def outer_roads() -> list[tuple[LineString, str]]:
    """The existing road through the valley outside the park, to the town and up-valley."""
    return [
        (spine().along(REACH[0], 0, 0.0, step=30), "既有道路·县城方向(虚构)"),
        (spine().along(END_S, REACH[1] - 600, 0.0, step=30), "既有道路·沟头方向(虚构)"),
    ]
