"""Flaws of tables: rows twice, dates that cannot be, units that don't fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from layers.inspection.model import Flaw, Spot, flaw
from layers.tables import TablePiece
from layers.text import Text
from layers.units import known_unit


def table_flaws(piece: TablePiece, as_of: date | None) -> Iterator[Flaw]:
    """What is wrong with the rows of a table, beside what their fields say."""
    yield from _twice(piece)
    for name, field in piece.source.role.fields.items():
        if field.type == "date" and name in piece.series:
            yield from _dates(piece, name, as_of)
    if "unit" in piece.series:
        yield from _units(piece)


def _spots(piece: TablePiece, rows: Sequence[int], notes: Sequence[str] | None = None) -> list[Spot]:
    told = notes or [""] * len(rows)
    return [
        Spot(f"{piece.source.index}:{piece.numbers[row]}", note=Text(note, note) if note else None)
        for row, note in zip(rows, told, strict=True)
    ]


def _twice(piece: TablePiece) -> Iterator[Flaw]:
    frame = pd.DataFrame({name: values.astype(str) for name, values in piece.series.items()})
    rows = [] if frame.empty else frame.index[frame.duplicated()].tolist()
    if rows:
        yield flaw("row-twice", _spots(piece, rows))


def _dates(piece: TablePiece, name: str, as_of: date | None) -> Iterator[Flaw]:
    days = {row: day for row, day in enumerate(piece.series[name]) if isinstance(day, date)}
    late = {row: day for row, day in days.items() if as_of is not None and day > as_of}
    planned = name == "valid_until"
    if late and not planned:
        yield flaw(
            "date-late", _spots(piece, list(late), [day.isoformat() for day in late.values()]), field=name, day=as_of
        )
    span = piece.source.covers
    if isinstance(span, tuple) and not planned:
        outside = {row: day for row, day in days.items() if not span[0] <= day <= span[1]}
        if outside:
            told = [day.isoformat() for day in outside.values()]
            yield flaw("date-outside", _spots(piece, list(outside), told), field=name)


def _units(piece: TablePiece) -> Iterator[Flaw]:
    units = {row: str(unit) for row, unit in enumerate(piece.series["unit"]) if unit is not None}
    unknown = {row: unit for row, unit in units.items() if known_unit(unit) is None}
    if unknown:
        yield flaw("unit-unknown", _spots(piece, list(unknown), list(unknown.values())))
    kinds: Mapping[object, set[str]] = {}
    named = piece.series.get("indicator", piece.series.get("name"))
    if named is None:
        return
    kinds = {}
    for row, unit in units.items():
        kinds.setdefault(named.iloc[row], set()).add(known_unit(unit) or unit)
    mixed = {str(kind): sorted(own) for kind, own in kinds.items() if len(own) > 1}
    if mixed:
        listed = "; ".join(f"{kind}: {', '.join(own)}" for kind, own in sorted(mixed.items()))
        yield flaw("unit-mixed", [], len(mixed), units=listed)
