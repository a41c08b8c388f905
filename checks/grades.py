"""Levels of incidents that follow from their figures. One criterion is enough; figures prove a level upwards only.

The scales stand in `standards/incidents.toml`: safety by State Council Order 493 (国务院令第493号), art. 3, environment
by the national emergency plan (国家突发环境事件应急预案), annex 1. Land: no scale is stated anywhere, so a case is what
the table says.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from checks.standards import restated

LEVELS = ("general", "larger", "major", "extreme")
"""From lowest to highest (一般, 较大, 重大, 特别重大)."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What is known of an incident's level: at least `least`; exactly that where `settled`.

    `raised` says that the figures prove a higher level than the one stated; `lacking` are the figures that are null.
    """

    least: str
    settled: bool
    raised: bool = False
    lacking: tuple[str, ...] = ()

    def reaches(self, level: str) -> bool | None:
        """Whether the incident has this level or a higher one; None where that is not known."""
        if LEVELS.index(self.least) >= LEVELS.index(level):
            return True
        return False if self.settled else None


def grade(kind: str, row: Mapping[Hashable, object]) -> Grade:
    """The level of one row of the `incidents` table."""
    stated = row.get("level")
    scales = restated("incidents")
    scale: Mapping[str, Sequence[float]] = scales[kind]["from"] if kind in scales else {}
    figures = {name: number for name in scale if (number := _number(row.get(name))) is not None}
    lacking = tuple(name for name in scale if name not in figures)
    by_figures = max((sum(figures[name] >= bound for bound in scale[name]) for name in figures), default=0)
    if stated not in LEVELS:
        complete = kind in scales and scales[kind]["closed"] and not lacking
        return Grade(LEVELS[by_figures], complete, lacking=() if complete else lacking)
    level = max(by_figures, LEVELS.index(str(stated)))
    return Grade(LEVELS[level], True, raised=level > LEVELS.index(str(stated)))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None
