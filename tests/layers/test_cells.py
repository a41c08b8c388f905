"""Cells read from real files: any CRS, nodata of every kind, and the same slope whichever way the ground was stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import Affine, from_origin

from geo.crs import Datum, parse_crs, tie
from geo.errors import ZoneproofError
from geo.plane import Plane
from geo.raster import slope_deg, spread, value_shares
from layers.cells import Use, read_cells
from layers.model import Raster
from layers.roles import roles

PLANE = Plane("EPSG:4542")
WEST, NORTH = 540_000.0, 2_604_000.0
LAND = shapely.box(WEST + 205, NORTH - 800, WEST + 811, NORTH - 195).difference(
    shapely.Point(WEST + 500, NORTH - 500).buffer(60)
)
RISE = 0.2


def height(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    return 1000 + RISE * (east - WEST) + 0.5 * RISE * (north - NORTH)


def centres(transform: Affine, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    row, column = np.indices(shape) + 0.5
    return (
        transform.c + column * transform.a + row * transform.b,
        transform.f + column * transform.d + row * transform.e,
    )


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Raster]:
    """Writes cells to a file and opens it as a role's raster."""

    def write(values: np.ndarray, transform: Affine, crs: str = "EPSG:4542", **more: object) -> Raster:
        path = tmp_path / "raster.tif"
        mask, unit = more.pop("mask", None), more.pop("unit", None)
        profile = {"driver": "GTiff", "count": 1, "dtype": values.dtype, "crs": crs, "transform": transform, **more}
        with (
            rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
            rasterio.open(path, "w", height=values.shape[0], width=values.shape[1], **profile) as target,
        ):
            target.write(values, 1)
            if mask is not None:
                target.write_mask(mask)
            if unit is not None:
                target.units = (unit,)
        return Raster(roles()["dem"], path, crs, "[layers] dem", tie(parse_crs(crs, "test"), Datum(), "test"))

    return write


def ground(crs: str, transform: Affine, shape: tuple[int, int]) -> np.ndarray:
    """The tilted plane as a raster of another CRS would hold it."""
    x, y = centres(transform, shape)
    points = shapely.points(x.ravel(), y.ravel())
    there = PLANE.from_lonlat(tie(parse_crs(crs, "test"), Datum(), "test").to_lonlat(points))
    east, north = shapely.get_coordinates(there).T
    return height(east, north).reshape(shape)


def own_grid(crs: str, cell: float, turn: float = 0.0) -> Affine:
    """A grid that starts north-west of the land, its cells of about `cell` in the CRS's unit."""
    corner = tie(parse_crs(crs, "test"), Datum(), "test").from_lonlat(
        PLANE.to_lonlat(shapely.Point(WEST - 300, NORTH + 300))
    )
    return Affine.translation(corner.x, corner.y) @ Affine.rotation(turn) @ Affine.scale(cell, -cell)


@pytest.mark.parametrize(
    ("crs", "cell", "turn", "resampled"),
    [
        ("EPSG:4542", 10, 0, False),
        ("EPSG:4521", 10, 0, False),
        ("EPSG:4490", 1e-4, 0, True),
        ("EPSG:4326", 1e-4, 0, True),
        ("EPSG:3857", 10, 0, True),
        ("EPSG:4542", 10, 11, True),
        ("EPSG:32647", 10, 0, False),
    ],
)
def test_the_same_ground_has_the_same_slope(
    made: Callable[..., Raster], crs: str, cell: float, turn: float, resampled: bool
) -> None:
    transform = own_grid(crs, cell, turn)
    raster = made(ground(crs, transform, (190, 190)), transform, crs)
    patch = read_cells(raster, LAND, PLANE, "height")
    assert patch.resampled is resampled
    slopes = slope_deg(patch.values, patch.grid)
    found = spread(slopes, patch.weights[1:-1, 1:-1])
    assert found is not None
    assert found.known == 1
    wanted = np.degrees(np.arctan(np.hypot(RISE, RISE / 2)))
    # the planes' own scales differ by up to 4 parts in 10,000, bilinear cells are flat between centres
    assert (found.least, found.greatest) == (pytest.approx(wanted, rel=2e-3), pytest.approx(wanted, rel=2e-3))
    assert patch.weights.sum() * patch.grid.width * patch.grid.height == pytest.approx(LAND.area, rel=1e-3)


def test_a_window_is_that_of_the_whole_raster(made: Callable[..., Raster]) -> None:
    values = np.random.default_rng(3).normal(1000, 40, (150, 150))
    patch = read_cells(made(values, from_origin(WEST, NORTH, 10, 10)), LAND, PLANE, "height")
    row, column = round((NORTH - patch.grid.north) / 10), round((patch.grid.west - WEST) / 10)
    np.testing.assert_array_equal(
        patch.values, values[row : row + patch.grid.rows, column : column + patch.grid.columns]
    )
    assert patch.weights[1:-1, 1:-1].sum() * 100 == pytest.approx(LAND.area)
    assert (patch.weights[[0, -1]] == 0).all()
    assert (patch.weights[:, [0, -1]] == 0).all()


@pytest.mark.parametrize("kind", ["int nodata", "float nodata", "float nodata cut", "nan", "nan named", "inf", "mask"])
def test_nodata_of_every_kind(made: Callable[..., Raster], kind: str) -> None:
    values = np.full((100, 100), 1200, dtype="int16" if kind == "int nodata" else "float32")
    more: dict[str, object] = {}
    hole = (slice(50, 53), slice(30, 32))
    if kind == "mask":
        mask = np.full(values.shape, 255, dtype="uint8")
        mask[hole] = 0
        more = {"mask": mask}
    else:
        bad = {"int nodata": -32768, "float nodata": -9999, "inf": np.inf}.get(kind, np.nan)
        if kind == "float nodata cut":
            bad = -3.40282346638529e38
        values[hole] = bad
        more = {} if kind in ("nan", "inf") else {"nodata": bad}
    patch = read_cells(made(values, from_origin(WEST, NORTH, 10, 10), **more), LAND, PLANE, "height")
    assert np.isnan(patch.values).sum() == 6
    found = spread(patch.values, patch.weights)
    assert found is not None
    assert (found.least, found.greatest) == (1200, 1200)
    assert found.known == pytest.approx(1 - 600 / LAND.area)


def test_feet_are_converted_and_an_unknown_unit_is_told(made: Callable[..., Raster]) -> None:
    values = np.full((100, 100), 1000.0)
    grid = from_origin(WEST, NORTH, 10, 10)
    assert np.nanmax(read_cells(made(values, grid, unit="ft"), LAND, PLANE, "height").values) == pytest.approx(304.8)
    assert np.nanmax(read_cells(made(values, grid, unit="ft"), LAND, PLANE, "value").values) == 1000
    with pytest.raises(ZoneproofError) as told:
        read_cells(made(values, grid, unit="里"), LAND, PLANE, "height")
    assert told.value.code == "raster-unit"


@pytest.mark.parametrize("use", ["height", "class"])
def test_beyond_the_raster_there_is_no_value(made: Callable[..., Raster], use: Use) -> None:
    patch = read_cells(made(np.full((100, 50), 7.0), from_origin(WEST, NORTH, 10, 10)), LAND, PLANE, use)
    found = spread(patch.values, patch.weights)
    assert found is not None
    west = LAND.intersection(shapely.box(WEST, NORTH - 1000, WEST + 500, NORTH)).area
    assert found.known == pytest.approx(west / LAND.area)
    away = read_cells(made(np.full((5, 5), 7.0), from_origin(WEST + 9e4, NORTH, 10, 10)), LAND, PLANE, use)
    assert np.isnan(away.values).all()
    degrees = read_cells(made(np.full((5, 5), 7.0), from_origin(20, 10, 0.1, 0.1), "EPSG:4326"), LAND, PLANE, use)
    assert np.isnan(degrees.values).all()


def test_classes_in_degrees_are_never_averaged(made: Callable[..., Raster]) -> None:
    transform = own_grid("EPSG:4490", 1e-4)
    classes = np.where(np.indices((190, 190))[1] < 90, 10, 50).astype("uint8")
    patch = read_cells(made(classes, transform, "EPSG:4490", nodata=0), LAND, PLANE, "class")
    assert set(value_shares(patch.values, patch.weights)) == {10.0, 50.0}


def test_outlines_are_the_cells_that_were_chosen(made: Callable[..., Raster]) -> None:
    for crs in ("EPSG:4542", "EPSG:32647"):
        transform = own_grid(crs, 10)
        patch = read_cells(made(ground(crs, transform, (190, 190)), transform, crs), LAND, PLANE, "height")
        chosen = patch.values > 1050
        area = sum(outline.area for outline in patch.outlined(chosen, patch.grid, PLANE))
        assert area == pytest.approx(chosen.sum() * 100, rel=1e-3)


def test_a_raster_that_is_too_fine_is_told(made: Callable[..., Raster]) -> None:
    with pytest.raises(ZoneproofError) as told:
        read_cells(made(np.zeros((9, 9)), from_origin(WEST, NORTH, 0.01, 0.01)), LAND, PLANE, "height")
    assert told.value.code == "raster-too-fine"


def test_a_file_that_went_bad_is_told(made: Callable[..., Raster]) -> None:
    raster = made(np.zeros((99, 99)), from_origin(WEST, NORTH, 10, 10))
    raster.path.write_bytes(b"II*\0 no tiff")
    with pytest.raises(ZoneproofError) as told:
        read_cells(raster, LAND, PLANE, "height")
    assert told.value.code == "source-unreadable"
