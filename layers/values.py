"""Cells as planners write them, turned into a standard field's values; what cannot be is told, never guessed.

Taken: full-width digits, thousands separators, percent signs in shares, dates as 2025-7-25, 2025/7/25, 2025.7.25,
2025年7月25日, 20250725, with or without a time.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

import numpy as np
import pandas as pd

from layers.model import Field, FieldType
from layers.roles import accepted
from layers.units import convert

Wrong = Literal["cell-number", "cell-integer", "cell-share", "cell-date", "cell-limit", "cell-value"]
DATE_FORMS = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?")
_LIMIT = re.compile(r"(<=|>=|<|>)?\s*\d+(\.\d+)?|\d+(\.\d+)?\s*[-~]\s*\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that is not what its field asks for."""

    position: int
    value: object
    wrong: Wrong


def standard(cells: Sequence[object], field: Field, unit: str | None = None) -> tuple[pd.Series, list[Bad]]:
    """The cells as the field's type has them (model.Layer says how), numbers in the role's unit; and the bad ones.

    A blank cell takes the field's default, else it is null; so does a bad one.
    """
    convert_cell = _listed if field.values is not None else _BY_TYPE[field.type]
    if convert_cell is _text and {*map(type, cells)} == {str}:
        return pd.Series([cell.strip() or field.default for cell in cast("Sequence[str]", cells)], dtype=object), []
    # equal cells of other types are other values: True is 1 and 1.0
    keys: Sequence[object] = cells if len({*map(type, cells)}) == 1 else [(type(cell), cell) for cell in cells]
    different = dict(zip(keys, cells, strict=True))
    known = {key: None if blank(cell) else convert_cell(cell, field) for key, cell in different.items()}
    refused = {key: value for key, value in known.items() if isinstance(value, _Refused)}
    places = enumerate(zip(keys, cells, strict=True)) if refused else ()
    bad = [Bad(position, cell, refused[key].wrong) for position, (key, cell) in places if key in refused]
    given = {key: field.default if value is None or key in refused else value for key, value in known.items()}
    values = [given[key] for key in keys]
    if field.type in ("number", "integer", "share") and field.values is None:
        return pd.Series(_numbers(values, field, unit)), bad
    return pd.Series(values, dtype=object), bad


def blank(cell: object) -> bool:
    """Whether a cell holds nothing: null, not a number, or white space."""
    return (
        cell is None
        or cell is pd.NaT
        or (isinstance(cell, float) and math.isnan(cell))
        or (isinstance(cell, str) and not cell.strip())
    )


def as_text(cell: object) -> str:
    """A cell as text, trimmed: whole numbers without .0, dates as YYYY-MM-DD."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


@dataclass(frozen=True, slots=True)
class _Refused:
    wrong: Wrong


def _numbers(values: Sequence[object], field: Field, unit: str | None) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    numbers = np.array([math.nan if value is None else value for value in values], dtype=np.float64)
    if unit is None or field.unit is None:
        return numbers
    return np.asarray(convert(numbers, unit, field.unit), dtype=np.float64)


def _listed(cell: object, field: Field) -> object:
    value = None if isinstance(cell, bool) else accepted(field, cell)
    return _Refused("cell-value") if value is None else value


def _text(cell: object, _field: Field) -> object:
    return as_text(cell)


def _number(cell: object, _field: Field) -> object:
    value = _parsed(cell)
    return _Refused("cell-number") if value is None else value


def _integer(cell: object, field: Field) -> object:
    plain = cell.year if field.name == "year" and isinstance(cell, date) else cell
    if field.name == "year" and isinstance(plain, str):
        plain = _folded(plain).removesuffix("年")
    value = _parsed(plain)
    return _Refused("cell-integer") if value is None or not value.is_integer() else value


def _share(cell: object, _field: Field) -> object:
    percent = isinstance(cell, str) and _folded(cell).endswith("%")
    value = _parsed(_folded(str(cell))[:-1] if percent else cell)
    if value is not None and percent:
        value /= 100
    return _Refused("cell-share") if value is None else value


def _parsed(cell: object) -> float | None:
    if isinstance(cell, (bool, np.bool_)):
        return None
    if isinstance(cell, str):
        text = _folded(cell)
        if not _NUMBER.fullmatch(text) or not any(char.isdigit() for char in text):
            return None
        return float(text.replace(",", ""))
    try:
        value = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _date(cell: object, _field: Field) -> object:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _TIME.sub("", _folded(as_text(cell)))
    for form in DATE_FORMS:
        if found := form.fullmatch(text):
            try:
                return date(*(int(part) for part in found.groups()))
            except ValueError:
                break
    return _Refused("cell-date")


def _limit(cell: object, _field: Field) -> object:
    text = _folded(as_text(cell)).replace("≤", "<=").replace("≥", ">=").replace("≦", "<=").replace("≧", ">=")
    return text if _LIMIT.fullmatch(text) else _Refused("cell-limit")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


_BY_TYPE: Mapping[FieldType, Callable[[object, Field], object]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "share": _share,
    "date": _date,
    "limit": _limit,
}
