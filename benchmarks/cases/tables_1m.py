"""The area tables of a zone of 28 km² over 1M land-use features, file to `tables.xlsx`, read once, under 1 GB."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from benchmarks import overlays
from benchmarks.case import Bar, Files, Side, Work
from benchmarks.data import CRS, Cache

PROJECT = """[project]
name = "benchmark"
as_of = 2025-07-25
crs = "{crs}"
packs = ["control-lines"]

[layers]
zones = "{zones}"
land_use = {{path = "{parcels}", set = {{scheme = "survey-2020"}}}}
"""
OURS = "zoneproof, tables"
WIDE = "zoneproof, a zone of 300 km²"
PEAK_MB = 1_000.0
"""The bar, for the zone of 28 km²."""


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """A project per zone over the same layer."""
    parcels = 2_500 if small else 1_000_000
    found: dict[str, Path] = {}
    for name, radius_m in (("project", 600.0 if small else 3_000.0), ("wide", 900.0 if small else 10_000.0)):
        zones = cache.zones(1, parcels, radius_m)
        layer = overlays.overlay_files(cache, parcels, zones, ("gpkg",))["gpkg"]
        text = PROJECT.format(crs=CRS, zones=zones, parcels=layer)
        found[name] = cache.made(f"tables-{zones.stem}.toml", lambda path, text=text: _write(path, text))
    return found


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _side(key: str, *, tables: bool) -> Callable[[Files], Work]:
    """Check, and write the tables or not; how often the layer was read is told."""

    def start(files: Files) -> Work:
        from checks.run import check_project
        from checks.tables.measure import tables_of
        from layers.selections import IndexedSelection
        from maps.write import write_outputs

        def job() -> Any:
            with mock.patch.object(IndexedSelection, "near", autospec=True, side_effect=IndexedSelection.near) as read:
                report = check_project(Path(files[key]))
                with TemporaryDirectory() as folder:
                    write_outputs(report, Path(folder) / "out", only=("tables",) if tables else ())
            layers = [call.args[0] for call in read.call_args_list if call.args[0].features > 1]
            return report, len(layers)

        def answer(raw: Any) -> Mapping[str, float]:
            report, _ = raw
            if key != "project":
                return {}
            if tables:
                return {"m2": sum(row.adjusted for row in tables_of(report).classes if row.label.code) / 100}
            area = report.sites[0].overlap("zone", "land_use")
            return {"m2": area.union_m2 + area.sliver_m2}

        def told(raw: Any) -> str:
            report, times = raw
            (features,) = (record.read for record in report.inputs.records if record.role == "land_use")
            return f"{features:,} features read, readings of the layer: {times}"

        return Work(job, answer, told=told)

    return start


SIDES = {
    OURS: Side(_side("project", tables=True)),
    "zoneproof, no tables": Side(_side("project", tables=False)),
    WIDE: Side(_side("wide", tables=True)),
}
BARS: tuple[Bar, ...] = ()
