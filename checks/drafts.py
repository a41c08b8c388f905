"""A rule as its pack states it: read key by key, every mistake noted, before a project sets any parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from checks.kinds_on_hand import kind_names, load_kind
from checks.model import Basis, Binding, Citation, Standing
from checks.values import check_order, checked, specs
from layers.keys import Keys, as_date
from layers.model import Role
from layers.problems import nearest
from layers.text import Text

RULE_KEYS = ("id", "title", "kind", "subject", "params", "binding", "basis", "citation", "text")
CITATION_KEYS = ("document", "number", "clause", "quote", "in_force", "standing")
TEXT_KEYS = ("what", "why", "mend", "trap")
LANGUAGES = ("zh", "en")
OWN_SUBJECTS = ("zone", "expansion")
LAND_ROLES = ("zones", "expansion")
_ID = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """One rule of a pack; `params` are those that the pack sets, converted. `where` is its place in messages."""

    id: str
    pack: str
    where: str
    kind: str
    title: Text
    subjects: tuple[str, ...]
    params: Mapping[str, object]
    binding: Binding | None
    basis: Basis
    citation: Citation
    texts: Mapping[str, Text]


def read_draft(keys: Keys, pack: str, roles: Mapping[str, Role]) -> Draft | None:
    """The rule in a table of a pack; None where it has mistakes. `keys.where` is `file [[rule]] id`."""
    before = len(keys.problems.found)
    keys.known(RULE_KEYS)
    rule = read_id(keys, RULE_KEYS)
    kind = _kind(keys)
    draft = Draft(
        id=rule,
        pack=pack,
        where=keys.where,
        kind=kind or "",
        title=read_title(keys, RULE_KEYS, rule),
        subjects=_subjects(keys, roles),
        params=_params(keys, kind, roles) if kind else {},
        binding=_one_of(keys, "binding", get_args(Binding)),  # type: ignore[arg-type]
        basis=_one_of(keys, "basis", ("stated", "interpretation")) or "stated",  # type: ignore[arg-type]
        citation=_citation(keys),
        texts=_texts(keys),
    )
    return draft if len(keys.problems.found) == before else None


def read_id(keys: Keys, known: Sequence[str]) -> str:
    """The id of a pack or rule: letters, digits, `-` and `_`, as it becomes part of other ids."""
    given = keys.text("id")
    if given is None and keys.lacks("id", known):
        keys.problems.add("key-missing", keys.where, key="id")
    elif given is not None and not _ID.fullmatch(given):
        keys.problems.add("pack-id", keys.at("id"), id=given)
    return given or ""


def read_title(keys: Keys, known: Sequence[str], otherwise: str) -> Text:
    """A title in both languages, or one text for both; required."""
    if keys.lacks("title", known):
        keys.problems.add("key-missing", keys.where, key="title")
    if not isinstance(keys.table.get("title", {}), dict):
        text = keys.text("title") or otherwise
        return Text(text, text)
    title = keys.inner("title")
    title.known(LANGUAGES)
    zh, en = title.text("zh"), title.text("en")
    return Text(zh or en or otherwise, en or zh or otherwise)


def _kind(keys: Keys) -> str | None:
    given = keys.text("kind")
    if given is None and keys.lacks("kind", RULE_KEYS):
        keys.problems.add("key-missing", keys.where, key="kind")
    elif given is not None and given not in kind_names():
        keys.problems.add("kind-unknown", keys.at("kind"), kind=given, hint=nearest(given, kind_names()))
        return None
    return given


def _subjects(keys: Keys, roles: Mapping[str, Role]) -> tuple[str, ...]:
    given = keys.table.get("subject", "zone")
    if isinstance(given, list):
        subjects = keys.texts("subject")
        if subjects and (len(subjects) < 2 or set(subjects) != set(OWN_SUBJECTS)):
            keys.problems.add("subject-list", keys.at("subject"))
        return tuple(subject for subject in OWN_SUBJECTS if subject in subjects) or ("zone",)
    subject = keys.text("subject") or "zone"
    polygons = (name for name, role in roles.items() if role.geometry == ("polygon",) and name not in LAND_ROLES)
    allowed = (*OWN_SUBJECTS, *polygons)
    if subject not in allowed:
        keys.problems.add("subject-unknown", keys.at("subject"), subject=subject, hint=nearest(subject, allowed))
    return (subject,)


def _params(keys: Keys, kind: str, roles: Mapping[str, Role]) -> Mapping[str, object]:
    inner = keys.inner("params")
    known = specs(load_kind(kind).Params)
    values = checked(load_kind(kind).Params, inner.table, roles, inner.at, keys.problems)
    check_order(values, inner.at, keys.problems)
    for name, spec in known.items():
        if spec.required and inner.lacks(name, known):
            keys.problems.add("param-missing", inner.where, kind=kind, name=name, title=spec.title)
    return values


def _one_of(keys: Keys, key: str, values: tuple[str, ...]) -> str | None:
    given = keys.text(key)
    if given is not None and given not in values:
        keys.problems.add("value-unknown", keys.at(key), value=given, hint=nearest(given, values))
    return given


def _citation(keys: Keys) -> Citation:
    inner = keys.inner("citation")
    inner.known(CITATION_KEYS)
    standing = _one_of(inner, "standing", get_args(Standing))
    document = inner.text("document")
    if document is not None and inner.lacks("standing", CITATION_KEYS):
        inner.problems.add("citation-standing", inner.where)
    return Citation(
        document=document,
        number=inner.text("number"),
        clause=inner.text("clause"),
        quote=inner.text("quote"),
        in_force=_in_force(inner),
        standing=standing,  # type: ignore[arg-type]
    )


def _in_force(keys: Keys) -> str | None:
    given = keys.table.get("in_force")
    if isinstance(given, date):
        day = as_date(given)
        return day.isoformat() if day else None
    return keys.text("in_force")


def _texts(keys: Keys) -> Mapping[str, Text]:
    inner = keys.inner("text")
    inner.known(LANGUAGES)
    spoken: dict[str, dict[str, str]] = {}
    for lang in LANGUAGES:
        own = inner.inner(lang)
        own.known(TEXT_KEYS)
        spoken[lang] = {key: text for key in TEXT_KEYS if (text := own.text(key)) is not None}
    zh, en = spoken["zh"], spoken["en"]
    return {key: Text(zh.get(key) or en[key], en.get(key) or zh[key]) for key in TEXT_KEYS if key in zh or key in en}
