"""The outputs for the desk of a report that is there already: what writing them takes, and how often they say so."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.case import Files, Side, Work

if TYPE_CHECKING:
    from checks.model import Report

DESK = ("gpkg", "qgis", "docx", "xlsx", "figures")
LIBRARIES = ("docx", "matplotlib.backends.backend_agg", "openpyxl", "pyogrio", "rasterio")
SAMPLE_S = 8.0


def sample(name: str) -> Side:
    """All of them for a sample, imports apart."""

    def start(files: Files) -> Work:
        report = _report(Path(files["samples"]) / name)
        return _writing(report, DESK, SAMPLE_S)

    return Side(start, repeats=3)


def many(output: str, count: int) -> Side:
    """One of them, of a sample whose one failing finding stands in it so many times."""

    def start(files: Files) -> Work:
        report = _report(Path(files["samples"]) / "expansion")
        zone = report.zones[0]
        failing = next(finding for finding in zone.findings if finding.verdict == "fail")
        findings = tuple(
            replace(failing, id=f"{failing.id}-{number}", rule=f"{failing.rule}-{number}") for number in range(count)
        )
        counts = {**dict.fromkeys(report.summary, 0), "fail": count}
        return _writing(replace(report, zones=(replace(zone, findings=findings),), summary=counts), (output,), None)

    return Side(start)


def _report(project: Path) -> Report:
    """The project checked, and the libraries loaded that the outputs need."""
    import zoneproof

    for module in (*LIBRARIES, *(f"maps.outputs.{name}" for name in DESK)):
        import_module(module)
    return zoneproof.check(project)


def _writing(report: Report, outputs: tuple[str, ...], most_s: float | None) -> Work:
    told: list[object] = []

    def job() -> int:
        with tempfile.TemporaryDirectory() as folder:
            for name in outputs:
                write: Callable[..., None] = import_module(f"maps.outputs.{name}").write
                write(report, Path(folder), lambda *step: told.append(step))
            return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())

    held = f", bar {most_s:g} s" if most_s else ""
    return Work(job, lambda _: {}, told=lambda size: f"{size / 1e6:.1f} MB, progress told {len(told)} times{held}")
