"""Land of parcels that a network serves: the last mile.

Requires: `parcels` with their state; the lines of `role` with their status; `facilities` with kind and status; reach_m.
How it is measured: the built lines that meet `where` are joined into a network at crossings and at ends within snap_m
of each other. What hangs together with a built facility of one of the kinds in `sources`, itself within reach_m of a
line, is fed. A parcel is served where a fed line comes within reach_m of it (geodesic), or where a built facility of a
kind in `covered_by` has it in its area. The value is the land of served parcels ÷ that of all parcels in `states`.
Each parcel that is not served is shown with its gap and the shortest connector to what is fed; `connectors_m` is the
length of a cheapest set of connectors that would serve all, along built roads where both ends have one within reach_m.
Passes: min ≤ share ≤ max, where they are set.
Fails: the share is below min or above max.
Undetermined: reach_m is not set; parcels, lines or facilities are not given, not complete, or lack a field; for lines
that reach a place (`named`), no such facility is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.connectors import cheapest_m
from checks.counted import Counted, counted
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.networks import BUILT, FACILITIES, REACH_M, facilities, facility_missing, network, word
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.network import Network

PARCELS = "parcels"
ROADS = "roads"


@dataclass(frozen=True, slots=True)
class Params:
    """Which network, fed by what, and how near it must come."""

    role: str = param(Text("线图层", "the line layer"), role=("line",))
    sources: tuple[str, ...] = param(
        Text("供给网络的设施种类", "kinds of facilities that feed it"), listed=(FACILITIES, "kind")
    )
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的线", "only lines whose fields have these values"), None
    )
    covered_by: tuple[str, ...] = param(
        Text("其范围即视为通达的设施种类", "kinds of facilities that serve their own area"),
        (),
        listed=(FACILITIES, "kind"),
    )
    states: tuple[str, ...] = param(
        Text("计入的地块状态", "states of the parcels that count"),
        ("supplied", "idle", "built"),
        listed=(PARCELS, "state"),
    )
    reach_m: float | None = param(
        Text("线到地块多近算通达", "how near a line serves a parcel"), None, unit="m", minimum=0
    )
    snap_m: float = param(Text("线端多近算相接", "how near line ends are joined"), 1.0, unit="m", minimum=0)
    min: float | None = param(Text("最小通达比例", "the least share served"), None, unit="share", minimum=0)
    max: float | None = param(Text("最大通达比例", "the greatest share served"), None, unit="share", minimum=0)


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Which of the parcels are served, their land, and what they can be joined to."""

    parcels: Counted
    area_m2: NDArray[np.float64]
    served: NDArray[np.bool_]
    fed: NDArray[np.object_]
    lines: int

    @property
    def share(self) -> float | None:
        """Served land ÷ all; None where there are no parcels."""
        whole = exact_sum(self.area_m2.tolist())
        return exact_sum(self.area_m2[self.served].tolist()) / whole if whole else None


def needs(params: Params) -> tuple[Need, ...]:
    """The parcels on the land, lines and facilities wherever they run."""
    lines = ("status", *(params.where or ()))
    return (
        Need(PARCELS, ("state",)),
        Need(params.role, lines, reach_m=REACH_M),
        Need(FACILITIES, ("kind", "status"), reach_m=REACH_M),
        Need(ROADS, ("status",), reach_m=REACH_M, optional=True),
    )


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    parcels = counted(site, subject, PARCELS, {"state": params.states})
    missing = [*parcels.missing, *_network_missing(site, params)]
    if params.reach_m is None:
        missing.append(f"param:{rule.id}.reach_m")
    layers = (site.layer(params.role), site.layer(FACILITIES))
    if params.reach_m is None or parcels.rows is None or any(layer is None for layer in layers):
        told = Text(f"{_name(site, params).zh}通达情况无法量算", f"what {_name(site, params).en} serves is not known")
        limits = between(None, params.min, params.max)
        return outcome(rule, limits, words.joined(told, parcels.note), unit="share", missing=missing, shown=False)
    found = _served(site, params, parcels, params.reach_m)
    connectors_m = _connectors_m(site, params, found, params.reach_m)
    return outcome(
        rule,
        between(found.share, params.min, params.max),
        words.joined(_told(site, params, found, connectors_m), parcels.note),
        unit="share",
        missing=missing if found.share is not None else [*missing, f"field:{PARCELS}.state"],
        measures={
            "share": found.share,
            "served_m2": exact_sum(found.area_m2[found.served].tolist()),
            "parcels_m2": exact_sum(found.area_m2.tolist()),
            "served": int(found.served.sum()),
            "unserved": int((~found.served).sum()),
            "connectors_m": connectors_m,
            **_by_state(found),
        },
        evidence=_evidence(site, found),
    )


def _network_missing(site: Site, params: Params) -> list[str]:
    """What is missing before a parcel that no line reaches is known to be without."""
    names = [*site.completeness("zone", params.role).missing, *site.lacking(params.role, *(params.where or ()))]
    names += facility_missing(site)
    if "town" in params.sources and site.layer(FACILITIES) is not None and facilities(site, ("town",)).empty:
        names.append(f"field:{FACILITIES}.kind")
    return names


def _served(site: Site, params: Params, parcels: Counted, reach_m: float) -> Served:
    import numpy as np
    import shapely

    rows = parcels.rows
    geometries = np.array([], dtype=object) if rows is None else rows["geometry"].to_numpy()
    net = network(site, params.role, params.where, params.snap_m)
    fed = _fed(site, params, net, reach_m)
    lines = net.edges[fed]
    served = _within(site, geometries, lines, reach_m)
    if params.covered_by:
        areas = facilities(site, params.covered_by).geometry.to_numpy()
        tree = shapely.STRtree(areas)
        inside = tree.query(shapely.point_on_surface(geometries), predicate="intersects")[0]
        served[np.unique(inside)] = True
    sources = facilities(site, params.sources).geometry.to_numpy()
    return Served(parcels, site.plane.area_m2(geometries), served, lines if len(lines) else sources, len(net.edges))


def _fed(site: Site, params: Params, net: Network, reach_m: float) -> NDArray[np.bool_]:
    """Which edges hang together with a built facility that feeds them."""
    import numpy as np

    feet = net.feet(facilities(site, params.sources).geometry.to_numpy(), reach_m)
    parts = {int(net.component[net.ends[edge, 0]]) for edge in feet.edge[feet.edge >= 0]}
    return np.isin(net.component[net.ends[:, 0]], sorted(parts)) if len(net.edges) else np.zeros(0, dtype=np.bool_)


def _within(site: Site, places: NDArray[np.object_], lines: NDArray[np.object_], reach_m: float) -> NDArray[np.bool_]:
    """Which places have a line within the distance (geodesic)."""
    import numpy as np
    import shapely

    near = np.zeros(len(places), dtype=np.bool_)
    if len(lines) and len(places):
        place, line = shapely.STRtree(lines).query_nearest(places, all_matches=False)
        near[place] = site.plane.length_m(shapely.shortest_line(places[place], lines[line])) <= reach_m
    return near


def _connectors_m(site: Site, params: Params, found: Served, reach_m: float) -> float | None:
    rows = found.parcels.rows
    left = rows["geometry"].to_numpy()[~found.served] if rows is not None else found.fed[:0]
    roads = network(site, ROADS, BUILT, params.snap_m) if site.layer(ROADS) is not None else None
    return cheapest_m(left, found.fed, site.plane, roads, reach_m)


def _by_state(found: Served) -> dict[str, float | None]:
    """The share of each state's land that is served."""
    if found.parcels.rows is None or "state" not in found.parcels.rows:
        return {}
    states = found.parcels.rows["state"].to_numpy()
    shares = {}
    for state in sorted({state for state in states if isinstance(state, str)}):
        own = states == state
        whole = exact_sum(found.area_m2[own].tolist())
        shares[f"{state}_share"] = exact_sum(found.area_m2[own & found.served].tolist()) / whole if whole else None
    return shares


def _evidence(site: Site, found: Served) -> tuple[Evidence, ...]:
    """Each parcel that is not served, then the shortest line to what is fed."""
    import shapely

    if found.parcels.rows is None:
        return ()
    tree = shapely.STRtree(found.fed)
    listed: list[Evidence] = []
    for row, area_m2, served in zip(found.parcels.rows.to_dict("records"), found.area_m2, found.served, strict=True):
        if served:
            continue
        parcel, feature = row["geometry"], str(row["feature"])
        bbox = site.plane.bbox_lonlat(parcel)
        if not len(found.fed):
            note = Text("未通达,没有可接的网络", "not served, nothing to join")
            listed.append(Evidence(PARCELS, feature, area_m2=float(area_m2), bbox=bbox, note=note, geometry=parcel))
            continue
        gap = shapely.shortest_line(parcel, found.fed[int(tree.query_nearest(parcel, all_matches=False)[0])])
        gap_m = float(site.plane.length_m(gap))
        told = words.metres(gap_m)
        note = Text(f"未通达,距可接处 {told.zh}", f"not served, {told.en} from what is fed")
        listed.append(Evidence(PARCELS, feature, area_m2=float(area_m2), bbox=bbox, note=note, geometry=parcel))
        line = Text(f"最短接线 {told.zh}", f"shortest connector, {told.en}")
        bbox = site.plane.bbox_lonlat(gap)
        listed.append(Evidence(PARCELS, feature, 2, length_m=gap_m, bbox=bbox, note=line, geometry=gap))
    return tuple(listed)


def _name(site: Site, params: Params) -> Text:
    """What the lines carry: `给水`, or the layer's own name."""
    kinds = (params.where or {}).get("kind", ())
    layer = site.layer(params.role)
    if kinds:
        return words.listed(word(site, params.role, "kind", kind) for kind in kinds)
    return layer.role.title if layer is not None else Text(params.role, params.role)


def _told(site: Site, params: Params, found: Served, connectors_m: float | None) -> Text:
    name = _name(site, params)
    if found.share is None:
        return Text(f"{name.zh}:没有已供或已建地块", f"{name.en}: no supplied or built parcels")
    share = words.percent(found.share, beside=params.min)
    part, whole = (words.hectares(exact_sum(area.tolist())) for area in (found.area_m2[found.served], found.area_m2))
    told = Text(
        f"{name.zh}通达 {share.zh}:已供已建地块 {whole.zh} 中的 {part.zh}",
        f"{name.en} serves {share.en}: {part.en} of {whole.en} of supplied and built parcels",
    )
    if not found.lines:
        told = words.joined(told, Text("没有已建的此类管线", "no built line of this kind"))
    left = int((~found.served).sum())
    if not left:
        return told
    if connectors_m is None:
        source = words.listed(word(site, FACILITIES, "kind", kind) for kind in params.sources)
        zh, en = f"没有已建的{source.zh}可接", f"no built {source.en} to join"
    else:
        length = words.metres(connectors_m)
        zh, en = f"全部接通最少需 {length.zh}", f"at least {length.en} to join all"
    return words.joined(told, Text(f"{left} 宗未通达,{zh}", f"{left} not served, {en}"))
