"""Land use on the ranges by class, ownership and owner; and the same of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.land import column
from checks.tables import cents
from checks.tables.codes import holder, is_cultivated
from checks.tables.model import NO_DATA, ClassRow, Label
from checks.tables.parts import UNIT_M2, Parts, parts_of, settled
from checks.tables.ranges import Ranges

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from checks.site import Site

GAP_M2 = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class LandUse:
    """A layer of classes on the ranges: `parts` with their labels, every square metre once, balanced in `adjusted`.

    `own` are the features' own shares before that; `uncovered` is the land of each range without a feature.
    """

    role: str
    ranges: Ranges
    own: Parts
    parts: Parts
    labels: list[Label]
    adjusted: list[int]
    uncovered: list[int]
    failed: tuple[str, ...]


def land_use(site: Site, subject: str, role: str, ranges: Ranges) -> LandUse:
    """Measure a layer with codes on the ranges of a subject."""
    own = parts_of(site, subject, role, ranges)
    frame = site.inputs.layers[role].frame
    parts, labels = settled(site, subject, role, own, labels_of(frame, own, owners=role == "land_use"))
    adjusted, uncovered = [0] * len(labels), []
    by_range: dict[int, list[int]] = {}
    for place, at in enumerate(parts.at.tolist()):
        by_range.setdefault(at, []).append(place)
    areas, cut = parts.area_1e4.tolist(), parts.cut.tolist()
    for at, each in enumerate(ranges.ranges):
        places = by_range.get(at, [])
        gap = _gap(each.cents, [areas[place] for place in places])
        balanced = cents.balanced(
            [areas[place] for place in places], [cut[place] for place in places], each.cents - gap
        )
        for place, area in zip(places, balanced, strict=True):
            adjusted[place] = area
        uncovered.append(gap)
    features = frame["feature"]
    failed = site.ground.pairs(role, site.key, subject).failed[:, 1].tolist()
    return LandUse(
        role, ranges, own, parts, labels, adjusted, uncovered, tuple(str(features.iloc[row]) for row in sorted(failed))
    )


def _gap(control: int, areas_1e4: Sequence[int]) -> int:
    """What no feature covers, in cents; as much as rounding may leave over is none."""
    left = control - cents.of_1e4(sum(areas_1e4))
    return left if left * 0.01 > GAP_M2 + len(areas_1e4) * UNIT_M2 else 0


def labels_of(frame: GeoDataFrame, parts: Parts, *, owners: bool) -> list[Label]:
    """What each part is, in the words of its feature."""
    names = ("scheme", "code", "ownership", "owner") if owners else ("scheme", "code")
    columns = [column(frame.iloc[parts.row], name) for name in names]
    made: dict[tuple[str | None, ...], Label] = {}
    labels = []
    for cells in zip(*columns, strict=True):
        if cells not in made:
            made[cells] = Label(cells[0], cells[1], *((holder(cells[2]), cells[3]) if owners else ()))
        labels.append(made[cells])
    return labels


def class_rows(site: Site, found: LandUse) -> list[ClassRow]:
    """The land of each range by label, land without a feature last."""
    frame = site.inputs.layers[found.role].frame
    deducts = frame["deduct"].tolist() if "deduct" in frame else None
    sums: dict[tuple[int, Label], list[int]] = {}
    unknown: set[tuple[int, Label]] = set()
    columns = (found.parts.at.tolist(), found.labels, found.parts.area_1e4.tolist(), found.parts.row.tolist())
    for (at, label, area, row), adjusted in zip(zip(*columns, strict=True), found.adjusted, strict=True):
        gross = cents.of_1e4(area)
        less = cents.net(gross, deduct_of(deducts, row), cultivated=is_cultivated(label.code))
        entry = sums.setdefault((at, label), [0, 0, 0, 0])
        if less is None or label.disputed:
            unknown.add((at, label))
        for place, value in enumerate((int(row >= 0), gross, adjusted, less or 0)):
            entry[place] += value
    rows = [
        ClassRow(found.ranges.ranges[at], label, count, gross, adjusted, None if (at, label) in unknown else less)
        for (at, label), (count, gross, adjusted, less) in sums.items()
        if gross or adjusted
    ]
    rows += [
        ClassRow(each, NO_DATA, 0, gap, gap, None)
        for each, gap in zip(found.ranges.ranges, found.uncovered, strict=True)
        if gap
    ]
    return rows


def deduct_of(deducts: Sequence[float] | None, row: int) -> float | None:
    """A feature's deduction, None where it states none."""
    if deducts is None or row < 0 or deducts[row] != deducts[row]:
        return None
    return deducts[row]


def without_deduct(site: Site, found: LandUse) -> tuple[str, ...]:
    """The features of cultivated land whose net area is unknown."""
    frame = site.inputs.layers[found.role].frame
    deducts = frame["deduct"].tolist() if "deduct" in frame else None
    rows = {
        row
        for row, label in zip(found.parts.row.tolist(), found.labels, strict=True)
        if row >= 0 and is_cultivated(label.code) and deduct_of(deducts, row) is None
    }
    return tuple(str(frame["feature"].iloc[row]) for row in sorted(rows))
