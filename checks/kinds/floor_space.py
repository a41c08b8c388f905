"""Floor space against land: floor-area ratio, building density, building coefficient.

Requires: `buildings` with kind and status, and floor_m2 or floors; `built_up` with status; for industrial land
`parcels` with state and use.
How it is measured: on built land (`built_up` with status built on the land), and on industrial land (parcels in state
built with use industrial or storage): floor area ÷ land, where a storey over 8 m counts twice; land under buildings ÷
land; land under buildings, structures and yards ÷ land. Buildings with status built, each by its share on the land. The
value is the floor-area ratio of built land, or of industrial land (`of`).
Passes: min ≤ ratio ≤ max, where they are set.
Fails: the ratio is below min or above max.
Undetermined: no buildings or built land, a building without kind or floors, layers not complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.benchmarks import beside
from checks.judge import between, outcome
from checks.model import Outcome
from checks.overlaps import met, subject_name
from checks.parcels import covered_m2, floor_m2, on_parcel
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

BUILDINGS = "buildings"
BASES: Mapping[str, tuple[Text, str, Mapping[str, tuple[str, ...]], str]] = {
    "built": (Text("已建成用地", "built land"), "built_up", {"status": ("built",)}, "floor_area_ratio"),
    "industrial": (
        Text("工业用地", "industrial land"),
        "parcels",
        {"state": ("built",), "use": ("industrial", "storage")},
        "industrial_floor_area_ratio",
    ),
}


@dataclass(frozen=True, slots=True)
class Params:
    """Which land the value speaks of."""

    of: str = param(Text("取值的用地", "the land that the value is of"), "built", choices=("built", "industrial"))
    min: float | None = param(Text("最小容积率", "the least ratio"), None, unit="ratio", minimum=0)
    max: float | None = param(Text("最大容积率", "the greatest ratio"), None, unit="ratio", minimum=0)


@dataclass(frozen=True, slots=True)
class Space:
    """What stands on some land; None where that is not known, `missing` says why."""

    area_m2: float
    floor_m2: float | None
    buildings_m2: float | None
    covered_m2: float | None
    missing: tuple[str, ...]

    def ratio(self, part_m2: float | None) -> float | None:
        """A part of the land."""
        return part_m2 / self.area_m2 if part_m2 is not None and self.area_m2 else None


def needs(params: Params) -> tuple[Need, ...]:
    """Buildings, built land, parcels."""
    buildings = Need(BUILDINGS, ("kind", "status", "floor_m2", "floors", "storey_height_m"), on_land=True)
    optional = params.of != "industrial"
    return (
        buildings,
        Need("built_up", ("status",), optional=not optional, on_land=True),
        Need("parcels", ("state", "use"), optional=optional, on_land=True),
    )


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    spaces = {name: _space(site, subject, name) for name in BASES}
    own = spaces[params.of]
    value = own.ratio(own.floor_m2)
    missing = [*site.completeness(subject, BUILDINGS).missing, *own.missing]
    if value is None and not missing:
        missing.append(f"role:{BASES[params.of][1]}")
    measures: dict[str, float | int | str | None] = {}
    for name, space in spaces.items():
        measures |= {
            f"{name}_m2": space.area_m2 or None,
            f"{name}_floor_m2": space.floor_m2,
            f"{name}_floor_area_ratio": space.ratio(space.floor_m2),
            f"{name}_building_density": space.ratio(space.buildings_m2),
            f"{name}_building_coefficient": space.ratio(space.covered_m2),
        }
    order = (params.of, *(name for name in BASES if name != params.of))
    told = [_told(site, subject, name, spaces[name]) for name in order]
    note = site.completeness(subject, BUILDINGS).note
    limits = between(value, params.min, params.max)
    return outcome(rule, limits, words.joined(*told, note), unit="ratio", missing=missing, measures=measures)


def _space(site: Site, subject: str, name: str) -> Space:
    _, role, where, _ = BASES[name]
    seen = met(site, subject, role, where)
    if site.layer(BUILDINGS) is None or not seen.reached:
        lacking = () if site.layer(BUILDINGS) is not None else (f"role:{BUILDINGS}",)
        return Space(0.0, None, None, None, (*seen.missing, *lacking))
    return _standing(site, seen.found.union, seen.found.union_m2, seen.missing)


def _standing(site: Site, land: BaseGeometry, area_m2: float, missing: tuple[str, ...]) -> Space:
    rows = on_parcel(site, BUILDINGS, land)
    kinds = rows["kind"] if "kind" in rows else rows["feature"].map(lambda _: None)
    unknown = tuple(f"feature:{BUILDINGS}/{feature}" for feature in rows["feature"][kinds.isna()])
    houses = rows[kinds == "building"]
    floor, lacking = floor_m2(houses)
    if unknown:
        return Space(area_m2, None, None, None, (*missing, *unknown))
    return Space(
        area_m2, floor, covered_m2(site, houses), covered_m2(site, rows), (*missing, *([lacking] if lacking else []))
    )


def _told(site: Site, subject: str, name: str, space: Space) -> Text:
    title, _, _, indicator = BASES[name]
    land = subject_name(site, subject)
    far = space.ratio(space.floor_m2)
    if far is None:
        return Text(f"{land.zh}的{title.zh}容积率不明", f"floor-area ratio of {title.en} on {land.en} not known")
    ratio = words.ratio(far)
    floor, area = words.square_metres(space.floor_m2 or 0.0), words.square_metres(space.area_m2)
    density, coefficient = (words.percent(space.ratio(part) or 0.0) for part in (space.buildings_m2, space.covered_m2))
    told = Text(
        f"{title.zh}容积率 {ratio.zh}({floor.zh} ÷ {area.zh}),建筑密度 {density.zh},建筑系数 {coefficient.zh}",
        f"{title.en}: floor-area ratio {ratio.en} ({floor.en} of {area.en}), density {density.en},"
        f" coefficient {coefficient.en}",
    )
    return words.joined(told, beside(indicator, site.as_of, "ratio"))
