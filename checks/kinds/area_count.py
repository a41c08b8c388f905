"""The zone, with what it takes in, has no more areas (片区) than allowed.

Requires: `area` on zones, and on the expansion where there is one.
How it is measured: number of distinct area names on zone and expansion, compared after NFKC and trimming; beside it
the number of connected parts of their land (`part_count`), which roads and rivers may cut. Land that lies farther than
gap_m from the main land of the area it names is noted: a name alone does not make it one area.
Passes: number of areas ≤ max, and every feature names its area.
Fails: number of areas > max, also where other features name none.
Undetermined: max is not set, features name no area, or features could not be repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.judge import outcome, unstated
from checks.land import SUBJECT_ROLES, column
from checks.model import Evidence, Limit, Outcome
from checks.overlaps import NOTHING
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.names import name_key
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from checks.land import Area


@dataclass(frozen=True, slots=True)
class Params:
    """How many areas there may be."""

    max: int | None = param(Text("最多几个片区", "how many areas at most"), None, minimum=0)
    gap_m: float = param(
        Text("土地距所属片区主体超过此值时注明", "land farther than this from the main land of its area is noted"),
        1000.0,
        unit="m",
        minimum=0,
    )


def needs(params: Params) -> tuple[Need, ...]:
    """Zones, and the expansion where there is one, with their areas."""
    return (Need("zones", ("area",)), Need("expansion", ("area",), optional=True))


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one zone with its expansion."""
    names = [area.name for area in site.areas()]
    limit = Limit("max", len(names), params.max, "<=")
    lands = [name for name in SUBJECT_ROLES if not site.land(name).empty]
    nameless = {name: len(site.nameless(name)) for name in lands}
    missing = [f"field:{SUBJECT_ROLES[name]}.area" for name in lands if nameless[name]]
    missing += [name for land in lands for name in site.land(land).undetermined]
    evidence, far = _evidence(site, lands, params.gap_m)
    parts = _part_count(site, lands)
    measures = {
        "area_count": len(names),
        "part_count": parts,
        "nameless_count": sum(nameless.values()),
        "far_count": len(far),
    }
    wanted = (
        unstated("max") if params.max is None else Text(f"要求不超过 {params.max} 个", f"at most {params.max} allowed")
    )
    message = words.joined(_told(site, names, parts, sum(nameless.values())), wanted, words.listed(far))
    return outcome(
        rule,
        (limit,),
        message,
        unit="count",
        missing=missing,
        shown=limit.met is False,
        measures=measures,
        evidence=evidence,
    )


def _part_count(site: Site, lands: list[str]) -> int:
    import shapely

    from geo.parts import connected

    return len(connected(shapely.union_all([site.land(name).geometry for name in lands])))


def _main_land(site: Site, area: Area, gap_m: float) -> BaseGeometry:
    """The main land of an area: its largest part, the zone's where it has any, and what hangs on it by gap_m."""
    import numpy as np
    import shapely

    from geo.parts import clusters, connected

    lands = [land for land in (area.zone, area.expansion) if land is not None]
    parts = [part for land in lands for part in connected(land)]
    group = next(group for group in clusters(np.array(parts, dtype=object), gap_m, site.plane) if 0 in group)
    return shapely.union_all([parts[i] for i in group])


def _evidence(site: Site, lands: list[str], gap_m: float) -> tuple[tuple[Evidence, ...], list[Text]]:
    """Every feature with the area that it names, and those that lie far from its main land."""
    mains = {name_key(area.name): _main_land(site, area, gap_m) for area in site.areas()}
    found, far = [], []
    for land in lands:
        frame = site.land(land).frame
        for feature, name, geometry in zip(frame["feature"], column(frame, "area"), frame.geometry, strict=True):
            note = Text(f"片区 {name}", f"area {name}") if name else Text("未注明片区", "names no area")
            away_m = site.plane.distance_m(geometry, mains[name_key(name)]) if name else 0.0
            if away_m > gap_m:
                told = words.metres(away_m, beside=gap_m)
                note += Text(f",距该片区主体 {told.zh}", f", {told.en} from its main land")
                own = f"{SUBJECT_ROLES[land]}/{feature}"
                far.append(Text(f"{own}({note.zh})", f"{own} ({note.en})"))
            found.append(
                Evidence(
                    SUBJECT_ROLES[land],
                    str(feature),
                    area_m2=float(site.plane.area_m2(geometry)),
                    bbox=site.plane.bbox_lonlat(geometry),
                    note=note,
                    geometry=geometry,
                )
            )
    return tuple(found), far


def _told(site: Site, names: list[str], parts: int, nameless: int) -> Text:
    listed = words.listed(names)
    what = Text(f"共 {len(names)} 个片区", f"{len(names)} area(s)")
    if names:
        what += Text(f"({listed.zh})", f" ({listed.en})")
    taken = NOTHING
    if site.expansion_state == "some":
        new = [area.name for area in site.areas() if area.zone is None]
        told = words.listed(new)
        taken = (
            Text(f"其中拟扩土地新增 {len(new)} 个", f"{len(new)} of them by the expansion")
            if not new
            else Text(f"其中拟扩土地新增 {len(new)} 个({told.zh})", f"{len(new)} of them by the expansion ({told.en})")
        )
    unnamed = Text(f"{nameless} 个要素未注明片区", f"{nameless} feature(s) name no area") if nameless else NOTHING
    lands = Text(f"按连通计共 {parts} 块土地", f"{parts} connected part(s) of land")
    return words.joined(what, taken, unnamed, lands)
