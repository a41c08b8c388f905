"""The features that the ranges take, one by one: what each is, how much of it, how wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from checks.land import column
from checks.tables import cents
from checks.tables.codes import is_cultivated
from checks.tables.land import LandUse, deduct_of
from checks.tables.model import Range, Taken
from checks.tables.parts import Parts
from checks.tables.ranges import Ranges

if TYPE_CHECKING:
    from checks.site import Site

MOST = 50_000
"""Features of land use in the detail table; of more, whole ones of one class stand in one row."""


Key = tuple[int, int]
"""Range and row of the layer."""


@dataclass(slots=True)
class _Place:
    """The parts of one feature on one range."""

    area_1e4: int
    shapes: list[Any]
    sliver: bool
    cut: bool
    adjusted: int | None


def detail(
    site: Site, ranges: Ranges, role: str, parts: Parts, *, slivers: Parts | None = None, most: int = MOST
) -> list[Taken]:
    """A row per feature and range, by range and feature; beyond `most` whole features are summed up by class."""
    return _rows(site, ranges, role, _grouped(parts, slivers, None), most)


def balanced_detail(site: Site, found: LandUse, most: int = MOST) -> list[Taken]:
    """As `detail`, each feature with its balanced area."""
    adjusted: dict[Key, int] = {}
    for at, row, area in zip(found.parts.at.tolist(), found.parts.row.tolist(), found.adjusted, strict=True):
        adjusted[at, row] = adjusted.get((at, row), 0) + area
    return _rows(site, found.ranges, found.role, _grouped(found.own, None, adjusted), most)


def _rows(site: Site, ranges: Ranges, role: str, places: Mapping[Key, _Place], most: int) -> list[Taken]:
    single, rest = sorted(places), []
    if len(single) > most:
        order = sorted(single, key=lambda key: not places[key].cut)
        single, rest = sorted(order[:most]), sorted(order[most:])
    cells = _cells(site, role, [row for _, row in single])
    rows = [(at, _row(ranges.ranges[at], role, cells[row], places[at, row])) for at, row in single]
    rows.sort(key=lambda item: (item[0], item[1].feature or ""))
    return [row for _, row in rows] + _summed(site, ranges, role, {key: places[key] for key in rest})


def _grouped(parts: Parts, slivers: Parts | None, adjusted: Mapping[Key, int] | None) -> dict[Key, _Place]:
    places: dict[Key, _Place] = {}
    for each, thin in ((parts, False), (slivers, True)):
        if each is None:
            continue
        columns = (each.at.tolist(), each.row.tolist(), each.area_1e4.tolist(), each.cut.tolist(), each.geometry)
        for at, row, area, cut, shape in zip(*columns, strict=True):
            own = None if adjusted is None else adjusted.get((at, row), 0)
            place = places.setdefault((at, row), _Place(0, [], thin, cut, own))
            place.area_1e4 += area
            place.shapes.append(shape)
            place.sliver = place.sliver and thin
    return places


def _row(own: Range, role: str, cells: Mapping[str, Any], place: _Place) -> Taken:
    from geo.parts import width_m

    gross, deduct = cents.of_1e4(place.area_1e4), cells["deduct"]
    cultivated = is_cultivated(cells["code"]) or role == "basic_farmland"
    less = None if role == "ecological_redline" else cents.net(gross, deduct, cultivated=cultivated)
    width = max(width_m(shape) for shape in place.shapes)
    return Taken(own, role, gross, **cells, net=less, adjusted=place.adjusted, width_m=width, sliver=place.sliver)


def _cells(site: Site, role: str, rows: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the table tells of some rows of a layer."""
    own = sorted(set(rows))
    frame = site.inputs.layers[role].frame.iloc[own]
    names = ("code", "name", "slope_grade", "ownership", "owner", "place")
    columns: dict[str, list[Any]] = {name: column(frame, name) for name in names}
    deducts = frame["deduct"].tolist() if "deduct" in frame else None
    columns["deduct"] = [deduct_of(deducts, at) for at in range(len(own))]
    columns["feature"] = [str(feature) for feature in frame["feature"]]
    return {row: {name: cells[at] for name, cells in columns.items()} for at, row in enumerate(own)}


def _summed(site: Site, ranges: Ranges, role: str, places: Mapping[Key, _Place]) -> list[Taken]:
    """One row per range and class for the features that have none of their own."""
    frame = site.inputs.layers[role].frame
    codes = column(frame, "code") if places else []
    deducts = frame["deduct"].tolist() if "deduct" in frame else None
    sums: dict[tuple[int, str], list[int]] = {}
    unknown: set[tuple[int, str]] = set()
    for (at, row), place in places.items():
        gross = cents.of_1e4(place.area_1e4)
        less = cents.net(gross, deduct_of(deducts, row), cultivated=is_cultivated(codes[row]))
        key = (at, codes[row] or "")
        entry = sums.setdefault(key, [0, 0, 0, 0])
        unknown |= {key} if less is None else set()
        for number, value in enumerate((1, gross, less or 0, place.adjusted or 0)):
            entry[number] += value
    return [
        Taken(
            ranges.ranges[at],
            role,
            gross,
            code=code or None,
            features=count,
            net=None if (at, code) in unknown else less,
            adjusted=balanced,
        )
        for (at, code), (count, gross, less, balanced) in sorted(sums.items())
    ]


def overlap_rows(site: Site, ranges: Ranges, own: Parts, once: Parts, role: str) -> list[Taken]:
    """What features of a layer that overlap each other count twice, taken off per range."""
    shares, united = (_sums(site, role, parts) for parts in (own, once))
    rows = []
    for at, each in enumerate(ranges.ranges):
        (gross, net), (whole, net_whole) = shares.get(at, (0, 0)), united.get(at, (0, 0))
        if gross != whole:
            less = None if net is None or net_whole is None else net_whole - net
            rows.append(Taken(each, role, whole - gross, net=less, features=0))
    return rows


def _sums(site: Site, role: str, parts: Parts) -> dict[int, tuple[int, int | None]]:
    """Gross and net area per range; net is None where that of a part is not known."""
    frame = site.inputs.layers[role].frame
    codes = column(frame, "code")
    deducts = frame["deduct"].tolist() if "deduct" in frame else None
    sums: dict[int, tuple[int, int | None]] = {}
    for at, row, area in zip(parts.at.tolist(), parts.row.tolist(), parts.area_1e4.tolist(), strict=True):
        gross, net = sums.get(at, (0, 0))
        own = cents.of_1e4(area)
        cultivated = role == "basic_farmland" or row < 0 or is_cultivated(codes[row])
        less = cents.net(own, deduct_of(deducts, row), cultivated=cultivated)
        sums[at] = (gross + own, None if less is None or net is None else net + less)
    return sums


def balanced_overlaps(site: Site, found: LandUse) -> list[Taken]:
    """As `overlap_rows`; the land under features of different classes is theirs together, so it stands there."""
    shared: dict[int, int] = {}
    for at, row, area in zip(found.parts.at.tolist(), found.parts.row.tolist(), found.adjusted, strict=True):
        shared[at] = shared.get(at, 0) + (area if row < 0 else 0)
    rows = overlap_rows(site, found.ranges, found.own, found.parts, found.role)
    order = {each: at for at, each in enumerate(found.ranges.ranges)}
    return [replace(row, adjusted=shared.get(order[row.range], 0)) for row in rows]
