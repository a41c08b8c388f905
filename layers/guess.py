"""Which role each layer, sheet or raster of a folder plays: by its name, its columns, its values, its place, its date.

What is known of names stands in `role_names.toml`, of columns and values in `roles.toml`. A guess has its reasons.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any

import pyproj

from layers.glimpse import Found
from layers.model import Role
from layers.roles import accepted, find_field, folded, roles
from layers.selections import Box
from layers.text import Text
from layers.values import blank

FAR_M = 50_000
"""The contract's limit: rules of a layer that lies farther from every zone are undetermined."""
_TOKENS = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]+")
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_.年]?(0[1-9]|1[0-2]|[1-9](?!\d))(?:[-_.月]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)
NEUTRAL = ("id", "name", "zone", "stated_m2")
"""Fields that tell nothing of the role: most layers have them."""


class Ground(IntEnum):
    """What a guess stands on, the weakest first."""

    FOLDER = 1
    COLUMNS = 2
    WORD = 3
    CODE = 4


@dataclass(frozen=True)
class Named:
    """What is known of a role's names."""

    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    parts: bool = False
    asked: bool = False


@dataclass(frozen=True)
class Fit:
    """Why something may play a role."""

    item: Found
    role: Role
    ground: Ground
    matched: str
    fields: Mapping[str, str]
    missing: tuple[str, ...]
    coded: tuple[str, ...]
    dated: str = ""
    set: Mapping[str, str] = field(default_factory=dict)
    far: bool = False

    @property
    def as_role(self) -> tuple[int, int, int, int]:
        """How well the role suits the item, against other roles."""
        return (self.ground, len(self.matched), -len(self.missing), len(self.fields) + len(self.coded))

    @property
    def as_candidate(self) -> tuple[bool, bool, bool, int, int, str, int]:
        """How well the item suits the role, against other items: the newest of several editions of one layer."""
        lacks = bool(set(self.missing) - set(self.set))
        filled = self.item.count != 0
        return (filled, not self.far, not lacks, self.ground, len(self.coded), self.dated, len(self.fields))


@cache
def known() -> Mapping[str, Any]:
    """The content of role_names.toml."""
    return tomllib.loads(files("layers").joinpath("role_names.toml").read_text(encoding="utf-8"))


@cache
def named() -> Mapping[str, Named]:
    """Per role what is known of its names."""
    return {
        name: Named(
            (*_folded(entry, "codes"), folded(name)),
            _folded(entry, "words"),
            _folded(entry, "signs"),
            _folded(entry, "except"),
            entry.get("parts", False),
            entry.get("asked", False),
        )
        for name, entry in known()["roles"].items()
    }


def _folded(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in entry.get(key, ()))


def guess(items: Sequence[Found]) -> tuple[dict[str, list[Fit]], list[Found]]:
    """Per role its candidates, the best first; and what plays none."""
    fits: dict[str, list[Fit]] = {}
    unplaced: list[Found] = []
    for item in items:
        suited = [fit for name, names in named().items() if (fit := _fit(item, roles()[name], names))]
        if suited:
            best = max(suited, key=lambda fit: fit.as_role)
            fits.setdefault(best.role.name, []).append(best)
        else:
            unplaced.append(item)
    centre = _best(fits["zones"])[0].item.extent if "zones" in fits else None
    return {name: _best([_placed(fit, centre) for fit in own]) for name, own in fits.items()}, unplaced


def _best(fits: Sequence[Fit]) -> list[Fit]:
    return sorted(sorted(fits, key=lambda fit: fit.item.text), key=lambda fit: fit.as_candidate, reverse=True)


def _placed(fit: Fit, zones: Box | None) -> Fit:
    if zones is None or fit.item.extent is None:
        return fit
    return replace(fit, far=_between_m(zones, fit.item.extent) > FAR_M)


def _between_m(one: Box, other: Box) -> float:
    """The distance between two boxes in degrees."""
    x = [max(one[0], min(other[0], one[2])), max(other[0], min(one[0], other[2]))]
    y = [max(one[1], min(other[1], one[3])), max(other[1], min(one[1], other[3]))]
    return float(pyproj.Geod(ellps="GRS80").inv(x[0], y[0], x[1], y[1])[2])


def _fit(item: Found, role: Role, names: Named) -> Fit | None:
    if role.form != item.form or (item.geometry and role.geometry and item.geometry not in role.geometry):
        return None
    if any(word in folded(name) for name in item.own_names for word in names.excluded):
        return None
    maps = {name: find_field(one, item.columns) for name, one in role.fields.items()}
    columns = {name: found.column for name, found in maps.items() if found}
    needed = [name for name, one in role.fields.items() if one.required and name not in columns]
    needed += [" / ".join(group) for group in role.one_of if not set(group) & set(columns)]
    coded = tuple(name for name in columns if _all_listed(item, role, name, columns[name]))
    ground = _by_name(item, names) or _by_columns(item, role, columns, coded)
    if ground is None:
        return None
    telling = {name: column for name, column in columns.items() if name not in NEUTRAL}
    given = _constants(item, role, needed)
    return Fit(item, role, ground[0], ground[1], telling, tuple(needed), coded, _newest(item.names), given)


def _by_name(item: Found, names: Named) -> tuple[Ground, str] | None:
    own = item.names[:1] if item.layer else item.own_names
    for name in own:
        for words, ground in ((names.codes, Ground.CODE), (names.words, Ground.WORD)):
            if found := [word for word in words if _holds(name, word, whole=ground == Ground.CODE)]:
                return ground, max(found, key=len)
    around = [word for name in item.names[len(own) :] for word in names.words if _holds(name, word, whole=False)]
    return (Ground.FOLDER, max(around, key=len)) if around else None


def _holds(name: str, word: str, *, whole: bool) -> bool:
    parts, wanted = _TOKENS.findall(folded(name)), _TOKENS.findall(word)
    if not word.isascii() and not whole:
        return word in folded(name)
    runs = [parts[at : at + len(wanted)] for at in range(len(parts))]
    return wanted in runs


def _by_columns(item: Found, role: Role, columns: Mapping[str, str], coded: Sequence[str]) -> tuple[Ground, str] | None:
    """Columns that no other role has; or all that a table needs; or a column of listed values that all fit."""
    if sign := next((column for column in item.columns if folded(column) in named()[role.name].signs), None):
        return Ground.COLUMNS, sign
    required = [name for name, one in role.fields.items() if one.required]
    if role.form == "table" and required and set(required) <= set(columns) and (coded or len(required) > 2):
        return Ground.COLUMNS, columns[required[0]]
    if role.form == "vector" and "division" in coded:
        return Ground.COLUMNS, columns["division"]
    return None


def _all_listed(item: Found, role: Role, name: str, column: str) -> bool:
    one = role.fields[name]
    cells = [cell for cell in (item.cells or {})[column] if not blank(cell)]
    return one.values is not None and bool(cells) and all(accepted(one, cell) for cell in cells)


def _constants(item: Found, role: Role, needed: Sequence[str]) -> dict[str, str]:
    """What `set` can give for a missing field: the edition of the codes, the kind that the name says."""
    if "scheme" in needed:
        held = {folded(column) for column in item.columns}
        for scheme, entry in known()["schemes"].items():
            if entry["role"] == role.name and held & {folded(column) for column in entry["columns"]}:
                return {"scheme": scheme}
    if "kind" in needed and role.form == "vector":
        listed = role.fields["kind"].values or {}
        words = [(word, value) for value, told in listed.items() for word in told]
        said = [(len(word), value) for name in item.own_names for word, value in words if word in name]
        return {"kind": max(said)[1]} if said else {}
    return {}


def _newest(names: Sequence[str]) -> str:
    """The newest day, month or year in the names, as YYYY-MM-DD cut where nothing is said."""
    found: list[str] = []
    for name in names:
        for year, month, day in _DATE.findall(name):
            try:
                date(int(year), int(month or 1), int(day or 1))
            except ValueError:
                continue
            found.append("-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)]))
        if found:
            break
    return max(found, default="")


def facts(fit: Fit) -> Text:
    """The reasons of a guess in words."""
    why = {
        Ground.CODE: Text("名称含标准代码 ", "its name holds the standard code "),
        Ground.WORD: Text("名称含 ", "its name holds "),
        Ground.COLUMNS: Text("字段 ", "its column "),
        Ground.FOLDER: Text("所在文件夹名含 ", "its folder's name holds "),
    }[fit.ground]
    said = [why + Text(fit.matched, fit.matched)]
    if fit.dated:
        said.append(Text(f"名称日期 {fit.dated}", f"dated {fit.dated}"))
    if fit.fields:
        listed = ", ".join(f"{column} → {name}" for name, column in fit.fields.items())
        said.append(Text(f"字段 {listed}", f"columns {listed}"))
    if fit.coded:
        said.append(Text(f"取值相符 {', '.join(fit.coded)}", f"values fit {', '.join(fit.coded)}"))
    if fit.missing:
        said.append(Text(f"缺字段 {', '.join(fit.missing)}", f"lacks {', '.join(fit.missing)}"))
    if fit.set:
        given = ", ".join(f"{name} = {value}" for name, value in fit.set.items())
        said.append(Text(f"推测 {given},请核对", f"guessed {given}: make sure of it"))
    if fit.far:
        said.append(Text("距园区超过 50 公里", "over 50 km from the zones"))
    return Text("; ".join(part.zh for part in said), "; ".join(part.en for part in said))
