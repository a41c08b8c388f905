"""The parts that layers and tables play: those of `roles.toml`, and those that a pack declares.

Names and listed values compare after NFKC, trimming and casefolding. A role without an `id` field of its own has one
all the same: findings name a feature by it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, get_args

from layers.keys import TABLE, Keys
from layers.model import Field, FieldMap, FieldType, Form, GeometryType, Role
from layers.problems import Problems, nearest
from layers.text import Text
from layers.units import convertible, known_unit

DBF_NAME_BYTES = 10
OWN_VALUE = "x-"
ROLE_KEYS = ("geometry", "title", "fields")
FIELD_KEYS = ("title", "type", "unit", "required", "values", "aliases", "default")
_WITH_UNIT = re.compile(r"(.+?)(?:[(\[〔【]([^()\[\]]+)[)\]〕】]|[/:_,]([^/:_,]+))")
_ROLE_NAME = re.compile(r"[a-z][a-z0-9_]*")


def folded(text: str) -> str:
    """A name or a value as it is compared: NFKC, trimmed, casefolded."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def roles(extra: Mapping[str, Role] | None = None) -> Mapping[str, Role]:
    """Every role in the order of the contract, those of packs behind."""
    return MappingProxyType({**_built_in(), **(extra or {})})


def find_column(field: Field, columns: Iterable[str]) -> str | None:
    """The column that a standard field has in a source: by its name, else an alias, else either cut as a dbf does."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(folded(column).rstrip("\ufffd"), column)
    names = (folded(name) for name in (field.name, *field.aliases, *field.cut))
    return next((by_name[name] for name in names if name in by_name), None)


def find_field(field: Field, columns: Iterable[str]) -> FieldMap | None:
    """The column of a standard field, also under a heading with its unit in brackets, `直接经济损失(万元)`."""
    columns = list(columns)
    if (column := find_column(field, columns)) is not None:
        return FieldMap(column)
    for column in columns:
        heading = _WITH_UNIT.fullmatch(folded(column))
        unit = (heading[2] or heading[3]).removeprefix("单位:").strip() if heading else ""
        if heading and field.unit and heading[1].strip() in _names(field) and convertible(unit, field.unit):
            return FieldMap(column, known_unit(unit))
    return None


def accepted(field: Field, value: object) -> str | None:
    """The listed value that is meant; None where there is none. A field without a list takes any text.

    A value of the user's own begins with `x-`; a listed one that ends with a colon takes any word behind it. A code
    that was read as a number counts as its digits.
    """
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    text = unicodedata.normalize("NFKC", str(plain)).strip()
    if field.values is None:
        return text
    own, words = folded(text), _words(field)
    if own in words and not own.endswith(":"):
        return words[own]
    for word, name in words.items():
        if word.endswith(":") and own.startswith(word) and (rest := text[len(word) :].strip()):
            return name + rest
    return own if own.startswith(OWN_VALUE) and len(own) > len(OWN_VALUE) else None


def role_from_table(name: str, table: object, pack: str, problems: Problems, where: str) -> Role | None:
    """The role that a pack's `[roles.name]` declares; None where it has mistakes, which are noted."""
    before = len(problems.found)
    if not isinstance(table, dict):
        problems.add("key-type", where, expected=TABLE, given=str(table))
        return None
    keys = Keys(table, where, problems)
    keys.known(ROLE_KEYS)
    if not _ROLE_NAME.fullmatch(name):
        problems.add("role-name", where, role=name)
    elif name in _built_in():
        problems.add("role-taken", where, role=name)
    form, geometry = _shape(keys)
    inner = keys.inner("fields")
    fields = {key: _pack_field(inner.inner(key), key) for key in inner.table}
    title = _title(keys, name)
    if len(problems.found) > before:
        return None
    role = _finished(Role(name, form, title, geometry, fields, pack))
    for alias in shared_aliases(role):
        problems.add("alias-shared", where, alias=alias)
    return None if len(problems.found) > before else role


def shared_aliases(role: Role) -> list[str]:
    """Names that more than one field of the role goes by: there should be none."""
    counts = Counter(name for field in role.fields.values() for name in _names(field))
    return sorted(name for name, count in counts.items() if count > 1)


@cache
def _built_in() -> Mapping[str, Role]:
    content = tomllib.loads(files("layers").joinpath("roles.toml").read_text(encoding="utf-8"))
    common = content["common"]
    return MappingProxyType({name: _from_file(name, spec, common) for name, spec in content["roles"].items()})


def _from_file(name: str, spec: dict[str, Any], common: dict[str, Any]) -> Role:
    geometry: tuple[GeometryType, ...] = tuple(spec.get("geometry", ()))
    fields = {key: _file_field(key, own, common) for key, own in spec.get("fields", {}).items()}
    one_of = tuple(tuple(group) for group in spec.get("one_of", ()))
    form: Form = "vector" if geometry else spec["form"]
    return _finished(Role(name, form, Text(**spec["title"]), geometry, fields, one_of=one_of))


def _file_field(name: str, own: dict[str, Any], common: dict[str, Any]) -> Field:
    like = common[own["like"]] if "like" in own else {}
    aliases = dict.fromkeys([*like.get("aliases", ()), *own.get("aliases", ())])
    spec = {**like, **own, "aliases": tuple(aliases)}
    spec.pop("like", None)
    spec["title"] = Text(**spec["title"])
    if "values" in spec:
        spec["values"] = {value: tuple(words) for value, words in spec["values"].items()}
    return Field(name, spec.pop("type", "text"), **spec)


def _finished(role: Role) -> Role:
    every = dict(role.fields)
    if role.form != "raster" and "id" not in every:
        taken = {alias for field in every.values() for alias in _names(field)}
        own = Field("id", "text", Text("标识码", "id"), aliases=("BSM", "标识码"))
        every["id"] = replace(own, aliases=tuple(alias for alias in own.aliases if folded(alias) not in taken))
    return replace(role, fields=MappingProxyType(_with_cuts(every)))


def _with_cuts(fields: Mapping[str, Field]) -> dict[str, Field]:
    cuts = {name: {cut for full in _names(field) for cut in _cut(full)} for name, field in fields.items()}
    taken = {full for field in fields.values() for full in _names(field)}
    counts = Counter(cut for own in cuts.values() for cut in own)
    return {
        name: replace(field, cut=tuple(sorted(cut for cut in cuts[name] if counts[cut] == 1 and cut not in taken)))
        for name, field in fields.items()
    }


def _cut(name: str) -> set[str]:
    cut = {name.encode(code, "ignore")[:DBF_NAME_BYTES].decode(code, "ignore") for code in ("utf-8", "gbk")}
    return {folded(text) for text in cut if text and folded(text) != folded(name)}


def _names(field: Field) -> set[str]:
    return {folded(name) for name in (field.name, *field.aliases)}


def _words(field: Field) -> dict[str, str]:
    return {folded(word): value for value, words in (field.values or {}).items() for word in (value, *words)}


def _shape(keys: Keys) -> tuple[Form, tuple[GeometryType, ...]]:
    types = get_args(GeometryType)
    given = keys.table.get("geometry")
    if given in ("table", "raster"):
        return ("table" if given == "table" else "raster"), ()
    geometry = [given] if isinstance(given, str) else given
    if not isinstance(geometry, list) or not geometry or any(item not in types for item in geometry):
        keys.problems.add("role-geometry", keys.at("geometry"))
        return "vector", ()
    return "vector", tuple(item for item in types if item in geometry)


def _title(keys: Keys, name: str) -> Text:
    if "title" not in keys.table:
        return Text(name, name)
    if isinstance(keys.table["title"], str):
        text = keys.text("title") or name
        return Text(text, text)
    title = keys.inner("title")
    title.known(("zh", "en"))
    zh, en = title.text("zh"), title.text("en")
    return Text(zh or en or name, en or zh or name)


def _pack_field(keys: Keys, name: str) -> Field:
    keys.known(FIELD_KEYS)
    types = get_args(FieldType)
    kind = keys.text("type") or "text"
    if kind not in types:
        keys.problems.add("value-unknown", keys.at("type"), value=kind, hint=nearest(kind, types))
        kind = "text"
    unit = keys.text("unit")
    if unit is not None and known_unit(unit) is None:
        keys.problems.add("unit-unknown", keys.at("unit"), unit=unit)
    values = keys.inner("values") if "values" in keys.table else None
    listed = {key: values.texts(key) for key in values.table} if values else None
    default = keys.text("default")
    if default is not None and listed is not None and default not in listed:
        keys.problems.add("value-unknown", keys.at("default"), value=default, hint=nearest(default, tuple(listed)))
    own: FieldType = next(item for item in types if item == kind)
    return Field(name, own, _title(keys, name), keys.flag("required"), unit, listed, keys.texts("aliases"), default)
