"""1M parcels × 2,000 zones."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import overlays
from benchmarks.case import Bar
from benchmarks.data import Cache

OURS = "zoneproof"
SIDES = {
    OURS: overlays.zoneproof("parquet"),
    "geopandas.overlay": overlays.geopandas_overlay(),
    "STRtree + prepared split": overlays.direct(),
    "SedonaDB": overlays.sedona(),
    "DuckDB spatial": overlays.duckdb(),
    "floor": overlays.floor_many(),
    "floor, validity and ellipsoid too": overlays.floor_many(checked=True),
}
BARS = (
    Bar("SedonaDB", faster=2.5),
    Bar("DuckDB spatial", faster=4),
    Bar("geopandas.overlay", faster=4),
    Bar("floor", within=1.6),
)
PEAK_MB = 1_000.0


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data."""
    parcels = 2_500 if small else 1_000_000
    zones = cache.zones(20, parcels, 300.0) if small else cache.zones(2_000, parcels)
    return overlays.overlay_files(cache, parcels, zones, ("parquet",))
