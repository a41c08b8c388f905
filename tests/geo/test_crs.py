"""Datums: what counts as one, what is refused, what a project can state."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from pyproj.network import is_network_enabled
from shapely import LineString, Point, box

from geo.crs import Datum, crs_name, output_crs, parse_crs, parse_plane, tie
from geo.errors import ZoneproofError
from geo.plane import Plane
from geo.reproject import reproject
from tests.geo.shift_grid import ctable2

GREENWICH = 'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
ESRI_CGCS = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    f'SPHEROID["CGCS2000",6378137.0,298.257222101]],{GREENWICH}'
)
ESRI_WGS = f'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],{GREENWICH}'
ESRI_XIAN = f'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],{GREENWICH}'
XIAN_ZEROS = ESRI_XIAN.replace("298.257]", "298.257],TOWGS84[0,0,0,0,0,0,0]")
GAUSS = (
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",99.4],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)

MGI_TO_GAUSS = Transformer.from_crs(4312, 31256, always_xy=True)


def xy(geom: object) -> list[float]:
    return shapely.get_coordinates(geom)[0].tolist()


@pytest.mark.parametrize(
    "crs", [4490, "EPSG:4542", "4521", ESRI_CGCS, f'PROJCS["x",{ESRI_CGCS},{GAUSS}', "EPSG:4490+5737"]
)
def test_cgcs2000_needs_no_note(crs: object) -> None:
    assert tie(parse_crs(crs, "layer"), Datum(), "layer").note is None


@pytest.mark.parametrize(
    "crs",
    [4326, 4979, 3857, 32647, 4258, 25832, 4171, 2154, 9000, 9057, 4612, ESRI_WGS, f'PROJCS["x",{ESRI_WGS},{GAUSS}'],
)
def test_datums_of_the_itrf_family_count_as_one(crs: object) -> None:
    tied = tie(parse_crs(crs, "layer"), Datum(), "layer")
    assert tied.note == "one-datum"
    lon = 99.0 if tied.crs.to_epsg() == 32647 else 5.0
    assert xy(tied.to_lonlat(tied.from_lonlat(Point(lon, 48.0)))) == pytest.approx([lon, 48.0], abs=1e-8)


@pytest.mark.parametrize(
    "crs",
    [
        4610,
        2370,
        2349,
        2338,
        4214,
        2401,
        2405,
        2422,
        4555,
        4019,
        ESRI_XIAN,
        XIAN_ZEROS,
        f'PROJCS["x",{ESRI_XIAN},{GAUSS}',
    ],
)
def test_a_ballpark_shift_is_refused(crs: object) -> None:
    with pytest.raises(ZoneproofError) as caught:
        tie(parse_crs(crs, "farmland"), Datum(), "farmland")
    assert (caught.value.code, caught.value.where) == ("datum-unknown", "farmland")
    assert caught.value.facts["crs"]


def test_a_ballpark_shift_that_is_accepted_takes_degrees_as_they_are() -> None:
    tied = tie(parse_crs(4610, "layer"), Datum(accept_shift=True), "layer")
    assert tied.note == "ballpark"
    assert xy(tied.to_lonlat(Point(99.4, 23.5))) == pytest.approx([99.4, 23.5], abs=1e-12)


def helmert(lon: float, lat: float, a: float, f: float, numbers: list[float]) -> tuple[float, float]:
    """Geographic → geocentric → seven parameters, position vector → geographic (Bowring, iterated), written out."""
    lam, phi, e2 = np.radians(lon), np.radians(lat), f * (2 - f)
    n = a / np.sqrt(1 - e2 * np.sin(phi) ** 2)
    place = np.array([n * np.cos(phi) * np.cos(lam), n * np.cos(phi) * np.sin(lam), n * (1 - e2) * np.sin(phi)])
    rx, ry, rz = np.radians(np.array(numbers[3:6]) / 3600)
    turn = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
    x, y, z = np.array(numbers[:3]) + (1 + numbers[6] * 1e-6) * turn @ place
    e2 = 0.0066943799901413165  # WGS 84
    phi = np.arctan2(z, np.hypot(x, y))
    for _ in range(20):
        n = 6378137.0 / np.sqrt(1 - e2 * np.sin(phi) ** 2)
        phi = np.arctan2(z + e2 * n * np.sin(phi), np.hypot(x, y))
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(phi))


@pytest.mark.parametrize("crs", [4610, 2378, ESRI_XIAN, XIAN_ZEROS])
@pytest.mark.parametrize("numbers", [(120.0, -35.0, 17.5), (120.0, -35.0, 17.5, 0.8, -1.1, 2.3, -4.2)])
def test_stated_numbers_are_a_position_vector_shift_on_the_layers_own_ellipsoid(crs: object, numbers: tuple) -> None:
    own = parse_crs(crs, "layer")
    tied = tie(own, Datum(towgs84=numbers), "layer")
    place = tie(own, Datum(accept_shift=True), "layer").from_lonlat(Point(99.4, 23.5))
    seven = [*numbers, *[0.0] * (7 - len(numbers))]
    assert tied.note == "towgs84"
    expected = helmert(99.4, 23.5, 6378140.0, 1 / 298.257, seven)
    assert xy(tied.to_lonlat(place)) == pytest.approx(expected, abs=2e-9)  # 0.2 mm: WGS 84's flattening is another
    assert xy(tied.from_lonlat(tied.to_lonlat(place))) == pytest.approx(xy(place), abs=0.002)  # no heights


def test_a_stated_grid_is_used_and_what_lies_outside_it_is_lost(tmp_path: Path) -> None:
    grid = ctable2(tmp_path / "格网 of the county.ct2", 0.001, -0.002)
    tied = tie(parse_crs(4610, "layer"), Datum(grid=str(grid)), "layer")
    assert (tied.note, tied.operation) == ("grid", grid.name)
    assert xy(tied.to_lonlat(Point(99.4, 23.5))) == pytest.approx([99.401, 23.498], abs=1e-8)
    lost = tied.to_lonlat(np.array([Point(99.4, 23.5), LineString([(99.4, 23.5), (120, 30)])], dtype=object))
    assert [geom is None for geom in lost] == [False, True]


@pytest.mark.parametrize(
    ("datum", "code"),
    [
        (Datum(towgs84=(1.0, 2.0)), "towgs84-count"),
        (Datum(towgs84=(1.0, 2.0, float("nan"))), "towgs84-count"),
        (Datum(grid="no-such.gsb"), "grid-missing"),
        (Datum(grid=__file__), "grid-invalid"),
        (Datum(towgs84=(1.0, 2.0, 3.0), grid="x"), "datum-twice"),
    ],
)
def test_wrong_statements_are_named(datum: Datum, code: str) -> None:
    with pytest.raises(ZoneproofError) as caught:
        tie(parse_crs(4610, "layer"), datum, "layer")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "crs-unknown"),
        (" ", "crs-unknown"),
        ("no such", "crs-invalid"),
        ("EPSG:999999", "crs-invalid"),
        ('LOCAL_CS["x",UNIT["metre",1]]', "crs-not-horizontal"),
        (4978, "crs-not-horizontal"),
        (5737, "crs-not-horizontal"),
    ],
)
def test_what_is_no_horizontal_crs_is_named(text: object, code: str) -> None:
    with pytest.raises(ZoneproofError) as caught:
        parse_crs(text, "layer")
    assert caught.value.code == code


@pytest.mark.parametrize("crs", [4312, 31256])
def test_a_datum_that_proj_knows_to_shift_is_shifted_with_a_note(crs: int) -> None:
    tied = tie(parse_crs(crs, "layer"), Datum(), "layer")
    assert (tied.note, tied.operation, tied.accuracy_m) == ("shift", "MGI to WGS 84 (3)", 1.5)
    base = tie(parse_crs(crs, "layer"), Datum(accept_shift=True), "layer")
    numbers = [577.326, 90.129, 463.919, 5.137, 1.474, 5.297, 2.4232]
    expected = helmert(16.33, 48.2, 6377397.155, 1 / 299.1528128, numbers)
    own = Point(16.33, 48.2) if crs == 4312 else reproject(Point(16.33, 48.2), MGI_TO_GAUSS)
    assert base == tied, "nothing to accept where PROJ knows the shift"
    assert xy(tied.to_lonlat(own)) == pytest.approx(expected, abs=2e-9)


def test_what_a_layers_own_crs_states_is_used() -> None:
    text = "+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0"
    tied = tie(parse_crs(text, "layer"), Datum(), "layer")
    assert tied.note == "shift"
    expected = helmert(99.4, 23.5, 6378245.0, 1 / 298.3, [15.8, -154.4, -82.3, 0, 0, 0, 0])
    assert xy(tied.to_lonlat(Point(99.4, 23.5))) == pytest.approx(expected, abs=2e-9)
    google = "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext"
    tied = tie(parse_crs(google, "layer"), Datum(), "layer")
    assert tied.note == "one-datum"
    assert xy(tied.from_lonlat(Point(99.4, 23.5))) == pytest.approx(
        xy(tie(parse_crs(3857, "layer"), Datum(), "layer").from_lonlat(Point(99.4, 23.5))), abs=1e-6
    )


def test_a_vertex_that_is_nan_loses_its_geometry_alone() -> None:
    tied = tie(parse_crs(4542, "layer"), Datum(), "layer")
    good = box(5e5, 26e5, 5e5 + 9, 26e5 + 9)
    bad = shapely.transform(good, lambda xy: np.where(xy.sum(axis=1)[:, None] == xy.sum(axis=1).max(), np.nan, xy))
    assert [geom is None for geom in tied.to_lonlat(np.array([bad, good, None]))] == [True, False, True]


def test_x_is_east_whatever_the_axis_order_of_the_crs() -> None:
    tied = tie(parse_crs(4542, "layer"), Datum(), "layer")
    assert CRS.from_epsg(4542).axis_info[0].direction == "north"
    assert xy(tied.from_lonlat(Point(99.0, 23.5))) == pytest.approx([500000, 2600000], abs=1500)
    assert xy(tie(parse_crs(4521, "layer"), Datum(), "layer").from_lonlat(Point(99.0, 23.5)))[0] == pytest.approx(
        33500000
    )


def test_neighbours_share_their_corners_after_reprojection() -> None:
    tied = tie(parse_crs(4542, "layer"), Datum(), "layer")
    left, right = tied.to_lonlat(np.array([box(5e5, 26e5, 5e5 + 9, 26e5 + 9), box(5e5 + 9, 26e5, 5e5 + 20, 26e5 + 9)]))
    assert shapely.touches(left, right) and shapely.area(shapely.intersection(left, right)) == 0


@pytest.mark.parametrize(
    ("bounds", "own", "expected"),
    [
        ((99.3, 23.5, 99.5, 23.6), None, 4542),
        ((73.5, 39, 73.5, 39), None, 4534),
        ((76.49, 39, 76.49, 39), None, 4534),
        ((76.5, 39, 76.5, 39), None, 4535),
        ((136.5, 48, 136.5, 48), None, 4554),
        ((134.5, 48, 134.7, 48.1), 3857, 4554),
        ((100, 20, 104, 24), None, 4543),
        ((73.4, 39, 73.5, 39), None, 32643),
        ((19.7, 45.2, 19.9, 45.3), 32634, 32634),
        ((19.7, 45.2, 19.9, 45.3), 4326, 32634),
        ((-70.7, -33.5, -70.6, -33.4), None, 32719),
        ((180, 1, 180, 1), None, 32660),
        ((-0.2, 51.4, 0.1, 51.6), 27700, 27700),
        ((-95, 30, -94, 31), 2278, 32615),
    ],
)
def test_the_crs_of_the_outputs(bounds: tuple, own: int | None, expected: int) -> None:
    assert output_crs(bounds, CRS.from_epsg(own) if own else None).to_epsg() == expected


def test_all_zones_of_the_three_degree_series() -> None:
    found = [output_crs((lon, 30, lon, 30), None).to_epsg() for lon in range(75, 136, 3)]
    assert found == list(range(4534, 4555))


@pytest.mark.parametrize("text", ["EPSG:4490", "EPSG:4326", "EPSG:2278"])
def test_outputs_need_a_projected_crs_in_metres(text: str) -> None:
    with pytest.raises(ZoneproofError) as caught:
        parse_plane(text, "zone.toml crs")
    assert caught.value.code == "crs-not-plane"
    with pytest.raises(ZoneproofError):
        Plane(text)


def test_a_name_leads_back_to_its_crs() -> None:
    assert crs_name(parse_crs(ESRI_CGCS, "layer")) == "EPSG:4490"
    local = parse_crs(f'PROJCS["x",{ESRI_CGCS},{GAUSS}', "layer")
    assert parse_crs(crs_name(local), "layer") == local
    assert Plane(crs_name(local)).from_lonlat(Point(99.4, 23.5)).x == pytest.approx(500000)


def test_proj_is_kept_off_the_network() -> None:
    tie(parse_crs(4610, "layer"), Datum(accept_shift=True), "offline")
    assert not is_network_enabled()
