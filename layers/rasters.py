"""Rasters: opened and looked at; their cells are read window by window when a rule needs them."""

from __future__ import annotations

import rasterio
from rasterio.errors import RasterioError

from geo.crs import Datum, crs_name, parse_crs, tie
from layers.model import Raster, Source
from layers.problems import Problems
from layers.vectors import place_of


def open_raster(source: Source, problems: Problems) -> Raster | None:
    """A raster that has a band and a known CRS; None, with the problem noted, for one that hasn't."""
    place = place_of(source)
    opened = None
    with problems.gather():
        try:
            with rasterio.open(source.path) as raster:
                bands, own, subsets = raster.count, raster.crs, raster.subdatasets
        except (RasterioError, OSError) as error:
            problems.add("source-unreadable", place, message=" ".join(str(error).split()))
            return None
        if not bands:
            problems.add("raster-no-band", place, layers=", ".join(name.rpartition(":")[2] for name in subsets) or "-")
            return None
        crs = parse_crs(source.crs or (own.to_wkt() if own else None), place)
        tied = tie(crs, Datum(source.towgs84, source.grid, source.accept_datum_shift), place)
        if source.path is not None:
            opened = Raster(source.role, source.path, crs_name(crs), place, tied)
    return opened
