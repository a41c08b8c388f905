"""An inspection of a project: every source looked at, with the fields that its rules need and the code tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from checks.kinds_on_hand import load_kind
from checks.packs import load_packs
from checks.params import merged_rules
from checks.rule import Rule
from checks.standards import restated
from layers.document import read_document
from layers.problems import Problems
from layers.project import declared_packs, validate
from layers.roles import roles
from layers.text import Text

if TYPE_CHECKING:
    from layers.inspection.model import Inspection
    from layers.model import Progress


def inspect_project(project: Path, progress: Progress) -> Inspection:
    """Look at every source of a zone.toml, or of the one in a folder; nothing is written.

    Mistakes in the project file stand among the results. Raises `ZoneproofError` where there is none that can be read.
    """
    from layers.inspection.model import Inspection
    from layers.inspection.source import Wanted, inspect_source
    from layers.inspection.together import compare

    problems = Problems()
    document = read_document(project)
    refs = declared_packs(document, problems)
    loaded = load_packs(refs, document.folder, problems, f"{document.file.name} [project] packs")
    known = roles(loaded.roles)
    valid = validate(document, known, problems, roles_complete=loaded.whole)
    rules, _ = merged_rules(loaded, valid.params, (), known, problems, where=f"{document.file.name} [params]")
    wanted = Wanted(needed(rules), restated("land_use")["names"], valid.as_of, valid.sliver_width_m)
    seen, outlines = [], []
    for done, source in enumerate(valid.sources):
        name = source.text or source.role.name
        progress(Text(f"查看 {name}", f"looking at {name}"), done, len(valid.sources))
        one, outline = inspect_source(source, wanted)
        seen.append(one)
        if outline is not None:
            outlines.append(outline)
    compare(outlines)
    paths = (valid.file, *(source.path for source in valid.sources if source.path is not None))
    return Inspection(valid.name, valid.lang, tuple(seen), tuple(problems.found), paths)


def needed(rules: Sequence[Rule]) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Role → field → the rules that look at it."""
    found: dict[str, dict[str, list[str]]] = {}
    for rule in rules:
        for need in load_kind(rule.kind).needs(rule.params):
            for name in need.fields:
                listed = found.setdefault(need.role, {}).setdefault(name, [])
                if rule.id not in listed:
                    listed.append(rule.id)
    return found
