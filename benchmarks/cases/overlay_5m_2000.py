"""5M parcels × 2,000 zones: ours alone, how it grows and what it holds."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import overlays
from benchmarks.case import Bar
from benchmarks.data import Cache

OURS = "zoneproof"
SIDES = {OURS: overlays.zoneproof("parquet")}
BARS: tuple[Bar, ...] = ()


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data: zones as large as those of 1M × 2,000, over five times the parcels."""
    parcels = 2_500 if small else 5_000_000
    zones = cache.zones(20, parcels, 300.0) if small else cache.zones(2_000, parcels)
    return overlays.overlay_files(cache, parcels, zones, ("parquet",))
