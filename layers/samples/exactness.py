"""Bringing made-up geometry to the figures that the source states, to the square decimetre and the millimetre."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geo.densify import densify
from geo.plane import Plane
from layers.samples.valley import CRS as OWN

REACH_MM = 400


def area_m2(geometry: BaseGeometry, crs: str = OWN) -> float:
    """Ellipsoidal area as a reader of the file will find it: densified in its own CRS, then summed up."""
    dense = densify(np.array([geometry], dtype=object), CRS.from_user_input(crs))
    return float(np.sum(Plane(crs).area_m2(dense)))


def length_m(geometry: BaseGeometry, crs: str = OWN) -> float:
    """Geodesic length as a reader of the file will find it."""
    dense = densify(np.array([geometry], dtype=object), CRS.from_user_input(crs))
    return float(np.sum(Plane(crs).length_m(dense)))


def solve(measure: Callable[[float], float], target: float, low: float, high: float, rounds: int = 40) -> float:
    """The x in [low, high] where a rising `measure` reaches `target`, by false position with bisection as a guard."""
    at_low, at_high = measure(low) - target, measure(high) - target
    if not at_low <= 0 <= at_high:
        message = f"{target} lies outside {at_low + target} to {at_high + target}"
        raise ValueError(message)
    middle = low
    for turn in range(rounds):
        share = -at_low / (at_high - at_low)
        middle = low + (high - low) * (share if turn % 3 else 0.5)
        at_middle = measure(middle) - target
        if abs(at_middle) < 1e-4:
            break
        if at_middle < 0:
            low, at_low = middle, at_middle
        else:
            high, at_high = middle, at_middle
    return middle


def cut_to(line: LineString, metres: float) -> LineString:
    """The beginning of a line that is `metres` long, its end on the millimetre grid."""
    end = solve(lambda x: length_m(substring(line, 0, x)), metres, metres * 0.98, min(line.length, metres * 1.02))
    return LineString(np.round(shapely.get_coordinates(substring(line, 0, end)), 3))


def trim(
    polygons: npt.NDArray[np.object_],
    members: npt.NDArray[np.bool_],
    target_m2: float,
    avoid: BaseGeometry | None = None,
) -> npt.NDArray[np.object_]:
    """The coverage with one vertex moved so that the union of `members` has the target area.

    The vertex lies on the union's outline, not on `avoid`, and moves by less than `REACH_MM` on the millimetre grid in
    all polygons that share it.
    """
    for _ in range(4):
        union = shapely.coverage_union_all(polygons[members])
        missing = target_m2 - area_m2(union)
        if abs(missing) < 0.002:
            break
        ring = shapely.get_coordinates(shapely.get_exterior_ring(_largest(union)))[:-1]
        before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
        chord = after - before
        free = np.hypot(*chord.T)
        free[np.minimum(np.hypot(*(ring - before).T), np.hypot(*(ring - after).T)) < 3.0] = 0.0
        if avoid is not None:
            free[shapely.dwithin(shapely.points(ring), avoid, 0.01)] = 0.0
        place = int(np.argmax(free))
        sign = 1.0 if shapely.is_ccw(shapely.LinearRing(ring)) else -1.0
        step = _step(chord[place] * sign, missing * _scale())
        old = ring[place]
        new = np.round(old + step, 3)
        polygons = shapely.transform(polygons, lambda xy, old=old, new=new: _moved(xy, old, new))  # type: ignore[misc]
    return polygons


def _largest(union: BaseGeometry) -> BaseGeometry:
    """The largest part."""
    parts = shapely.get_parts(union)
    part: BaseGeometry = parts[int(np.argmax(shapely.area(parts)))]
    return part


def _scale() -> float:
    """Plane square metres per ellipsoidal square metre at the sample (about 1 + 42 ppm)."""
    return 1.0 + 4.2e-5


def _step(chord: npt.NDArray[np.float64], missing: float) -> npt.NDArray[np.float64]:
    """The whole-millimetre move that adds `missing` m² best: half the cross product of move and chord."""
    reach = np.arange(-REACH_MM, REACH_MM + 1) / 1000.0
    gain = 0.5 * (reach[:, None] * chord[1] - reach[None, :] * chord[0])
    wrong = np.abs(gain - missing) + 1e-7 * np.hypot(reach[:, None], reach[None, :])
    i, j = np.unravel_index(int(np.argmin(wrong)), wrong.shape)
    return np.array([reach[i], reach[j]])


def _moved(
    xy: npt.NDArray[np.float64], old: npt.NDArray[np.float64], new: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Coordinates with one vertex in a new place."""
    hit = (xy == old).all(axis=1)
    xy = xy.copy()
    xy[hit] = new
    return xy
