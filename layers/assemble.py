"""All sources of a role brought together into one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geo.plane import Plane
from layers.ids import doubled_note, feature_ids
from layers.model import Field, Layer, Role, Table
from layers.tables import TablePiece
from layers.vectors import Piece


def layer_of(
    role: Role,
    pieces: Mapping[int, Piece],
    plane: Plane,
    covers: BaseGeometry | None,
    *,
    stated_empty: bool,
    doubled: frozenset[str] | None = None,
) -> tuple[Layer, dict[int, tuple[str, ...]]]:
    """The layer of a role from its sources (row of `Inputs.records` → piece), and per record the ids repaired.

    `doubled`: the ids that several features have, where the pieces hold but some of the features.
    A layer without any source that has features has every field as an empty column: nothing lacks there.
    """
    numbers = [(record, int(fid)) for record, piece in pieces.items() for fid in piece.fids]
    ids = _ids(list(pieces.values()), [piece.fids.tolist() for piece in pieces.values()], doubled)
    lost = np.array([bool(gone) for piece in pieces.values() for gone in piece.lost], dtype=bool)
    geometry = np.array([geom for piece in pieces.values() for geom in piece.geometry] + [None], dtype=object)[:-1]
    columns = {
        "feature": pd.Series(ids, dtype=object),
        "source": pd.Series([pieces[record].source.index for record, _ in numbers], dtype="int64"),
        "fid": pd.Series([fid for _, fid in numbers], dtype="int64"),
        "input": pd.Series([record for record, _ in numbers], dtype="int64"),
        **_fields(role, list(pieces.values())),
    }
    frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=gpd.GeoSeries(geometry, crs=plane.crs), crs=plane.crs)
    repaired: dict[int, tuple[str, ...]] = {}
    start = 0
    for record, piece in pieces.items():
        own = ids[start : start + len(piece.fids)]
        repaired[record] = tuple(name for name, mended in zip(own, piece.repaired, strict=True) if mended)
        start += len(piece.fids)
    unrepaired = tuple(name for name, gone in zip(ids, lost, strict=True) if gone)
    kept = frame[~lost].reset_index(drop=True)
    return Layer(role, kept, covers, stated_empty, unrepaired, _lacking(list(pieces.values()))), repaired


def table_of(role: Role, pieces: Mapping[int, TablePiece], covers: tuple[date, date] | None) -> Table:
    """The table of a role from its sources (row of `Inputs.records` → piece)."""
    numbers = [(record, number) for record, piece in pieces.items() for number in piece.numbers]
    columns = {
        "feature": pd.Series(_ids(list(pieces.values()), [piece.numbers for piece in pieces.values()]), dtype=object),
        "source": pd.Series([pieces[record].source.index for record, _ in numbers], dtype="int64"),
        "row": pd.Series([number for _, number in numbers], dtype="int64"),
        "input": pd.Series([record for record, _ in numbers], dtype="int64"),
        **_fields(role, list(pieces.values())),
    }
    return Table(role, pd.DataFrame(columns), covers, _lacking(list(pieces.values())))


def _ids(
    pieces: Sequence[Piece | TablePiece], numbers: Sequence[Sequence[int]], known: frozenset[str] | None = None
) -> list[str]:
    """The features' ids; pieces with doubled ones get a note."""
    own = [name for piece in pieces for name in piece.own_ids]
    index = [piece.source.index for piece, each in zip(pieces, numbers, strict=True) for _ in each]
    ids, doubled = feature_ids(own, index, [int(number) for each in numbers for number in each], known)
    start = 0
    for piece, each in zip(pieces, numbers, strict=True):
        piece.notes += doubled_note(own[start : start + len(each)], doubled[start : start + len(each)])
        start += len(each)
    return ids


def _fields(role: Role, pieces: Sequence[Piece | TablePiece]) -> dict[str, pd.Series]:
    """Every field that a source has; null in the rows of sources without it."""
    fields = {}
    for name, field in role.fields.items():
        if not pieces or any(name in piece.series for piece in pieces):
            cells = [piece.series[name] if name in piece.series else _nulls(field, piece.rows) for piece in pieces]
            fields[name] = pd.concat([_nulls(field, 0), *cells], ignore_index=True)
    return fields


def _nulls(field: Field, count: int) -> pd.Series:
    if field.type in ("number", "integer", "share") and field.values is None:
        return pd.Series(np.full(count, np.nan), dtype="float64")
    return pd.Series([None] * count, dtype=object)


def _lacking(pieces: Sequence[Piece | TablePiece]) -> dict[str, tuple[int, ...]]:
    lacking: dict[str, tuple[int, ...]] = {}
    for piece in pieces:
        for name in piece.lacking:
            lacking[name] = (*lacking.get(name, ()), piece.source.index)
    return lacking
