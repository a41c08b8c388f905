"""The elevation model around the land as a table of the GeoPackage, for QGIS to shade and to read heights off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.transform import from_origin
from rasterio.vrt import WarpedVRT
from rasterio.warp import calculate_default_transform

from checks.model import Report
from layers.model import Raster
from maps.near import LAND

ROLE = "dem"
MOST_CELLS = 2000
"""Longer side of the table; a finer model is coarsened for display, checks read the original."""
NONE_M = -32768.0


@dataclass(frozen=True, slots=True)
class Terrain:
    """Heights in metres on a grid of the project's plane, NaN where there is none; `transform` places it."""

    heights: NDArray[np.float32]
    transform: Any
    crs: str


def terrain(report: Report) -> Terrain | None:
    """The elevation within `context_m` of the land; None where there is no model, or none of it is here."""
    raster = report.inputs.rasters.get(ROLE)
    land = [report.inputs.layers[role].frame.geometry.to_numpy() for role in LAND if role in report.inputs.layers]
    if raster is None or not land:
        return None
    plane, reach_m = report.inputs.plane, report.inputs.project.context_m
    around = shapely.box(*shapely.total_bounds(np.concatenate(land))).buffer(reach_m, join_style="mitre")
    try:
        east_m, north_m = _moved(raster, plane.to_lonlat(around).centroid, plane.crs)
        found = _read(raster, around.bounds, plane.crs, (east_m, north_m))
    except (RasterioError, ProjError, ValueError):
        return None
    return found if np.isfinite(found.heights).any() else None


def write(found: Terrain, path: Path, title: str, moment: str) -> None:
    """Add the table `dem` to a GeoPackage that exists."""
    height, width = found.heights.shape
    with (
        rasterio.Env(OGR_CURRENT_DATE=moment),
        rasterio.open(
            path, "w", driver="GPKG", APPEND_SUBDATASET="YES", RASTER_TABLE=ROLE, RASTER_IDENTIFIER=title,
            TILE_FORMAT="TIFF", width=width, height=height, count=1, dtype="float32", crs=found.crs,
            transform=found.transform, nodata=NONE_M,
        ) as table,
    ):  # fmt: skip
        table.write(np.where(np.isfinite(found.heights), found.heights, NONE_M).astype("float32"), 1)


def _moved(raster: Raster, centre: shapely.Point, crs: str) -> tuple[float, float]:
    """East and north in metres from where GDAL would put the raster to where the project's datum keys put it."""
    own = raster.tie.from_lonlat(centre)
    if own is None or own.is_empty:
        raise ValueError("the land lies outside the raster's CRS")
    there = Transformer.from_crs(raster.crs, crs, always_xy=True).transform(own.x, own.y)
    here = Transformer.from_crs("EPSG:4490", crs, always_xy=True).transform(centre.x, centre.y)
    return float(here[0] - there[0]), float(here[1] - there[1])


def _read(raster: Raster, bounds: tuple[float, float, float, float], crs: str, moved_m: tuple[float, float]) -> Terrain:
    """The raster warped onto cells of its own size in the plane, or larger ones where there would be too many."""
    west, south, east, north = bounds
    with rasterio.open(raster.path) as source:
        own, _, _ = calculate_default_transform(raster.crs, crs, source.width, source.height, *source.bounds)
        cell = max(abs(own.a), max(east - west, north - south) / MOST_CELLS)
        width, height = math.ceil((east - west) / cell), math.ceil((north - south) / cell)
        grid = {"transform": from_origin(west - moved_m[0], north - moved_m[1], cell, cell)}
        cells = {"width": max(width, 2), "height": max(height, 2), "dtype": "float32", "nodata": NONE_M}
        with WarpedVRT(source, src_crs=raster.crs, crs=crs, resampling=Resampling.bilinear, **grid, **cells) as warped:
            heights = warped.read(1, masked=True).astype("float32").filled(np.nan)
    return Terrain(heights, from_origin(west, north, cell, cell), crs)
