"""Networks against a slow second way: distances by hand on a graph of points, and Floyd–Warshall."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, Point, box

from geo.network import Network
from geo.plane import Plane

PLANE = Plane("EPSG:4542")
X0, Y0 = 500_000.0, 2_604_000.0  # on the central meridian: the plane's metres are true to 1e-6 nearby
CLOSE = 1e-5


def layer(*geoms: object) -> np.ndarray:
    array = np.empty(len(geoms), dtype=object)
    array[:] = geoms
    return array


def line(*corners: tuple[float, float]) -> LineString:
    return LineString([(X0 + x, Y0 + y) for x, y in corners])


def point(x: float, y: float) -> Point:
    return Point(X0 + x, Y0 + y)


def away(net: Network, a: Point, b: Point, limit_m: float = 1e6) -> float:
    return float(net.from_feet(net.feet(layer(a), limit_m), net.feet(layer(b), limit_m))[0, 0])


def test_a_crossing_joins_and_so_does_an_end_near_a_line() -> None:
    net = Network.of(layer(line((0, 0), (100, 0)), line((50, -50), (50, 50)), line((80, 0.9), (80, 60))), PLANE, 1.0)
    assert len(net.edges) == 6 and set(net.component.tolist()) == {0}
    assert len(net.dead_ends) == 5
    assert away(net, point(50, 50), point(80, 60)) == pytest.approx(50 + 30 + 60, abs=1.0)
    apart = Network.of(layer(line((0, 0), (100, 0)), line((80, 1.1), (80, 60))), PLANE, 1.0)
    assert len(set(apart.component.tolist())) == 2
    assert away(apart, point(0, 0), point(80, 60)) == np.inf


def test_ends_near_each_other_are_one_node_and_rows_are_kept() -> None:
    lines = layer(None, line((0, 0), (10, 0)), shapely.Point(X0, Y0), line((10.4, 0), (20, 0)), MultiLineString([]))
    net = Network.of(lines, PLANE, 0.5)
    assert net.line.tolist() == [1, 3] and len(net.nodes) == 3
    assert len(Network.of(lines, PLANE, 0.3).nodes) == 4


def test_the_way_between_places_on_one_edge_is_the_edge_and_legs_count() -> None:
    net = Network.of(layer(line((0, 0), (100, 0))), PLANE, 1.0)
    assert away(net, point(10, 3), point(30, 4)) == pytest.approx(3 + 20 + 4, abs=CLOSE)
    assert away(net, point(10, 3), point(30, 4), 3.5) == np.inf
    assert away(net, point(40, 5), point(40, -5)) == pytest.approx(10, abs=CLOSE)
    feet = net.feet(layer(box(X0 + 20, Y0 - 5, X0 + 30, Y0 + 5), point(0, 7)), 10)
    assert feet.leg_m == pytest.approx([0, 7], abs=CLOSE)


def test_minutes_take_the_speed_of_each_edge() -> None:
    net = Network.of(layer(line((0, 0), (600, 0)), line((600, 0), (1200, 0))), PLANE, 1.0)
    minutes = net.length_m / np.where(net.line == 0, 600, 300)
    sources, targets = net.feet(layer(point(0, 0)), 50), net.feet(layer(point(1200, 30)), 50)
    assert net.from_feet(sources, targets, minutes)[0, 0] == pytest.approx(1 + 2 + 0.1, abs=1e-6)
    assert net.nearest(sources, targets, minutes, limit=3.0)[0] == np.inf
    assert net.nearest(sources, targets, minutes, limit=3.2)[0] == pytest.approx(3.1, abs=1e-6)
    assert net.reached(sources, minutes).min() == pytest.approx(0, abs=1e-9)


def test_nothing_to_go_on() -> None:
    empty = Network.of(layer(), PLANE, 1.0)
    assert len(empty.edges) == len(empty.nodes) == 0
    feet = empty.feet(layer(point(0, 0)), 100)
    assert empty.from_feet(feet, feet).tolist() == [[np.inf]] and empty.nearest(feet, feet).tolist() == [np.inf]
    net = Network.of(layer(line((0, 0), (1, 0))), PLANE, 1.0)
    none = net.feet(layer(), 5)
    assert net.nearest(none, net.feet(layer(point(0, 0)), 5)).tolist() == [np.inf]
    assert net.from_feet(none, none).shape == (0, 0)


def streets(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Random straight streets, and places about them."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 300, (12, 2, 2))
    lines = layer(*(line(*map(tuple, ends)) for ends in corners))
    return lines, layer(*(point(*xy) for xy in rng.uniform(0, 300, (5, 2))))


def slow(lines: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Distances by Floyd–Warshall on all crossings, ends and feet, the lines' own order along them."""
    whole = shapely.union_all(lines)
    feet = [shapely.get_point(shapely.shortest_line(whole, place), 0) for place in places]
    stops: list[list[float]] = [[0.0, own.length] for own in lines]
    for i, own in enumerate(lines):
        stops[i] += [own.project(own.intersection(other)) for other in lines if other is not own and own.crosses(other)]
        stops[i] += [own.project(foot) for foot in feet if own.distance(foot) < 1e-7]
    spots = sorted(
        {(round(p.x, 4), round(p.y, 4)) for own, at in zip(lines, stops, strict=True) for p in map(own.interpolate, at)}
    )
    number = {spot: i for i, spot in enumerate(spots)}
    found = np.full((len(spots), len(spots)), np.inf)
    np.fill_diagonal(found, 0)
    for own, at in zip(lines, stops, strict=True):
        inner = sorted(at)
        names = [number[round(p.x, 4), round(p.y, 4)] for p in map(own.interpolate, inner)]
        for (a, b), step in zip(pairwise(names), np.diff(inner), strict=True):
            found[a, b] = found[b, a] = min(found[a, b], step)
    for k in range(len(spots)):
        found = np.minimum(found, found[:, [k]] + found[[k], :])
    at = [number[round(foot.x, 4), round(foot.y, 4)] for foot in feet]
    legs = np.array([place.distance(whole) for place in places])
    return np.asarray(found[np.ix_(at, at)] + legs[:, None] + legs[None, :])


@given(st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_distances_are_those_of_floyd_and_warshall(seed: int) -> None:
    lines, places = streets(seed)
    net = Network.of(lines, PLANE, 1e-6)
    feet = net.feet(places, 1e4)
    found = net.from_feet(feet, feet)
    expected = slow(lines, places)
    off = ~np.eye(len(places), dtype=bool)
    assert np.isfinite(found[off]).tolist() == np.isfinite(expected[off]).tolist()
    near = np.isfinite(expected) & off
    assert found[near] == pytest.approx(expected[near], rel=1e-5, abs=1e-2)
    assert net.nearest(feet.take([0, 1]), feet.take([2, 3, 4])) == pytest.approx(found[:2, 2:].min(axis=0), abs=1e-6)
    limited = net.from_feet(feet, feet, limit=150.0)
    assert (limited == np.where(found <= 150.0, found, np.inf)).all()


@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_lines_changes_no_distance(seed: int, random: object) -> None:
    lines, places = streets(seed)
    order = list(range(len(lines)))
    random.shuffle(order)  # type: ignore[attr-defined]
    distances = []
    for given_lines in (lines, lines[order]):
        net = Network.of(given_lines, PLANE, 1.0)
        feet = net.feet(places, 1e4)
        distances.append(net.from_feet(feet, feet))
    assert distances[0] == pytest.approx(distances[1], abs=1e-6)
