"""What the national bulletins give for a figure: told beside it, never held against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checks import words
from checks.standards import restated
from layers.text import Text

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One figure of one bulletin."""

    value: float
    title: Text

    def told(self, unit: str) -> Text:
        """`全国…为 89.46%`."""
        return self.with_figure(words.quantity(self.value, unit))

    def with_figure(self, figure: Text) -> Text:
        """The same with the figure in words of one's own."""
        return Text(f"{self.title.zh}为 {figure.zh}", f"{self.title.en}: {figure.en}")


def national(name: str, as_of: date | None) -> Benchmark | None:
    """The figure of the latest bulletin up to the year of `as_of` that has it; without `as_of` none."""
    if as_of is None:
        return None
    found = [one for one in restated("benchmarks")["bulletin"] if name in one and one["year"] <= as_of.year]
    if not found:
        return None
    latest = max(found, key=lambda one: int(one["year"]))
    return Benchmark(float(latest[name]), Text(latest["title"]["zh"], latest["title"]["en"]))


def beside(name: str | None, as_of: date | None, unit: str) -> Text:
    """The benchmark in words, nothing where there is none."""
    found = national(name, as_of) if name else None
    return found.told(unit) if found else NOTHING
