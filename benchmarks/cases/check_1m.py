"""`zoneproof check` of a project whose land use and basic farmland are a GeoPackage of 1M parcels, all outputs."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import overlays
from benchmarks.case import Bar
from benchmarks.cases.samples import checked, imports
from benchmarks.data import CRS, Cache

PROJECT = """[project]
name = "benchmark"
as_of = 2025-07-25
crs = "{crs}"
packs = ["border-expansion"]

[layers]
zones = "{zones}"
land_use = {{path = "{parcels}", set = {{scheme = "survey-2020"}}}}
basic_farmland = "{parcels}"
"""
OURS = "zoneproof check"
SIDES = {
    OURS: checked("project"),
    "the kernel alone": overlays.zoneproof("gpkg"),
    "the imports alone": imports,
}
BARS: tuple[Bar, ...] = ()


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Its data: those of overlay_1m_1, and a project with two layers."""
    parcels = 2_500 if small else 1_000_000
    zones = cache.zones(1, parcels, 600.0 if small else 3_000.0)
    found = overlays.overlay_files(cache, parcels, zones, ("gpkg",))
    text = PROJECT.format(crs=CRS, zones=zones, parcels=found["gpkg"])
    name = f"check-{zones.stem}.toml"
    return {**found, "project": cache.made(name, lambda path: _write(path, text))}


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
