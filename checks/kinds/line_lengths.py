"""Lengths of a layer's lines on the land, by status and class, and how dense the built ones are.

Requires: the line layer of `role` with its status (and class, where it has one); `built_up` for the density on
built land.
How it is measured: geodesic length of each line clipped to the land, summed up exactly by status; of the built ones
also by class. The value is the length built. Densities: built lines ÷ planned land, and those on built land ÷ built
land.
Passes: min ≤ length ≤ max, where they are set.
Fails: the length is below min or above max.
Undetermined: no such layer, it is not complete, or lines could not be repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.counted import counted
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.overlaps import met, role_name
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

BUILT_UP = "built_up"
BUILT = "built"
STATES = {
    "under-construction": Text("在建", "under construction"),
    "commissioning": Text("基本建成", "nearly finished"),
    "planned": Text("规划", "planned"),
}
KM2_M = 1000.0
"""m ÷ m2 times this is km per km2."""


@dataclass(frozen=True, slots=True)
class Params:
    """Which lines."""

    role: str = param(Text("线图层", "the line layer"), "roads", role=("line",))
    min: float | None = param(Text("最小已建长度", "the least length built"), None, unit="m", minimum=0)
    max: float | None = param(Text("最大已建长度", "the greatest length built"), None, unit="m", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The lines, and the built land."""
    return (
        Need(params.role, ("status", "class"), on_land=True),
        Need(BUILT_UP, ("status",), optional=True, on_land=True),
    )


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    found = counted(site, subject, params.role, None)
    name = role_name(site, params.role)
    if found.rows is None:
        told = Text(f"没有提供图层{name.zh}", f"no layer {name.en} was given")
        return outcome(rule, between(None, params.min, params.max), told, unit="m", missing=found.missing)
    land = site.land(subject)
    rows = found.rows.assign(length_m=_lengths(site, found.rows, land.geometry))
    rows = rows[rows["length_m"] > 0]
    status = rows["status"].fillna(BUILT) if "status" in rows else rows["feature"].map(lambda _: BUILT)
    by_state = {state: exact_sum(rows["length_m"][status == state].tolist()) for state in (BUILT, *STATES)}
    built = rows[status == BUILT]
    seen = met(site, subject, BUILT_UP, {"status": (BUILT,)})
    measures: dict[str, float | int | str | None] = {
        "built_m": by_state[BUILT],
        **{f"{state.replace('-', '_')}_m": by_state[state] for state in STATES},
        **_by_class(built),
        "per_planned_km2": by_state[BUILT] / land.area_m2 * KM2_M if land.area_m2 else None,
        "per_built_km2": _on_built(site, built, seen.found.union, seen.found.union_m2) if seen.reached else None,
    }
    return outcome(
        rule,
        between(by_state[BUILT], params.min, params.max),
        words.joined(*_told(name, by_state, measures, land.area_m2, seen.found.union_m2), found.note),
        unit="m",
        missing=found.missing,
        shown=None if not found.missing else False,
        measures=measures,
        evidence=tuple(_evidence(site, params.role, row) for row in rows.to_dict("records")),
    )


def _lengths(site: Site, rows: pd.DataFrame, land: BaseGeometry) -> list[float]:
    import shapely

    lengths: list[float] = site.plane.length_m(shapely.intersection(land, rows["geometry"].to_numpy())).tolist()
    return lengths


def _by_class(built: pd.DataFrame) -> dict[str, float]:
    classes: list[str] = list(built["class"].dropna().unique()) if "class" in built else []
    return {f"class_{one}_m": exact_sum(built["length_m"][built["class"] == one].tolist()) for one in sorted(classes)}


def _on_built(site: Site, built: pd.DataFrame, land: BaseGeometry, area_m2: float) -> float | None:
    return exact_sum(_lengths(site, built, land)) / area_m2 * KM2_M if area_m2 else None


def _told(
    name: Text,
    by_state: dict[str, float],
    measures: dict[str, float | int | str | None],
    land_m2: float,
    built_m2: float,
) -> list[Text]:
    length = words.metres(by_state[BUILT])
    told = [Text(f"{name.zh}已建 {length.zh}", f"{name.en} built: {length.en}")]
    for state, title in STATES.items():
        if by_state[state]:
            other = words.metres(by_state[state])
            told.append(Text(f"{title.zh} {other.zh}", f"{title.en} {other.en}"))
    for key, zh, en, area_m2 in (
        ("per_planned_km2", "规划用地", "planned land", land_m2),
        ("per_built_km2", "已建成用地", "built land", built_m2),
    ):
        value = measures[key]
        if isinstance(value, float):
            figure, km2 = words.number(value), words.number(area_m2 / 1e6, trim=True)
            told.append(
                Text(f"每平方公里{zh}({km2} 平方公里){figure} 公里", f"{figure} km per km2 of {en} ({km2} km2)")
            )
    return told


def _evidence(site: Site, role: str, row: dict[object, object]) -> Evidence:
    geometry, status = row["geometry"], row.get("status")
    state = status if isinstance(status, str) else BUILT
    title = STATES.get(state, Text("已建", "built"))
    return Evidence(
        role,
        str(row["feature"]),
        length_m=float(str(row["length_m"])),
        bbox=site.plane.bbox_lonlat(geometry),  # type: ignore[arg-type]
        note=title,
        geometry=geometry,  # type: ignore[arg-type]
    )
