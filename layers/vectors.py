"""One vector source: opened, its features within reach read, put on the plane, checked and repaired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import ProjError

from geo.crs import Datum, Tie, crs_name, parse_crs, tie
from geo.densify import densify
from geo.errors import ZoneproofError
from geo.plane import Plane
from geo.repair import repair
from layers.columns import Columns, choose, standard_columns
from layers.extents import check_extent, extent_of
from layers.model import GeometryType, Source
from layers.problems import Problems
from layers.reach import Group, Reach
from layers.readers import Geoms, Ids, Part, Rows, Selection, VectorSource, joined, open_vector
from layers.spikes import unspiked, without_spikes
from layers.text import Text

DIMENSIONS: Mapping[GeometryType, int] = {"point": 0, "line": 1, "polygon": 2}
PART_ROWS = 50_000
"""A part of a layer that a task reads has about so many rows."""
UNDEFINED = "Undefined"
"""How GDAL names the CRS of a GeoPackage layer that has none."""
TIE_NOTES: Mapping[str, Text] = {
    "one-datum": Text(
        "{crs} 与 CGCS2000 相差不足 2 m,按同一基准面处理",
        "{crs} lies within 2 m of CGCS2000 and counts as the same datum",
    ),
    "shift": Text("{crs} 已转换到 CGCS2000({operation})", "{crs} was shifted to CGCS2000 ({operation})"),
    "towgs84": Text(
        "{crs} 已按项目给出的参数转换到 CGCS2000({operation})",
        "{crs} was shifted to CGCS2000 by the project's parameters ({operation})",
    ),
    "grid": Text("{crs} 已按格网 {operation} 转换到 CGCS2000", "{crs} was shifted to CGCS2000 by the grid {operation}"),
    "ballpark": Text(
        "{crs} 未经基准面转换即视为 CGCS2000(项目已接受),可能相差百米",
        "{crs} was taken for CGCS2000 without a shift, as the project accepts; it may be off by 100 m",
    ),
}


@dataclass
class Opened:
    """A source that was opened, its columns found and its CRS tied; `selection` is what meets its `where`."""

    source: Source
    place: str
    columns: Columns
    tie: Tie
    selection: Selection
    notes: list[Text] = field(default_factory=list)
    parts: tuple[Part, ...] = ()


@dataclass
class Piece:
    """What one source gives: per feature its FID, its own id or None, its geometry in the plane (None where lost).

    `series` are the standard fields, with the same index; `repaired` and `lost` are masks.
    """

    source: Source
    fids: Ids
    geometry: Geoms
    repaired: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    series: dict[str, pd.Series]
    lacking: tuple[str, ...]
    crs: str | None
    features: int
    read: int
    notes: list[Text]

    @property
    def rows(self) -> int:
        """How many features there are in it, the lost ones among them."""
        return len(self.fids)

    @property
    def own_ids(self) -> list[str | None]:
        """The ids that the source itself gives."""
        return list(self.series["id"]) if "id" in self.series else [None] * len(self.fids)


def place_of(source: Source) -> str:
    """Where a source stands, for messages: its entry and what the entry names."""
    return f"{source.at} ({source.text})" if source.text else source.at


def open_source(source: Source, problems: Problems, part: Part | None = None) -> Opened | None:
    """Open a source and look at its columns, CRS and `where`; what is wrong is noted, and None is given.

    `part`: only that part of it, which may be empty where the source may not.
    """
    place = place_of(source)
    before = len(problems.found)
    with problems.gather():
        vector = open_vector(source, place)
        parts = vector.parts(PART_ROWS) if part is None else ()
        if part is not None:
            vector = vector.only(part)
        with problems.gather():
            known = _tie(source, vector, place)
        own = Problems()
        columns = choose(source, vector.columns, place, own)
        selection = vector.select(columns.wanted, source.where)
        check_extent(source.crs or stated_crs(vector), extent_of(vector, selection), place, problems)
        if part is not None or not _empty(source, selection.features, place, problems):
            problems.found.extend(own.found)
        if len(problems.found) == before:
            notes = [*vector.notes, *_tie_note(known)]
            return Opened(source, place, columns, known, selection, notes, parts)
    return None


def read_near(opened: Opened, plane: Plane, reach: Reach | None, problems: Problems) -> Piece:
    """Read what lies within reach, which grows until it does, or all; and see to it as `read_at`."""
    return _seen_to(opened, *_within(opened, plane, reach), problems)


def read_at(opened: Opened, plane: Plane, reach: Reach, problems: Problems) -> tuple[Piece, frozenset[Group]]:
    """As `read_near`, within a reach that does not grow; and the groups that have something within their margins."""
    rows = _near(opened, reach)
    placed = on_plane(rows.geometry, opened.tie, plane)
    return _seen_to(opened, rows, placed, problems), reach.reached(placed)


def _seen_to(opened: Opened, rows: Rows, placed: Geoms, problems: Problems) -> Piece:
    missing = opened.selection.missing
    every = joined([rows, missing], opened.columns.wanted)
    at = np.searchsorted(every.fids, rows.fids)
    geometry = np.full(every.count, None, dtype=object)
    geometry[at] = placed
    _check_types(opened, rows, problems)
    geometry, repaired, lost = _repaired(geometry, opened.source.role.geometry)
    piece = Piece(
        opened.source,
        every.fids,
        geometry,
        (repaired | every.mended) & ~lost,
        lost,
        standard_columns(opened.columns, every.columns, _Labels(opened, every), opened.place, problems),
        opened.columns.lacking,
        crs_name(opened.tie.crs),
        opened.selection.features,
        rows.count,
        list(opened.notes),
    )
    if lost.any():
        piece.notes.append(lost_note(int(lost.sum())))
    return piece


def lost_note(count: int) -> Text:
    """That some features have no geometry that could be used."""
    return Text(
        f"{count} 个要素没有图形或图形无法修复", f"{count} features have no geometry or one that cannot be repaired"
    )


def on_plane(geometry: Geoms, known: Tie, plane: Plane) -> Geoms:
    """Geometries of a layer's CRS in the plane, their edges cut first (contract §4); None where PROJ can place none.

    What is in the plane's own CRS stays as it is.
    """
    placed: Geoms = densify(geometry, known.crs)
    if known.crs != parse_crs(plane.crs, "crs"):
        placed = plane.from_lonlat(known.to_lonlat(placed))
    return without_spikes(geometry, placed)


def stated_crs(vector: VectorSource) -> str | None:
    """The CRS that a layer itself states."""
    return None if vector.crs is not None and vector.crs.partition('"')[2].startswith(UNDEFINED) else vector.crs


def _within(opened: Opened, plane: Plane, reach: Reach | None) -> tuple[Rows, Geoms]:
    """Rows within the final boxes, and their geometry in the plane."""
    while True:
        rows = _near(opened, reach)
        placed = on_plane(rows.geometry, opened.tie, plane)
        larger = reach.grown(placed) if reach else None
        if larger is None:
            return rows, placed
        reach = larger


def _near(opened: Opened, reach: Reach | None) -> Rows:
    """Rows within the boxes, or all."""
    return unspiked(opened.selection.near(reach.boxes(opened.tie) if reach else None), opened.tie.crs)


def _tie(source: Source, vector: VectorSource, place: str) -> Tie:
    crs = parse_crs(source.crs or stated_crs(vector), place)
    try:
        known = tie(crs, Datum(source.towgs84, source.grid, source.accept_datum_shift), place)
        known.to_lonlat(shapely.points([[0.0, 0.0]]))
    except (ProjError, IndexError) as error:  # numbers that PROJ takes for a CRS, and then cannot compute with
        raise ZoneproofError("crs-invalid", place, crs=crs.name) from error
    return known


def _tie_note(known: Tie) -> list[Text]:
    if known.note is None:
        return []
    text = TIE_NOTES[known.note]
    facts = {"crs": known.crs.name, "operation": known.operation or ""}
    return [Text(text.zh.format(**facts), text.en.format(**facts))]


def _empty(source: Source, features: int, place: str, problems: Problems) -> bool:
    if source.empty and features:
        problems.add("layer-not-empty", place, count=features)
    elif not features and not source.empty:
        problems.add("layer-empty-where" if source.where else "layer-empty", place, condition=source.where or "")
    return not features


def _check_types(opened: Opened, rows: Rows, problems: Problems) -> None:
    """Note geometry of another dimension than the role's; a collection is looked through by the repair."""
    wanted = [DIMENSIONS[name] for name in opened.source.role.geometry]
    wrong = ~np.isin(shapely.get_dimensions(rows.geometry), wanted) & (shapely.get_type_id(rows.geometry) >= 0)
    wrong &= shapely.get_type_id(rows.geometry) != 7
    if wrong.any():
        kinds = sorted({geom.geom_type for geom in rows.geometry[wrong]})
        facts = {
            "found": ", ".join(kinds),
            "wanted": " / ".join(opened.source.role.geometry),
            "count": int(wrong.sum()),
        }
        fids = ", ".join(str(fid) for fid in rows.fids[wrong][:5])
        problems.add("geometry-type", opened.place, fids=fids, **facts)


def _repaired(geometry: Geoms, types: tuple[GeometryType, ...]) -> tuple[Geoms, NDArray[np.bool_], NDArray[np.bool_]]:
    """As `geo.repair`, each geometry to its own dimension where a role takes more than one."""
    allowed = sorted((DIMENSIONS[name] for name in types), reverse=True)
    own = shapely.get_dimensions(geometry)
    own[~np.isin(own, allowed)] = allowed[0]
    done = geometry.copy()
    repaired, lost = np.zeros(len(done), dtype=bool), np.zeros(len(done), dtype=bool)
    for dimension in allowed:
        rows = np.flatnonzero(own == dimension)
        done[rows], repaired[rows], lost[rows] = repair(geometry[rows], dimension)
    return done, repaired, lost


class _Labels(Sequence[str]):
    """What a feature is called in a message: its own id, else its source and FID; told when one is asked for."""

    def __init__(self, opened: Opened, rows: Rows) -> None:
        mapped = opened.columns.maps.get("id")
        self._own = rows.columns[mapped.column] if mapped else None
        self._rows, self._index = rows, opened.source.index

    def __len__(self) -> int:
        return self._rows.count

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[i] for i in range(len(self))[at]]
        own = self._own[at] if self._own is not None else None
        return f"{self._index}:{self._rows.fids[at]}" if own is None else str(own)
