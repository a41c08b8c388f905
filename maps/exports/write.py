"""An export's folder, written whole or not at all: it must be absent, empty, or an export of ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from checks.model import Report
from geo.errors import ZoneproofError
from layers.problems import Problems
from layers.text import Lang, Text
from maps import labels
from maps.exports.outlines import WHATS, Parcel, Proof, What, parcels, proofs, survey_plane
from maps.outputs.findings import TOOL
from maps.write import check_inputs, check_out, replaced

MARK = "export.json"
FORMS = ("txt", "shp", "dxf", "kmz", "points")
OWN_WHATS: dict[str, tuple[What, ...]] = {
    "txt": ("zones", "expansion"),
    "points": ("zones", "expansion"),
    "shp": ("zones", "expansion", "evidence"),
    "dxf": ("zones", "expansion", "evidence"),
    "kmz": ("zones", "expansion", "evidence"),
}
"""What is exported where nobody says."""


def exported_here(folder: Path) -> bool:
    """Whether a folder holds an export of ours."""
    try:
        content = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("tool") == TOOL


def chosen(form: str, what: str | None, problems: Problems) -> tuple[What, ...]:
    """What `--what` names, split by commas, in the order of `WHATS`; without it what the form usually holds."""
    if what is None:
        return OWN_WHATS[form]
    named = {name.strip() for name in what.split(",") if name.strip()}
    for name in sorted(named - set(WHATS)):
        problems.add("export-what", "--what", name=name)
    return tuple(each for each in WHATS if each in named)


def check_export_out(out: Path, problems: Problems) -> None:
    """Note a problem unless `out` may be replaced."""
    check_out(out, problems, exported_here)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported, in which form."""

    form: str
    whats: tuple[What, ...]
    dialect: str = "baopi"
    lang: Lang = "zh"


def write_export(report: Report, wanted: Wanted, out: Path) -> list[Text]:
    """Write one form of a project's outlines to `out`; what there is to tell of it.

    Raises InputError for a folder that may not be replaced, ZoneproofError `export-nothing` where there is nothing of
    what was asked for, `export-outside` for coordinate files of land outside China, and what the disk refuses.
    """
    problems = Problems()
    check_export_out(out, problems)
    check_inputs(report, out, problems)
    problems.stop()
    land = list(parcels(report, wanted.whats))
    found = list(proofs(report)) if "evidence" in wanted.whats else []
    if not land and not found:
        raise ZoneproofError("export-nothing", "--what", what=", ".join(wanted.whats))
    with replaced(out.resolve()) as folder:
        notes = [*labels.shifts(report), *_write(report, wanted, land, found, folder)]
        mark = {"tool": TOOL, "version": _version(), "form": wanted.form, "what": list(wanted.whats)}
        told = {**mark, "notes": [{"zh": note.zh, "en": note.en} for note in notes]}
        (folder / MARK).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return notes


def _write(report: Report, wanted: Wanted, land: list[Parcel], found: list[Proof], folder: Path) -> list[Text]:
    from maps.exports import dxf, kmz, points, shp, txt  # noqa: PLC0415

    survey = survey_plane(report.inputs)
    if wanted.form in ("txt", "points") and survey is None:
        raise ZoneproofError("export-outside", "--as")
    if wanted.form == "txt" and survey is not None:
        return txt.write(land, found, report.inputs.plane, txt.Survey(*survey, wanted.dialect), folder)
    if wanted.form == "points" and survey is not None:
        points.write(report, land, survey[0], folder, wanted.lang)
    elif wanted.form == "shp":
        shp.write(report, land, found, folder, wanted.lang)
    elif wanted.form == "dxf":
        dxf.write(report, land, found, folder)
    else:
        kmz.write(report, land, found, folder, wanted.lang)
    return []


def _version() -> str:
    try:
        return version(TOOL)
    except PackageNotFoundError:
        return "unknown"
