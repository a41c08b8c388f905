"""1M parcels × 1 zone of 28 km², file to overlaps."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import overlays
from benchmarks.case import Bar
from benchmarks.data import Cache

OURS = "zoneproof"
SIDES = {
    OURS: overlays.zoneproof("gpkg"),
    "zoneproof, FlatGeobuf": overlays.zoneproof("fgb"),
    "zoneproof, GeoParquet": overlays.zoneproof("parquet"),
    "geopandas.overlay": overlays.geopandas_overlay(),
    "geopandas.overlay of a box": overlays.geopandas_bbox(),
    "STRtree + prepared split": overlays.direct(),
    "SedonaDB": overlays.sedona(),
    "DuckDB spatial": overlays.duckdb(),
    "floor": overlays.floor_few(),
    "floor, validity and ellipsoid too": overlays.floor_few(checked=True),
}
BARS = (Bar("geopandas.overlay", faster=40), Bar("floor", within=2.5))


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data."""
    parcels = 2_500 if small else 1_000_000
    zones = cache.zones(1, parcels, 600.0 if small else 3_000.0)
    return overlays.overlay_files(cache, parcels, zones, ("parquet", "gpkg", "fgb"))
