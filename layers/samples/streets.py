"""The park's outline and streets; lengths and area are those that the source states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from layers.samples.exactness import area_m2, cut_to, length_m, solve
from layers.samples.valley import Array, north_foot, river, spine

PLANNED_M2 = 1_828_000.0
"""1.06 km² are 58 % of it."""
OPEN_M = 2_550.0
BOULEVARD_OPEN_M = 1_950.0
WORKS_M = 7_100.0
END_S = 3260.0
"""Where the boulevard leaves the park, up-valley."""


@dataclass(frozen=True, slots=True)
class Street:
    """A road: centre line, name, class, status, width of the carriageway land."""

    line: LineString
    name: str
    rank: str
    status: str
    width_m: float


def _taper(s: Array) -> Array:
    """How much of its full width the park has at `s`: it opens behind the gate and closes up-valley."""
    gate = 1 - 0.62 * np.clip(1 - s / 620, 0, 1) ** 2.0
    end = 1 - 0.72 * np.clip((s - END_S + 760) / 760, 0, 1) ** 2.2
    return np.asarray(gate * end)


def _outline(widen: float) -> Polygon:
    """The park between river bank and hill foot, `widen` times as wide as drawn."""
    s = np.arange(30.0, END_S - 15, 34.0)
    north = spine().at(s, widen * _taper(s) * (north_foot(s) - 42))
    south = spine().at(s, widen * _taper(s) * (river(s) + 52))
    gate = [(-14, 122), (-8, 61), (0, 0), (12, -48), (6, -92)]
    end = [(END_S + 4, -47), (END_S, 0), (END_S - 11, 52)]
    cap_gate, cap_end = (spine().at(*np.array(cap, float).T) for cap in (gate, end))
    return Polygon(np.vstack([cap_gate, south, cap_end, north[::-1]]))


@cache
def outline() -> Polygon:
    """The park's outline, its area right to some square metres (`trim` does the rest)."""
    widen = solve(lambda x: area_m2(_outline(x)), PLANNED_M2, 0.6, 1.4)
    return _outline(widen)


def hill_street(s: Array) -> Array:
    """`t` of the street along the hills."""
    return np.asarray(172 + 16 * np.sin(s / 310 + 0.4) + 6 * np.sin(s / 120))


def river_street(s: Array) -> Array:
    """`t` of the street along the river."""
    return np.asarray(-134 + 11 * np.sin(s / 270 + 1.9) + 5 * np.sin(s / 95 + 1.0))


CROSSINGS = {
    "x1": 318.0,
    "x2": 566.0,
    "x3": 872.0,
    "x4": 1248.0,
    "x5": 1655.0,
    "x6": 1985.0,
    "x7": 2396.0,
    "x8": 2790.0,
}


def _across(station: float, start: float, end: float, lean: float) -> LineString:
    """A cross street from t = `start` to t = `end`, leaning up-valley, with a vertex at each end."""
    t = np.unique(np.concatenate([np.linspace(start, end, max(3, int(abs(end - start) / 28))), [start, end]]))
    s = station + lean * (t - start) / 200 + 7 * np.sin((t - start) / (end - start) * np.pi)
    s[t == start] = station
    line = spine().at(s, t)
    return LineString(line if start < end else line[::-1])


def _meeting(station: float, street: Callable[[Array], Array], lean: float) -> tuple[float, float]:
    """Where a cross street from the boulevard meets a long street: (s, t) on that street."""
    s = station
    for _ in range(20):
        s = station + lean * float(street(np.array([s]))[0]) / 200
    return s, float(street(np.array([s]))[0])


NORTH = {"x1": 12.0, "x3": -22.0, "x5": 26.0, "x6": -10.0, "x7": 18.0, "x8": -24.0}
"""Cross streets on the northern side and how far they lean, metres on 200 m."""
SOUTH = {"x2": 10.0, "x4": -18.0, "x5": 14.0, "x7": -16.0}
SPURS = {"x5": 104.0, "x7": 92.0}
"""Cross streets that go on beyond the hill street, and how far."""


@cache
def streets() -> tuple[Street, ...]:
    """All streets in the park: 2.55 km open, 1.95 km of them boulevard; 7.1 km under construction."""
    stops_north = [_meeting(CROSSINGS[name], hill_street, lean)[0] for name, lean in NORTH.items()]
    stops_south = [_meeting(CROSSINGS[name], river_street, -lean)[0] for name, lean in SOUTH.items()]
    whole = spine().along(0, END_S, 0.0, stops=CROSSINGS.values())
    front = cut_to(whole, BOULEVARD_OPEN_M)
    rest = _rest(whole, front)
    found = [
        Street(front, "迎宾大道前段", "arterial", "built", 40.0),
        Street(rest, "迎宾大道后段(示意)", "arterial", "under-construction", 40.0),
    ]
    found += _open_branches(stops_south)
    found += _works(found, stops_north, stops_south)
    return tuple(found)


def _rest(whole: LineString, front: LineString) -> LineString:
    """What is left of a line behind its beginning."""
    done = float(shapely.line_locate_point(whole, shapely.Point(front.coords[-1])))
    xy = shapely.get_coordinates(whole)
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    return LineString(np.vstack([shapely.get_coordinates(front)[-1:], xy[run > done + 0.5]]))


def _cross(name: str, side: int) -> LineString:
    """The cross street between the boulevard and the long street of a side (+1 north, -1 south)."""
    lean = (NORTH if side > 0 else SOUTH)[name]
    s, t = _meeting(CROSSINGS[name], hill_street if side > 0 else river_street, side * lean)
    line = shapely.get_coordinates(_across(CROSSINGS[name], 0.0, t, side * lean))
    line[-1] = spine().at(np.array([s]), np.array([t]))[0]
    return LineString(line)


def _open_branches(stops_south: list[float]) -> list[Street]:
    """The 600 m of branch streets that are open beside the boulevard."""
    north, south = _cross("x1", 1), _cross("x2", -1)
    left = OPEN_M - BOULEVARD_OPEN_M - length_m(north) - length_m(south)
    start = min(stops_south)
    along = spine().along(start, 2900, river_street, stops=stops_south)
    return [
        Street(north, "支一路(示意)", "local", "built", 22.0),
        Street(south, "支二路(示意)", "local", "built", 20.0),
        Street(cut_to(along, left), "滨河路一段(示意)", "collector", "built", 22.0),
    ]


def _works(before: list[Street], stops_north: list[float], stops_south: list[float]) -> list[Street]:
    """The streets under construction; the hill street ends where 7.1 km are full."""
    river_line = spine().along(min(stops_south), 2620, river_street, stops=stops_south)
    found = [Street(_rest(river_line, before[-1].line), "滨河路二段(示意)", "collector", "under-construction", 22.0)]
    for number, name in enumerate(name for name in NORTH if name != "x1"):
        found.append(Street(_cross(name, 1), f"支{'三四五六七'[number]}路(示意)", "local", "under-construction", 20.0))
    for number, name in enumerate(name for name in SOUTH if name != "x2"):
        found.append(Street(_cross(name, -1), f"支{'八九十'[number]}路(示意)", "local", "under-construction", 20.0))
    for number, (name, far) in enumerate(SPURS.items()):
        s, t = _meeting(CROSSINGS[name], hill_street, NORTH[name])
        line = shapely.get_coordinates(_across(s, t, t + far, NORTH[name]))
        line[0] = shapely.get_coordinates(_cross(name, 1))[-1]
        found.append(Street(LineString(line), f"山前{'一二'[number]}巷(示意)", "local", "under-construction", 16.0))
    done = sum(length_m(street.line) for street in [*found, before[1]])
    along = spine().along(min(stops_north), END_S, hill_street, stops=stops_north)
    return [
        *found,
        Street(cut_to(along, WORKS_M - done), "山前路(示意)", "collector", "under-construction", 24.0),
    ]


def road_land(status: str | None = None) -> BaseGeometry:
    """The land of the streets (of one status), clipped to the park."""
    bands = [
        street.line.buffer(street.width_m / 2, cap_style="flat", join_style="mitre")
        for street in streets()
        if status in (None, street.status)
    ]
    return shapely.intersection(shapely.union_all(bands), outline(), grid_size=0.001)
