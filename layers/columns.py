"""Which column of a source gives which standard field, and what its cells hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import ZoneproofError
from layers.model import Field, FieldMap, Role, Source
from layers.problems import Problems, nearest
from layers.roles import find_field, folded
from layers.text import Text
from layers.values import Bad, standard

SHOWN_PLACES = 5
SHOWN_VALUES = 20


@dataclass(frozen=True, slots=True)
class Columns:
    """Per standard field the column that gives it; constants and defaults give others; `lacking` have nothing."""

    role: Role
    maps: Mapping[str, FieldMap]
    constants: Mapping[str, object]

    @property
    def wanted(self) -> list[str]:
        """The columns to be read, each once."""
        return list(dict.fromkeys(item.column for item in self.maps.values()))

    @property
    def lacking(self) -> tuple[str, ...]:
        """The standard fields that this source does not have."""
        return tuple(
            name
            for name, field in self.role.fields.items()
            if name not in self.maps and name not in self.constants and field.default is None
        )


def choose(source: Source, columns: Sequence[str], place: str, problems: Problems) -> Columns:
    """Find every field's column: as the project maps it, else by name, else by alias.

    Noted: `column-missing` for a mapped column that is not there, `field-missing` for a required field without one.
    """
    maps: dict[str, FieldMap] = {}
    for name, mapped in source.fields.items():
        column = next((own for own in columns if own == mapped.column), None) or next(
            (own for own in columns if folded(own) == folded(mapped.column)), None
        )
        if column is None:
            hint = nearest(mapped.column, tuple(columns))
            problems.add("column-missing", place, column=mapped.column, field=name, hint=hint)
        else:
            maps[name] = FieldMap(column, mapped.unit)
    for name, field in source.role.fields.items():
        stated = name in source.fields or name in source.constants
        if not stated and (found := find_field(field, columns)) is not None:
            maps[name] = found
    chosen = Columns(source.role, maps, source.constants)
    _check_required(source, chosen, columns, place, problems)
    return chosen


def _check_required(source: Source, chosen: Columns, columns: Sequence[str], place: str, problems: Problems) -> None:
    lacking = set(chosen.lacking) - set(source.fields)
    names = [name for name, field in source.role.fields.items() if field.required and name in lacking]
    names += [" / ".join(group) for group in source.role.one_of if lacking.issuperset(group)]
    for name in names:
        has = ", ".join(columns) or "-"
        problems.add("field-missing", place, field=name, columns=has if len(has) <= 200 else has[:199] + "…")


def standard_columns(
    chosen: Columns, cells: Mapping[str, Sequence[object]], labels: Sequence[str], place: str, problems: Problems
) -> dict[str, pd.Series]:
    """Every standard field that the source has, as the field's type; bad cells are noted with their `labels`."""
    series: dict[str, pd.Series] = {}
    for name, field in chosen.role.fields.items():
        if name in chosen.maps:
            mapped = chosen.maps[name]
            with problems.gather():
                series[name], bad = _converted(cells[mapped.column], field, mapped.unit, place)
                tell(bad, field, labels, place, problems)
        elif (value := chosen.constants.get(name, field.default)) is not None:
            series[name] = _constant(value, field, len(labels))
    return series


def tell(bad: Sequence[Bad], field: Field, labels: Sequence[str], place: str, problems: Problems) -> None:
    """Note bad cells: a problem for each value, with the places where it stands."""
    places: dict[tuple[str, str], list[str]] = {}
    for item in bad:
        places.setdefault((item.wrong, str(item.value)), []).append(labels[item.position])
    for (wrong, value), where in list(places.items())[:SHOWN_VALUES]:
        hint = nearest(value, tuple(field.values)) if field.values else ""
        problems.add(wrong, place, field=field.name, value=value, rows=_listed(where), hint=hint)


def _converted(cells: Sequence[object], field: Field, unit: str | None, place: str) -> tuple[pd.Series, list[Bad]]:
    try:
        values, bad = standard(cells, field, unit)
    except ZoneproofError as error:
        raise ZoneproofError(error.code, error.where or place, **error.facts) from error
    if field.type == "share":
        outside = np.flatnonzero((values < 0) | (values > 1)).tolist()
        bad += [Bad(at, cells[at], "cell-share") for at in outside]
    return values, bad


def _constant(value: object, field: Field, count: int) -> pd.Series:
    number = field.type in ("number", "integer", "share") and field.values is None
    return pd.Series([value] * count, dtype="float64" if number else object)


def _listed(places: Sequence[str]) -> Text:
    shown = ", ".join(places[:SHOWN_PLACES])
    more = len(places) - SHOWN_PLACES
    if more <= 0:
        return Text(shown, shown)
    return Text(f"{shown} 等共 {len(places)} 处", f"{shown} and {more} more")
