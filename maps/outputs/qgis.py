"""zoneproof.qgz: a QGIS project beside the GeoPackage, with its layers grouped, styled, labelled and related."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from checks.model import Report
from layers.model import Progress
from maps import labels, terrain
from maps.office import fixed_zip
from maps.outputs import gpkg
from maps.qgis_metadata import of_project, of_role
from maps.qgis_project import FINDING, Bookmark, Crs, MapLayer, project, quoted
from maps.qml import printable
from maps.style import Shape, Style, shape_of

NAME = "qgis"
FILES = ("zoneproof.qgz",)
INSIDE = "zoneproof.qgs"
GROUPS = {
    "审查结果": ("evidence", "findings"),
    "园区": ("zones", "expansion", "built_up"),
    "控制线": ("urban_boundary", "industrial_redline", "ecological_redline", "basic_farmland"),
    "管网设施": ("roads", "utilities", "facilities"),
}
OTHERS, TERRAIN = "土地与建筑", "地形"
LABELLED = {"zones": ("area", "zone"), "expansion": ("area", "zone"), "roads": ("name",), "facilities": ("name",)}
OF_FINDING = "attribute(get_feature('findings_table_layer', 'id', " + f'"{FINDING}"), ' + "'{name}')"
TIPS = (
    ("规则", quoted("rule")), ("内容", OF_FINDING.format(name="title_zh")),
    ("结论", OF_FINDING.format(name="message_zh")), ("依据", OF_FINDING.format(name="document")),
    ("条款", OF_FINDING.format(name="clause")), ("原文", OF_FINDING.format(name="quote")),
    ("要素", quoted("feature")), ("面积(㎡)", "format_number(\"area_m2\", 2)"),
    ("宽度(米)", "format_number(\"width_m\", 2)"), ("说明", quoted("note")),
)  # fmt: skip
"""Titles and expressions: of the evidence itself, and of its finding by the id."""
MARGIN_M = 50.0
SHAPES: tuple[Shape, ...] = ("point", "line", "polygon")


def write(report: Report, folder: Path, progress: Progress | None = None) -> None:
    """Write zoneproof.qgz to `folder`, and the GeoPackage that it reads where it is not there yet."""
    if not (folder / gpkg.FILES[0]).exists():
        gpkg.write(report, folder, progress)
    layers = _layers(report, folder / gpkg.FILES[0])
    plane = report.inputs.plane
    crs = Crs(plane.crs, CRS.from_user_input(plane.crs).to_wkt("WKT2_2019"))
    name = report.inputs.project.name
    words = {
        "title": name,
        "date": f"基准日 {labels.as_of(report).zh}",
        "note": f"{labels.INTERNAL.zh}。{labels.DISCLAIMER.zh}",
    }
    bookmarks = list(_bookmarks(report))
    text = project(name, crs, _extent(report), layers, bookmarks=bookmarks, words=words, told=of_project(report))
    path = folder / FILES[0]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(INSIDE, text)
    fixed_zip(path, labels.as_of_or_epoch(report))
    _store(folder / gpkg.FILES[0], path.read_bytes(), f"{labels.as_of_or_epoch(report)}T00:00:00")


def _store(package: Path, content: bytes, moment: str) -> None:
    """Put the project into the GeoPackage too, as QGIS itself does: its bytes as hexadecimal text."""
    told = json.dumps({"last_modified_time": moment, "last_modified_user": "zoneproof"}).encode()
    with closing(sqlite3.connect(package)) as database:
        database.execute("CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)")
        database.execute("INSERT INTO qgis_projects VALUES ('zoneproof', ?, ?)", (told, content.hex()))
        database.commit()


def _layers(report: Report, package: Path) -> list[MapLayer]:
    """The evidence on top, then the findings' table, then the layers from the top down, by group, then the ground."""
    contents = gpkg.contents_of(report)
    evidence = contents.pop()
    shapes: set[Shape] = {
        shape for kind in set(evidence.frame.geometry.dropna().geom_type) if (shape := shape_of([kind])) is not None
    }
    found = [
        MapLayer(
            f"evidence_{shape}_layer", "evidence", f"审查证据({title})", "审查结果", evidence.style, shape, True,
            evidence.aliases, tips=TIPS,
        )
        for shape, title in (("point", "点"), ("line", "线"), ("polygon", "面"))
        if shape in shapes
    ]  # fmt: skip
    found.append(MapLayer("findings_table_layer", "findings", "审查结论", "审查结果", aliases=gpkg.FINDINGS))
    for content in contents:
        held: set[Shape] = {
            shape for kind in set(content.frame.geometry.dropna().geom_type) if (shape := shape_of([kind])) is not None
        }
        shown = [shape for shape in SHAPES if shape in (held or {content.otherwise})]
        told = of_role(report, content.role)
        found += [replace(_layer(content, shape, mixed=len(held) > 1), told=told) for shape in shown]
    if gpkg.has_terrain(package):
        told = of_role(report, terrain.ROLE)
        found.append(MapLayer("terrain_dem_layer", terrain.ROLE, "高程(山影)", TERRAIN, told=told, raster=True))
    order = [*GROUPS, OTHERS, TERRAIN]
    return sorted(found, key=lambda layer: order.index(layer.group))


def _layer(content: gpkg.Content, shape: Shape, *, mixed: bool) -> MapLayer:
    group = next((group for group, roles in GROUPS.items() if content.table in roles), OTHERS)
    names = [name for name in content.frame.columns if name != content.frame.geometry.name]
    label = next((name for name in LABELLED.get(content.table, ()) if name in names), None)
    aliases = {name: content.aliases[name] for name in names if name in content.aliases}
    style = _outlined(content.style) if mixed and shape == "polygon" else content.style
    title = (
        content.title if not mixed else f"{content.title}({ {'point': '点', 'line': '线', 'polygon': '面'}[shape] })"
    )
    return MapLayer(
        f"{content.table}_{shape}_layer", content.table, title, group, style, shape,
        mixed, aliases, label,
    )  # fmt: skip


def _outlined(style: Style) -> Style:
    """An area among points, such as what a mast covers, is drawn by its outline."""
    symbol = replace(style.symbol, stroke=style.symbol.stroke or style.symbol.fill, fill=None, dash=(2.0, 3.0))
    return replace(style, symbol=symbol, by=None, classes=())


def _extent(report: Report) -> tuple[float, float, float, float]:
    layers = report.inputs.layers
    lands = [layers[role].frame.geometry.to_numpy() for role in ("zones", "expansion") if role in layers]
    return _around(np.concatenate(lands))


def _around(geometries: NDArray[np.object_]) -> tuple[float, float, float, float]:
    west, south, east, north = (float(value) for value in shapely.total_bounds(geometries))
    margin = MARGIN_M + 0.05 * max(east - west, north - south)
    return west - margin, south - margin, east + margin, north + margin


def _bookmarks(report: Report) -> Iterator[Bookmark]:
    """One for each finding whose evidence has a place."""
    for zone in report.zones:
        for finding in zone.findings:
            shapes = [item.geometry for item in finding.outcome.evidence if item.geometry is not None]
            if shapes:
                verdict = labels.verdict(finding).zh
                name = f"{finding.rule} {finding.title.zh}({verdict})"
                bounds = _around(np.array([*shapes, None], dtype=object)[:-1])
                yield Bookmark(printable(finding.id), name, zone.zone, bounds)
