"""Everything that a project names, read: zones and expansion whole, other layers near them, tables, rasters.

Every source is opened and looked at even where another one has a problem, so that one pass tells all. A raster's record
counts no features: its cells are read by the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import crs_name, output_crs
from geo.plane import Plane
from layers.assemble import layer_of, table_of
from layers.covers import covered_area, covered_span
from layers.model import InputRecord, Inputs, Layer, Progress, Project, Raster, Source, Table
from layers.problems import Problems
from layers.provenance import Origin, origin
from layers.rasters import open_raster
from layers.reach import Group, Reach
from layers.readers import Geoms
from layers.tables import TablePiece, read_table
from layers.text import Text
from layers.vectors import Opened, Piece, open_source, read_near
from layers.zones import names_of, settle_zones, unknown_names

LAND = ("zones", "expansion")


@dataclass
class _Read:
    """What came of each source, by its place in the project."""

    project: Project
    problems: Problems
    progress: Progress
    vectors: dict[int, Piece] = field(default_factory=dict)
    tables: dict[int, TablePiece] = field(default_factory=dict)
    rasters: dict[int, Raster] = field(default_factory=dict)
    origins: dict[tuple[str | None, str], Origin] = field(default_factory=dict)
    areas_m2: dict[int, float] = field(default_factory=dict)
    done: int = 0

    def step(self, source: Source) -> None:
        """Tell which source is being read."""
        name = source.text or source.role.name
        self.progress(Text(f"读取 {name}", f"reading {name}"), self.done, len(self.project.sources))
        self.done += 1

    def origin(self, source: Source) -> Origin:
        """What a source is called and the hash of its bytes, taken once where several layers are read from it."""
        key = (source.text, str(source.path or source.address))
        if key not in self.origins:
            self.origins[key] = origin(source)
        return self.origins[key]

    def area_m2(self, place: int, plane: Plane) -> float:
        """Area of a source's land, dissolved in an order that the file's does not show in; taken once."""
        piece = self.vectors.get(place)
        if place not in self.areas_m2:
            whole = piece.geometry[~piece.lost] if piece else np.empty(0, dtype=object)
            united = shapely.union_all(whole[np.argsort(shapely.to_wkb(whole))])
            self.areas_m2[place] = float(plane.area_m2(united))
        return self.areas_m2[place]

    def land(self, role: str) -> list[Piece]:
        """The pieces of zones, or of expansion."""
        return [piece for piece in self.vectors.values() if piece.source.role.name == role]


class Reader(Protocol):
    """Another way to read the layers beside zones and expansion than one after the other, here."""

    def __call__(self, opened: Mapping[int, Near], land: Inputs, problems: Problems) -> Mapping[int, Piece]:
        """What the sources, by their places in the project, have within reach; `land` holds zones and expansion."""


Near = tuple[Opened, Reach]


def load_inputs(
    project: Project,
    reach: Mapping[str, float],
    problems: Problems,
    progress: Progress,
    reader: Reader | None = None,
) -> Inputs | None:
    """Read a project's sources; None where something was wrong with any of them, which is noted.

    `reach`: role → how many metres around zones and expansion its rules look; at least `context_m` is read.
    """
    before = len(problems.found)
    read = _Read(project, problems, progress)
    plane = _read_land(read)
    around = _groups(read) if plane else {}
    near: dict[int, Near] = {}
    for place, source in enumerate(project.sources):
        if source.role.name in LAND:
            continue
        read.step(source)
        if source.role.form == "table":
            _read_table(read, place, source)
        elif source.role.form == "raster":
            if (raster := open_raster(source, problems)) is not None:
                if any(raster.role == other.role for other in read.rasters.values()):
                    problems.add("raster-several", raster.at, role=raster.role.name)
                read.rasters[place] = raster
        elif source.is_named and (opened := open_source(source, problems)) is not None and plane and around:
            margin = max(project.context_m, reach.get(source.role.name, 0.0))
            near[place] = opened, Reach.around(plane, around, margin)
            if reader is None:
                read.vectors[place] = read_near(opened, plane, near[place][1], problems)
    if reader is not None and plane is not None and len(problems.found) == before:
        read.vectors |= reader(near, _inputs(read, plane, {}, LAND), problems)
    covers = _covers(read, plane)
    if plane is None or len(problems.found) > before:
        return None
    return _inputs(read, plane, covers, tuple({source.role.name: None for source in project.sources}))


def _read_land(read: _Read) -> Plane | None:
    """Zones and expansion, whole, each feature with its zone; and the plane, which the zones' extent decides."""
    opened: dict[int, Opened] = {}
    before = len(read.problems.found)
    for place, source in enumerate(read.project.sources):
        if source.role.name in LAND and source.is_named:
            read.step(source)
            if (found := open_source(source, read.problems)) is not None:
                opened[place] = found
    plane = None
    zones = [found for found in opened.values() if found.source.role.name == "zones"]
    with read.problems.gather():
        plane = _plane(read.project, zones)
    if plane is None:
        if len(read.problems.found) == before and (zones or not before):
            read.problems.add("zones-none", "zones")
        return None
    for place, found in opened.items():
        if found.selection.features:
            read.vectors[place] = read_near(found, plane, None, read.problems)
    settle_zones(read.land("zones"), read.land("expansion"), read.project.name, read.problems)
    return plane


def _plane(project: Project, zones: Sequence[Opened]) -> Plane | None:
    """The CRS that the project names, else the one that suits where the zones lie; None where they lie nowhere."""
    lands = [found.tie.to_lonlat(found.selection.near(None).geometry) for found in zones]
    land = shapely.geometrycollections([geom for geoms in lands for geom in geoms if geom is not None])
    if land.is_empty:
        return None
    if project.crs is not None:
        return Plane(project.crs)
    return Plane(crs_name(output_crs(land.bounds, zones[0].tie.crs)))


def _groups(read: _Read) -> dict[Group, Geoms]:
    """What each zone has in `zones` and in `expansion`, in the plane."""
    groups: dict[Group, list[object]] = {}
    for role in LAND:
        for piece in read.land(role):
            for name, geom in zip(piece.series["zone"], piece.geometry, strict=True):
                if geom is not None:
                    groups.setdefault((role, name or ""), []).append(geom)
    return {group: np.array(geoms, dtype=object) for group, geoms in sorted(groups.items())}


def _read_table(read: _Read, place: int, source: Source) -> None:
    if (piece := read_table(source, read.problems)) is not None:
        piece.notes += unknown_names(piece, names_of([*read.land("zones"), *read.land("expansion")]))
        read.tables[place] = piece


def _covers(read: _Read, plane: Plane | None) -> dict[str, BaseGeometry | None]:
    """Role → where its layer is complete."""
    sources: dict[str, list[Source]] = {}
    for source in read.project.sources:
        if source.role.form != "table":
            sources.setdefault(source.role.name, []).append(source)
    return {role: covered_area(own, read.project.folder, plane, read.problems) for role, own in sources.items()}


def _inputs(read: _Read, plane: Plane, covers: Mapping[str, BaseGeometry | None], wanted: Sequence[str]) -> Inputs:
    """What was read brought together by role; of the wanted ones."""
    layers: dict[str, Layer] = {}
    tables: dict[str, Table] = {}
    repaired: dict[int, tuple[str, ...]] = {}
    sources = read.project.sources
    roles = {source.role.name: source.role for source in sources if source.role.form != "raster"}
    roles = {name: role for name, role in roles.items() if name in wanted}
    for name, role in roles.items():
        places = [place for place, source in enumerate(sources) if source.role.name == name]
        own = [sources[place] for place in places]
        if role.form == "table":
            tables[name] = table_of(role, {place: read.tables[place] for place in places}, covered_span(own))
            continue
        pieces = {place: read.vectors[place] for place in places if not sources[place].empty}
        layers[name], mended = layer_of(
            role, pieces, plane, covers.get(name), stated_empty=all(item.empty for item in own)
        )
        repaired |= mended
    records = tuple(
        _record(read, plane, place, repaired.get(place, ()))
        for place, source in enumerate(sources)
        if source.role.name in wanted
    )
    rasters = {
        raster.role.name: replace(raster, covers=covers[raster.role.name])
        for raster in read.rasters.values()
        if raster.role.name in wanted
    }
    return Inputs(read.project, plane, layers, tables, rasters, records)


def _record(read: _Read, plane: Plane, place: int, repaired: tuple[str, ...]) -> InputRecord:
    source = read.project.sources[place]
    piece, table = read.vectors.get(place), read.tables.get(place)
    text, digest = read.origin(source)
    crs = piece.crs if piece else read.rasters[place].crs if place in read.rasters else None
    features = piece.features if piece else table.rows if table else 0
    rows = piece.read if piece else table.rows if table else 0
    area = read.area_m2(place, plane) if source.role.name in LAND else None
    notes = tuple(piece.notes if piece else table.notes if table else ())
    return InputRecord(source.role.name, text, digest, crs, features, rows, area, repaired, notes)
