"""Stations against the area that each may answer for, and against the minutes that it takes to get there.

Requires: `facilities` of the kind `station` with class and status; for `minutes` also `roads` with speed_kmh, or a
speed for each class in `speeds`.
How it is measured: land of the subject ÷ the summed areas of its built stations by class (`areas_km2`): a
station's legal area is an area, not a radius. With `minutes` set, the land is looked at in squares of cell_m: each
takes the leg to the nearest built road (at that road's speed) and the way along the roads from the nearest station;
`beyond_m2` is the land that takes longer, or that no road reaches.
Passes: the ratio keeps min and max, where they are set; with `minutes`, no real area lies beyond.
Fails: a limit is broken, or land lies beyond `minutes`.
Undetermined: no such layer, a station without a class that is known, a road without a speed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.judge import between, outcome
from checks.model import Evidence, Limit, Outcome
from checks.networks import FACILITIES, REACH_M, facility_missing, minutes, network, word
from checks.overlaps import subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from checks.supply import own_facilities
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

ROADS = "roads"
M2_PER_KM2 = 1e6


@dataclass(frozen=True, slots=True)
class Params:
    """Which stations, the area of each class, and how soon one must be there."""

    station: str = param(Text("站点种类", "the kind of station"), listed=(FACILITIES, "kind"))
    areas_km2: Mapping[str, float] = param(
        Text("各级站点的辖区面积", "area of each class of station"), unit="km2", minimum=0
    )
    minutes: float | None = param(Text("沿道路到达的时限", "minutes along roads"), None, unit="min", minimum=0)
    speeds: Mapping[str, float] | None = param(
        Text("没有车速的道路按等级取的车速", "speed of roads without one, by class"), None, unit="km/h", minimum=0
    )
    snap_m: float = param(Text("线端多近算相接", "how near line ends are joined"), 1.0, unit="m", minimum=0)
    cell_m: float = param(
        Text("量算时限用的格子边长", "side of the squares that time is taken for"), 25.0, unit="m", minimum=1
    )
    min: float | None = param(Text("最小比值", "the least ratio"), None, unit="ratio", minimum=0)
    max: float | None = param(Text("最大比值", "the greatest ratio"), None, unit="ratio", minimum=0)


@dataclass(frozen=True, slots=True)
class Beyond:
    """The land that takes longer than the time allowed; None where that is not known, then `missing` says why."""

    land: BaseGeometry | None
    area_m2: float | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """The built stations, the area of their classes, and the land ÷ that area."""

    stations: gpd.GeoDataFrame
    area_km2: float
    ratio: float | None


def needs(params: Params) -> tuple[Need, ...]:
    """Stations and roads wherever they are."""
    roads = Need(ROADS, ("status", "class", "speed_kmh"), reach_m=REACH_M, optional=params.minutes is None)
    return (Need(FACILITIES, ("kind", "class", "status"), reach_m=REACH_M), roads)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    name = word(site, FACILITIES, "kind", params.station)
    if site.layer(FACILITIES) is None:
        told = Text(f"没有提供设施图层,{name.zh}不明", f"no layer of facilities: {name.en} not known")
        limits = between(None, params.min, params.max)
        return outcome(rule, limits, told, unit="ratio", missing=(f"role:{FACILITIES}",))
    stations = _stations(site, params)
    classless = _classless(stations, params)
    area_km2 = sum(params.areas_km2[rank] for rank in stations.get("class", []) if rank in params.areas_km2)
    land = site.land(subject)
    ratio = land.area_m2 / M2_PER_KM2 / area_km2 if area_km2 and not classless else None
    beyond = _beyond(site, subject, params, stations) if params.minutes is not None else Beyond(None, None, ())
    limits = between(ratio, params.min, params.max)
    if params.minutes is not None:
        late = Limit("minutes", beyond.area_m2, 0.0, "<=")
        limits = (late, *(limit for limit in limits if limit.threshold is not None))
    no_area = () if ratio is not None or classless or params.minutes is not None else (f"field:{FACILITIES}.kind",)
    return outcome(
        rule,
        limits,
        _told(site, subject, params, Cover(stations, area_km2, ratio), beyond),
        unit="ratio" if params.minutes is None else "m2",
        missing=[*land.undetermined, *facility_missing(site), *classless, *no_area, *beyond.missing],
        measures={
            "ratio": ratio,
            "land_m2": land.area_m2,
            "stations": len(stations),
            "stations_km2": area_km2,
            "beyond_m2": beyond.area_m2,
        },
        evidence=_evidence(site, subject, stations, beyond),
    )


def _stations(site: Site, params: Params) -> gpd.GeoDataFrame:
    own = own_facilities(site)
    chosen = (own["kind"] == params.station) & (
        own["status"].isna() | (own["status"] == "built") if "status" in own else True
    )
    found: gpd.GeoDataFrame = own[chosen]
    return found


def _classless(stations: gpd.GeoDataFrame, params: Params) -> tuple[str, ...]:
    ranks = stations["class"] if "class" in stations else [None] * len(stations)
    named = zip(stations["feature"], ranks, strict=True)
    return tuple(f"feature:{FACILITIES}/{feature}" for feature, rank in named if rank not in params.areas_km2)


def _beyond(site: Site, subject: str, params: Params, stations: gpd.GeoDataFrame) -> Beyond:
    """The squares of the land that no station reaches in time, cut to the land."""
    import numpy as np
    import shapely

    if site.layer(ROADS) is None:
        return Beyond(None, None, (f"role:{ROADS}",))
    net = network(site, ROADS, None, params.snap_m)
    weight, missing = minutes(site, net, ROADS, params.speeds or {})
    if missing:
        return Beyond(None, None, tuple(missing))
    land = site.land(subject).geometry
    west, south, east, north = land.bounds
    x, y = (np.arange(low, high, params.cell_m) for low, high in ((west, east), (south, north)))
    left, low = (grid.ravel() for grid in np.meshgrid(x, y))
    squares = shapely.intersection(land, np.asarray(shapely.box(left, low, left + params.cell_m, low + params.cell_m)))
    squares = squares[shapely.area(squares) > 0]
    reach = REACH_M
    feet = net.feet(np.asarray(shapely.point_on_surface(squares)), reach)
    time = net.nearest(net.feet(stations.geometry.to_numpy(), reach), feet, weight)
    late = squares[~(time <= (params.minutes or 0.0))]
    if not len(late):
        return Beyond(None, 0.0, ())
    whole = shapely.union_all(late)
    return Beyond(whole, float(site.plane.area_m2(whole)), ())


def _evidence(site: Site, subject: str, stations: gpd.GeoDataFrame, beyond: Beyond) -> tuple[Evidence, ...]:
    found = []
    for row in stations.to_dict("records"):
        geometry, rank = row["geometry"], row.get("class")
        note = Text(f"等级 {rank}", f"class {rank}")
        bbox = site.plane.bbox_lonlat(geometry)
        found.append(Evidence(FACILITIES, str(row["feature"]), bbox=bbox, note=note, geometry=geometry))
    if beyond.land is not None and beyond.area_m2:
        note = Text("时限内到不了", "not reached in time")
        bbox = site.plane.bbox_lonlat(beyond.land)
        role, feature = ("zones" if subject == "zone" else subject), "beyond"
        found.append(Evidence(role, feature, area_m2=beyond.area_m2, bbox=bbox, note=note, geometry=beyond.land))
    return tuple(found)


def _told(site: Site, subject: str, params: Params, cover: Cover, beyond: Beyond) -> Text:
    name, land = word(site, FACILITIES, "kind", params.station), subject_name(site, subject)
    own = words.number(site.land(subject).area_m2 / M2_PER_KM2, trim=True)
    told = Text(
        f"已建{name.zh} {len(cover.stations)} 座,辖区面积合计 {cover.area_km2:g} 平方公里;{land.zh} {own} 平方公里",
        f"built {name.en}: {len(cover.stations)}, {cover.area_km2:g} km2 of area between them; {land.en}: {own} km2",
    )
    if cover.ratio is not None:
        share = words.ratio(cover.ratio, beside=params.max)
        told = words.joined(told, Text(f"用地 ÷ 辖区面积 = {share.zh}", f"land / station area = {share.en}"))
    if beyond.area_m2 is not None:
        late, within = words.area(beyond.area_m2), words.quantity(params.minutes or 0.0, "min")
        told = words.joined(
            told, Text(f"{within.zh}内到不了的有 {late.zh}", f"{late.en} not reached within {within.en}")
        )
    return told
