"""`zoneproof check` of 1M indexed parcels × 500 zones on two Dask workers: how cost grows with zones."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Bar
from benchmarks.clusters import cluster_files, command
from benchmarks.data import Cache

OURS = "--engine dask --workers 2"
SIDES = {OURS: command("--engine", "dask", "--workers", "2")}
BARS: tuple[Bar, ...] = ()


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data: the first 500 of the 2,000 zones."""
    parcels = 2_500 if small else 1_000_000
    zones = cache.zones(10, parcels, 300.0) if small else cache.zones(500, parcels)
    return cluster_files(cache, parcels, zones)
