"""What an inspection finds: flaws of a source with their features and places, and what is known of the source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from layers.problems import Problem
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Level = Literal["error", "look", "note"]
LEVELS: tuple[Level, ...] = ("error", "look", "note")
"""Something is wrong; something may be wrong; good to know."""
LISTED = 1000
"""So many features of a flaw are listed with their places; all are counted."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of a flaw: the feature (or row of a table), where (EPSG:4490 degrees), a figure, words of its own."""

    feature: str
    lonlat: tuple[float, float] | None = None
    value: float | None = None
    note: Text | None = None
    shape: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """One kind of fault in one source. `count` is of all its places, `spots` are the first `LISTED` of them."""

    code: str
    level: Level
    what: Text
    mend: Text
    count: int
    spots: tuple[Spot, ...]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was read of a source and how it was found: its encoding, its CRS, its datum."""

    value: Text
    found: Text | None = None


@dataclass
class Seen:
    """One source of a project, looked at. What could not be found out is None."""

    role: str
    title: Text
    place: str
    source: str | None
    form: str | None = None
    encoding: Fact | None = None
    crs: Fact | None = None
    datum: Text | None = None
    features: int | None = None
    area_m2: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    notes: list[Text] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    shown: tuple[Sequence[str], Any] | None = None
    """Ids and geometry (EPSG:4490 degrees) of features for a map, those with flaws first."""

    @property
    def level(self) -> Level | None:
        """The worst of its flaws; None where it has none."""
        return next((level for level in LEVELS if any(flaw.level == level for flaw in self.flaws)), None)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A project's sources, in its order; `problems` are mistakes in the project file itself."""

    name: str
    lang: Literal["zh", "en", "both"]
    sources: tuple[Seen, ...]
    problems: tuple[Problem, ...] = ()
    paths: tuple[Path, ...] = ()
    """The files that were looked at, the project file first."""

    @property
    def counts(self) -> Mapping[Level, int]:
        """How many flaws of each level there are, mistakes in the project file among the errors."""
        counts = {level: sum(flaw.level == level for seen in self.sources for flaw in seen.flaws) for level in LEVELS}
        counts["error"] += len(self.problems)
        return counts


@cache
def known_flaws() -> Mapping[str, Mapping[str, Any]]:
    """Every kind of flaw: code → level, unit, and in both languages what it is and how to mend it."""
    return tomllib.loads(files("layers.inspection").joinpath("flaws.toml").read_text(encoding="utf-8"))


def flaw(code: str, spots: Sequence[Spot], count: int | None = None, **facts: object) -> Flaw:
    """A flaw as `flaws.toml` words it. Places beyond `LISTED` are only counted."""
    entry = known_flaws()[code]
    told = {name: value if isinstance(value, Text) else Text(str(value), str(value)) for name, value in facts.items()}
    what, mend = (
        Text(
            *(
                entry[lang][part].format(**{name: text.show(lang) for name, text in told.items()})
                for lang in ("zh", "en")
            )
        )
        for part in ("what", "mend")
    )
    count = len(spots) if count is None else count
    return Flaw(code, entry["level"], what, mend, count, tuple(spots[:LISTED]), entry.get("unit"))


def as_flaw(problem: Problem, place: str) -> Flaw:
    """A problem that reading has met, as a flaw of its source."""
    line = problem.text
    bare = Text(line.zh.removeprefix(f"{place}: "), line.en.removeprefix(f"{place}: "))
    what_zh, _, mend_zh = bare.zh.partition("；")
    what_en, _, mend_en = bare.en.partition("; ")
    return Flaw(problem.code, "error", Text(what_zh, what_en), Text(mend_zh, mend_en), 1, ())
