"""1M parcels × one red line of 389k vertices."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import overlays
from benchmarks.case import Bar
from benchmarks.data import Cache

OURS = "zoneproof"
SIDES = {
    OURS: overlays.zoneproof("parquet"),
    "direct intersection": overlays.direct(),
    "geopandas.overlay": overlays.geopandas_overlay(),
    "SedonaDB": overlays.sedona(),
    "DuckDB spatial": overlays.duckdb(),
    "floor": overlays.floor_many(),
    "floor, validity and ellipsoid too": overlays.floor_many(checked=True),
}
BARS = (Bar("direct intersection", faster=20), Bar("floor", within=2))


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data."""
    parcels, vertices = (2_500, 5_000) if small else (1_000_000, 389_000)
    return overlays.overlay_files(cache, parcels, cache.red_line(vertices, parcels), ("parquet",))
