"""The made-up valley: its spine, its river and the foot of its hills, in coordinates along and across.

`s` runs along the valley road from the park's gate, metres, up-valley; `t` runs across it, metres, positive on the
northern side. Everything else of the sample is laid out in (s, t) and turned into EPSG:4542 by `Spine`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

CRS = "EPSG:4542"
ORIGIN = (540_844.30, 2_604_398.34)
"""99.40° E, 23.54° N in `CRS`."""
SEED = 20250725
AXIS = float(np.radians(24.0))
"""The valley's direction, anticlockwise from east."""
REACH = (-1700.0, 4700.0)
"""How far the valley is drawn, `s` in metres."""
SHEET = (-2300.0, -1750.0, 2400.0, 1850.0)
"""The mapped window around `ORIGIN`: west, south, east, north in metres."""

Array = npt.NDArray[np.float64]
Offset = float | Callable[[Array], Array]


def _hump(s: Array, *waves: tuple[float, float, float]) -> Array:
    """Sum of sines: (amplitude m, wavelength m, phase rad)."""
    total = np.zeros_like(s)
    for amplitude, wavelength, phase in waves:
        total += amplitude * np.sin(2 * np.pi * s / wavelength + phase)
    return total


def north_foot(s: Array) -> Array:
    """`t` of the foot of the northern hills."""
    return 385 + _hump(s, (62, 1500, 0.5), (34, 610, 2.1), (13, 240, 0.3))


def river(s: Array) -> Array:
    """`t` of the river's centre line."""
    return -318 + _hump(s, (58, 1750, 1.2), (30, 640, 4.0), (9, 260, 1.0))


def south_foot(s: Array) -> Array:
    """`t` of the foot of the southern hills."""
    return river(s) - 300 + _hump(s, (70, 1300, 3.6), (26, 430, 0.9))


@dataclass(frozen=True)
class Spine:
    """The valley's centre line, sampled every few metres, with its unit normals."""

    station: Array
    xy: Array
    normal: Array

    def at(self, s: Array, t: Array) -> Array:
        """Points of (s, t), shape (n, 2), on the millimetre grid."""
        s, t = np.broadcast_arrays(np.asarray(s, float), np.asarray(t, float))
        columns = [
            np.interp(s, self.station, self.xy[:, axis]) + t * np.interp(s, self.station, self.normal[:, axis])
            for axis in (0, 1)
        ]
        return np.asarray(np.round(np.column_stack(columns), 3), dtype=np.float64)

    def point(self, s: float, t: float) -> Point:
        """One point of (s, t)."""
        return Point(self.at(np.array([s]), np.array([t]))[0])

    def along(self, start: float, end: float, t: Offset, step: float = 22.0, stops: Iterable[float] = ()) -> LineString:
        """The line at offset `t` (a number or a function of s) from `start` to `end`, with vertices at `stops`."""
        count = max(2, int(abs(end - start) / step) + 1)
        low, high = min(start, end), max(start, end)
        s = np.unique(np.concatenate([np.linspace(low, high, count), [stop for stop in stops if low <= stop <= high]]))
        line = self.at(s, t(s) if callable(t) else np.full_like(s, t))
        return LineString(line if end > start else line[::-1])

    def path(self, *places: tuple[float, float]) -> LineString:
        """The line through places (s, t)."""
        s, t = np.array(places).T
        return LineString(self.at(s, t))

    def locate(self, xy: Array) -> tuple[Array, Array]:
        """(s, t) of points, by the nearest place on the spine."""
        line = LineString(self.xy)
        s_line = shapely.line_locate_point(line, shapely.points(xy))
        s = np.interp(s_line, self.station - self.station[0], self.station)
        foot = np.column_stack([np.interp(s, self.station, self.xy[:, axis]) for axis in (0, 1)])
        normal = np.column_stack([np.interp(s, self.station, self.normal[:, axis]) for axis in (0, 1)])
        side = np.sign(((xy - foot) * normal).sum(axis=1))
        return np.asarray(s), np.asarray(side * np.hypot(*(xy - foot).T))


@cache
def spine() -> Spine:
    """The one spine of the sample: two long bends up a valley that climbs to the north-east."""
    u = np.arange(-8000.0, 5200.1, 5.0)
    v = 170 * np.sin(2 * np.pi * u / 2750 + 0.7) + 20 * np.sin(2 * np.pi * u / 1180 + 2.0)
    x = ORIGIN[0] + u * np.cos(AXIS) - v * np.sin(AXIS)
    y = ORIGIN[1] + u * np.sin(AXIS) + v * np.cos(AXIS)
    xy = np.column_stack([x, y])
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    tangent = np.gradient(xy, axis=0)
    tangent /= np.hypot(*tangent.T)[:, None]
    gate = np.interp(-1590.0, u, length)
    return Spine(length - gate, xy, np.column_stack([-tangent[:, 1], tangent[:, 0]]))


def bottom() -> BaseGeometry:
    """The bottom of the valley between the feet of the hills."""
    south, north = (shapely.get_coordinates(spine().along(*REACH, edge, step=40)) for edge in (south_foot, north_foot))
    return Polygon(np.vstack([south, north[::-1]])).buffer(0)


def river_band() -> BaseGeometry:
    """The river's bed."""
    return spine().along(*REACH, river, step=30).buffer(13)


def sheet() -> Polygon:
    """The mapped window in `CRS`."""
    west, south, east, north = SHEET
    return shapely.box(ORIGIN[0] + west, ORIGIN[1] + south, ORIGIN[0] + east, ORIGIN[1] + north)


def blob(
    centre: tuple[float, float],
    radius: float,
    rng: np.random.Generator,
    *,
    stretch: float = 1.5,
    turn: float = 0.4,
    count: int = 26,
) -> Polygon:
    """A rounded irregular outline around (s, t), longer along the valley: a village, a pond, an area."""
    middle = spine().point(*centre)
    return free_blob((middle.x, middle.y), radius, rng, stretch=stretch, turn=turn, count=count)


def free_blob(
    middle: tuple[float, float],
    radius: float,
    rng: np.random.Generator,
    *,
    stretch: float,
    turn: float,
    count: int,
) -> Polygon:
    """A rounded irregular outline around a point of the plane."""
    around = np.linspace(0, 2 * np.pi, count, endpoint=False)
    size = np.ones(count)
    for wave in (2, 3, 5):
        size += rng.uniform(0.04, 0.16) * np.sin(wave * around + rng.uniform(0, 6.28))
    along, across = radius * size * np.cos(around) * stretch, radius * size * np.sin(around) / stretch
    x = middle[0] + along * np.cos(turn) - across * np.sin(turn)
    y = middle[1] + along * np.sin(turn) + across * np.cos(turn)
    return Polygon(np.round(np.column_stack([x, y]), 3))
