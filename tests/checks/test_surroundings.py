"""四至: what adjoins a land on which side, and where its extreme points are."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from checks.site import Site, sites
from checks.surroundings import neighbours, surroundings
from geo.sheets import sheet_number
from tests.checks.case_inputs import inputs_of


def site_with(**layers: list[dict[str, Any]]) -> Site:
    return sites(inputs_of({"layers": layers}))[0]


def sides(**layers: list[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    site = site_with(**layers)
    return dict(neighbours(site, site.land("zone").geometry))


NOTHING: dict[str, tuple[str, ...]] = {"east": (), "south": (), "west": (), "north": ()}
WEST = "POLYGON((-300 0, 0 0, 0 1000, -300 1000, -300 0))"


def test_blank_where_nothing_adjoins() -> None:
    assert sides() == NOTHING


def test_water_parcels_and_roads_by_name() -> None:
    found = sides(
        land_use=[
            {"wkt": WEST, "code": "1101", "scheme": "survey-2020", "name": "南汀河"},
            {"wkt": "POLYGON((0 -90, 1000 -90, 1000 0, 0 0, 0 -90))", "code": "0101", "scheme": "survey-2020"},
        ],
        parcels=[
            {"wkt": "POLYGON((1000 0, 1200 0, 1200 400, 1000 400, 1000 0))", "id": "DK-2", "state": "built"},
            {"wkt": "POLYGON((1000 400, 1200 400, 1200 1000, 1000 1000, 1000 400))", "id": "DK-9", "state": "built"},
            {"wkt": "POLYGON((800 0, 1000 0, 1000 400, 800 400, 800 0))", "id": "inside", "state": "built"},
        ],
        roads=[
            {"wkt": "LINESTRING(-100 1012, 1100 1012)", "name": "沪耿路", "width_m": 24.0},
            {"wkt": "LINESTRING(-100 1011, 1100 1011)", "name": "规划路", "width_m": 24.0, "status": "planned"},
            {"wkt": "LINESTRING(500 500, 500 1500)", "name": "横穿路", "width_m": 24.0},
        ],
    )
    assert found == {"east": ("DK-9", "DK-2"), "south": (), "west": ("南汀河",), "north": ("沪耿路",)}


def test_a_road_of_unknown_width_adjoins_only_on_the_line() -> None:
    beside = {"wkt": "LINESTRING(-100 1012, 1100 1012)", "name": "甲路"}
    on_it = {"wkt": "LINESTRING(-100 1000, 1100 1000)", "name": "乙路"}
    assert sides(roads=[beside, on_it])["north"] == ("乙路",)


def test_water_without_a_name_goes_by_its_class_in_its_own_scheme() -> None:
    assert sides(land_use=[{"wkt": WEST, "code": "1104", "scheme": "survey-2020"}])["west"] == ("坑塘水面",)
    assert sides(land_use=[{"wkt": WEST, "code": "1104", "scheme": "plan-2023"}]) == NOTHING


def test_extremes_and_sheets() -> None:
    site = site_with()
    land = site.land("zone").geometry
    told = surroundings(site, land)
    assert told is not None
    west, south, east, north = land.bounds
    places = {side: (point.x_m, point.y_m) for side, point in told.extremes.items()}
    assert places == {"east": (east, north), "south": (west, south), "west": (west, north), "north": (west, north)}
    lon, lat = shapely.get_coordinates(site.plane.to_lonlat(shapely.Point(east, north)))[0]
    assert (told.extremes["east"].lon, told.extremes["east"].lat) == pytest.approx((lon, lat), abs=1e-12)
    south_west = shapely.get_coordinates(site.plane.to_lonlat(shapely.Point(west, south)))[0]
    assert told.sheets == (sheet_number(lon, lat), sheet_number(*south_west)) == ("F47G011055", "F47G012055")
    assert surroundings(site, shapely.Polygon()) is None
