"""points.xlsx: the boundary-point table (界址点成果表), the description of the boundary, and 四至.

Coordinates are those of the coordinate files: CGCS2000 Gauss-Kruger, x north, y east with the zone's number, to 1 mm.
Lengths are geodesic, azimuths those of the grid. No cell is a formula, no text of the data can become one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from checks.model import Report
from checks.surroundings import surroundings
from checks.words import rounded
from geo.boundary import azimuth_deg, dms, surveyed_rings
from geo.length import geodesic_m
from geo.plane import Plane
from layers.text import Lang, Text
from maps import labels
from maps.exports.outlines import SUBJECTS, WORDS, Parcel, What
from maps.office import fixed_zip, plain
from maps.surroundings import SIDE_WORDS

FILE = "points.xlsx"
WIDEST, LINE_PT = 40, 14.0
DIRECTIONS = (
    Text("北", "north"), Text("东北", "north-east"), Text("东", "east"), Text("东南", "south-east"),
    Text("南", "south"), Text("西南", "south-west"), Text("西", "west"), Text("西北", "north-west"),
)  # fmt: skip
HEADS = (
    (Text("园区", "zone"), "text"), (Text("对象", "subject"), "text"), (Text("地块号", "parcel"), "count"),
    (Text("地块名称", "name"), "text"),
)  # fmt: skip
FORMATS = {"m": "0.000", "length": "0.00", "text": "@", "count": "0"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Name, title, headings with the form of their cells, rows."""

    name: Text
    title: Text
    headings: tuple[tuple[Text, str], ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of a boundary: from a point to the next."""

    ring: int
    start: int
    end: int
    places: tuple[tuple[float, float], tuple[float, float]]
    lonlat: tuple[tuple[float, float], tuple[float, float]]
    length_m: float


def write(report: Report, parcels: Sequence[Parcel], plane: Plane, folder: Path, lang: Lang) -> None:
    """Write points.xlsx to `folder`; the same bytes for the same report."""
    book = Workbook()
    book.remove(book.active)
    whats: tuple[What, ...] = tuple(dict.fromkeys(parcel.what for parcel in parcels))
    for sheet in (
        _points(report, parcels, plane, lang),
        _described(report, parcels, plane, lang),
        _sides(report, whats, plane, lang),
    ):
        _add(book, sheet, lang)
    book.properties.creator = "zoneproof"
    path = folder / FILE
    book.save(path)
    fixed_zip(path, labels.as_of_or_epoch(report))


def sides(parcel: Parcel, own: Plane, plane: Plane) -> Iterator[Edge]:
    """The sides of every ring as surveyors go round, points numbered through the parcel's rings."""
    number = 1
    for ring_number, ring in enumerate(surveyed_rings(_moved(parcel, own, plane)), 1):
        closed = np.vstack([ring, ring[:1]])
        lonlat = shapely.get_coordinates(plane.to_lonlat(shapely.linestrings(closed)))
        lengths = geodesic_m(*(lonlat[part, axis].copy() for part in (slice(-1), slice(1, None)) for axis in (0, 1)))
        for i, length_m in enumerate(lengths.tolist()):
            end = number + i + 1 if i + 1 < len(ring) else number
            yield Edge(ring_number, number + i, end, _pair(closed, i), _pair(lonlat, i), float(length_m))
        number += len(ring)


def _pair(places: np.ndarray[Any, Any], i: int) -> tuple[tuple[float, float], tuple[float, float]]:
    (x1, y1), (x2, y2) = places[i : i + 2].tolist()
    return (x1, y1), (x2, y2)


def _moved(parcel: Parcel, own: Plane, plane: Plane) -> shapely.Polygon:
    moved = plane.from_lonlat(own.to_lonlat(parcel.geometry))
    if not isinstance(moved, shapely.Polygon):
        raise TypeError(moved)
    return moved


def _named(parcel: Parcel, lang: Lang) -> tuple[Any, ...]:
    return parcel.zone, WORDS[parcel.what].show(lang), parcel.number, parcel.name


def _points(report: Report, parcels: Sequence[Parcel], plane: Plane, lang: Lang) -> Sheet:
    rows: list[tuple[Any, ...]] = []
    for parcel in parcels:
        found = list(sides(parcel, report.inputs.plane, plane))
        for i, side in enumerate(found):
            (east, north), end = side.places
            rows.append(
                (*_named(parcel, lang), side.ring, f"J{side.start}", _m(north), _m(east), _length(side.length_m))
            )
            if i + 1 == len(found) or found[i + 1].ring != side.ring:
                rows.append((*_named(parcel, lang), side.ring, f"J{side.end}", _m(end[1]), _m(end[0]), None))
    headings = (
        *HEADS, (Text("圈号", "ring"), "count"), (Text("点号", "point"), "text"),
        (Text("X(北,米)", "x (north, m)"), "m"), (Text("Y(东,米)", "y (east, m)"), "m"),
        (Text("边长(米)", "side (m)"), "length"),
    )  # fmt: skip
    return Sheet(Text("界址点成果表", "Boundary points"), Text("界址点成果表", "Boundary points"), headings, rows)


def _described(report: Report, parcels: Sequence[Parcel], plane: Plane, lang: Lang) -> Sheet:
    rows: list[tuple[Any, ...]] = []
    for parcel in parcels:
        for side in sides(parcel, report.inputs.plane, plane):
            azimuth = azimuth_deg(*side.places)
            direction = DIRECTIONS[round(azimuth / 45) % 8].show(lang)
            (lon1, lat1), (lon2, lat2) = side.lonlat
            places = (f"J{side.start}", dms(lon1), dms(lat1), f"J{side.end}", dms(lon2), dms(lat2))
            rows.append((*_named(parcel, lang), side.ring, *places, dms(azimuth, 0), direction, _length(side.length_m)))
    headings = (
        *HEADS, (Text("圈号", "ring"), "count"), (Text("起点", "from"), "text"),
        (Text("起点经度", "longitude"), "text"), (Text("起点纬度", "latitude"), "text"), (Text("止点", "to"), "text"),
        (Text("止点经度", "longitude of the end"), "text"), (Text("止点纬度", "latitude of the end"), "text"),
        (Text("坐标方位角", "grid azimuth"), "text"), (Text("方向", "direction"), "text"),
        (Text("距离(米)", "length (m)"), "length"),
    )  # fmt: skip
    return Sheet(Text("界址线描述", "Boundary"), Text("界址线走向描述", "Description of the boundary"), headings, rows)


def _sides(report: Report, whats: Sequence[What], plane: Plane, lang: Lang) -> Sheet:
    rows: list[tuple[Any, ...]] = []
    own = report.inputs.plane
    for site in report.sites:
        for what in whats:
            told = surroundings(site, site.land(SUBJECTS[what]).geometry)
            if told is None:
                continue
            for side, point in told.extremes.items():
                there = plane.from_lonlat(own.to_lonlat(shapely.Point(point.x_m, point.y_m)))
                ((east, north),) = shapely.get_coordinates(there).tolist()
                rows.append(
                    (
                        site.name, WORDS[what].show(lang), SIDE_WORDS[side].show(lang), _m(north), _m(east),
                        dms(point.lon), dms(point.lat), "、".join(told.neighbours[side]), "、".join(told.sheets),
                    )
                )  # fmt: skip
    headings = (
        *HEADS[:2], (Text("方位", "side"), "text"), (Text("端点X(北,米)", "x (north, m)"), "m"),
        (Text("端点Y(东,米)", "y (east, m)"), "m"), (Text("经度", "longitude"), "text"),
        (Text("纬度", "latitude"), "text"), (Text("相邻", "adjoining"), "text"),
        (Text("图幅号(1:10000)", "sheet, 1:10,000"), "text"),
    )  # fmt: skip
    return Sheet(Text("四至", "Four sides"), Text("四至", "The four sides"), headings, rows)


def _m(value: float) -> float:
    return float(rounded(value, 3))


def _length(value: float) -> float:
    return float(rounded(value, 2))


def _add(book: Workbook, sheet: Sheet, lang: Lang) -> None:
    page = book.create_sheet(sheet.name.show("zh" if lang == "both" else lang))
    last = len(sheet.headings)
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    page["A1"] = sheet.title.show(lang)
    page["A1"].font, page["A1"].alignment = Font(bold=True, size=15), Alignment(horizontal="center", vertical="center")
    page.row_dimensions[1].height = 28
    thin = Border(*(Side("thin", color="808080"),) * 4)
    for row, cells in enumerate([tuple(text.show(lang) for text, _ in sheet.headings), *sheet.rows], 2):
        lines = 1
        for column, (value, (_, form)) in enumerate(zip(cells, sheet.headings, strict=True), 1):
            cell = page.cell(row, column)
            cell.border = thin
            if isinstance(value, str):
                cell.value, cell.data_type, cell.number_format = plain(value) or None, "s" if value else "n", "@"
            elif value is not None:
                cell.value, cell.number_format = value, FORMATS[form]
            centred = row == 2 or form != "text"
            cell.alignment = Alignment(horizontal="center" if centred else None, vertical="center", wrap_text=True)
            lines = max(lines, -(-_wide(str(value or "")) // (WIDEST - 4)))
            if row == 2:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EDF3")
        page.row_dimensions[row].height = LINE_PT * lines + 3
    for column in range(1, last + 1):
        shown = [str(page.cell(row, column).value or "") for row in range(2, min(page.max_row, 200) + 1)]
        page.column_dimensions[get_column_letter(column)].width = min(max(map(_wide, shown)) + 3, WIDEST)
    page.freeze_panes = "A3"
    page.print_title_rows = "1:2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _wide(text: str) -> int:
    """Its width in characters; Chinese ones count twice."""
    return sum(2 if ord(char) > 255 else 1 for char in text)
