"""Facilities that are wanted: which are there, in works, or missing.

Requires: `facilities` with kind and status; `wanted`, the kinds that there should be.
How it is measured: the facilities that count for the zone (with several zones those nearest to it or its expansion), by
kind and status. The value is the number of wanted kinds (without `wanted`: of those on hand) without a built one.
Passes: each kind wanted has one built.
Fails: a kind has none built, and nothing is missing that might be one.
Undetermined: no such layer, it is not complete, or a facility without a kind might be the one. Without `wanted` a
figure shows what there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.judge import outcome
from checks.model import Evidence, Limit, Outcome
from checks.networks import FACILITIES, REACH_M, word
from checks.rule import Need, Rule, param
from checks.site import Site
from checks.supply import own_facilities, without_kind
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True)
class Params:
    """What there should be."""

    wanted: tuple[str, ...] | None = param(
        Text("应有的设施种类", "kinds of facilities that there should be"), None, listed=(FACILITIES, "kind")
    )


def needs(params: Params) -> tuple[Need, ...]:
    """The facilities, wherever they are."""
    return (Need(FACILITIES, ("kind", "status"), reach_m=REACH_M),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    if site.layer(FACILITIES) is None:
        told = Text("没有提供设施图层", "no layer of facilities was given")
        return outcome(rule, (_limit(None, params),), told, unit="count", missing=(f"role:{FACILITIES}",))
    frame = own_facilities(site)
    kinds = params.wanted or tuple(sorted({kind for kind in frame["kind"] if isinstance(kind, str)}))
    rows = {kind: frame[frame["kind"] == kind] for kind in kinds}
    built = {kind: int(_is_built(own).sum()) for kind, own in rows.items()}
    lacking = [kind for kind in kinds if not built[kind]]
    complete = site.completeness("zone", FACILITIES)
    missing = [*complete.missing, *site.lacking(FACILITIES, "kind"), *(without_kind(frame) if lacking else ())]
    evidence = tuple(item for kind in kinds for item in _evidence(site, kind, rows[kind]))
    return outcome(
        rule,
        (_limit(float(len(lacking)), params),),
        words.joined(*(_told(site, kind, rows[kind], built[kind]) for kind in kinds), complete.note)
        if kinds
        else Text("没有设施", "no facilities"),
        unit="count",
        missing=missing,
        shown=False if missing else None,
        measures={f"{kind}_built": built[kind] for kind in kinds},
        evidence=evidence,
    )


def _limit(value: float | None, params: Params) -> Limit:
    """None lacks; without `wanted` nothing is limited."""
    return Limit("wanted", value, 0.0 if params.wanted else None, "<=")


def _is_built(rows: gpd.GeoDataFrame) -> gpd.pd.Series:
    return rows["status"].isna() | (rows["status"] == "built") if "status" in rows else rows["kind"].notna()


def _told(site: Site, kind: str, rows: gpd.GeoDataFrame, built: int) -> Text:
    name, others = word(site, FACILITIES, "kind", kind), len(rows) - built
    if built:
        return Text(f"{name.zh}已建 {built} 处", f"{name.en}: {built} built")
    if others:
        return Text(
            f"{name.zh}在建或规划 {others} 处,没有已建的", f"{name.en}: {others} in works or planned, none built"
        )
    return Text(f"没有{name.zh}", f"{name.en}: none")


def _evidence(site: Site, kind: str, rows: gpd.GeoDataFrame) -> tuple[Evidence, ...]:
    name = word(site, FACILITIES, "kind", kind)
    found = []
    for row in rows.to_dict("records"):
        geometry, status = row["geometry"], row.get("status")
        state = word(site, FACILITIES, "status", status if isinstance(status, str) else "built")
        note = Text(f"{name.zh},{state.zh}", f"{name.en}, {state.en}")
        bbox = site.plane.bbox_lonlat(geometry)
        found.append(Evidence(FACILITIES, str(row["feature"]), bbox=bbox, note=note, geometry=geometry))
    return tuple(found)
