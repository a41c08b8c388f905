"""Geometry of the kinds that JTS and GEOS are tested with: what broken polygons mean, and overlays near rounding.

Coordinates are metres from a corner near Gengma, so that they have the digits of real ones.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import wkt
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geo.overlay import outside, overlap
from geo.pairs import pairs
from geo.plane import Plane
from geo.repair import repair

PLANE = Plane("EPSG:4542")
X0, Y0 = 540844.3, 2604398.3
SQUARE = "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"

BROKEN = {
    "figure of eight": ("POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))", 5_000),
    "ring gone round twice": (
        "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0, 0 0, 100 0, 100 100, 0 100, 0 0))",
        10_000,
    ),
    "vertices doubled": ("POLYGON ((0 0, 0 0, 100 0, 100 0, 100 100, 0 100, 0 100, 0 0))", 10_000),
    "spike outward": ("POLYGON ((0 0, 100 0, 100 50, 250 50, 100 50, 100 100, 0 100, 0 0))", 10_000),
    "spike inward": ("POLYGON ((0 0, 100 0, 100 50, 20 50, 100 50, 100 100, 0 100, 0 0))", 10_000),
    # JTS and GEOS read a hole away from its shell as another shell
    "hole outside": ("POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0), (200 0, 210 0, 210 10, 200 10, 200 0))", 10_100),
    "hole across the shell": (
        "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0), (90 40, 120 40, 120 60, 90 60, 90 40))",
        9_800,
    ),
    "holes that overlap": (
        "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0), (10 10, 40 10, 40 40, 10 40, 10 10),"
        " (20 20, 50 20, 50 50, 20 50, 20 20))",
        10_000 - 900 - 900 + 400,
    ),
    "hole along the shell": ("POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0), (0 20, 30 20, 30 40, 0 40, 0 20))", 9_400),
    "shell that touches itself": ("POLYGON ((0 0, 50 0, 50 50, 100 50, 100 100, 50 100, 50 50, 0 50, 0 0))", 5_000),
    "shells that overlap": (
        "MULTIPOLYGON (((0 0, 60 0, 60 60, 0 60, 0 0)), ((40 40, 100 40, 100 100, 40 100, 40 40)))",
        6_800,
    ),
    "shells that share an edge": (
        "MULTIPOLYGON (((0 0, 50 0, 50 100, 0 100, 0 0)), ((50 0, 100 0, 100 100, 50 100, 50 0)))",
        10_000,
    ),
    "shell in a shell": (
        "MULTIPOLYGON (((0 0, 100 0, 100 100, 0 100, 0 0)), ((20 20, 40 20, 40 40, 20 40, 20 20)))",
        10_000,
    ),
    "polygon with a line and a point": (
        "GEOMETRYCOLLECTION (POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0)), LINESTRING (0 0, 200 9), POINT (3 3))",
        10_000,
    ),
}


def at(text: str) -> BaseGeometry:
    return translate(wkt.loads(text), X0, Y0)


def layer(*geoms: BaseGeometry) -> np.ndarray:
    array = np.empty(len(geoms), dtype=object)
    array[:] = geoms
    return array


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_broken_polygon_covers(name: str) -> None:
    text, area = BROKEN[name]
    fixed, _, lost = repair(layer(at(text)), 2)
    assert not lost.any() and fixed[0].is_valid
    assert fixed[0].area == pytest.approx(area, abs=1e-6)
    around = at("POLYGON ((-50 -50, 300 -50, 300 300, -50 300, -50 -50))")
    assert pairs(layer(around), fixed, PLANE).geometry[0].area == pytest.approx(area, abs=1e-6)


@pytest.mark.parametrize("text", ["POLYGON EMPTY", "POLYGON ((0 0, 50 0, 100 0, 0 0))", "LINESTRING (0 0, 9 9)"])
def test_what_covers_nothing_is_lost_by_name(text: str) -> None:
    _, repaired, lost = repair(layer(at(text)), 2)
    assert lost.tolist() == [True] and not repaired.any()


NEAR = {
    "triangle thinner than rounding": ("POLYGON ((0 0, 100 0, 0 0.0000001, 0 0))", 5e-6),
    "sliver triangle cut across": ("POLYGON ((-90 50, 210 50, -90 50.01, -90 50))", 100 * 0.016 / 3),
    "edge a nanometre off": ("POLYGON ((100.000000001 0, 200 0, 200 100, 99.999999999 100, 100.000000001 0))", 0),
    "corner on an edge": ("POLYGON ((100 50, 150 20, 150 80, 100 50))", 0),
    "corner a nanometre in": ("POLYGON ((99.999999999 50, 150 20, 150 80, 99.999999999 50))", 0),
    "same square, one vertex more": ("POLYGON ((0 0, 33.3333333333 0, 100 0, 100 100, 0 100, 0 0))", 10_000),
    "same square, an edge bent by a micrometre": ("POLYGON ((0 0, 50 -0.000001, 100 0, 100 100, 0 100, 0 0))", 10_000),
    "comb along the edge": (
        "MULTIPOLYGON (" + ", ".join(f"(({i} 99, {i}.5 99, {i}.5 200, {i} 200, {i} 99))" for i in range(100)) + ")",
        50,
    ),
    "tiny ring": ("POLYGON ((50 50, 50.000001 50, 50.000001 50.000001, 50 50))", 0),
    "far vertices": ("POLYGON ((-900000 50, 900000 50.5, 900000 60, -900000 60, -900000 50))", 974.99861),
}


@pytest.mark.parametrize("name", NEAR)
def test_overlays_near_rounding(name: str) -> None:
    text, area = NEAR[name]
    land, rows = at(SQUARE), repair(layer(at(text)), 2)[0]
    found = pairs(layer(land), rows, PLANE)
    assert not len(found.failed)
    assert float(shapely.area(found.geometry).sum()) == pytest.approx(area, abs=1e-3)
    inside, beyond = overlap(land, rows, PLANE, 0.1), outside(land, rows, PLANE, 0.1)
    assert inside.failed == beyond.failed == ()
    total = inside.union_m2 + inside.sliver_m2 + beyond.union_m2 + beyond.sliver_m2
    assert total == pytest.approx(float(PLANE.area_m2(land)), abs=1e-2)


def test_many_copies_of_one_boundary_each_a_little_off() -> None:
    land = at(SQUARE)
    copies = layer(*(translate(land, step * 1e-7, -step * 1e-7) for step in range(-300, 300)))
    found = overlap(land, copies, PLANE, 0.1)
    assert found.failed == ()
    assert found.union_m2 == pytest.approx(float(PLANE.area_m2(land)), abs=1e-2)
