"""Codes of land use in the tables: levels, the three classes, crosswalks between editions, who owns the land."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, cast

from checks.standards import restated
from checks.tables.model import Label

ThreeClass = Literal["agricultural", "construction", "unused"]
THREE: tuple[ThreeClass, ...] = ("agricultural", "construction", "unused")
CULTIVATED = ("0101", "0102", "0103")
Level = Literal["first", "second"]


def is_cultivated(code: str | None) -> bool:
    """Paddy, irrigated and dry land: the same codes in every edition."""
    return code is not None and code.startswith(CULTIVATED) and not code.endswith("K")


def known(scheme: str, code: str) -> bool | None:
    """Whether the edition has the code; None for plan-2020, of which no table was read."""
    names: Mapping[str, Mapping[str, str]] = restated("land_use")["names"]
    return code in names[scheme] if scheme in names else None


def standard_name(scheme: str | None, code: str | None) -> str | None:
    """What the edition calls the code; a 2020 code by its counterpart of 2023, None where no table has it."""
    if scheme is None or code is None:
        return None
    names: Mapping[str, Mapping[str, str]] = restated("land_use")["names"]
    if scheme == "plan-2020":
        moved = restated("crosswalks")["plan-2020"]["plan-2023"].get(code)
        return names["plan-2023"].get(moved["to"] if moved else code)
    return names.get(scheme, {}).get(code)


def first_level(scheme: str | None, code: str | None) -> str | None:
    """The code of the first level; wetland (00) collects codes of other digits."""
    if scheme is None or code is None:
        return None
    wetland = restated("three_classes").get(scheme, {}).get("wetland", ())
    return "00" if code in wetland or code == "00" else code[:2]


@cache
def three_class(scheme: str | None, code: str | None, other_grassland: ThreeClass) -> ThreeClass | None:
    """Agricultural, construction or unused; a code of the first level only where all below it agree.

    None where the edition has no such grouping, or not for this code.
    """
    table: Mapping[str, Any] | None = restated("three_classes").get(scheme or "")
    if table is None or code is None or scheme is None:
        return None
    if code in table["disputed"]:
        return other_grassland
    exact = [name for name in THREE if code in table[name]]
    if exact:
        return exact[0]
    if known(scheme, code):
        below = {name for name in THREE for own in table[name] if first_level(scheme, own) == code}
        if len(below) == 1 and not any(first_level(scheme, own) == code for own in table["disputed"]):
            return below.pop()
    return None


def is_construction(label: Label, other_grassland: ThreeClass) -> bool | None:
    """Whether land is construction land by its own edition; None where the code says nothing."""
    if label.scheme is None or label.code is None:
        return None
    if label.scheme == "survey-2020":
        found = three_class(label.scheme, label.code, other_grassland)
        return None if found is None else found == "construction"
    if not label.code[:2].isdigit() or known(label.scheme, label.code) is False:
        return None
    codes: tuple[str, ...] = tuple(restated("land_use")["schemes"][label.scheme]["construction"])
    return label.code.startswith(codes)


def counterparts(label: Label, scheme: str) -> frozenset[str] | None:
    """Every code of another edition that the code may correspond to; None where the crosswalks have nothing on it."""
    if label.scheme is None or label.code is None:
        return None
    if label.scheme == scheme:
        return frozenset({label.code})
    walks: Mapping[str, Mapping[str, Any]] = restated("crosswalks")
    if label.scheme == "plan-2020" and scheme == "plan-2023":
        return frozenset({_moved(label.code)})
    entry = walks.get(label.scheme, {}).get("plan-2020", {}).get(label.code)
    if entry is None:
        return None
    found = {entry["to"], *entry.get("also", ())}
    return frozenset(_moved(code) for code in found) if scheme == "plan-2023" else frozenset(found)


def _moved(code: str) -> str:
    entry = restated("crosswalks")["plan-2020"]["plan-2023"].get(code)
    return str(entry["to"]) if entry else code


def first_levels(codes: frozenset[str]) -> frozenset[str]:
    """The first levels that codes of a plan edition lie in."""
    return frozenset(code[:2] for code in codes)


@cache
def holder(ownership: str | None) -> Literal["state", "collective"] | None:
    """State or collective land, by code (QSXZ) or words; None where neither can be told."""
    if ownership is None:
        return None
    text = ownership.strip()
    table = restated("ownership")["qsxz"]
    if text[:2].isdigit():
        found = [name for name in ("state", "collective") if text[:1] in table[name]["digits"]]
    else:
        found = [name for name in ("state", "collective") if any(word in text for word in table[name]["words"])]
    return cast("Literal['state', 'collective']", found[0]) if len(found) == 1 else None
