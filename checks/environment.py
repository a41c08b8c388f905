"""The table of environmental quality as annual values: one per station, indicator and year.

A row with a date is a single value: their mean is the annual one, but for indicators whose annual value is a percentile
(O3-8h, CO). A row with a year alone is the annual value itself and goes before the mean. Values of indicators that a
standard knows are in its unit; a row without a unit is in it already.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from checks.limits import Bound, Indicator, figure, indicator, name_of, parse_bound
from checks.site import Site
from layers.names import name_key
from layers.problems import Problems
from layers.text import Text
from layers.units import convert, known_unit

if TYPE_CHECKING:
    import pandas as pd

NOTHING = Text("", "")
Record = Mapping[Hashable, object]
NO_UNIT = ("", "-", "--", "/", "—", "无")
"""What stands in a unit's cell where a figure has none."""
FIELDS = ("station", "indicator", "value")


@dataclass(frozen=True, slots=True)
class Reading:
    """One annual value, null where one that goes into it is; the limits that its rows state, and how many they are."""

    value: Fraction | None
    bounds: tuple[Bound, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Annual:
    """What the table says of one indicator at one station in one year; `features` are its rows.

    Several `readings` are rows that contradict each other; none: only single values of an annual-only indicator.
    """

    station: str
    name: Text
    known: Indicator | None
    year: int
    unit: str | None
    readings: tuple[Reading, ...]
    features: tuple[str, ...]

    @property
    def value(self) -> Fraction | None:
        """The one value that all readings agree on."""
        values = {reading.value for reading in self.readings}
        return values.pop() if len(values) == 1 else None

    @property
    def open(self) -> tuple[str, ...]:
        """What is missing before there is one value."""
        if not self.readings:
            return ("field:environment.year",)
        if any(reading.value is None for reading in self.readings):
            return ("field:environment.value",)
        if self.value is None:
            return tuple(f"feature:environment/{feature}" for feature in self.features)
        return ()

    @property
    def told(self) -> Text:
        """`2024年甲站 PM2.5`."""
        return Text(f"{self.year}年{self.station} {self.name.zh}", f"{self.station} {self.name.en} {self.year}")

    def figures(self, *beside: Fraction) -> Text:
        """The values in figures, that must not read as one of `beside`; told where they are means."""
        if not self.readings:
            return Text("没有年值", "no annual value")
        unit = f" {self.unit}" if self.unit and self.unit != "pH" else ""
        parts = []
        for reading in self.readings:
            told = "?" if reading.value is None else f"{figure(reading.value, *beside)}{unit}"
            mean = (
                Text(f"({reading.count} 个值的均值)", f" (mean of {reading.count})") if reading.count > 1 else NOTHING
            )
            parts.append(Text(told, told) + mean)
        return Text(" / ".join(part.zh for part in parts), " / ".join(part.en for part in parts))


@dataclass(frozen=True, slots=True)
class Measured:
    """The annual values of some years by (indicator, station) and year, and what is missing in the rows themselves."""

    annual: Mapping[tuple[str, str], Mapping[int, Annual]]
    missing: tuple[str, ...]

    def each(self) -> Iterable[Annual]:
        """All of them, by indicator, station and year."""
        for by_year in self.annual.values():
            yield from by_year.values()


@dataclass(frozen=True, slots=True)
class _Row:
    feature: str
    station: str
    key: str
    name: Text
    year: int
    dated: bool
    value: Fraction | None
    bound: Bound | None
    unit: str | None
    known: Indicator | None


def full_years_before(day: date, count: int) -> tuple[int, ...]:
    """The last full calendar years before a day, the earliest first."""
    return tuple(range(day.year - count, day.year))


def measured(site: Site, rows: pd.DataFrame, years: tuple[int, ...]) -> Measured:
    """The annual values of these years.

    Raises InputError with `unit-unknown` or `unit-mismatch` for units that cannot be converted.
    """
    reader = _Reader(site, years)
    records = [record for record in rows.to_dict("records") if reader.concerns(record)]
    reader.settle_others(records)
    grouped: dict[tuple[str, str], dict[int, list[_Row]]] = {}
    for record in records:
        row = reader.row(record)
        grouped.setdefault((row.key, name_key(row.station)), {}).setdefault(row.year, []).append(row)
    reader.problems.stop()
    annual = {key: {year: _annual(by_year[year]) for year in sorted(by_year)} for key, by_year in grouped.items()}
    return Measured(dict(sorted(annual.items())), tuple(dict.fromkeys(reader.missing)))


class _Reader:
    """Reads rows one by one; gathers what their nulls leave open, and the units that cannot be converted."""

    def __init__(self, site: Site, years: tuple[int, ...]) -> None:
        self.site = site
        self.years = years
        self.problems = Problems()
        self.missing: list[str] = []
        self._others: dict[str, tuple[Text, str | None]] = {}
        self._factors: dict[tuple[str, str, str], Fraction] = {}

    def concerns(self, record: Record) -> bool:
        """Whether a row is of these years and says of what indicator it speaks."""
        year = _year(record)
        if year is None:
            self.missing.append("field:environment.year")
        if year not in self.years:
            return False
        if not isinstance(record.get("indicator"), str):
            self.missing.append("field:environment.indicator")
            return False
        return True

    def settle_others(self, records: Iterable[Record]) -> None:
        """One spelling and one unit for all rows of an indicator that no standard knows: the first of its rows'."""
        stated: dict[str, list[tuple[str, str | None]]] = {}
        for record in records:
            if indicator(name := str(record["indicator"])) is None:
                stated.setdefault(name_of(name), []).append((name, _unit(record)))
        for key, pairs in stated.items():
            name = min(name for name, _ in pairs)
            units = {unit for _, unit in pairs}
            self._others[key] = Text(name, name), min(filter(None, units), default=None)
            if None in units and len(units) > 2:
                self.missing.append("field:environment.unit")

    def row(self, record: Record) -> _Row:
        """A row that concerns these years."""
        name, station = str(record["indicator"]), record.get("station")
        if not isinstance(station, str):
            self.missing.append("field:environment.station")
        known = indicator(name)
        title, unit = (known.title, known.unit) if known else self._others[name_of(name)]
        factor = self._factor(_unit(record), unit, record)
        value, limit = record.get("value"), record.get("limit")
        minimum = known is not None and known.better == "higher"
        bound = parse_bound(limit, minimum=minimum) if isinstance(limit, str) else None
        return _Row(
            str(record["feature"]),
            station if isinstance(station, str) else "?",
            known.key if known else name_of(name),
            title,
            _year(record) or 0,
            isinstance(record.get("date"), date),
            None if not _is_number(value) else Fraction(repr(float(str(value)))) * factor,
            bound.scaled(factor) if bound else None,
            unit,
            known,
        )

    def _factor(self, unit: str | None, to: str | None, record: Record) -> Fraction:
        """What a value in a row's unit is multiplied by; an unknown unit is told once a source, with its first row."""
        if unit is None or to is None or unit == to:
            return Fraction(1)
        place = self._place(record)
        if (unit, to, place) not in self._factors:
            self._factors[unit, to, place] = Fraction(1)
            with self.problems.gather():
                factor = convert(1.0, unit, to, f"{place} {record['feature']}")
                self._factors[unit, to, place] = Fraction(repr(float(factor)))
        return self._factors[unit, to, place]

    def _place(self, record: Record) -> str:
        """The source of a row, as other problems with it name it."""
        from layers.vectors import place_of

        index = int(str(record["source"]))
        sources = (source for source in self.site.inputs.project.sources if source.role.name == "environment")
        return next((place_of(source) for source in sources if source.index == index), "environment")


def _year(record: Record) -> int | None:
    day, year = record.get("date"), record.get("year")
    if isinstance(day, date):
        return day.year
    return int(float(str(year))) if _is_number(year) else None


def _unit(record: Record) -> str | None:
    given = record.get("unit")
    if not isinstance(given, str) or given.strip() in NO_UNIT:
        return None
    return known_unit(given) or given.strip()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not math.isnan(value)


def _annual(rows: list[_Row]) -> Annual:
    """The annual value: the rows with a year alone, else the mean of the dated ones."""
    whole = [row for row in rows if not row.dated]
    first = rows[0]
    readings: tuple[Reading, ...] = ()
    if whole:
        readings = tuple(sorted(dict.fromkeys(_mean([row]) for row in whole), key=_order))
    elif not (first.known and first.known.annual_only):
        readings = (_mean(rows),)
    features = tuple(row.feature for row in whole or rows)
    return Annual(first.station, first.name, first.known, first.year, first.unit, readings, features)


def _order(reading: Reading) -> tuple[bool, Fraction]:
    return reading.value is None, reading.value or Fraction(0)


def _mean(rows: list[_Row]) -> Reading:
    numbers = [row.value for row in rows if row.value is not None]
    mean = sum(numbers, Fraction(0)) / len(numbers) if len(numbers) == len(rows) else None
    return Reading(mean, tuple(dict.fromkeys(row.bound for row in rows if row.bound)), len(rows))


def span_missing(site: Site, role: str, years: tuple[int, ...]) -> tuple[tuple[str, ...], Text]:
    """`covers:…` where the span that a table states leaves out days of these years, and the note that goes with it."""
    table = site.table(role)
    covers = table.covers if table else None
    if covers is None:
        return (), Text("完整性未说明", "completeness not stated")
    if covers[0] <= date(years[0], 1, 1) and covers[1] >= date(years[-1], 12, 31):
        return (), NOTHING
    note = Text(
        f"监测表只覆盖 {covers[0]} 至 {covers[1]},未覆盖这几年",
        f"the table covers {covers[0]} to {covers[1]}, not all of these years",
    )
    return (f"covers:{role}",), note
