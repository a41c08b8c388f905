"""Ellipsoidal areas and geodesic lengths against the survey's vectors, Geod and an equal-area projection."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geo.area import SERIES, area_m2
from geo.densify import densify
from geo.length import length_m
from geo.plane import Plane

PLANE = Plane("EPSG:4542")
CRS_4542 = CRS.from_epsg(4542)
GEOD = Geod(a=6378137.0, rf=298.257222101)
X0, Y0 = 540844.2992806863, 2604398.3364410684
VECTORS = {
    "1 km square": ([(0, 0), (1000, 0), (1000, 1000), (0, 1000)], 999957.79),
    "pentagon": ([(0, 0), (2100, 300), (2600, 1500), (900, 1900), (-200, 800)], 3529846.20),
    "10 km square": ([(0, 0), (10000, 0), (10000, 10000), (0, 10000)], 99994789.59),
}

EDGE_M2 = 70**3 * 0.44 / (12 * 6.37e6)
"""Between a geodesic of 70 m and its chord in longitude and latitude: L³ tan φ / 12 R, at 23.5° N."""


def star(radii: list[float], x: float = X0, y: float = Y0) -> Polygon:
    """A star-shaped, so simple, polygon around (x, y)."""
    turn = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return Polygon(np.column_stack([x + np.cos(turn) * radii, y + np.sin(turn) * radii]))


stars = st.lists(st.floats(1, 3000), min_size=3, max_size=12).map(star)


@pytest.mark.parametrize("name", VECTORS)
def test_the_surveys_vectors_hold_to_the_square_centimetre(name: str) -> None:
    offsets, expected = VECTORS[name]
    square = Polygon([(X0 + x, Y0 + y) for x, y in offsets])
    assert PLANE.area_m2(densify(square, CRS_4542)) == pytest.approx(expected, abs=0.01)


def test_constants_are_those_of_the_published_formula() -> None:
    known = (1.003364089834193, 1.124189381927107e-3, 1.699459473518853e-6, 2.717857845577e-9, 4.358419005e-12)
    assert list(SERIES) == pytest.approx(known, rel=1e-9)


def equal_area_m2(lonlat: np.ndarray) -> float:
    """Shoelace in Lambert's cylindrical equal-area projection, from the closed authalic formula: a second way."""
    e = np.sqrt(0.006694380022900686)
    lon, sine = np.radians(lonlat[:, 0] - lonlat[0, 0]), np.sin(np.radians(lonlat[:, 1]))
    authalic = sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e
    authalic = (1 - e**2) / 2 * (authalic - authalic[0])
    return float(abs(np.sum((lon[1:] + lon[:-1]) * np.diff(authalic))) / 2 * 6378137.0**2)


@given(stars)
@settings(max_examples=40, deadline=None)
def test_agrees_with_geodesic_polygons_and_with_an_equal_area_projection(polygon: Polygon) -> None:
    lonlat = PLANE.to_lonlat(densify(polygon, CRS_4542))
    vertices = shapely.get_coordinates(lonlat)
    geodesic = abs(GEOD.polygon_area_perimeter(vertices[:, 0], vertices[:, 1])[0])
    between = EDGE_M2 * len(vertices)
    assert area_m2(lonlat) == pytest.approx(geodesic, rel=1e-7, abs=between)
    assert area_m2(lonlat) == pytest.approx(equal_area_m2(vertices), rel=1e-7, abs=between)


@pytest.mark.parametrize("side", [0.05, 1.0, 30.0])
def test_small_polygons_keep_their_digits_far_from_the_surveys_meridian(side: float) -> None:
    lonlat = PLANE.to_lonlat(box(X0, Y0, X0 + side, Y0 + side))
    scale = 0.9999577875  # of the 1 km square here, which varies by 1e-7 within it
    assert area_m2(lonlat) == pytest.approx(side**2 * scale, rel=2e-6)
    assert abs(area_m2(lonlat) - side**2 * scale) < 0.001


@given(stars, st.integers(0, 11), st.booleans())
@settings(max_examples=30, deadline=None)
def test_orientation_and_start_vertex_do_not_matter(polygon: Polygon, start: int, turned: bool) -> None:
    ring = np.roll(shapely.get_coordinates(polygon)[:-1], start, axis=0)
    other = Polygon(ring[::-1] if turned else ring)
    assert PLANE.area_m2(other) == pytest.approx(PLANE.area_m2(polygon), rel=1e-11)
    assert PLANE.length_m(other) == pytest.approx(PLANE.length_m(polygon), rel=1e-11)


@given(stars, st.floats(-2500, 2500))
@settings(max_examples=30, deadline=None)
def test_area_adds_up_when_land_is_split(polygon: Polygon, at: float) -> None:
    polygon = densify(polygon, CRS_4542)
    west, south, east, north = polygon.bounds
    halves = [
        polygon & box(west - 1, south - 1, X0 + at, north + 1),
        polygon & box(X0 + at, south - 1, east + 1, north + 1),
    ]
    parts = PLANE.area_m2(np.array(halves, dtype=object)).sum()
    assert parts == pytest.approx(PLANE.area_m2(polygon), rel=1e-7, abs=0.01)


def test_holes_count_off_whatever_their_orientation() -> None:
    outer, inner = box(X0, Y0, X0 + 1000, Y0 + 1000), box(X0 + 100, Y0 + 100, X0 + 300, Y0 + 300)
    expected = PLANE.area_m2(outer) - PLANE.area_m2(inner)
    for ring in (inner.exterior.coords, inner.exterior.coords[::-1]):
        assert PLANE.area_m2(Polygon(outer.exterior.coords, [ring])) == pytest.approx(expected, abs=1e-6)


def test_every_kind_of_geometry_has_an_area_and_a_length_and_the_shape_stays() -> None:
    one, two = box(X0, Y0, X0 + 10, Y0 + 10), box(X0 + 50, Y0, X0 + 60, Y0 + 10)
    line = LineString([(X0, Y0), (X0 + 10, Y0)])
    nested = shapely.GeometryCollection([line, shapely.GeometryCollection([one, MultiPolygon([two])])])
    geoms = np.array([None, Polygon(), one, MultiPolygon([one, two]), line, Point(X0, Y0), nested], dtype=object)
    assert PLANE.area_m2(geoms).round(1).tolist() == [0, 0, 100, 200, 0, 0, 200]
    assert PLANE.length_m(geoms).round(1).tolist() == [0, 0, 40, 80, 10, 0, 90]
    assert PLANE.area_m2(geoms[2:4].reshape(2, 1)).shape == (2, 1)
    assert (
        PLANE.area_m2(np.array([], dtype=object)).tolist() == PLANE.length_m(np.array([], dtype=object)).tolist() == []
    )


def test_an_area_across_the_antimeridian_is_whole() -> None:
    east = area_m2(box(170, 50, 170.01, 50.01))
    ring = Polygon([(179.995, 50), (-179.995, 50), (-179.995, 50.01), (179.995, 50.01)])
    assert area_m2(ring) == pytest.approx(east, rel=1e-9)


def test_a_measure_does_not_depend_on_its_neighbours_in_the_array() -> None:
    rng = np.random.default_rng(7)
    geoms = [star(rng.uniform(5, 500, rng.integers(3, 40)).tolist()) for _ in range(1500)]
    geoms[::7] = [geom - geom.centroid.buffer(1) for geom in geoms[::7]]
    array, order = np.array(geoms, dtype=object), rng.permutation(1500)
    for measure in (PLANE.area_m2, PLANE.length_m):
        alone = [measure(geom) for geom in array[:150]]
        together, mixed = measure(array), measure(array[order])
        assert together[:150].tolist() == alone
        assert mixed.tolist() == together[order].tolist()


@given(st.lists(st.tuples(st.floats(99, 100), st.floats(23, 24)), min_size=2, max_size=8, unique=True))
@settings(max_examples=30, deadline=None)
def test_length_is_that_of_pyproj(lonlat: list[tuple[float, float]]) -> None:
    line = LineString(lonlat)
    assert length_m(line) == pytest.approx(GEOD.geometry_length(line), rel=1e-12)


def test_distance_is_geodesic_between_the_nearest_points() -> None:
    a, b = box(X0, Y0, X0 + 10, Y0 + 10), box(X0 + 110, Y0, X0 + 120, Y0 + 10)
    assert PLANE.distance_m(a, b) == pytest.approx(100 / 1.0000205, abs=0.001)
    assert PLANE.distance_m(a, box(X0 + 10, Y0, X0 + 20, Y0 + 5)) == 0
    assert PLANE.distance_m(a, Polygon()) == float("inf")
    index, away = PLANE.nearest(a, np.array([None, box(X0 + 500, Y0, X0 + 501, Y0 + 1), b, b], dtype=object)) or (-1, 0)
    assert (index, away) == (2, PLANE.distance_m(a, b))
    assert PLANE.nearest(a, np.array([None, Polygon()], dtype=object)) is None


def test_bbox_is_in_degrees_of_cgcs2000() -> None:
    west, south, east, north = PLANE.bbox_lonlat(box(X0, Y0, X0 + 1000, Y0 + 1000))
    assert (99.3 < west < east < 99.5) and (23.4 < south < north < 23.6)
