"""What the keys of `measures` and `limits` mean, for people: `overlap_m2` is 重叠面积, overlap area."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from layers.roles import roles
from layers.text import Text
from maps.figures import SUFFIXES


@cache
def _table() -> Mapping[str, list[str]]:
    return tomllib.loads(files("maps").joinpath("measures.toml").read_text(encoding="utf-8"))


def measure_words(name: str) -> Text:
    """The words for a key: its own, else those of its parts; the key itself where a part has none."""
    whole = _whole(name)
    if whole is not None:
        return whole
    stem, _, suffix = name.rpartition("_")
    parts = stem.split("_") if suffix in SUFFIXES and stem else name.split("_")
    told = [_whole(part) for part in parts]
    if any(part is None for part in told):
        return Text(name, name)
    return Text("".join(part.zh for part in told if part), " ".join(part.en for part in told if part))


def _whole(name: str) -> Text | None:
    entry = _table().get(name)
    if entry is not None:
        return Text(entry[0], entry[1])
    role = roles().get(name)
    return role.title if role else None
