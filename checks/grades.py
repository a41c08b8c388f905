"""Levels of incidents that follow from their figures. One criterion is enough; figures prove a level upwards only.

Safety: State Council Order 493 (国务院令第493号), art. 3. Environment: national emergency plan for environmental
incidents (国家突发环境事件应急预案), annex 1; its loss threshold of a major incident is 20 million yuan, not 50.
Land: no scale is stated anywhere, so a case is what the table says.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

LEVELS = ("general", "larger", "major", "extreme")
"""From lowest to highest (一般, 较大, 重大, 特别重大)."""
Scale = Mapping[str, tuple[float, float, float]]
SCALES: Mapping[str, Scale] = {
    "safety": {"deaths": (3, 10, 30), "injured": (10, 50, 100), "loss_yuan": (10e6, 50e6, 100e6)},
    "environment": {
        "deaths": (3, 10, 30),
        "injured": (10, 50, 100),
        "evacuated": (5_000, 10_000, 50_000),
        "loss_yuan": (5e6, 20e6, 100e6),
    },
}
"""By kind and figure: from where on an incident is larger, major, extreme."""
CLOSED = ("safety",)
"""Kinds whose figures are all the criteria there are; an environmental incident has others (water supply cut, …)."""


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
    scale = SCALES.get(kind, {})
    figures = {name: number for name in scale if (number := _number(row.get(name))) is not None}
    lacking = tuple(name for name in scale if name not in figures)
    by_figures = max((sum(figures[name] >= bound for bound in scale[name]) for name in figures), default=0)
    if stated not in LEVELS:
        complete = kind in CLOSED and not lacking
        return Grade(LEVELS[by_figures], complete, lacking=() if complete else lacking)
    level = max(by_figures, LEVELS.index(str(stated)))
    return Grade(LEVELS[level], True, raised=level > LEVELS.index(str(stated)))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not math.isnan(value) else None
