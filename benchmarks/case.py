"""What a case is made of: files, sides that do the same job, and the bars that ours is held to.

A case is a module in `benchmarks/cases/`: its docstring's first line is its title, `files` makes its data, `SIDES` maps
a name to a side, `OURS` names the side that stands for Zoneproof, `BARS` what it is held to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Protocol

from benchmarks.data import Cache

Answer = Mapping[str, float]
Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """The job that is measured, and what it found as figures by name, taken after the clock has stopped.

    `cpu_s`: where the work is done by processes that are not waited for (a browser's), what they used. `told`: what
    is said beside the side's name.
    """

    job: Callable[[], Any]
    answer: Callable[[Any], Answer]
    cpu_s: Callable[[Any], float] | None = None
    told: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One way to do the job. `start` does the imports, which are measured apart.

    `needs`: modules that must be there, or the side is reported as missing. `repeats`: of so many runs the least is
    taken.
    `floor`: does in `start` all that is not counted, so that only the unavoidable is left; its memory says nothing.
    """

    start: Callable[[Files], Work]
    needs: tuple[str, ...] = ()
    repeats: int = 1
    floor: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """Ours must be `faster` times as fast as the side, or take at most `within` times its CPU."""

    side: str
    faster: float | None = None
    within: float | None = None

    def ratio(self, ours_s: float, theirs_s: float) -> float:
        """What the bar speaks of: theirs / ours, or ours / theirs."""
        return theirs_s / ours_s if self.faster is not None else ours_s / theirs_s

    def kept(self, ratio: float) -> bool:
        """Whether a ratio keeps the bar."""
        return ratio >= self.faster if self.faster is not None else ratio <= (self.within or 0.0)


class Case(Protocol):
    """The module of a case."""

    __doc__: str | None
    SIDES: Mapping[str, Side]
    OURS: str
    BARS: tuple[Bar, ...]
    PEAK_MB: float | None
    TOLERANCE: float

    def files(self, cache: Cache, *, small: bool) -> Mapping[str, Path]:
        """Its data, by the names under which the sides ask for them."""


def names() -> Iterator[str]:
    """The names of all cases."""
    from benchmarks import cases

    return (module.name for module in iter_modules(cases.__path__))


def load(name: str) -> Case:
    """The case of that name."""
    return import_module(f"benchmarks.cases.{name}")  # type: ignore[return-value]
