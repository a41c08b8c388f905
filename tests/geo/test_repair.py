"""Broken geometry: repaired or lost, always said."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon, box, wkt

from geo.repair import repair

BOW = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
SPIKE = Polygon([(0, 0), (10, 0), (10, 10), (10, 30), (10, 10), (0, 10)])
FLAT = Polygon([(0, 0), (5, 5), (10, 10)])
# a second shell whose ring runs the wrong way is read as a hole outside
OUTER_HOLE = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(20, 20), (21, 20), (21, 21)]])
NAN = shapely.transform(box(0, 0, 1, 1), lambda xy: np.where(xy.sum(axis=1)[:, None] == 2, np.nan, xy))


def run(geom: object, dimension: int = 2) -> tuple[object, bool, bool]:
    array = np.empty(1, dtype=object)
    array[0] = geom
    done, repaired, lost = repair(array, dimension)
    return done[0], bool(repaired[0]), bool(lost[0])


@pytest.mark.parametrize(
    ("geom", "area"),
    [(BOW, 50), (SPIKE, 100), (OUTER_HOLE, 100.5), (MultiPolygon([box(0, 0, 10, 10), box(5, 0, 15, 10)]), 150),
     (GeometryCollection([box(0, 0, 1, 1), LineString([(0, 0), (9, 9)])]), 1),
     (Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(2, 2), (5, 2), (5, 5)], [(4, 2), (8, 2), (4, 8)]]), None)],
)  # fmt: skip
def test_what_can_be_mended_is_mended_and_said(geom: object, area: float | None) -> None:
    done, repaired, lost = run(geom)
    assert (repaired, lost, done.is_valid) == (True, False, True)
    assert done.geom_type in {"Polygon", "MultiPolygon"}
    if area is not None:
        assert done.area == pytest.approx(area)


@pytest.mark.parametrize(
    "geom", [None, Polygon(), FLAT, NAN, Point(0, 0), LineString([(0, 0), (1, 1)]), GeometryCollection()]
)
def test_what_is_no_polygon_is_lost_and_said(geom: object) -> None:
    assert run(geom) == (None, False, True)


def test_sound_geometry_comes_back_as_it_is_without_heights() -> None:
    sound = [
        box(0, 0, 1, 1),
        MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)]),
        wkt.loads("POLYGON Z ((0 0 1, 1 0 1, 0 1 1, 0 0 1))"),
    ]
    array = np.empty(3, dtype=object)
    array[:] = sound
    done, repaired, lost = repair(array, 2)
    assert [geom.wkb for geom in done] == [shapely.force_2d(geom).wkb for geom in sound]
    assert not repaired.any() and not lost.any()
    assert array[2].has_z, "the given array is left alone"


def test_lines_and_points_have_their_own_repair() -> None:
    assert run(LineString([(0, 0), (5, 5), (0, 5), (5, 0)]), 1)[1:] == (False, False), "a line may cross itself"
    assert run(LineString([(1, 1), (1, 1)]), 1) == (None, False, True)
    mixed = GeometryCollection([Point(0, 0), LineString([(0, 0), (1, 1)])])
    assert run(mixed, 1) == (LineString([(0, 0), (1, 1)]), True, False)
    assert run(mixed, 0) == (Point(0, 0), True, False)
    assert run(MultiPoint([(0, 0), (1, 1)]), 0)[1:] == (False, False)


def test_an_empty_array() -> None:
    done, repaired, lost = repair(np.array([], dtype=object), 2)
    assert len(done) == len(repaired) == len(lost) == 0
