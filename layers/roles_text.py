"""The roles as a reader of the command line sees them: fields, types, units, values, other names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from geo.errors import ZoneproofError
from layers.model import Field, Role
from layers.problems import nearest
from layers.roles import roles
from layers.text import Lang, Text

SHAPES: Mapping[str, Text] = {
    "polygon": Text("面", "polygon"),
    "line": Text("线", "line"),
    "point": Text("点", "point"),
    "raster": Text("栅格", "raster"),
    "table": Text("表格", "table"),
}
TYPES: Mapping[str, Text] = {
    "text": Text("文本", "text"),
    "number": Text("数字", "number"),
    "integer": Text("整数", "whole number"),
    "share": Text("比例(0 到 1)", "share (0 to 1)"),
    "date": Text("日期", "date"),
    "limit": Text("限值", "limit"),
}
REQUIRED = Text("必填", "required")
ALIASES = Text("又名: ", "also: ")
VALUES = Text("取值: ", "values: ")
DEFAULT = Text("空缺时为 ", "where blank: ")
ONE_OF = Text("至少一个: ", "at least one of: ")
KEYS = Text(
    "[layers] 写面、线、点和栅格, [tables] 写表格。自定义取值以 x- 开头。",
    "Polygons, lines, points and rasters go under [layers], tables under [tables]. Values of your own begin with x-.",
)


def roles_text(name: str | None, lang: Lang, known: Mapping[str, Role] | None = None) -> str:
    """Every role, or the one called `name`; raises `role-unknown` with the nearest name where there is none."""
    known = roles() if known is None else known
    if name is not None and name not in known:
        raise ZoneproofError("role-unknown", "zoneproof roles", role=name, hint=nearest(name, tuple(known)))
    chosen = known.values() if name is None else [known[name]]
    pages = ["\n".join(_role(role, lang)) for role in chosen]
    return "\n\n".join([KEYS.show(lang), *pages])


def _role(role: Role, lang: Lang) -> Iterator[str]:
    shape = ", ".join(SHAPES[word].show(lang) for word in role.geometry or (role.form,))
    yield f"{role.name}  {role.title.show(lang)} ({shape})"
    for group in role.one_of:
        yield f"  {ONE_OF.show(lang)}{', '.join(group)}"
    for field in role.fields.values():
        yield from _field(field, lang)


def _field(field: Field, lang: Lang) -> Iterator[str]:
    facts = [TYPES[field.type].show(lang)]
    if field.unit and field.type != "share":
        facts.append(field.unit)
    if field.required:
        facts.append(REQUIRED.show(lang))
    if field.default:
        facts.append(DEFAULT.show(lang) + field.default)
    yield f"  {field.name}  {field.title.show(lang)} ({', '.join(facts)})"
    if field.values:
        yield f"      {VALUES.show(lang)}{'; '.join(_value(*item) for item in field.values.items())}"
    if aliases := [alias for alias in field.aliases if alias != field.name]:
        yield f"      {ALIASES.show(lang)}{', '.join(aliases)}"


def _value(value: str, words: tuple[str, ...]) -> str:
    shown = value + "…" if value.endswith(":") else value
    return f"{shown} ({', '.join(words)})" if words else shown
