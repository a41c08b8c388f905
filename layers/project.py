"""The project file: everything in it is checked in one pass before any layer is opened (contract §2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import get_args

from geo.crs import parse_plane
from layers.document import Document, locate, project_file, read_document
from layers.keys import Keys, shown
from layers.model import Project, Role
from layers.problems import Problems, nearest
from layers.sources import read_sources
from layers.text import Lang, Text

__all__ = ["Document", "declared_packs", "locate", "project_file", "read_document", "validate"]

SECTIONS = ("project", "layers", "tables", "params", "measure")
PROJECT_KEYS = ("name", "as_of", "packs", "crs", "lang")
MEASURE_KEYS = ("sliver_width_m", "context_m", "hectare_places", "other_grassland")
SLIVER_WIDTH_M = 0.10
CONTEXT_M = 500.0
GRASSLAND = ("agricultural", "unused")
"""What survey code 0404 (其他草地) may count as."""


def declared_packs(document: Document, problems: Problems, given: Sequence[str] | None = None) -> tuple[str, ...]:
    """The rule packs of a run: those given, else those of the project file; none at all is noted."""
    keys = _project_keys(Keys(document.table, document.file.name, problems))
    packs = keys.texts("packs")
    if given:
        return tuple(dict.fromkeys(given))
    if keys.table.get("packs") == [] or (keys.table and keys.lacks("packs", PROJECT_KEYS)):
        problems.add("packs-missing", keys.where)
    return packs


def validate(
    document: Document,
    roles: Mapping[str, Role],
    problems: Problems,
    *,
    as_of: date | None = None,
    packs: Sequence[str] | None = None,
    roles_complete: bool = True,
) -> Project:
    """The project that the file describes; every mistake in it is noted.

    What is wrong is left out: the project then holds the sources that are in order, so that they can be looked at in
    the same pass. `as_of` and `packs` go before the file's. Where a pack could not be read, `roles_complete` is false
    and an unknown role is passed over: it may be that pack's.
    """
    top = Keys(document.table, document.file.name, problems)
    _check_sections(top, roles)
    keys = _project_keys(top)
    keys.known(PROJECT_KEYS)
    name = keys.text("name")
    if keys.table and keys.lacks("name", PROJECT_KEYS):
        problems.add("name-missing", keys.where)
    day = keys.day("as_of")
    measure = top.inner("measure", f"{top.where} [measure]")
    measure.known(MEASURE_KEYS)
    return Project(
        file=document.file,
        name=(name or "").strip(),
        as_of=as_of or day,
        packs=declared_packs(document, problems, packs),
        crs=_crs(keys),
        lang=_lang(keys),
        sources=read_sources(top, roles, document.folder, complete=roles_complete),
        params=_params(top),
        sliver_width_m=measure.number("sliver_width_m", SLIVER_WIDTH_M, above=0),
        context_m=measure.number("context_m", CONTEXT_M, least=0),
        hectare_places=2 if _one_of(measure, "hectare_places", (4, 2)) == 2 else 4,
        other_grassland="unused" if _one_of(measure, "other_grassland", GRASSLAND) == "unused" else "agricultural",
    )


def _project_keys(top: Keys) -> Keys:
    return top.inner("project", f"{top.where} [project]")


def _check_sections(top: Keys, roles: Mapping[str, Role]) -> None:
    for key in top.table:
        if key in PROJECT_KEYS or key in roles:
            section = "project" if key in PROJECT_KEYS else "tables" if roles[key].form == "table" else "layers"
            top.problems.add("key-misplaced", top.at(key), key=key, section=f"[{section}]")
        elif key not in SECTIONS:
            top.problems.add("section-unknown", top.at(f"[{key}]"), section=key, hint=nearest(key, SECTIONS))
    if top.table.get("project") == {} or top.lacks("project", SECTIONS):
        top.problems.add("project-empty", top.where)


def _crs(keys: Keys) -> str | None:
    text = keys.text("crs")
    if text is None:
        return None
    with keys.problems.gather():
        parse_plane(text, keys.at("crs"))
    return text


def _lang(keys: Keys) -> Lang:
    given = keys.text("lang")
    for lang in get_args(Lang):
        if given in (None, lang):
            return lang  # type: ignore[no-any-return]
    keys.wrong("lang", Text('"zh"、"en" 或 "both"', '"zh", "en" or "both"'))
    return "zh"


def _one_of(keys: Keys, key: str, values: Sequence[object]) -> object:
    """A value of the list, the first where the key is missing or wrong."""
    given = keys.table.get(key, values[0])
    if isinstance(given, bool) or given not in values:
        listed = ", ".join(shown(value) for value in values)
        keys.wrong(key, Text(f"{listed} 之一", f"one of {listed}"))
        return values[0]
    return given


def _params(top: Keys) -> Mapping[str, Mapping[str, object]]:
    keys = top.inner("params", f"{top.where} [params]")
    params: dict[str, Mapping[str, object]] = {}
    for rule in keys.table:
        own = keys.inner(rule)
        own.text("basis")
        params[rule] = own.table
    return params
