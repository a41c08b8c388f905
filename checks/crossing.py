"""Lines that cross a layer outside the land: roads and utilities that run through a red line on their way to a park."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.land import SUBJECT_ROLES
from checks.model import Evidence
from checks.overlaps import NOTHING, role_name
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

PROOF = "document:unavoidable"
"""What is missing where only lines cross: the proof that they cannot be led around."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Line roles that were looked at with the length of each; `missing` names lines that could not be read."""

    length_m: Mapping[str, float]
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]
    reach_m: float

    @property
    def total_m(self) -> float:
        """Length of all lines that cross."""
        return exact_sum(self.length_m.values())


def crossing(site: Site, subject: str, role: str, lines: tuple[str, ...], reach_m: float | None) -> Crossing:
    """The lines within `reach_m` of the subject (the project's context_m where None) that cross the layer.

    What lies on the zone or its expansion is left out: that is land taken, and counts as area.
    """
    import shapely

    within_m = site.inputs.project.context_m if reach_m is None else reach_m
    layer = site.layer(role)
    given = [name for name in lines if site.layer(name) is not None]
    if layer is None or not given:
        return Crossing({}, (), (), within_m)
    around = shapely.buffer(site.land(subject).geometry, within_m)
    near = sorted(layer.frame.sindex.query(around, predicate="intersects"))
    looked = shapely.intersection(shapely.union_all(layer.frame.geometry.iloc[near].to_numpy()), around)
    for own in SUBJECT_ROLES:
        looked = shapely.difference(looked, site.land(own).geometry)
    lengths: dict[str, float] = {}
    evidence: list[Evidence] = []
    for name in given:
        found = _crossing_lines(site, name, looked)
        lengths[name] = exact_sum(line.length_m or 0.0 for line in found)
        evidence += found
    missing = [f"feature:{name}/{one}" for name in given for one in site.inputs.layers[name].unrepaired]
    return Crossing(lengths, tuple(evidence), tuple(missing), within_m)


def _crossing_lines(site: Site, role: str, area: BaseGeometry) -> list[Evidence]:
    import shapely

    frame = site.inputs.layers[role].frame
    near = sorted(frame.sindex.query(area, predicate="intersects"))
    if not near:
        return []
    pieces = shapely.intersection(area, frame.geometry.iloc[near].to_numpy())
    lengths = site.plane.length_m(pieces)
    note = Text("线性工程在用地以外穿越", "a line that crosses outside the land")
    return [
        Evidence(
            role,
            str(frame["feature"].iloc[row]),
            length_m=float(length_m),
            bbox=site.plane.bbox_lonlat(piece),
            note=note,
            geometry=piece,
        )
        for row, piece, length_m in zip(near, pieces, lengths, strict=True)
        if length_m > 0
    ]


def crossing_told(site: Site, found: Crossing, lines: tuple[str, ...]) -> Text:
    """Which lines cross, and which could not be looked at."""
    absent = words.listed(role_name(site, name) for name in lines if name not in found.length_m)
    unseen = Text(f"没有提供 {absent.zh},未看线性工程的穿越", f"not given, so not looked at for crossings: {absent.en}")
    if not found.length_m:
        return unseen
    within = words.metres(found.reach_m)
    told = [
        Text(f"{name.zh} {length.zh}", f"{name.en} {length.en}")
        for name, length in ((role_name(site, role), words.metres(m)) for role, m in found.length_m.items() if m)
    ]
    listed = words.listed(told)
    crossed = (
        Text(
            f"用地以外 {within.zh} 内有线性工程穿越:{listed.zh},须有无法避让的论证",
            f"lines cross up to {within.en} off the land: {listed.en}; which needs proof that they cannot be avoided",
        )
        if told
        else Text(f"用地以外 {within.zh} 内没有线性工程穿越", f"no line crosses within {within.en} outside the land")
    )
    return words.joined(crossed, unseen if absent.zh else NOTHING)
