"""Relief under the map: the project's elevation model, shaded from the north-west, as one small picture."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from pyproj.exceptions import ProjError
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.transform import from_bounds
from rasterio.vrt import WarpedVRT

from checks.model import Report
from layers.model import Raster
from maps.near import LAND

MERCATOR, DEGREES = "EPSG:3857", "EPSG:4490"
MOST_CELLS = 640
"""Longer side of the picture."""
AZIMUTH_DEG, ALTITUDE_DEG = 315.0, 45.0
STEPS = 20
"""So many tones: fewer make a smaller file, more are not told apart under a map."""
DARKEST = 110
FADE = 0.08
"""Share of the picture's width along which the relief fades out at its border."""
NONE_M = -32768.0

Floats = NDArray[np.float64]


def hillshade(report: Report) -> dict[str, Any] | None:
    """A PNG as base64 with its bounds in degrees; None where there is no elevation model, or none of it is here."""
    raster = report.inputs.rasters.get("dem")
    land = [report.inputs.layers[role].frame.geometry.to_numpy() for role in LAND if role in report.inputs.layers]
    if raster is None or not land:
        return None
    plane, reach_m = report.inputs.plane, report.inputs.project.context_m * 1.6
    around = shapely.box(*shapely.total_bounds(np.concatenate(land))).buffer(reach_m, join_style="mitre")
    lonlat = np.asarray(shapely.bounds(plane.to_lonlat(around)))
    try:
        moved = np.tile(_moved(raster, shapely.box(*lonlat).centroid), 2)
        bounds = Transformer.from_crs(DEGREES, MERCATOR, always_xy=True).transform_bounds(*(lonlat - moved))
        heights, metres = _heights(raster, bounds)
    except (RasterioError, ProjError, ValueError):
        return None
    if not np.isfinite(heights).any():
        return None
    west, south, east, north = (
        np.asarray(Transformer.from_crs(MERCATOR, DEGREES, always_xy=True).transform_bounds(*bounds)) + moved
    ).tolist()
    return {"png": _png(shade(heights, metres)), "bounds": [[south, west], [north, east]]}


def _moved(raster: Raster, centre: shapely.Point) -> Floats:
    """East and north in degrees from where GDAL would put the raster to where the project's datum keys put it."""
    own = raster.tie.from_lonlat(centre)
    if own is None or own.is_empty:
        raise ValueError("the land lies outside the raster's CRS")
    there = Transformer.from_crs(raster.crs, DEGREES, always_xy=True).transform(own.x, own.y)
    moved: Floats = np.array([centre.x, centre.y]) - np.array(there)
    return moved


def _heights(raster: Raster, bounds: tuple[float, float, float, float]) -> tuple[Floats, float]:
    """Elevation on the page's own grid, NaN where there is none, and the size of a cell on the ground."""
    wide, high = bounds[2] - bounds[0], bounds[3] - bounds[1]
    cell = max(wide, high) / MOST_CELLS
    width, height = max(2, round(wide / cell)), max(2, round(high / cell))
    grid = {"transform": from_bounds(*bounds, width, height), "width": width, "height": height}
    cells = {"dtype": "float32", "nodata": NONE_M}  # outside of the raster too, which else would lie at 0 m
    with (
        rasterio.open(raster.path) as source,
        WarpedVRT(source, src_crs=raster.crs, crs=MERCATOR, resampling=Resampling.bilinear, **grid, **cells) as warped,
    ):
        heights = warped.read(1, masked=True).astype(np.float64).filled(np.nan)
    middle = (bounds[1] + bounds[3]) / 2
    return heights, cell / np.cosh(middle / 6378137.0)


def shade(heights: Floats, cell_m: float) -> Floats:
    """How brightly each cell is lit, 0 to 1; NaN where the height or a neighbour's is not known."""
    south, east = np.gradient(heights, cell_m)
    azimuth, altitude = np.radians(AZIMUTH_DEG), np.radians(ALTITUDE_DEG)
    lit = np.sin(altitude) + np.cos(altitude) * (np.cos(azimuth) * south - np.sin(azimuth) * east)
    shaded: Floats = np.clip(lit / np.sqrt(1 + south**2 + east**2), 0, 1)
    return shaded


def _png(lit: Floats) -> str:
    """Black, more opaque where less is lit; flat ground is left clear."""
    flat = np.sin(np.radians(ALTITUDE_DEG))
    dark = np.clip((flat - np.nan_to_num(lit, nan=flat)) / flat, 0, 1)
    alpha = np.rint(np.rint(dark * STEPS) / STEPS * DARKEST * _edges(dark.shape)).astype(np.uint8)
    return base64.b64encode(png(np.stack([np.zeros_like(alpha), alpha], axis=-1))).decode("ascii")


def _edges(shape: tuple[int, ...]) -> Floats:
    """1 inside, falling to 0 at the border, so that the relief ends in no line that could be taken for a boundary."""
    fades = [np.clip((np.minimum(np.arange(n), n - 1 - np.arange(n)) + 0.5) / (n * FADE), 0, 1) for n in shape]
    faded: Floats = np.multiply.outer(*fades)
    return faded


def png(grey_alpha: NDArray[np.uint8]) -> bytes:
    """A PNG of (rows, columns, 2): grey and opacity. GDAL would warn that a picture has no place."""
    height, width, _ = grey_alpha.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), grey_alpha.reshape(height, -1)], axis=1)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 4, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    told = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)
