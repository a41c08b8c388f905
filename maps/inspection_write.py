"""The folder that `zoneproof inspect -o` writes: report in Markdown and JSON, the map of flaws, their places."""

from __future__ import annotations

import json
from pathlib import Path

from layers.inspection.model import Inspection
from layers.problems import Problems
from layers.text import Lang
from maps.inspection import geojson, markdown, to_bytes, to_json
from maps.inspection_page import inspection_page
from maps.outputs.findings import TOOL
from maps.write import check_out, check_paths, made_here, replaced

NAME = "inspect.json"


def check_folder(out: Path) -> None:
    """Raise `InputError` unless `out` is absent, empty or made by an inspection, and can be written to."""
    problems = Problems()
    check_out(out, problems, inspected_here)
    problems.stop()


def inspected_here(out: Path) -> bool:
    """Whether a folder holds an inspect.json of ours."""
    try:
        content = json.loads((out / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    if not isinstance(content, dict) or content.get("kind") != "inspection":
        return False
    return isinstance(content.get("tool"), dict) and content["tool"].get("name") == TOOL


def written_here(out: Path) -> bool:
    """Whether a folder was made by a check or an inspection."""
    return made_here(out) or inspected_here(out)


def write_inspection(found: Inspection, out: Path, lang: Lang) -> None:
    """Write everything to `out`, whole or not at all."""
    problems = Problems()
    check_out(out, problems, inspected_here)
    check_paths(found.paths, out, problems)
    problems.stop()
    with replaced(out.resolve()) as folder:
        (folder / NAME).write_bytes(to_bytes(to_json(found)))
        (folder / "inspect.md").write_bytes(markdown(found, lang).encode("utf-8", "replace"))
        (folder / "problems.geojson").write_bytes(to_bytes(geojson(found)))
        (folder / "map.html").write_bytes(inspection_page(found).encode("utf-8", "replace"))
