"""100k parcels × 100 zones."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import overlays
from benchmarks.case import Bar
from benchmarks.data import Cache

OURS = "zoneproof"
SIDES = {
    OURS: overlays.zoneproof("parquet"),
    "zoneproof, GeoPackage": overlays.zoneproof("gpkg"),
    "geopandas.overlay": overlays.geopandas_overlay(),
    "geopandas.clip per zone": overlays.geopandas_clip(),
    "STRtree + prepared split": overlays.direct(),
    "SedonaDB": overlays.sedona(),
    "DuckDB spatial": overlays.duckdb(),
    "floor": overlays.floor_many(),
    "floor, validity and ellipsoid too": overlays.floor_many(checked=True),
}
BARS = (Bar("geopandas.overlay", faster=3), Bar("geopandas.clip per zone", faster=12))


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data."""
    parcels = 2_500 if small else 100_489
    zones = cache.zones(5, parcels, 300.0) if small else cache.zones(100, parcels)
    return overlays.overlay_files(cache, parcels, zones, ("parquet", "gpkg"))
