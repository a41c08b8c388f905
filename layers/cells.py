"""The cells of a raster on some land: a window is read, never the whole file.

A raster whose grid is north-up, in metres and true to scale is taken cell by cell as it is, and the land is brought to
its CRS. Any other (in degrees, in feet, rotated, Web Mercator) is brought to the project's plane on square cells of the
same area: heights and values bilinearly, classes by the nearest cell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import Proj
from rasterio.enums import MaskFlags
from rasterio.errors import RasterioError
from rasterio.features import shapes
from rasterio.io import DatasetReader
from rasterio.transform import Affine
from rasterio.windows import Window
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.cells import Floats, Grid, covered_shares
from geo.crs import metres_per_unit
from geo.errors import ZoneproofError
from geo.plane import Plane
from geo.raster import sampled
from geo.reproject import move
from layers.model import Raster

Use = Literal["height", "value", "class"]
PAD = 1
"""Cells around the land's window that Horn's slope of its outermost cells needs."""
TRUE_TO_SCALE = 0.01
"""A plane whose scale is off by more gives slopes that are off by more: it is brought to the project's plane."""
MOST_CELLS = 40_000_000
METRES: dict[str, float] = {
    **dict.fromkeys(("", "m", "metre", "metres", "meter", "meters", "米"), 1.0),
    **dict.fromkeys(("ft", "foot", "feet", "international foot"), 0.3048),
    **dict.fromkeys(("us survey foot", "us-ft", "ftus", "foot_us"), 1200 / 3937),
    **dict.fromkeys(("dm", "decimetre", "decimeter"), 0.1),
    **dict.fromkeys(("cm", "centimetre", "centimeter"), 0.01),
    **dict.fromkeys(("km", "kilometre", "kilometer"), 1000.0),
}


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """The cells of a window around some land, padded by `PAD`: values (NaN: none), grid, and each cell's weight.

    `on_plane` says that the grid lies in the project's plane, `resampled` that the raster was brought there.
    """

    values: Floats
    grid: Grid
    weights: Floats
    raster: Raster
    on_plane: bool
    resampled: bool

    def outlined(self, chosen: NDArray[np.bool_], grid: Grid, plane: Plane) -> list[BaseGeometry]:
        """The chosen cells of a grid of this patch as polygons of the plane, those that share a side in one."""
        transform = Affine(grid.width, 0, grid.west, 0, -grid.height, grid.north)
        found = shapes(chosen.astype(np.uint8), mask=chosen, connectivity=4, transform=transform)
        outlines = [shape(polygon) for polygon, _ in found]
        if self.on_plane:
            return outlines
        return [plane.from_lonlat(self.raster.tie.to_lonlat(outline)) for outline in outlines]


def read_cells(raster: Raster, land: BaseGeometry, plane: Plane, use: Use) -> Patch:
    """The window of a raster around land of the plane, which is not empty; cells beyond the raster have no value.

    Raises `source-unreadable`, `raster-unit` for a height in a unit that is not known, `raster-too-fine`.
    """
    try:
        with rasterio.open(raster.path) as data:
            if _as_it_is(data, raster, land, plane):
                return _own_cells(data, raster, land, plane, use)
            return _brought(data, raster, land, plane, use)
    except (RasterioError, OSError) as error:
        raise ZoneproofError("source-unreadable", raster.at, message=" ".join(str(error).split())) from error


def _as_it_is(data: DatasetReader, raster: Raster, land: BaseGeometry, plane: Plane) -> bool:
    crs, grid = raster.tie.crs, data.transform
    if not crs.is_projected or metres_per_unit(crs) != 1.0 or grid.b or grid.d or grid.a <= 0 or grid.e >= 0:
        return False
    lon, lat = shapely.get_coordinates(plane.to_lonlat(shapely.centroid(land)))[0]
    scale = Proj(crs).get_factors(lon, lat, errcheck=False)
    off = [abs(along - 1) for along in (scale.meridional_scale, scale.parallel_scale)]
    return all(math.isfinite(one) and one <= TRUE_TO_SCALE for one in off)


def _own_cells(data: DatasetReader, raster: Raster, land: BaseGeometry, plane: Plane, use: Use) -> Patch:
    on_plane = raster.crs == plane.crs
    here = land if on_plane else raster.tie.from_lonlat(plane.to_lonlat(land))
    own = data.transform
    west, south, east, north = shapely.bounds(here)
    left, right = (west - own.c) / own.a, (east - own.c) / own.a
    top, bottom = (north - own.f) / own.e, (south - own.f) / own.e
    rows, columns = _span(top, bottom), _span(left, right)
    _bound(raster, len(rows), len(columns))
    grid = Grid(own.c + columns[0] * own.a, own.f + rows[0] * own.e, own.a, -own.e, len(rows), len(columns))
    values = _read(data, raster, rows, columns, use)
    return Patch(values, grid, covered_shares(here, grid), raster, on_plane, resampled=False)


def _brought(data: DatasetReader, raster: Raster, land: BaseGeometry, plane: Plane, use: Use) -> Patch:
    size_m = _cell_size_m(data, raster, land, plane)
    west, south, east, north = shapely.bounds(land)
    columns, rows = _span(west / size_m, east / size_m), _span(-north / size_m, -south / size_m)
    _bound(raster, len(rows), len(columns))
    grid = Grid(columns[0] * size_m, -rows[0] * size_m, size_m, size_m, len(rows), len(columns))
    places = shapely.get_coordinates(plane.to_lonlat(shapely.points(grid.centres())))
    column, row = _cells_at(data, raster, places)
    known = np.isfinite(column) & np.isfinite(row)
    values = np.full(column.shape, np.nan)
    if known.any():
        source_rows = _inside(_span(row[known].min(), row[known].max()), data.height)
        source_columns = _inside(_span(column[known].min(), column[known].max()), data.width)
        if source_rows and source_columns:
            _bound(raster, len(source_rows), len(source_columns))
            cells = _read(data, raster, source_rows, source_columns, use)
            at = column[known] - source_columns[0], row[known] - source_rows[0]
            values[known] = sampled(cells, *at, nearest=use == "class")
    return Patch(values.reshape(grid.shape), grid, covered_shares(land, grid), raster, on_plane=True, resampled=True)


def _cell_size_m(data: DatasetReader, raster: Raster, land: BaseGeometry, plane: Plane) -> float:
    """Side of a square of a cell's area, taken in the plane at the middle of the land."""
    middle = shapely.get_coordinates(plane.to_lonlat(shapely.centroid(land)))
    column, row = _cells_at(data, raster, middle)
    around = np.array([[column[0] + dx, row[0] + dy] for dx, dy in ((0, 0), (1, 0), (0, 1))])
    own = data.transform
    x = own.c + around[:, 0] * own.a + around[:, 1] * own.b
    y = own.f + around[:, 0] * own.d + around[:, 1] * own.e
    lonlat = move(np.column_stack([x, y]), *raster.tie.steps)
    start, east, south = shapely.get_coordinates(plane.from_lonlat(shapely.points(lonlat)))
    (ax, ay), (bx, by) = east - start, south - start
    return math.sqrt(abs(ax * by - ay * bx))


def _cells_at(data: DatasetReader, raster: Raster, lonlat: Floats) -> tuple[Floats, Floats]:
    """Column and row, in cells from the raster's corner, of places in EPSG:4490."""
    there = move(lonlat, *reversed(raster.tie.steps), inverse=True)
    back = ~data.transform
    x, y = there[:, 0], there[:, 1]
    with np.errstate(invalid="ignore"):
        return back.a * x + back.b * y + back.c, back.d * x + back.e * y + back.f


def _span(low: float, high: float) -> range:
    """The cells from one place to another, with a margin."""
    return range(math.floor(low) - PAD, math.ceil(high) + PAD)


def _inside(cells: range, size: int) -> range:
    return range(max(cells.start, 0), min(cells.stop, size))


def _bound(raster: Raster, rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        raise ZoneproofError("raster-too-fine", raster.at, cells=rows * columns, most=MOST_CELLS)


def _read(data: DatasetReader, raster: Raster, rows: range, columns: range, use: Use) -> Floats:
    """The first band's cells: NaN where masked or beyond the raster; scale, offset and unit are applied."""
    values = np.full((len(rows), len(columns)), np.nan)
    seen_rows, seen_columns = _inside(rows, data.height), _inside(columns, data.width)
    if not seen_rows or not seen_columns:
        return values
    window = Window(seen_columns.start, seen_rows.start, len(seen_columns), len(seen_rows))
    cells = data.read(1, window=window, out_dtype="float64")
    cells[_without_value(data, window, cells)] = np.nan
    factor = _metres(data, raster) if use == "height" else 1.0
    scale, offset = (1.0, 0.0) if use == "class" else (data.scales[0], data.offsets[0])
    if (scale * factor, offset * factor) != (1.0, 0.0):
        cells = (cells * scale + offset) * factor
    top, left = seen_rows.start - rows.start, seen_columns.start - columns.start
    values[top : top + len(seen_rows), left : left + len(seen_columns)] = cells
    return values


def _without_value(data: DatasetReader, window: Window, cells: Floats) -> NDArray[np.bool_]:
    """Cells that are no number, have the value named as nodata, or that the file's mask or alpha band leaves out."""
    lacking: NDArray[np.bool_] = ~np.isfinite(cells)
    flags = set(data.mask_flag_enums[0])
    if flags == {MaskFlags.nodata}:
        named, kind = np.float64(data.nodata), np.dtype(data.dtypes[0])
        # written with fewer digits than the cells have (-3.40282346638529e+38): the same only in the cells' own type
        lacking |= cells == (np.float64(named.astype(kind)) if kind.kind == "f" else named)
    elif flags != {MaskFlags.all_valid}:
        lacking |= data.read_masks(1, window=window) == 0
    return lacking


def _metres(data: DatasetReader, raster: Raster) -> float:
    unit = (data.units[0] or "").strip()
    if unit.casefold() not in METRES:
        raise ZoneproofError("raster-unit", raster.at, unit=unit)
    return METRES[unit.casefold()]
