"""Slope classes of one park in a 10k × 10k elevation model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.case import Answer, Bar, Files, Side, Work
from benchmarks.data import CRS, Cache

TOLERANCE = 1e-6
BREAKS_DEG = (3.0, 8.0, 15.0, 25.0)


def _park(files: Files) -> Any:
    import pyogrio

    return pyogrio.read_dataframe(files["park"]).geometry.iloc[0]


def _answer(found: Any) -> Answer:
    shares, mean_deg = found
    return {"mean slope, degrees": mean_deg, **{f"share of class {row}": float(one) for row, one in enumerate(shares)}}


def _nothing(found: Any) -> Answer:
    return {}


def _ours(files: Files) -> Work:
    from geo.crs import Datum, parse_crs, tie
    from geo.plane import Plane
    from geo.raster import class_shares, slope_deg, spread
    from layers.cells import read_cells
    from layers.model import Raster
    from layers.roles import roles

    park, plane = _park(files), Plane(CRS)
    tied = tie(parse_crs(CRS, "dem"), Datum(), "dem")
    raster = Raster(roles()["dem"], Path(files["dem"]), CRS, "dem", tied)

    def job() -> Any:
        patch = read_cells(raster, park, plane, "height")
        slopes, weights = slope_deg(patch.values, patch.grid), patch.weights[1:-1, 1:-1]
        shares, found = class_shares(slopes, weights, BREAKS_DEG), spread(slopes, weights)
        if shares is None or found is None:
            message = "the park lies outside the elevation model"
            raise RuntimeError(message)
        return shares, found.mean

    return Work(job, _answer)


def _window(park: Any, transform: Any) -> Any:
    from math import ceil, floor

    from rasterio.windows import Window

    west, south, east, north = park.bounds
    left, top = floor((west - transform.c) / transform.a), floor((north - transform.f) / transform.e)
    right, bottom = ceil((east - transform.c) / transform.a), ceil((south - transform.f) / transform.e)
    return Window(left, top, right - left, bottom - top)


def _bare(files: Files) -> Work:
    import rasterio

    park = _park(files)

    def job() -> Any:
        with rasterio.open(files["dem"]) as data:
            return data.read(1, window=_window(park, data.transform))

    return Work(job, _nothing)


def _slopes(files: Files, park: Any) -> tuple[Any, Any]:
    """Horn's slope of a padded window by numpy.gradient of smoothed rows: a second way to the same figure."""
    import numpy as np
    import rasterio
    from rasterio.windows import Window

    with rasterio.open(files["dem"]) as data:
        bare = _window(park, data.transform)
        whole = Window(bare.col_off - 2, bare.row_off - 2, bare.width + 4, bare.height + 4)
        z = data.read(1, window=whole).astype(np.float64)
        transform, cell_m = data.window_transform(whole), data.transform.a
    south, east = np.gradient(z, cell_m)
    east[1:-1] = (east[:-2] + 2 * east[1:-1] + east[2:]) / 4
    south[:, 1:-1] = (south[:, :-2] + 2 * south[:, 1:-1] + south[:, 2:]) / 4
    return np.degrees(np.arctan(np.hypot(east, south))), transform


def _exactextract(files: Files) -> Work:
    import geopandas as gpd
    import numpy as np
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource
    from rasterio.transform import array_bounds

    park = _park(files)
    layer = gpd.GeoDataFrame(geometry=[park], crs=CRS)

    def job() -> Any:
        slopes, transform = _slopes(files, park)
        west, south, east, north = array_bounds(*slopes.shape, transform)
        source = NumPyRasterSource(slopes, west, south, east, north, srs_wkt=layer.crs.to_wkt())
        found = exact_extract(source, layer, ["values", "coverage"])[0]["properties"]
        values, weights = np.asarray(found["values"]), np.asarray(found["coverage"])
        place = np.searchsorted(BREAKS_DEG, values, side="left")
        shares = np.bincount(place, weights, len(BREAKS_DEG) + 1) / weights.sum()
        return shares, float((values * weights).sum() / weights.sum())

    return Work(job, _answer)


def _rasterstats(files: Files) -> Work:
    """Of the whole raster's slope, as its manual does it: cells by their centres, so its figures are only near ours."""
    import numpy as np
    import rasterio
    from rasterstats import zonal_stats

    park = _park(files)

    def job() -> Any:
        with rasterio.open(files["dem"]) as data:
            z, cell_m, transform = data.read(1), data.transform.a, data.transform
        south, east = np.gradient(z, cell_m)
        slopes = np.degrees(np.arctan(np.hypot(east, south)))
        return zonal_stats([park], slopes, affine=transform, stats=["mean"], nodata=-9999)

    return Work(job, _nothing)


OURS = "zoneproof"
SIDES = {
    OURS: Side(_ours, repeats=5),
    "bare windowed read": Side(_bare, ("rasterio",), repeats=5),
    "exactextract on the same window": Side(_exactextract, ("exactextract",), repeats=3),
    "rasterstats, whole raster": Side(_rasterstats, ("rasterstats",)),
}
BARS = (Bar("bare windowed read", within=1.5),)


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data: the model, and an organic outline of some 1.5 km² in its middle."""
    side = 1_000 if small else 10_000
    parcels = 4_900 if small else 694_000
    return {"dem": cache.elevation(side), "park": cache.zones(1, parcels)}
