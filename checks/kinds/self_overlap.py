"""Features of one layer do not overlap each other.

Requires: the layer of `role`, else the subject's own; the fields of `by`.
How it is measured: area of the real parts of land that two features or more claim whose values of `by` differ, every
square metre once (`overlap_m2`). Without `by` every feature stands for itself. The subject's own layer: its zone's rows
against all rows. Parts that vanish under erosion by half of sliver_width_m are slivers (`sliver_m2`).
Passes: overlap_m2 = 0, and no feature is lost that could show otherwise.
Fails: overlap_m2 > 0. Slivers are listed and never turn the verdict.
Undetermined: no such layer, or features that could not be repaired.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checks import words
from checks.judge import outcome
from checks.land import SUBJECT_ROLES, array_of, column
from checks.model import Evidence, Limit, Outcome
from checks.overlaps import role_name, slivers_told, subject_name
from checks.rule import Need, Rule, param
from checks.selection import moved
from checks.site import Site
from layers.names import name_key
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from geo.overlay import Overlap


@dataclass(frozen=True, slots=True)
class Params:
    """Which features must keep off each other."""

    role: str | None = param(
        Text("图层,默认为评价对象自己的图层", "the layer, else the subject's own"), None, role=("polygon",)
    )
    by: tuple[str, ...] = param(
        Text("这些字段取值相同的要素算同一个", "features with the same values of these fields count as one"), ()
    )


def needs(params: Params) -> tuple[Need, ...]:
    """The layer; zones and expansion are there in every run."""
    return (Need(params.role, params.by),) if params.role else ()


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    role = params.role or SUBJECT_ROLES.get(subject, subject)
    layer, land = site.layer(role), site.land(subject)
    complete = site.completeness(subject, role)
    if layer is None:
        return outcome(rule, (Limit("max", None, 0.0, "<="),), complete.note, unit="m2", missing=complete.missing)
    found, partners = _found(site, subject, role, params.by)
    name = role_name(site, role) if params.role else subject_name(site, subject)
    if found.union_m2:
        told = words.area(found.union_m2)
        who = words.listed(sorted({partners[piece.row].zh for piece in found.pieces if not piece.sliver}))
        message = Text(f"{name.zh}互相重叠 {told.zh}:{who.zh}", f"{name.en} overlaps itself by {told.en}: {who.en}")
    else:
        message = Text(f"{name.zh}没有互相重叠", f"{name.en} does not overlap itself")
    lost = site.ground.uncertain(role)
    return outcome(
        rule,
        (Limit("max", found.union_m2, 0.0, "<="),),
        words.joined(message, slivers_told(found)),
        unit="m2",
        missing=dict.fromkeys((*land.undetermined, *lost, *_failed(site, role, found))),
        measures={"overlap_m2": found.union_m2, "sliver_m2": found.sliver_m2},
        evidence=_evidence(site, role, found, partners),
    )


def _found(site: Site, subject: str, role: str, by: tuple[str, ...]) -> tuple[Overlap, dict[int, Text]]:
    """What of the land several features claim, by the layer's rows, and each row's partners in words."""
    import numpy as np
    import shapely

    from geo.overlay import overlap
    from geo.robust import robust

    frame = site.inputs.layers[role].frame
    keys, names, mine = _keys(frame, by), _names(frame, by), _own(site, subject, role, frame)
    geometries, land = frame.geometry.to_numpy(), site.land(subject).geometry
    rows: list[int] = []
    shared: list[BaseGeometry] = []
    failed: list[int] = []
    partners: dict[int, Text] = {}
    for row in mine:
        near = sorted(frame.sindex.query(geometries[row], predicate="intersects"))
        others = [int(other) for other in near if keys[other] != keys[row]]
        if not others:
            continue
        part = robust("intersection", geometries[row], shapely.union_all(geometries[others]))
        if part is None:
            failed.append(row)
            continue
        met = [other for other in others if shapely.area(shapely.intersection(geometries[row], geometries[other])) > 0]
        told = words.listed(sorted({names[other] for other in met}))
        partners[row] = Text(f"{names[row]} 与 {told.zh}", f"{names[row]} and {told.en}")
        rows.append(row)
        shared.append(part)
    found = moved(overlap(land, array_of(shared), site.plane, site.sliver_width_m), np.array(rows, dtype=np.int64))
    return replace(found, failed=tuple(sorted({*found.failed, *failed}))), partners


def _failed(site: Site, role: str, found: Overlap) -> tuple[str, ...]:
    features = site.inputs.layers[role].frame["feature"]
    return tuple(f"feature:{role}/{features.iloc[row]}" for row in found.failed)


def _evidence(site: Site, role: str, found: Overlap, notes: dict[int, Text]) -> tuple[Evidence, ...]:
    features = site.inputs.layers[role].frame["feature"]
    return tuple(
        Evidence(
            role,
            str(features.iloc[piece.row]),
            piece.part,
            area_m2=piece.area_m2,
            width_m=piece.width_m,
            sliver=piece.sliver,
            bbox=site.plane.bbox_lonlat(piece.geometry),
            note=notes[piece.row],
            geometry=piece.geometry,
        )
        for piece in found.pieces
    )


def _own(site: Site, subject: str, role: str, frame: gpd.GeoDataFrame) -> list[int]:
    """The rows that are the zone's: of its own layer by name, of another those that meet the land."""
    if role in SUBJECT_ROLES.values():
        return [row for row, name in enumerate(column(frame, "zone")) if name_key(name or "") == site.key]
    return sorted(int(row) for row in frame.sindex.query(site.land(subject).geometry, predicate="intersects"))


def _keys(frame: gpd.GeoDataFrame, by: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not by:
        return [(str(row),) for row in range(len(frame))]
    columns = [[name_key(name or "") for name in column(frame, field)] for field in by]
    return list(zip(*columns, strict=True))


def _names(frame: gpd.GeoDataFrame, by: tuple[str, ...]) -> list[str]:
    """What each feature is called: its values of `by`, else its id."""
    columns = [column(frame, field) for field in by]
    ids = [str(feature) for feature in frame["feature"]]
    values = zip(*columns, strict=True) if columns else [()] * len(ids)
    return [" ".join(filter(None, own)) or feature for own, feature in zip(values, ids, strict=True)]
