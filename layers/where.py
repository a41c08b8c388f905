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
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|;|--|/\*|[^\W\d]\w*")
_LARGEST = 2**63
_UNKNOWN = re.compile(r"no such column: (.+)")


def checked(where: str, columns: Iterable[str], at: str) -> str:
    """The condition with bare Chinese names of columns in quotes, which OGR SQL wants.

    Refused: further statements, comments, and a name that is no column (SQLite takes an unknown one in double quotes
    for a text and finds nothing, without a word). Raises ZoneproofError `where-column`, `where-invalid`.
    """
    names = tuple(columns)
    known = {name.casefold(): name for name in (*names, *OGR_FIELDS)}
    for token in _TOKEN.findall(where):
        name = token[1:-1].replace('""', '"')
        if token[0] == '"' and name.casefold() not in known:
            raise ZoneproofError("where-column", at, column=name, hint=nearest(name, names))
        if token in (";", "--", "/*"):
            raise ZoneproofError("where-invalid", at, condition=where, message=token)
    quoted = _TOKEN.sub(lambda found: _quoted(found[0]) if _is_bare(found[0], names) else found[0], where)
    with closing(_base([*known.values()])) as base:
        try:
            base.execute(f"SELECT rowid FROM source WHERE ({quoted})")  # noqa: S608
        except (sqlite3.Error, sqlite3.Warning) as error:
            if unknown := _UNKNOWN.match(str(error)):  # what else it says OGR may see differently
                raise ZoneproofError("where-column", at, column=unknown[1], hint=nearest(unknown[1], names)) from error
    return quoted


def matching(where: str, columns: Mapping[str, Sequence[object]], count: int, at: str) -> NDArray[np.bool_]:
    """Which of `count` rows meet the condition.

    Raises ZoneproofError `where-column` or `where-invalid`.
    """
    quoted = checked(where, columns, at)
    names = list({name.casefold(): name for name in reversed(list(columns))}.values())
    cells = [[_plain(value) for value in columns[name]] for name in names]
    rows = zip(*cells, strict=True) if names else [(None,)] * count
    with closing(_base(names, rows)) as base:
        try:
            found = base.execute(f"SELECT rowid FROM source WHERE ({quoted})").fetchall()  # noqa: S608
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise ZoneproofError("where-invalid", at, condition=where, message=str(error)) from error
    mask = np.zeros(count, dtype=bool)
    mask[[row[0] - 1 for row in found]] = True
    return mask


def _base(names: Sequence[str], rows: Iterable[Sequence[object]] = ()) -> sqlite3.Connection:
    """A table `source` of these columns in memory, that can only be asked from here on."""
    base = sqlite3.connect(":memory:")
    listed = ", ".join(_quoted(name) for name in names) or '"-"'
    base.execute(f"CREATE TABLE source ({listed})")
    base.executemany(f"INSERT INTO source VALUES ({', '.join('?' * max(len(names), 1))})", rows)  # noqa: S608
    base.set_authorizer(_allowed)
    return base


def _is_bare(token: str, names: Sequence[str]) -> bool:
    return token in names and not token.isascii()


def _allowed(action: int, first: str | None, second: str | None, _base: str | None, _trigger: str | None) -> int:
    reads = action == sqlite3.SQLITE_READ and first == "source"
    calls = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS
    return sqlite3.SQLITE_OK if reads or calls or action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _plain(value: object) -> object:
    if value is None or isinstance(value, (float, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else float(value)
    return str(value)
