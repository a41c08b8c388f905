"""Connected parts: their widths, compactness and clusters."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon, affinity, box

from geo.densify import densify
from geo.parts import canonical, clusters, compactness, connected, is_sliver, width_m
from geo.plane import Plane

PLANE = Plane("EPSG:4542")
X0, Y0 = 540844.2992806863, 2604398.3364410684


@given(st.floats(0.02, 400), st.floats(1, 3000), st.floats(0, 90))
@settings(max_examples=60, deadline=None)
def test_the_width_of_a_rectangle_is_its_short_side(width: float, length: float, turn: float) -> None:
    rectangle = affinity.rotate(box(X0, Y0, X0 + width, Y0 + length), turn, origin=(X0, Y0))
    assert width_m(densify(rectangle, CRS.from_epsg(4542))) == pytest.approx(min(width, length), abs=0.01)


def test_the_width_of_a_triangle_and_of_a_ring() -> None:
    assert width_m(Polygon([(0, 0), (300, 0), (0, 400)])) == pytest.approx(200, abs=0.01)
    assert width_m(box(0, 0, 100, 100) - box(10, 10, 97, 97)) == pytest.approx(2 * 10 / (1 + 2**-0.5), abs=0.01)
    assert width_m(Polygon()) == 0


@pytest.mark.parametrize("width", [0.03, 0.3, 1.5, 6.0])
@pytest.mark.parametrize("join", ["round", "bevel", "mitre"])
def test_the_width_of_a_long_winding_strip_is_that_of_its_bends(width: float, join: str) -> None:
    turns = LineString([(X0 + 40 * i, Y0 + 15 * (i % 2)) for i in range(60)])
    strip = turns.buffer(width / 2, cap_style="flat", join_style=join)
    around = np.linspace(-width, width, 161)
    places = shapely.points(np.stack(np.meshgrid(X0 + 40 * 30 + around, Y0 + around), axis=-1).reshape(-1, 2))
    inside = places[shapely.contains_properly(strip, places)]
    searched = 2 * shapely.distance(strip.boundary, inside).max()
    assert searched >= width * 0.98
    assert width_m(strip) == pytest.approx(searched, abs=0.01 + width / 80)


def test_the_width_is_that_of_the_widest_place() -> None:
    pan = shapely.union_all([Point(X0, Y0).buffer(5, quad_segs=64), box(X0, Y0 - 0.02, X0 + 900, Y0 + 0.02)])
    assert width_m(pan) == pytest.approx(10, abs=0.02)
    assert not is_sliver(pan, 0.1)


@given(st.floats(0.01, 0.3), st.floats(1, 500), st.floats(0, 90))
@settings(max_examples=40, deadline=None)
def test_sliver_and_width_tell_the_same(width: float, length: float, turn: float) -> None:
    if abs(width - 0.1) < 0.002:
        return
    rectangle = affinity.rotate(box(X0, Y0, X0 + width, Y0 + length), turn, origin=(X0, Y0))
    assert is_sliver(rectangle, 0.1) == (width < 0.1)


def test_parts_that_share_an_edge_are_one_and_a_corner_does_not_join() -> None:
    a, b, c, d = box(0, 0, 1, 1), box(1, 0, 3, 1), box(3, 1, 4, 2), box(9, 9, 10, 10)
    found = connected(shapely.GeometryCollection([d, c, b, a, MultiPolygon([a])]))
    assert [part.area for part in found] == [3, 1, 1]
    assert [part.bounds for part in found[1:]] == [c.bounds, d.bounds]
    there, back = (connected(shapely.GeometryCollection(list(order))) for order in ((a, b, c, d), (d, b, c, a)))
    assert there == back
    assert connected(Polygon()) == connected(Point(0, 0)) == []


def test_compactness_of_a_circle_a_square_and_a_strip() -> None:
    circle = Point(X0, Y0).buffer(300, quad_segs=200)
    assert compactness(circle, PLANE) == pytest.approx(1, abs=1e-4)
    assert compactness(box(X0, Y0, X0 + 50, Y0 + 50), PLANE) == pytest.approx(np.pi / 4, rel=1e-5)
    assert compactness(box(X0, Y0, X0 + 1000, Y0 + 1), PLANE) == pytest.approx(np.pi * 1000 / 1001**2, rel=1e-4)
    assert compactness(Polygon(), PLANE) is None


def test_clusters_are_chains_of_parts_within_the_gap() -> None:
    parts = [box(X0 + x, Y0, X0 + x + 10, Y0 + 10) for x in (0, 500, 60, 110, 10, 1000)]
    assert clusters(parts, 0, PLANE) == ((0, 4), (1,), (2,), (3,), (5,))
    assert clusters(parts, 45, PLANE) == ((0, 2, 3, 4), (1,), (5,))
    assert clusters(parts, 1000, PLANE) == (tuple(range(6)),)
    assert clusters([], 10, PLANE) == ()


def test_a_gap_is_geodesic() -> None:
    far = Plane("EPSG:4542")
    x = 500000 + 150000  # the plane is stretched by 277 ppm there
    parts = [box(x, Y0, x + 10, Y0 + 10), box(x + 1010, Y0, x + 1020, Y0 + 10)]
    assert clusters(parts, 999.9, far) == ((0, 1),)
    assert clusters(parts, 999.5, far) == ((0,), (1,))


@given(st.permutations(range(8)))
@settings(max_examples=30, deadline=None)
def test_the_canonical_order_is_the_same_from_any_order_also_among_look_alikes(order: list[int]) -> None:
    triangles = [[(0, 0), (2, 0), (0, 2)], [(0, 0), (2, 0), (2, 2)], [(2, 0), (2, 2), (0, 2)], [(0, 0), (2, 2), (0, 2)]]
    geoms = np.array([*map(Polygon, triangles), box(0, 0, 2, 1), box(0, 0, 2, 1), box(5, 0, 7, 1), box(0, 0, 9, 9)])
    mixed = geoms[order]
    assert shapely.to_wkb(mixed[canonical(mixed)]).tolist() == shapely.to_wkb(geoms[canonical(geoms)]).tolist()
    assert mixed[canonical(mixed)][0].area == 81
