"""Where land use goes: the present against the plan, piece by piece, every square metre in one cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checks.tables import cents
from checks.tables.codes import ThreeClass, counterparts, is_construction, is_cultivated
from checks.tables.land import LandUse
from checks.tables.model import NO_DATA, Flow, Label
from checks.tables.parts import UNIT_M2

if TYPE_CHECKING:
    from checks.site import Site

SORTS = ("new", "kept", "changed", "reclaimed", "other", "open")
"""New construction land; construction land that stays in its class, changes it, or is given back; land that is none
before or after; land of which that can't be told."""


def flows(site: Site, now: LandUse, plan: LandUse, other_grassland: ThreeClass) -> list[Flow]:
    """The land of each range by what it is now and what is planned; together they are the range to 0.01 m²."""
    from geo.pairs import pairs

    found = pairs(plan.parts.geometry, now.parts.geometry, site.plane)
    sums: dict[tuple[int, Label, Label], int] = {}
    left_now, left_plan = now.parts.area_1e4.tolist(), plan.parts.area_1e4.tolist()
    for land, row, area in zip(found.land.tolist(), found.row.tolist(), found.area_1e4.tolist(), strict=True):
        at = int(now.parts.at[row])
        if at != int(plan.parts.at[land]):
            continue
        key = (at, plain(now.labels[row]), plan.labels[land])
        sums[key] = sums.get(key, 0) + area
        left_now[row] -= area
        left_plan[land] -= area
    _rest(sums, now, left_now, planned=False)
    _rest(sums, plan, left_plan, planned=True)
    return _closed(now, sums, other_grassland)


def plain(label: Label) -> Label:
    """The class alone, whoever owns the land."""
    return Label(label.scheme, label.code, disputed=label.disputed)


def _rest(sums: dict[tuple[int, Label, Label], int], layer: LandUse, left_1e4: Sequence[int], *, planned: bool) -> None:
    """Land that only one of the two layers covers; what rounding leaves over is none."""
    gaps: dict[tuple[int, Label], tuple[int, int]] = {}
    for at, label, area in zip(layer.parts.at.tolist(), layer.labels, left_1e4, strict=True):
        own, count = gaps.get((at, plain(label)), (0, 0))
        gaps[at, plain(label)] = (own + area, count + 1)
    for (at, label), (area, count) in gaps.items():
        if area * UNIT_M2 > 0.01 + count * UNIT_M2:
            sums[(at, NO_DATA, label) if planned else (at, label, NO_DATA)] = area


def _closed(now: LandUse, sums: dict[tuple[int, Label, Label], int], other_grassland: ThreeClass) -> list[Flow]:
    rows: list[Flow] = []
    for at, each in enumerate(now.ranges.ranges):
        own = {key[1:]: area for key, area in sums.items() if key[0] == at}
        left = each.cents - cents.of_1e4(sum(own.values()))
        if left * 0.01 > 0.01 + len(now.labels) * UNIT_M2:
            own[NO_DATA, NO_DATA] = left * 100
        order = sorted(own, key=lambda key: tuple(str(cell) for cell in key))
        areas = cents.closed([own[key] * UNIT_M2 for key in order], each.cents if own else 0)
        rows += [
            Flow(each, before, after, sort_of(before, after, other_grassland), area)
            for (before, after), area in zip(order, areas, strict=True)
            if area
        ]
    return rows


def sort_of(before: Label, after: Label, other_grassland: ThreeClass) -> str:
    """What becomes of the land. A class is kept where the crosswalks allow the plan's code or one above or below it."""
    was, becomes = is_construction(before, other_grassland), is_construction(after, other_grassland)
    if was is None or becomes is None:
        return "open"
    if not was:
        return "new" if becomes else "other"
    if not becomes:
        return "reclaimed"
    same = counterparts(before, after.scheme or "")
    if same is None or after.code is None:
        return "open"
    code = after.code
    return "kept" if any(code.startswith(one) or one.startswith(code) for one in same) else "changed"


def takes_cultivated(flow: Flow) -> bool:
    """Whether new construction land was cultivated land."""
    return flow.sort == "new" and is_cultivated(flow.now.code)
