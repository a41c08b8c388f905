"""1M indexed parcels × 2,000 zones: reading and pairs, then `zoneproof check`, on Dask and in one process."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Bar
from benchmarks.clusters import cluster_files, command, kernel, kernel_on_dask
from benchmarks.data import Cache

OURS = "the kernel on 2 Dask workers"
SIDES = {
    OURS: kernel_on_dask(2),
    "the kernel alone": kernel(),
    "check --engine dask --workers 2": command("--engine", "dask", "--workers", "2"),
    "check --engine local": command(),
}
BARS = (Bar("the kernel alone", within=1.5),)


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data: those of overlay_1m_2000, indexed."""
    parcels = 2_500 if small else 1_000_000
    zones = cache.zones(20, parcels, 300.0) if small else cache.zones(2_000, parcels)
    return cluster_files(cache, parcels, zones)
