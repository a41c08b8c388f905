"""Conditions on a source's rows: checked before anything reads with them, applied here where OGR does not read.

The own engine is an in-memory SQLite table of the columns; an authorizer lets a statement do nothing but compare them.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing

import numpy as np
from numpy.typing import NDArray

from geo.errors import ZoneproofError
from layers.problems import nearest

OGR_FIELDS = ("FID", "OGR_GEOMETRY", "OGR_GEOM_AREA", "OGR_GEOM_WKT", "OGR_STYLE")
FUNCTIONS = {
    "like",
    "glob",
    "lower",
    "upper",
    "length",
    "trim",
    "abs",
    "round",
    "coalesce",
    "ifnull",
    "nullif",
    "substr",
    "replace",
    "instr",
    "min",
    "max",
}
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|;|--|/\*")


def check_where(where: str, columns: Iterable[str], at: str) -> None:
    """Refuse a condition that holds more than one: statements, comments, or a quoted name that is no column.

    SQLite takes an unknown name in double quotes for a text and finds nothing, without a word.
    """
    known = {name.casefold(): name for name in (*columns, *OGR_FIELDS)}
    for token in _TOKEN.findall(where):
        if token[0] == '"' and token[1:-1].replace('""', '"').casefold() not in known:
            name = token[1:-1]
            raise ZoneproofError("where-column", at, column=name, hint=nearest(name, list(known.values())))
        if token in (";", "--", "/*"):
            raise ZoneproofError("where-invalid", at, condition=where, message=token)


def matching(where: str, columns: Mapping[str, Sequence[object]], count: int, at: str) -> NDArray[np.bool_]:
    """Which of `count` rows meet the condition.

    Raises ZoneproofError `where-column` or `where-invalid`.
    """
    check_where(where, columns, at)
    with closing(sqlite3.connect(":memory:")) as base:
        names = list(columns)
        listed = ", ".join(_quoted(name) for name in names) or "nothing"
        base.execute(f"CREATE TABLE source ({listed})")
        rows = zip(*([_plain(value) for value in columns[name]] for name in names), strict=True)
        if names:
            base.executemany(f"INSERT INTO source VALUES ({', '.join('?' * len(names))})", rows)  # noqa: S608
        base.set_authorizer(_allowed)
        try:
            found = base.execute(f"SELECT rowid FROM source WHERE ({where})").fetchall()  # noqa: S608
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise _told(where, str(error), names, at) from error
    mask = np.zeros(count, dtype=bool)
    mask[[row[0] - 1 for row in found]] = True
    return mask


def _told(where: str, message: str, names: list[str], at: str) -> ZoneproofError:
    if unknown := re.match(r"no such column: (.+)", message):
        return ZoneproofError("where-column", at, column=unknown[1], hint=nearest(unknown[1], names))
    return ZoneproofError("where-invalid", at, condition=where, message=message)


def _allowed(action: int, first: str | None, second: str | None, _base: str | None, _trigger: str | None) -> int:
    reads = action == sqlite3.SQLITE_READ and first == "source"
    calls = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS
    return sqlite3.SQLITE_OK if reads or calls or action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(value: object) -> object:
    if value is None or isinstance(value, (int, float, str)):
        return value
    return str(value)
