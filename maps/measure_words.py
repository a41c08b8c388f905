"""What the keys of `measures` and `limits` mean, for people: `overlap_m2` is 重叠面积, overlap area."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from layers.roles import roles
from layers.text import Text
from maps.figures import SUFFIXES

NUMBER = r"(?:minus_)?\d+(?:p\d+)?"
KEYED = re.compile(rf"(?P<stem>.+?)_(?P<over>over_)?(?P<key>{NUMBER})(?:_(?P<to>{NUMBER}))?_(?P<unit>share|m2|m|count)")
"""A measure of one class: `slope_deg_0_3_share`, `class_40_share`, `survey-2020_0101_m2`, `slope_deg_over_25_m2`."""


@cache
def _table() -> Mapping[str, list[str]]:
    return tomllib.loads(files("maps").joinpath("measures.toml").read_text(encoding="utf-8"))


def measure_words(name: str) -> Text:
    """The words for a key: its own, else those of its parts; the key itself where a part has none."""
    whole = _whole(name)
    if whole is not None:
        return whole
    keyed = KEYED.fullmatch(name)
    if keyed is not None:
        stem = measure_words(keyed["stem"])
        label = class_words(keyed)
        return Text(f"{stem.zh} {label}", f"{stem.en} {label}")
    if "_net_" in name:
        return measure_words(name.replace("_net_", "_")) + Text(" 扣除系数后", " net")
    stem_name, _, suffix = name.rpartition("_")
    parts = stem_name.split("_") if suffix in SUFFIXES and stem_name else name.split("_")
    told = [_whole(part) for part in parts]
    if any(part is None for part in told):
        return Text(name, name)
    return Text("".join(part.zh for part in told if part), " ".join(part.en for part in told if part))


def class_words(keyed: re.Match[str]) -> str:
    """The class that a measure speaks of: `0–3°`, `> 25°`, a code as it is."""
    ends = [text.replace("minus_", "-").replace("p", ".") for text in (keyed["key"], keyed["to"]) if text]
    sign = "°" if keyed["stem"].endswith("deg") else "%" if keyed["stem"].endswith("percent") else ""
    return ("> " if keyed["over"] else "") + "–".join(ends) + sign


def _whole(name: str) -> Text | None:
    entry = _table().get(name)
    if entry is not None:
        return Text(entry[0], entry[1])
    role = roles().get(name)
    return role.title if role else None
