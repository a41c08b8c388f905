"""The sheet of 四至: extreme points, what adjoins on each side, map sheets."""

from __future__ import annotations

from collections.abc import Iterator

from checks.model import Report
from checks.surroundings import surroundings
from checks.tables.model import Tables
from geo.boundary import dms
from layers.text import Text
from maps.book import Cell, Column, Level, Sheet
from maps.surroundings import SIDE_WORDS
from maps.table_parts import SUBJECTS


def sheets(report: Report, tables: Tables) -> Iterator[Sheet]:
    """One row a side of each zone and expansion; blank where nothing adjoins."""
    del tables
    columns = (
        Column(Text("园区", "zone"), "wide", 22),
        Column(Text("对象", "subject"), "text", 11),
        Column(Text("方位", "side"), "text", 7),
        Column(Text("端点经度", "longitude"), "text", 17),
        Column(Text("端点纬度", "latitude"), "text", 17),
        Column(Text("相邻的道路、地块、水域", "roads, parcels, water that adjoin"), "wide", 44),
        Column(Text("1:10000 图幅号", "map sheets, 1:10,000"), "wide", 36),
    )
    rows: list[tuple[Level, list[Cell]]] = []
    for site in report.sites:
        for subject, title in SUBJECTS.items():
            told = surroundings(site, site.land(subject).geometry)
            if told is None:
                continue
            rows += [
                (
                    "row",
                    [
                        site.name, title, SIDE_WORDS[side], dms(point.lon), dms(point.lat),
                        "、".join(told.neighbours[side]), "、".join(told.sheets),
                    ],
                )
                for side, point in told.extremes.items()
            ]  # fmt: skip
    yield Sheet(Text("四至", "four sides"), Text("四至与图幅", "The four sides and map sheets"), columns, rows)
