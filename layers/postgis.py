"""Layers in a PostGIS database, `postgresql://user@host/base#schema.table`: read in one read-only snapshot.

Identifiers are quoted by the driver, values are parameters, and a project's `where` is never SQL there: it is applied
here. Passwords belong in PGPASSWORD or ~/.pgpass, as the address stands in every output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray
from psycopg import Connection, sql

from geo.errors import ZoneproofError
from layers.problems import nearest
from layers.readers import WHOLE, Geoms, Ids, Part, Rows, Selection, WholeSelection, joined, meets, parsed
from layers.selections import Box, ScannedSelection
from layers.text import Text
from layers.where import checked, matching

BATCH_ROWS = 10_000
CONNECT_S = 15
UNNUMBERED = Text(
    "没有整数主键,要素按内容排序编号",
    "no whole-number primary key: features are numbered in the order of their content",
)
_COLUMNS = """
SELECT a.attname, t.typname, CASE WHEN a.atttypmod < 0 THEN 0 ELSE (a.atttypmod & x'0FFFFF00'::int) >> 8 END
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_TABLE = """
SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'v', 'm', 'f', 'p')
"""
_LISTED = """
SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
WHERE t.typname IN ('geometry', 'geography') AND c.relkind IN ('r', 'v', 'm', 'f', 'p') ORDER BY 1 LIMIT 200
"""
_KEY = """
SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
JOIN pg_type t ON t.oid = a.atttypid
WHERE i.indrelid = %s AND i.indisprimary AND i.indnkeyatts = 1 AND t.typname IN ('int2', 'int4', 'int8')
"""
_EXTENSION = "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = %s"


@dataclass(frozen=True)
class Table:
    """A table or view with a geometry: `key` is its whole-number primary key, `postgis` where the extension lives."""

    schema: str
    name: str
    geometry: str
    key: str | None
    postgis: str
    columns: tuple[str, ...]


class PostgisSource:
    """One table of a database. The connection, and its snapshot, lives as long as this."""

    def __init__(self, connection: Connection[Any], table: Table, crs: str | None, place: str) -> None:
        self.connection, self.table, self.place = connection, table, place
        self.columns, self.crs = table.columns, crs
        self.notes: tuple[Text, ...] = () if table.key else (UNNUMBERED,)
        self.extent: Box | None = None

    @cached_property
    def count(self) -> int:
        """How many features there are."""
        with told(self.place):
            return int(self._asked("SELECT count(*) FROM {table}")[0][0])

    def parts(self, rows: int) -> tuple[Part, ...]:
        """All of it."""
        del rows
        return (Part(),)

    def only(self, part: Part) -> PostgisSource:
        """All of it."""
        del part
        return self

    def select(self, columns: Sequence[str], where: str | None) -> Selection:
        """What meets `where`, with these columns; without numbers of its own a table is read whole."""
        if where is not None:
            checked(where, self.columns, self.place)
        if self.count <= WHOLE or self.table.key is None:
            return WholeSelection.of(*self.rows(columns, where=where))
        return ScannedSelection(self, tuple(columns), where)

    def rows(
        self, columns: Sequence[str], *, where: str | None = None, fids: Ids | None = None, bbox: Box | None = None
    ) -> tuple[Rows, NDArray[np.bool_]]:
        """All features that meet `where` and are among `fids`, and which of them have no geometry."""
        del bbox
        pieces = list(self.streamed(columns, where, None))
        found = joined([rows for rows, _ in pieces], columns)
        fid = np.concatenate([np.empty(0, dtype=np.int64), *(rows.fids for rows, _ in pieces)])
        absent = np.concatenate([np.empty(0, dtype=np.bool_), *(gone for _, gone in pieces)])
        absent = absent[np.argsort(fid, kind="stable")]
        wanted = np.ones(found.count, dtype=np.bool_) if fids is None else np.isin(found.fids, fids)
        return found.take(wanted), absent[wanted]

    def streamed(
        self, columns: Sequence[str], where: str | None, boxes: Geoms | None
    ) -> Iterator[tuple[Rows, NDArray[np.bool_]]]:
        """A batch at a time; where there are boxes only what meets one or has no geometry."""
        names = list(dict.fromkeys(self.columns if where is not None else columns))
        first = 0
        for some in self._batches(names, boxes):
            fids = np.array([row[0] for row in some] if self.table.key else range(first, first + len(some)), np.int64)
            first += len(some)
            geometry, mended, absent = parsed([None if row[1] is None else bytes(row[1]) for row in some])
            cells = {name: [_plain(row[at]) for row in some] for at, name in enumerate(names, 2)}
            kept = np.ones(len(some), dtype=np.bool_) if where is None else self._meets(where, cells, fids)
            if boxes is not None:
                kept &= absent | meets(geometry, boxes)
            rows = Rows(fids, geometry, mended, {name: cells[name] for name in columns})
            yield rows.take(kept), absent[kept]

    def matching(self, where: str) -> int:
        """How many features meet `where`."""
        return sum(rows.count for rows, _ in self.streamed([], where, None))

    def _meets(self, where: str, cells: Mapping[str, Sequence[object]], fids: Ids) -> NDArray[np.bool_]:
        named = dict(cells)
        if not any(name.casefold() == "fid" for name in named):
            named["FID"] = fids.tolist()
        return matching(where, named, len(fids), self.place)

    def _batches(self, names: Sequence[str], boxes: Geoms | None) -> Iterator[list[tuple[Any, ...]]]:
        asked = [sql.Identifier(self.table.key)] if self.table.key else [sql.SQL("NULL")]
        query = sql.SQL("SELECT {}, {}, {} FROM {}") if names else sql.SQL("SELECT {}, {} {} FROM {}")
        shape = sql.SQL("{0}.ST_AsBinary({0}.ST_Force2D({0}.ST_CurveToLine({1}::{0}.geometry)))").format(
            sql.Identifier(self.table.postgis), sql.Identifier(self.table.geometry)
        )
        fields = sql.SQL(", ").join(sql.Identifier(name) for name in names)
        parameters: list[object] = []
        whole = query.format(asked[0], shape, fields, sql.Identifier(self.table.schema, self.table.name))
        if boxes is not None and len(boxes):
            west, south, east, north = (float(number) for number in shapely.total_bounds(boxes))
            parameters = [west, south, east, north]
            whole += sql.SQL(
                " WHERE {geom} IS NULL OR {pg}.ST_IsEmpty({geom}::{pg}.geometry) OR"
                " {geom}::{pg}.geometry OPERATOR({pg}.&&) {pg}.ST_SetSRID({pg}.ST_MakeEnvelope(%s, %s, %s, %s),"
                " {pg}.ST_SRID({geom}::{pg}.geometry))"
            ).format(geom=sql.Identifier(self.table.geometry), pg=sql.Identifier(self.table.postgis))
        order = [sql.Identifier(self.table.key)] if self.table.key else self._content()
        whole += sql.SQL(" ORDER BY ") + sql.SQL(", ").join(order)
        with told(self.place), self.connection.cursor(name="zoneproof") as cursor:
            cursor.execute(whole, parameters)
            while some := cursor.fetchmany(BATCH_ROWS):
                yield some

    def _content(self) -> list[Any]:
        """What tells features without numbers apart."""
        binary = sql.SQL("{0}.ST_AsBinary({1}::{0}.geometry)").format(
            sql.Identifier(self.table.postgis), sql.Identifier(self.table.geometry)
        )
        texts = [sql.SQL('{}::text COLLATE "C"').format(sql.Identifier(name)) for name in self.columns]
        return [binary, *texts]

    def _asked(self, query: str) -> list[tuple[Any, ...]]:
        table = sql.Identifier(self.table.schema, self.table.name)
        with self.connection.cursor() as cursor:
            cursor.execute(sql.SQL(query).format(table=table))
            return cursor.fetchall()


def open_postgis(address: str, place: str) -> PostgisSource:
    """Open a table, in a transaction that can only read.

    Raises ZoneproofError `postgis-address`, `postgis-secret`, `postgis-refused`, `layer-missing`,
    `layers-several`, `layer-no-geometry`.
    """
    where, schema, name = _parts(address, place)
    with told(place):
        connection = psycopg.connect(where, connect_timeout=CONNECT_S, application_name="zoneproof")
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.cursor() as cursor:
            table, srid = _table(cursor, schema, name, place)
            return PostgisSource(connection, table, _crs(cursor, table, srid), place)


def _parts(address: str, place: str) -> tuple[str, str, str]:
    """The address without its table, the schema (public where none is named) and the table."""
    where, _, table = address.partition("#")
    try:
        parts = urlsplit(where)
        secret = parts.password is not None or any("password" in key for key, _ in parse_qsl(parts.query))
    except ValueError as error:
        raise ZoneproofError("postgis-address", place) from error
    if secret:
        raise ZoneproofError("postgis-secret", place)
    schema, dot, name = table.partition(".")
    if not table or (dot and not (schema and name)):
        raise ZoneproofError("postgis-address", place)
    return where, *((schema, name) if dot else ("public", table))


def _table(cursor: Any, schema: str, name: str, place: str) -> tuple[Table, int]:
    cursor.execute(_EXTENSION, ["postgis"])
    if (extension := cursor.fetchone()) is None:
        raise ZoneproofError("layer-no-geometry", place, layer=f"{schema}.{name}")
    cursor.execute(_TABLE, [schema, name])
    if (found := cursor.fetchone()) is None:
        cursor.execute(_LISTED)
        known = [str(row[0]) for row in cursor.fetchall()]
        raise ZoneproofError("layer-missing", place, layer=f"{schema}.{name}", hint=nearest(f"{schema}.{name}", known))
    cursor.execute(_COLUMNS, [found[0]])
    columns = cursor.fetchall()
    shapes = [(str(row[0]), int(row[2])) for row in columns if row[1] in ("geometry", "geography")]
    if not shapes:
        raise ZoneproofError("layer-no-geometry", place, layer=f"{schema}.{name}")
    if len(shapes) > 1:
        raise ZoneproofError("layers-several", place, layers=", ".join(shape for shape, _ in shapes))
    cursor.execute(_KEY, [found[0]])
    key = cursor.fetchone()
    fields = tuple(str(row[0]) for row in columns if row[1] not in ("geometry", "geography"))
    return Table(schema, name, shapes[0][0], key[0] if key else None, str(extension[0]), fields), shapes[0][1]


def _crs(cursor: Any, table: Table, srid: int) -> str | None:
    """The CRS that the column, or else its features, are in; None for none or several."""
    names = {"pg": sql.Identifier(table.postgis), "geom": sql.Identifier(table.geometry)}
    if not srid:
        query = sql.SQL(
            "SELECT DISTINCT {pg}.ST_SRID({geom}::{pg}.geometry) FROM {table} WHERE {geom} IS NOT NULL LIMIT 2"
        )
        cursor.execute(query.format(**names, table=sql.Identifier(table.schema, table.name)))
        found = cursor.fetchall()
        srid = int(found[0][0]) if len(found) == 1 else 0
    cursor.execute(
        sql.SQL("SELECT auth_name, auth_srid, srtext FROM {pg}.spatial_ref_sys WHERE srid = %s").format(**names), [srid]
    )
    if (row := cursor.fetchone()) is None:
        return None
    return f"{row[0]}:{row[1]}" if str(row[0]).upper() == "EPSG" else str(row[2])


def _plain(cell: object) -> object:
    if isinstance(cell, Decimal):
        return float(cell)
    return cell if cell is None or isinstance(cell, bool | int | float | str) else _text(cell)


def _text(cell: object) -> object:
    """Dates stay what they are; what has no plain form is its text."""
    return cell if hasattr(cell, "isoformat") and hasattr(cell, "year") else str(cell)


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn what the database says into a problem."""
    try:
        yield
    except psycopg.Error as error:
        raise ZoneproofError("postgis-refused", place, message=" ".join(str(error).split())) from error
