"""The ranges against the control lines: urban boundary by division, basic farmland, both red lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.land import column
from checks.overlaps import met
from checks.tables import cents
from checks.tables.detail import detail, overlap_rows
from checks.tables.land import deduct_of
from checks.tables.model import Label, Line, LineRow, Taken
from checks.tables.parts import UNIT_M2, Parts, parts_of, real_parts, settled
from checks.tables.ranges import Ranges

if TYPE_CHECKING:
    from checks.site import Site

LINES = ("basic_farmland", "ecological_redline", "industrial_redline")
TAKEN = LINES[:2]
"""Whose features stand in the detail table."""
DIVISIONS = ("concentrated", "flexible", "special", "")
"""Land in two divisions counts as the first of them; `` is land inside whose division is not said."""


@dataclass(frozen=True, slots=True)
class Lined:
    """What was measured against the lines: a row per range, and the features taken."""

    rows: list[LineRow]
    taken: list[Taken]


def against_lines(site: Site, subject: str, ranges: Ranges) -> Lined:
    """Measure all four layers on the ranges of a subject."""
    divisions, outside = _urban(site, subject, ranges)
    beyond = _slivers_outside(site, subject, ranges)
    lines: list[dict[str, Line]] = [{} for _ in ranges.ranges]
    taken: list[Taken] = []
    for role in LINES:
        found, own_taken = _line(site, subject, role, ranges)
        taken += own_taken
        for own, line in zip(lines, found, strict=True):
            own[role] = line
    rows = [
        LineRow(each, dict(zip(DIVISIONS, inside, strict=True)), out, min(thin, out or 0), own)
        for each, inside, out, thin, own in zip(ranges.ranges, divisions, outside, beyond, lines, strict=True)
    ]
    return Lined(rows, taken)


def _line(site: Site, subject: str, role: str, ranges: Ranges) -> tuple[list[Line], list[Taken]]:
    seen = met(site, subject, role)
    if not seen.reached:
        return [Line()] * len(ranges.ranges), []
    real, sliver = real_parts(site, subject, role, ranges)
    once, _ = settled(site, subject, role, real, [Label()] * len(real.row))
    net = _net(site, role, once, len(ranges.ranges)) if role == "basic_farmland" else None
    found = [
        Line(
            area,
            net[at] if net is not None else None,
            thin,
            not seen.missing,
        )
        for at, (area, thin) in enumerate(
            zip(_areas(once, len(ranges.ranges)), _areas(sliver, len(ranges.ranges)), strict=True)
        )
    ]
    rows = []
    if role in TAKEN:
        rows = detail(site, ranges, role, real, slivers=sliver) + overlap_rows(site, ranges, real, once, role)
    return found, rows


def _areas(parts: Parts, count: int) -> list[int]:
    sums = [0] * count
    for at, area in zip(parts.at.tolist(), parts.area_1e4.tolist(), strict=True):
        sums[at] += area
    return [cents.of_1e4(area) for area in sums]


def _net(site: Site, role: str, once: Parts, count: int) -> list[int | None]:
    """Net area per range; None where a feature on it states no deduction."""
    frame = site.inputs.layers[role].frame
    deducts = frame["deduct"].tolist() if "deduct" in frame else None
    sums: list[int | None] = [0] * count
    for at, row, area in zip(once.at.tolist(), once.row.tolist(), once.area_1e4.tolist(), strict=True):
        less = cents.net(cents.of_1e4(area), deduct_of(deducts, row), cultivated=True)
        own = sums[at]
        sums[at] = None if less is None or own is None else own + less
    return sums


def _urban(site: Site, subject: str, ranges: Ranges) -> tuple[Sequence[Sequence[int | None]], Sequence[int | None]]:
    """Per range the land in each division, and the land outside the boundary; together they are the range."""
    role = "urban_boundary"
    seen = met(site, subject, role)
    count = len(ranges.ranges)
    if not seen.reached:
        return [[None] * len(DIVISIONS)] * count, [None] * count
    parts = _by_division(site, role, parts_of(site, subject, role, ranges))
    once, _ = settled(site, subject, role, parts, [Label()] * len(parts.row))
    names = column(site.inputs.layers[role].frame, "division")
    inside_1e4 = [[0] * len(DIVISIONS) for _ in range(count)]
    for at, row, area in zip(once.at.tolist(), once.row.tolist(), once.area_1e4.tolist(), strict=True):
        inside_1e4[at][DIVISIONS.index(names[row] or "")] += area
    divisions: list[list[int | None]] = []
    outside: list[int | None] = []
    for each, own in zip(ranges.ranges, inside_1e4, strict=True):
        left = each.cents - cents.of_1e4(sum(own))
        rest = left if left > len(parts.row) * UNIT_M2 * 100 + 1 else 0
        divisions.append([*cents.closed([area * UNIT_M2 for area in own], each.cents - rest)] if sum(own) else [0] * 4)
        outside.append(None if seen.missing else rest)
    return divisions, outside


def _slivers_outside(site: Site, subject: str, ranges: Ranges) -> list[int]:
    """The land outside the urban boundary that is slivers alone, as the rules tell them apart."""
    from geo.pairs import pairs

    if site.layer("urban_boundary") is None:
        return [0] * len(ranges.ranges)
    found = site.outside(subject, "urban_boundary")
    thin = pairs(ranges.geometry, found.polygons[found.is_sliver], site.plane)
    sums = [0] * len(ranges.ranges)
    for at, area in zip(thin.land.tolist(), thin.area_1e4.tolist(), strict=True):
        sums[at] += area
    return [cents.of_1e4(area) for area in sums]


def _by_division(site: Site, role: str, parts: Parts) -> Parts:
    """The parts with those first whose division counts first."""
    import numpy as np

    names = column(site.inputs.layers[role].frame, "division")
    rank = np.array([DIVISIONS.index(names[row] or "") for row in parts.row.tolist()], dtype=np.intp)
    return parts.only(np.lexsort((np.arange(len(rank)), rank, parts.at)))
