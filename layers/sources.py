"""The entries of [layers] and [tables]: their three written forms, their keys, their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from geo.crs import parse_crs
from layers.document import find, is_remote
from layers.keys import DATE, NUMBER, TEXT, Keys, as_date, as_number, shown
from layers.model import Field, FieldMap, Role, Source
from layers.problems import nearest
from layers.roles import accepted
from layers.text import Text
from layers.units import convertible, known_unit

DATUM_KEYS = ("towgs84", "grid", "accept_datum_shift")
FORM_KEYS: Mapping[str, tuple[str, ...]] = {
    "vector": ("path", "crs", "encoding", "where", "fields", "set", "covers", "empty", *DATUM_KEYS),
    "raster": ("path", "crs", "covers", *DATUM_KEYS),
    "table": ("path", "encoding", "where", "fields", "set", "covers"),
}
ALL_KEYS = tuple(dict.fromkeys(key for keys in FORM_KEYS.values() for key in keys))
FORM_WORDS = {
    "vector": Text("矢量图层", "vector layers"),
    "raster": Text("栅格", "rasters"),
    "table": Text("表格", "tables"),
}
SECTIONS = {"vector": "layers", "raster": "layers", "table": "tables"}
WRITTEN = Text("路径、表 {path = …} 或它们的列表", "a path, a table {path = …}, or a list of these")


def read_sources(top: Keys, roles: Mapping[str, Role], folder: Path, *, complete: bool = True) -> tuple[Source, ...]:
    """Every entry that is in order, in the order of the roles; mistakes of the others are noted.

    Where `roles` may not be all there are (not `complete`), a role that is not among them is passed over.
    """
    sources: list[Source] = []
    for section in ("layers", "tables"):
        keys = top.inner(section, f"{top.where} [{section}]")
        for name in keys.table:
            if role := _role(keys, section, name, roles, complete=complete):
                sources.extend(_entries(keys, role, folder))
    layers = top.table.get("layers", {})
    if isinstance(layers, dict) and Keys(layers, "", top.problems).lacks("zones", roles):
        top.problems.add("zones-missing", f"{top.where} [layers]")
    order = {name: place for place, name in enumerate(roles)}
    return tuple(sorted(sources, key=lambda source: (order[source.role.name], source.index)))


def _role(keys: Keys, section: str, name: str, roles: Mapping[str, Role], *, complete: bool) -> Role | None:
    role = roles.get(name)
    if role is None and complete:
        keys.problems.add("role-unknown", keys.at(name), role=name, hint=nearest(name, tuple(roles)))
    if role is not None and SECTIONS[role.form] != section:
        keys.problems.add("role-misplaced", keys.at(name), role=name, section=f"[{SECTIONS[role.form]}]")
        return None
    return role


def _entries(keys: Keys, role: Role, folder: Path) -> Iterator[Source]:
    entry = keys.table[role.name]
    if entry == []:
        keys.wrong(role.name, WRITTEN)
    for index, item in enumerate(entry if isinstance(entry, list) else [entry]):
        at = keys.at(role.name) + (f"[{index}]" if isinstance(entry, list) else "")
        table = {"path": item} if isinstance(item, str) else item
        if not isinstance(table, dict):
            keys.problems.add("key-type", at, expected=WRITTEN, given=shown(item))
            continue
        before = len(keys.problems.found)
        source = _source(Keys(table, at, keys.problems), role, index, folder)
        if len(keys.problems.found) == before:
            yield source


def _source(given: Keys, role: Role, index: int, folder: Path) -> Source:
    keys = _own_keys(given, role)
    remote = role.form == "vector" and is_remote(str(keys.table.get("path")))
    text, path, layer = (keys.text("path"), None, None) if remote else _path(keys, role, folder)
    if (crs := keys.text("crs")) is not None:
        with keys.problems.gather():
            parse_crs(crs, keys.at("crs"))
    maps = _fields(keys, role)
    return Source(
        role=role,
        index=index,
        at=keys.where,
        text=text,
        path=path,
        layer=layer,
        encoding=_encoding(keys),
        crs=crs,
        where=keys.text("where"),
        fields=maps,
        constants=_constants(keys, role, maps),
        empty=keys.flag("empty"),
        covers=_span(keys) if role.form == "table" else _area(keys, folder),
        towgs84=_towgs84(keys),
        grid=_grid(keys, folder),
        accept_datum_shift=keys.flag("accept_datum_shift"),
        address=text if remote else None,
    )


def _own_keys(keys: Keys, role: Role) -> Keys:
    own = FORM_KEYS[role.form]
    for key in keys.table:
        if key in own:
            continue
        if key in ALL_KEYS:
            keys.problems.add("key-not-here", keys.at(key), key=key, form=FORM_WORDS[role.form])
        else:
            keys.problems.add("key-unknown", keys.at(key), key=key, hint=nearest(key, own))
    if sum(bool(keys.table.get(key)) for key in DATUM_KEYS) > 1:
        keys.problems.add("datum-twice", keys.where)
    foreign = [key for key in ALL_KEYS if key not in own]
    return Keys({key: value for key, value in keys.table.items() if key not in foreign}, keys.where, keys.problems)


def _path(keys: Keys, role: Role, folder: Path) -> tuple[str | None, Path | None, str | None]:
    text = keys.text("path")
    if text is not None:
        found = find(text, folder, keys.where, keys.problems)
        return (text, *found) if found else (text, None, None)
    stated_empty = keys.table.get("empty") is True and role.name != "zones"
    if not stated_empty and keys.lacks("path", FORM_KEYS[role.form]):
        keys.problems.add("path-missing", keys.where, role=role.name)
    return None, None, None


def _encoding(keys: Keys) -> str | None:
    encoding = keys.text("encoding")
    if encoding is not None:
        try:
            "a".encode(encoding)
        except (LookupError, ValueError):
            keys.problems.add("encoding-unknown", keys.at("encoding"), encoding=encoding)
    return encoding


def _span(keys: Keys) -> tuple[date, date] | None:
    if "covers" not in keys.table:
        return None
    given = keys.table["covers"]
    days = [as_date(item) for item in given] if isinstance(given, list) else []
    if len(days) == 2 and days[0] and days[1] and days[0] <= days[1]:
        return days[0], days[1]
    keys.wrong(
        "covers", Text('先后两个日期 ["YYYY-MM-DD", "YYYY-MM-DD"]', 'two dates in order ["YYYY-MM-DD", "YYYY-MM-DD"]')
    )
    return None


def _area(keys: Keys, folder: Path) -> str | None:
    text = keys.text("covers")
    if text is not None:
        find(text, folder, keys.at("covers"), keys.problems)
    return text


def _towgs84(keys: Keys) -> tuple[float, ...] | None:
    if "towgs84" not in keys.table:
        return None
    given = keys.table["towgs84"]
    numbers = [number for item in given if (number := as_number(item)) is not None] if isinstance(given, list) else []
    if isinstance(given, list) and len(numbers) == len(given) and len(numbers) in (3, 7):
        return tuple(float(number) for number in numbers)
    keys.wrong("towgs84", Text("3 个或 7 个数字的列表", "a list of 3 or 7 numbers"))
    return None


def _grid(keys: Keys, folder: Path) -> str | None:
    text = keys.text("grid")
    found = find(text, folder, keys.at("grid"), keys.problems) if text is not None else None
    return str(found[0].resolve()) if found else None


def _fields(keys: Keys, role: Role) -> Mapping[str, FieldMap]:
    inner = keys.inner("fields")
    return {
        name: mapped
        for name in inner.table
        if (field := _field(inner, role, name)) and (mapped := _field_map(inner, name, field))
    }


def _field(inner: Keys, role: Role, name: str) -> Field | None:
    if (field := role.fields.get(name)) is None:
        inner.problems.add(
            "field-unknown", inner.at(name), field=name, role=role.name, hint=nearest(name, tuple(role.fields))
        )
    return field


def _field_map(inner: Keys, name: str, field: Field) -> FieldMap | None:
    given = inner.table[name]
    if not isinstance(given, dict):
        column = inner.text(name)
        return FieldMap(column) if column is not None else None
    keys = inner.inner(name)
    keys.known(("field", "unit"))
    column, unit = keys.text("field"), keys.text("unit")
    if keys.lacks("field", ("field", "unit")):
        keys.problems.add("key-missing", keys.where, key="field")
    if unit is not None:
        _check_unit(keys, field, unit)
    return FieldMap(column, unit) if column is not None else None


def _check_unit(keys: Keys, field: Field, unit: str) -> None:
    if field.unit is None:
        keys.problems.add("unit-not-here", keys.at("unit"), field=field.name)
    elif known_unit(unit) is None:
        keys.problems.add("unit-unknown", keys.at("unit"), unit=unit)
    elif not convertible(unit, field.unit):
        keys.problems.add("unit-mismatch", keys.at("unit"), unit=unit, to=field.unit)


def _constants(keys: Keys, role: Role, maps: Mapping[str, FieldMap]) -> Mapping[str, object]:
    inner = keys.inner("set")
    constants: dict[str, object] = {}
    for name in inner.table:
        if (field := _field(inner, role, name)) is None:
            continue
        if name in maps:
            inner.problems.add("field-twice", inner.at(name), field=name)
        elif (value := constant(field, inner, name)) is not None:
            constants[name] = value
    return constants


def constant(field: Field, keys: Keys, key: str) -> object:
    """The value that `set` gives a field, as the field's type and its list have it; None where it is noted as wrong."""
    given = keys.table[key]
    number = as_number(given)
    value: object = None
    expected = {"date": DATE, "text": TEXT, "limit": TEXT}.get(field.type, NUMBER)
    if field.type == "date":
        value = as_date(given)
    elif field.type in ("text", "limit"):
        value = given.strip() if isinstance(given, str) else None if number is None else str(given)
    elif field.type == "share":
        expected = Text("0 到 1 之间的数字", "a number from 0 to 1")
        value = float(number) if number is not None and 0 <= number <= 1 else None
    elif field.type == "integer":
        expected = Text("整数", "a whole number")
        value = int(number) if number is not None and number == int(number) else None
    else:
        value = None if number is None else float(number)
    if value is None or value == "":
        keys.wrong(key, expected)
        return None
    if field.values is None:
        return value
    if (listed := accepted(field, value)) is None:
        hint = nearest(str(value), tuple(field.values))
        keys.problems.add("value-unknown", keys.at(key), value=str(value), hint=hint)
    return listed
