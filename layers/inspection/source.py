"""One source of a project, looked at: read whole, its facts and its flaws told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyogrio.raw import open_arrow

from geo.crs import Tie, crs_label, output_crs, parse_crs
from geo.errors import ZoneproofError
from geo.plane import Plane
from layers.columns import choose
from layers.curves import has_arc
from layers.ids import feature_ids
from layers.inspection.fields import Codes, Fields, area_flaws, field_flaws
from layers.inspection.model import Fact, Flaw, Seen, Spot, as_flaw, flaw
from layers.inspection.shapes import Placed, raw_flaws, shape_flaws
from layers.inspection.sheets import table_flaws
from layers.model import FieldMap, Source
from layers.ogr import OgrSource
from layers.problems import Problems
from layers.rasters import open_raster
from layers.readers import Rows, VectorSource, WholeSelection, open_vector
from layers.tables import read_table
from layers.text import Text
from layers.vectors import Opened, Piece, open_source, place_of, read_near

SHOWN = 3_000
"""So many features of a source are drawn on the map of flaws, those with flaws first."""
ENCODINGS = {
    "stated": Text("项目写明", "stated by the project"),
    "cpg": Text("据 .cpg 文件", "by the .cpg file"),
    "language-id": Text("据 dbf 语言标识", "by the dbf's language id"),
    "text": Text("按文本推断", "judged from the text"),
    "ascii": Text("只有 ASCII 字符", "nothing but ASCII"),
}
WITH_ARCS = ("GPKG", "OpenFileGDB", "GML", "CSV", "PostgreSQL", "MapInfo File")
BY_PROJECT = Text("项目写明", "stated by the project")
BY_LAYER = Text("图层自带", "stated by the layer")
BY_FORMAT = Text("格式规定", "fixed by the format")


@dataclass(frozen=True)
class Wanted:
    """What an inspection is told from outside: which rules need which fields, code tables, date, sliver width."""

    needed: Mapping[str, Mapping[str, Sequence[str]]]
    codes: Codes
    as_of: date | None
    sliver_width_m: float


@dataclass
class Outline:
    """Where a source lies, for comparing it with others: its vertices in degrees, and all of its extent."""

    seen: Seen
    source: Source
    lonlat: NDArray[np.float64]
    bounds: tuple[float, float, float, float]


def inspect_source(source: Source, wanted: Wanted) -> tuple[Seen, Outline | None]:
    """Look at one source of any form."""
    place = place_of(source)
    seen = Seen(source.role.name, source.role.title, place, source.text)
    problems = Problems()
    outline = None
    if not source.is_named:
        seen.notes.append(Text("写明此处没有", "stated to be empty"))
    elif source.role.form == "table":
        _table(source, wanted, seen, problems)
    elif source.role.form == "raster":
        raster = open_raster(source, problems)
        if raster is not None:
            seen.crs = Fact(Text(raster.crs, raster.crs), BY_PROJECT if source.crs else BY_LAYER)
    else:
        outline = _vector(source, wanted, seen, problems)
    seen.flaws[:0] = [as_flaw(problem, place) for problem in problems.found]
    return seen, outline


def _table(source: Source, wanted: Wanted, seen: Seen, problems: Problems) -> None:
    piece = read_table(source, problems)
    if piece is None:
        return
    seen.features = piece.rows
    seen.notes += piece.notes
    needed = wanted.needed.get(source.role.name, {})
    spots = [f"{source.index}:{number}" for number in piece.numbers]
    fields = Fields(
        source.role, piece.series, piece.lacking, piece.own_ids, lambda row: Spot(spots[row]), needed, wanted.codes
    )
    seen.flaws += [*field_flaws(fields), *table_flaws(piece, wanted.as_of)]


def _vector(source: Source, wanted: Wanted, seen: Seen, problems: Problems) -> Outline | None:
    found: list[Outline] = []
    with problems.gather():
        vector = open_vector(source, seen.place)
        _facts(source, vector, seen)
        source = _with_qymj(source, vector, seen)
        opened = open_source(source, problems)
        if opened is not None and opened.selection.features:
            seen.notes += opened.notes
            seen.datum = next(iter(opened.notes[len(vector.notes) :]), None)
            seen.flaws += _curves(vector)
            found += _read(opened, wanted, seen, problems)
    return found[0] if found else None


def _read(opened: Opened, wanted: Wanted, seen: Seen, problems: Problems) -> list[Outline]:
    rows = opened.selection.near(None)
    opened.selection = WholeSelection(rows, opened.selection.missing)
    seen.features = opened.selection.features
    bounds = _bounds(rows, opened.tie)
    if bounds is None:
        seen.flaws.append(flaw("lost", [], seen.features))
        return []
    plane = Plane(_plane_of(bounds, opened.tie))
    piece = read_near(opened, plane, None, problems)
    return [_looked_at(opened, rows, piece, wanted, seen, plane=plane)]


def _facts(source: Source, vector: VectorSource, seen: Seen) -> None:
    if isinstance(vector, OgrSource):
        seen.form = vector.driver
        if vector.encoding is not None:
            codec = vector.encoding.codec.upper()
            seen.encoding = Fact(Text(codec, codec), ENCODINGS[vector.encoding.found])
    seen.encoding = seen.encoding or Fact(Text("UTF-8", "UTF-8"), BY_FORMAT)
    given = source.crs or vector.crs
    with suppress(ZoneproofError):
        name = crs_label(parse_crs(given, seen.place))
        seen.crs = Fact(Text(name, name), BY_PROJECT if source.crs else BY_LAYER)


def _with_qymj(source: Source, vector: VectorSource, seen: Seen) -> Source:
    """The survey edition of the red line has its area in km², in QYMJ: taken so where no other column gives it."""
    column = next((name for name in vector.columns if name.upper() == "QYMJ"), None)
    if column is None or "stated_m2" not in source.role.fields or "stated_m2" in source.fields:
        return source
    if "stated_m2" in choose(source, vector.columns, seen.place, Problems()).maps:
        return source
    seen.flaws.append(flaw("qymj", [], 1))
    return replace(source, fields={**source.fields, "stated_m2": FieldMap(column, "km2")})


def _bounds(rows: Rows, tie: Tie) -> tuple[float, float, float, float] | None:
    """The extent in degrees of what PROJ can place."""
    boxes = shapely.bounds(rows.geometry)
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    if not len(boxes):
        return None
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    corners = tie.move(np.array([(west, south), (west, north), (east, south), (east, north)]))
    corners = corners[np.isfinite(corners).all(axis=1)]
    if not len(corners):
        return None
    return (*map(float, corners.min(axis=0)), *map(float, corners.max(axis=0)))  # type: ignore[return-value]


def _plane_of(bounds: tuple[float, float, float, float], tie: Tie) -> str:
    crs = output_crs(bounds, tie.crs if tie.note is None else None)
    authority = crs.to_authority()
    return ":".join(authority) if authority else str(crs.to_wkt())


def _curves(vector: VectorSource) -> list[Flaw]:
    """Features with arcs; other formats have none, or OGR straightens them itself (DXF)."""
    if not isinstance(vector, OgrSource) or vector.driver not in WITH_ARCS:
        return []
    found: list[Spot] = []
    chosen = {"layer": vector.layer, "columns": [], "return_fids": True}
    with open_arrow(vector.dataset.name, use_pyarrow=True, **chosen) as (meta, batches):
        for batch in batches:
            shapes = batch[meta["geometry_name"] or "wkb_geometry"].to_pylist()
            arcs = [at for at, wkb in enumerate(shapes) if has_arc(wkb)]
            found += [Spot(f"FID {batch[meta['fid_column'] or 'OGC_FID'][at].as_py()}") for at in arcs]
    return [flaw("curve", found)] if found else []


def _looked_at(opened: Opened, rows: Rows, piece: Piece, wanted: Wanted, seen: Seen, *, plane: Plane) -> Outline:
    source = opened.source
    ids, _ = feature_ids(piece.own_ids, [source.index] * piece.rows, piece.fids.tolist())
    placed = Placed(source.role.name, ids, piece.geometry, piece.lost, plane, wanted.sliver_width_m)
    at = np.searchsorted(piece.fids, rows.fids)
    seen.flaws += raw_flaws(rows, opened.tie, [ids[row] for row in at])
    seen.flaws += _outside(opened, placed)
    seen.flaws += shape_flaws(placed)
    measured = plane.area_m2(piece.geometry)
    seen.area_m2 = float(measured.sum()) if "polygon" in source.role.geometry else None
    needed = wanted.needed.get(source.role.name, {})

    def spot(row: int) -> Spot:
        box = shapely.bounds(piece.geometry[row])
        if not np.isfinite(box).all():
            return Spot(ids[row])
        middle = shapely.Point((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        lon, lat = shapely.get_coordinates(plane.to_lonlat(middle))[0]
        return Spot(ids[row], (float(lon), float(lat)))

    fields = Fields(source.role, piece.series, piece.lacking, piece.own_ids, spot, needed, wanted.codes)
    seen.flaws += [*field_flaws(fields), *area_flaws(fields, measured)]
    lonlat = plane.to_lonlat(_shown_rows(placed, seen.flaws))
    seen.bbox = _box_of(placed)
    seen.shown = (_shown_ids(placed, seen.flaws), lonlat)
    return Outline(seen, source, _vertices(placed), seen.bbox)


def _box_of(placed: Placed) -> tuple[float, float, float, float]:
    whole = shapely.box(*shapely.total_bounds(placed.geometry[~placed.lost]))
    return placed.plane.bbox_lonlat(whole)


def _chosen(placed: Placed, flaws: Sequence[Flaw]) -> NDArray[np.int64]:
    """Rows to draw: those with flaws, then the first ones, at most `SHOWN`."""
    bad = {one.feature for each in flaws for one in each.spots}
    there = np.flatnonzero(~placed.lost)
    is_bad = np.array([placed.ids[row] in bad for row in there.tolist()], dtype=np.bool_)
    return np.sort(np.concatenate([there[is_bad], there[~is_bad]])[:SHOWN])


def _shown_rows(placed: Placed, flaws: Sequence[Flaw]) -> Any:
    return placed.geometry[_chosen(placed, flaws)]


def _shown_ids(placed: Placed, flaws: Sequence[Flaw]) -> list[str]:
    return [placed.ids[row] for row in _chosen(placed, flaws)]


def _outside(opened: Opened, placed: Placed) -> list[Flaw]:
    """Features whose middle is out of where the CRS is meant to be used, by more than a degree."""
    area = opened.tie.crs.area_of_use
    if area is None or area.east < area.west:
        return []
    boxes = shapely.bounds(placed.geometry)
    rows = np.flatnonzero(np.isfinite(boxes).all(axis=1))
    middles = shapely.points((boxes[rows, 0] + boxes[rows, 2]) / 2, (boxes[rows, 1] + boxes[rows, 3]) / 2)
    x, y = shapely.get_coordinates(placed.plane.to_lonlat(middles)).T
    west, south, east, north = area.bounds
    out = rows[(x < west - 1) | (x > east + 1) | (y < south - 1) | (y > north + 1)]
    if not len(out):
        return []
    return [flaw("outside", placed.spots(out, placed.geometry[out]), len(out), crs=crs_label(opened.tie.crs))]


MOST_VERTICES = 200_000


def _vertices(placed: Placed) -> NDArray[np.float64]:
    """Distinct vertices in degrees; of every so-manieth feature where there are too many."""
    whole = placed.geometry[~placed.lost]
    count = int(shapely.get_num_coordinates(whole).sum())
    some = whole[:: max(1, -(-count // MOST_VERTICES))]
    return np.unique(shapely.get_coordinates(placed.plane.to_lonlat(some)), axis=0)
