"""四至 in the report: a table of extreme points and neighbours for every zone and expansion."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from checks import words
from checks.model import Report
from checks.surroundings import surroundings
from geo.boundary import dms
from geo.sides import Side
from layers.text import Text

if TYPE_CHECKING:
    from maps.word import Paper

SIDE_WORDS: Mapping[Side, Text] = {
    "east": Text("东", "east"),
    "south": Text("南", "south"),
    "west": Text("西", "west"),
    "north": Text("北", "north"),
}
SUBJECTS = {"zone": Text("", ""), "expansion": Text("(拟扩区)", " (expansion)")}
MOST = 60
"""Zones told of in the report; the others' stand in `zoneproof export --as points`."""


def section(paper: Paper, report: Report) -> None:
    """Under the overview: extreme points, neighbours by name (blank where nothing adjoins), map sheets."""
    rows: list[tuple[str, ...]] = []
    sheets: list[Text] = []
    for site in islice(report.sites, MOST):
        for subject, mark in SUBJECTS.items():
            told = surroundings(site, site.land(subject).geometry)
            if told is None:
                continue
            name = Text(site.name, site.name) + mark
            listed = words.listed(told.sheets, 12)
            # spaces, for a line of letters and digits breaks nowhere else
            sheets.append(Text(f"{name.zh} {listed.zh.replace('、', ' ')}", f"{name.en} {listed.en}"))
            rows += [
                (
                    paper.show(name), paper.show(SIDE_WORDS[side]), dms(point.lon), dms(point.lat),
                    paper.show(words.listed(told.neighbours[side], 6)),
                )
                for side, point in told.extremes.items()
            ]  # fmt: skip
    if not rows:
        return
    headings = (
        Text("园区", "zone"), Text("方位", "side"), Text("端点经度", "longitude"), Text("端点纬度", "latitude"),
        Text("相邻", "adjoining"),
    )  # fmt: skip
    paper.subheading(Text("四至与图幅", "The four sides and map sheets"))
    title = Text("四至", "The four sides")
    paper.table(title, headings, rows, (5, 1.5, 3.5, 3.5, 6))
    blank = Text("相邻一栏空白,表示该侧没有相接的道路、地块或水域。", "Blank: no road, parcel or water adjoins there.")
    paper.text(blank)
    paper.text(
        Text(
            f"1:10000 图幅号:{';'.join(each.zh for each in sheets)}。",
            f"Map sheets at 1:10,000: {'; '.join(each.en for each in sheets)}.",
        )
    )
    if len(report.sites) > MOST:
        rest = len(report.sites) - MOST
        paper.text(Text(f"其余 {rest} 个园区见界址点成果表。", f"{rest} more zones: zoneproof export --as points."))
