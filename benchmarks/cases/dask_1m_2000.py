"""`zoneproof check` of 1M indexed parcels × 2,000 zones, on two Dask workers and in one process."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Bar
from benchmarks.clusters import cluster_files, command
from benchmarks.data import Cache

OURS = "--engine dask --workers 2"
SIDES = {OURS: command("--engine", "dask", "--workers", "2"), "--engine local": command()}
BARS: tuple[Bar, ...] = ()


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data: those of overlay_1m_2000, indexed."""
    parcels = 2_500 if small else 1_000_000
    zones = cache.zones(20, parcels, 300.0) if small else cache.zones(2_000, parcels)
    return cluster_files(cache, parcels, zones)
