"""The network that lines make up on the land: how dense, in how many parts, how many dead ends.

Requires: the line layer of `role`, with its status; the fields that `where` names.
How it is measured: built lines that meet `where`, clipped to the land, are joined at crossings and at ends within
snap_m of each other. The value is their length ÷ the land (km/km2). A dead end is an end on the land that joins
nothing, the boundary left out; `parts` counts what hangs together on the land.
Passes: min ≤ density ≤ max, where they are set.
Fails: the density is below min or above max.
Undetermined: no such layer, it does not reach the land, or lines could not be repaired.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.counted import counted
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.networks import BUILT
from checks.overlaps import role_name, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    from geo.network import Network

EDGE_M = 0.01
"""An end this close to the boundary of the land goes on beyond it."""
M_PER_KM, M2_PER_KM2 = 1e3, 1e6


@dataclass(frozen=True, slots=True)
class Params:
    """Which lines."""

    role: str = param(Text("线图层", "the line layer"), "roads", role=("line",))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的线", "only lines whose fields have these values"), None
    )
    snap_m: float = param(Text("线端多近算相接", "how near line ends are joined"), 1.0, unit="m", minimum=0)
    min: float | None = param(Text("最小密度", "the least density"), None, unit="km/km2", minimum=0)
    max: float | None = param(Text("最大密度", "the greatest density"), None, unit="km/km2", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The lines on the land."""
    return (Need(params.role, ("status", *(params.where or ()))),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    found = counted(site, subject, params.role, {**BUILT, **(params.where or {})})
    land, layer, area = subject_name(site, subject), role_name(site, params.role), site.land(subject)
    if found.rows is None or area.empty:
        told = Text(f"{land.zh}上{layer.zh}的网络不明", f"the network of {layer.en} on {land.en} is not known")
        limits = between(None, params.min, params.max)
        return outcome(rule, limits, words.joined(told, found.note), unit="km/km2", missing=found.missing)
    net, ends, length_m = _network(site, subject, params, list(found.rows["geometry"]))
    density = length_m / M_PER_KM / (area.area_m2 / M2_PER_KM2)
    parts = len(set(net.component.tolist()))
    length, per, whole = (
        words.metres(length_m),
        words.number(density),
        words.number(area.area_m2 / M2_PER_KM2, trim=True),
    )
    message = Text(
        f"{layer.zh}密度 {per} 公里/平方公里({length.zh} ÷ {whole} 平方公里),分为 {parts} 片,断头 {len(ends)} 处",
        f"{layer.en}: {per} km/km2 ({length.en} / {whole} km2), {parts} part(s), {len(ends)} dead end(s)",
    )
    return outcome(
        rule,
        between(density, params.min, params.max),
        words.joined(message, found.note),
        unit="km/km2",
        missing=found.missing,
        shown=False if found.missing else None,
        measures={"density": density, "length_m": length_m, "parts": parts, "dead_ends": len(ends)},
        evidence=ends,
    )


def _network(
    site: Site, subject: str, params: Params, lines: list[object]
) -> tuple[Network, tuple[Evidence, ...], float]:
    """The graph of the lines on the land, its dead ends, and its length."""
    import numpy as np
    import shapely

    from geo.network import Network

    area = site.land(subject).geometry
    clipped = shapely.intersection(area, np.array([*lines, None], dtype=object)[:-1])
    net = Network.of(clipped, site.plane, params.snap_m)
    places = [shapely.Point(x, y) for x, y in net.nodes[net.dead_ends]]
    inner = [place for place in places if area.boundary.distance(place) > EDGE_M]
    role = "zones" if subject == "zone" else subject
    note = Text("断头", "dead end")
    evidence = tuple(
        Evidence(role, f"dead-end-{number}", bbox=site.plane.bbox_lonlat(place), note=note, geometry=place)
        for number, place in enumerate(sorted(inner, key=lambda place: (place.x, place.y)), 1)
    )
    return net, evidence, exact_sum(net.length_m.tolist())
