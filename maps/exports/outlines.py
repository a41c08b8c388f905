"""What is exported: the parcels that zones and expansions are made of, and the evidence of findings.

A parcel is one connected part of an area (of the whole land where no area is named), numbered within its zone from
upper left to lower right. Its vertices are those of the files that it came from, without the cuts of long edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from checks.land import column, dissolve
from checks.model import Evidence, Finding, Report
from checks.site import Site
from geo.boundary import parts_in_order, reading_order
from geo.corners import cuts_of, without
from geo.crs import Datum, parse_crs, tie
from geo.plane import Plane
from geo.sheets import sheets_of
from layers.model import Inputs
from layers.text import Text
from maps.outputs.findings import ordered

What = Literal["zones", "expansion", "evidence"]
WHATS: tuple[What, ...] = ("zones", "expansion", "evidence")
SUBJECTS = {"zones": "zone", "expansion": "expansion"}
WORDS = {"zones": Text("园区", "zone"), "expansion": Text("拟扩区", "expansion"), "evidence": Text("证据", "evidence")}
Cuts = frozenset[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One part of a zone's or an expansion's land, in the project's plane."""

    zone: str
    what: What
    number: int
    name: str
    geometry: Polygon
    area_m2: float
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence with a geometry, in the project's plane."""

    zone: str
    finding: Finding
    evidence: Evidence
    geometry: BaseGeometry


def parcels(report: Report, whats: Sequence[What]) -> Iterator[Parcel]:
    """The parcels of every zone, zones before expansions."""
    cuts = cut_places(report.inputs)
    for site in report.sites:
        for what in whats:
            if what != "evidence":
                yield from _of_land(site, what, cuts)


def proofs(report: Report) -> Iterator[Proof]:
    """Every piece of evidence that has a geometry, in the order of findings.json."""
    for zone in report.zones:
        for finding in zone.findings:
            for item in ordered(report, finding):
                if item.geometry is not None and not item.geometry.is_empty:
                    yield Proof(zone.zone, finding, item, item.geometry)


def _of_land(site: Site, what: What, cuts: Cuts) -> Iterator[Parcel]:
    frame = site.land(SUBJECTS[what]).frame
    by_name: dict[str, list[BaseGeometry]] = {}
    for name, geometry in zip(column(frame, "area"), frame.geometry, strict=True):
        by_name.setdefault(name or site.name, []).append(geometry)
    found = [
        (name, part)
        for name, lands in sorted(by_name.items())
        for part in parts_in_order(dissolve(gpd.GeoSeries(lands)))
    ]
    for number, i in enumerate(reading_order([part for _, part in found]), 1):
        name, part = found[i]
        area_m2 = float(site.plane.area_m2(part))
        geometry = without(part, cuts)
        if isinstance(geometry, Polygon):
            yield Parcel(site.name, what, number, name, geometry, area_m2, sheets_of(part, site.plane))


def cut_places(inputs: Inputs) -> Cuts:
    """Where vertices of zones and expansion stand that were put in when long edges were cut, and no file's own."""
    cuts: set[tuple[float, float]] = set()
    own: set[tuple[float, float]] = set()
    for role in ("zones", "expansion"):
        layer = inputs.layers.get(role)
        if layer is None:
            continue
        for geometry, record in zip(layer.frame.geometry, layer.frame["input"], strict=True):
            for place, cut in _marked(inputs, geometry, int(record)):
                (cuts if cut else own).add(place)
    return frozenset(cuts - own)


def _marked(inputs: Inputs, geometry: BaseGeometry, record: int) -> Iterator[tuple[tuple[float, float], bool]]:
    places = [(x, y) for x, y in shapely.get_coordinates(geometry).tolist()]
    crs = inputs.records[record].crs if record < len(inputs.records) else None
    there = _in_own_crs(inputs, geometry, record, crs) if crs else None
    if crs is None or there is None or len(shapely.get_coordinates(there)) != len(places):
        return iter((place, False) for place in places)
    return iter(zip(places, cuts_of(there, parse_crs(crs, "crs")).tolist(), strict=True))


def _in_own_crs(inputs: Inputs, geometry: BaseGeometry, record: int, crs: str) -> BaseGeometry | None:
    """A geometry of the plane in the CRS of the file that it came from."""
    if crs == inputs.plane.crs:
        return geometry
    sources = inputs.project.sources
    datum = Datum()
    if record < len(sources):
        source = sources[record]
        datum = Datum(source.towgs84, source.grid, source.accept_datum_shift)
    moved: BaseGeometry | None = tie(parse_crs(crs, "crs"), datum, "crs").from_lonlat(inputs.plane.to_lonlat(geometry))
    return moved


def survey_plane(inputs: Inputs) -> tuple[Plane, int, int] | None:
    """CGCS2000 Gauss-Kruger with the zone's number before the easting; number and width of the zone in degrees.

    The project's own zone where it is one, else the 3-degree zone at the middle of the zones; None outside China.
    """
    code = inputs.plane.crs.removeprefix("EPSG:")
    number = int(code) if code.isdigit() else 0
    for first, last, zone, width, prefixed in (
        (4513, 4533, 25, 3, 4513), (4534, 4554, 25, 3, 4513), (4491, 4501, 13, 6, 4491), (4502, 4512, 13, 6, 4491)
    ):  # fmt: skip
        if first <= number <= last:
            return Plane(f"EPSG:{prefixed + number - first}"), zone + number - first, width
    frame = inputs.layers["zones"].frame
    west, _, east, _ = inputs.plane.bbox_lonlat(shapely.box(*frame.total_bounds))
    zone = round((west + east) / 6)
    return (Plane(f"EPSG:{4513 + zone - 25}"), zone, 3) if 25 <= zone <= 45 else None
