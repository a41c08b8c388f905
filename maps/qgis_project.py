"""The XML of a QGIS project (.qgs) as QGIS 3.22 reads it: layers by relative paths, groups, tips, relation, bookmarks.

It is built element by element, so that no name or attribute can become markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from xml.etree import ElementTree as ET

from layers.text import Text
from maps.lengths import round_length
from maps.qgis_metadata import Metadata, layer_into, project_into
from maps.qml import VERSION, printable, style_into
from maps.style import Shape, Style

ASPECT = 320 / 245
"""Width to height of the map on the print layout."""
GEOMETRY: Mapping[Shape, str] = {"polygon": "Polygon", "line": "Line", "point": "Point"}
SUBLAYER: Mapping[Shape, str] = {"polygon": "Polygon", "line": "LineString", "point": "Point"}
PLACEMENT: Mapping[Shape, str] = {"polygon": "1", "line": "2", "point": "0"}
"""Over the point, along the line, around the point."""
EVIDENCE, FINDINGS = "evidence", "findings"
FONT = "Microsoft YaHei"
"""Where it is missing QGIS takes the system's own; Chinese Linux has Noto Sans CJK SC."""
ESCAPED = "replace(replace(replace(coalesce(to_string({name}),''),'&','&amp;'),'<','&lt;'),'>','&gt;')"
"""A value in the HTML of a map tip, so that it stays text."""
FINDING = "finding"
"""A field that QGIS reckons from the id of a piece of evidence: the id of its finding."""
OF_EVIDENCE = """left("id", strpos("id", '/' || "role" || '/' || "feature") - 1)"""


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer of the project: table of the GeoPackage, title, style; `mixed`: only geometries of its shape are taken.

    `label` is the field that is written on the map, `tips` the titles and expressions that a tip shows. Without a shape
    it is a table, or the `raster` of heights. QGIS gives layers whose id has ten characters or less a new one.
    """

    id: str
    table: str
    title: str
    group: str
    style: Style | None = None
    shape: Shape | None = None
    mixed: bool = False
    aliases: Mapping[str, Text] = field(default_factory=dict)
    label: str | None = None
    tips: tuple[tuple[str, str], ...] = ()
    told: str = ""
    raster: bool = False

    @property
    def source(self) -> str:
        """Where it is read from, relative to the project."""
        if self.raster:
            return f"GPKG:./zoneproof.gpkg:{self.table}"
        only = f"|geometrytype={SUBLAYER[self.shape]}" if self.mixed and self.shape else ""
        return f"./zoneproof.gpkg|layername={self.table}{only}"


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A place to go to, by its bounds in the project's CRS."""

    id: str
    name: str
    group: str
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Crs:
    """The CRS of the project and of all its layers."""

    name: str
    wkt: str


def project(
    title: str,
    crs: Crs,
    extent: tuple[float, float, float, float],
    layers: Sequence[MapLayer],
    *,
    bookmarks: Sequence[Bookmark],
    words: Mapping[str, str],
    told: Metadata,
) -> bytes:
    """The project as XML; layers from the top of the map to its bottom, `words` for the labels of the print layout."""
    root = ET.Element("qgis", version=VERSION, projectname=printable(title))
    ET.SubElement(root, "homePath", path="")
    ET.SubElement(root, "title").text = printable(title)
    _crs(ET.SubElement(root, "projectCrs"), crs)
    _tree(root, layers)
    _canvas(root, crs, extent)
    held = ET.SubElement(root, "projectlayers")
    for layer in layers:
        (_raster if layer.raster else _layer)(held, layer, crs)
    order = ET.SubElement(root, "layerorder")
    for layer in layers:
        ET.SubElement(order, "layer", id=layer.id)
    properties = ET.SubElement(root, "properties")
    ET.SubElement(ET.SubElement(properties, "Paths"), "Absolute", type="bool").text = "false"
    ET.SubElement(ET.SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    _relation(root, layers)
    _bookmarks(root, bookmarks, crs)
    project_into(root, told)
    root.append(_layouts(words, extent))
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return (head + ET.tostring(root, encoding="unicode")).encode("utf-8")


def _crs(parent: ET.Element, crs: Crs) -> None:
    system = ET.SubElement(parent, "spatialrefsys")
    ET.SubElement(system, "wkt").text = crs.wkt
    if ":" in crs.name:
        ET.SubElement(system, "authid").text = crs.name


def _tree(root: ET.Element, layers: Sequence[MapLayer]) -> None:
    """The legend: a group for each of the layers' groups, in their order."""
    tree = ET.SubElement(root, "layer-tree-group")
    groups: dict[str, ET.Element] = {}
    for layer in layers:
        if layer.group not in groups:
            groups[layer.group] = ET.SubElement(
                tree, "layer-tree-group", name=layer.group, checked="Qt::Checked", expanded="1"
            )
        shown = layer.style is None or layer.style.shown
        ET.SubElement(
            groups[layer.group], "layer-tree-layer", id=layer.id, name=printable(layer.title), source=layer.source,
            providerKey="gdal" if layer.raster else "ogr", checked="Qt::Checked" if shown else "Qt::Unchecked",
            expanded="0",
        )  # fmt: skip


def _canvas(root: ET.Element, crs: Crs, extent: tuple[float, float, float, float]) -> None:
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas")
    ET.SubElement(canvas, "units").text = "meters"
    box = ET.SubElement(canvas, "extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        ET.SubElement(box, name).text = repr(float(value))
    _crs(ET.SubElement(canvas, "destinationsrs"), crs)


def _layer(parent: ET.Element, layer: MapLayer, crs: Crs) -> None:
    kind = GEOMETRY[layer.shape] if layer.shape else "No geometry"
    element = ET.SubElement(parent, "maplayer", type="vector", geometry=kind, hasScaleBasedVisibilityFlag="0")
    ET.SubElement(element, "id").text = layer.id
    ET.SubElement(element, "datasource").text = layer.source
    ET.SubElement(element, "layername").text = printable(layer.title)
    if layer.shape:
        _crs(ET.SubElement(element, "srs"), crs)
    ET.SubElement(element, "provider", encoding="UTF-8").text = "ogr"
    if layer.style is not None and layer.shape:
        style_into(element, layer.style, layer.shape, layer.aliases)
    else:
        told = ET.SubElement(element, "aliases")
        for index, (name, text) in enumerate(layer.aliases.items()):
            ET.SubElement(told, "alias", index=str(index), field=name, name=printable(text.zh))
    if layer.label and layer.shape:
        element.set("labelsEnabled", "1")
        _labels(element, layer.label, PLACEMENT[layer.shape])
    layer_into(element, layer.table, layer.title, layer.told)
    if layer.table == EVIDENCE:
        fields = ET.SubElement(element, "expressionfields")
        ET.SubElement(
            fields, "field", name=FINDING, expression=OF_EVIDENCE, comment="", type="10", subType="0",
            typeName="string", length="0", precision="0",
        )  # fmt: skip
    if layer.tips:
        rows = [f"<b>{title}</b> [% {ESCAPED.format(name=expression)} %]" for title, expression in layer.tips]
        ET.SubElement(element, "mapTip").text = "<br/>".join(rows)


def _raster(parent: ET.Element, layer: MapLayer, crs: Crs) -> None:
    """Heights, shaded from the north-west as on the page."""
    element = ET.SubElement(parent, "maplayer", type="raster", hasScaleBasedVisibilityFlag="0")
    ET.SubElement(element, "id").text = layer.id
    ET.SubElement(element, "datasource").text = layer.source
    ET.SubElement(element, "layername").text = printable(layer.title)
    _crs(ET.SubElement(element, "srs"), crs)
    layer_into(element, layer.table, layer.title, layer.told)
    ET.SubElement(element, "provider").text = "gdal"
    pipe = ET.SubElement(element, "pipe")
    ET.SubElement(
        pipe, "rasterrenderer", type="hillshade", band="1", alphaBand="-1", azimuth="315", angle="45", zfactor="1",
        multidirection="0", opacity="0.6", nodataColor="",
    )  # fmt: skip
    ET.SubElement(pipe, "rasterresampler", maxOversampling="2", zoomedInResampler="bilinear")
    ET.SubElement(element, "blendMode").text = "0"


def quoted(name: str) -> str:
    """A field's name in an expression."""
    return '"' + name.replace('"', '""') + '"'


def _labels(element: ET.Element, name: str, placement: str) -> None:
    labeling = ET.SubElement(element, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings, "text-style", fieldName=name, isExpression="0", fontFamily=FONT, fontSize="8", fontSizeUnit="Point",
        textColor="40,40,40,255", multilineHeight="1",
    )  # fmt: skip
    families = ET.SubElement(style, "families")
    for family in (FONT, "Noto Sans CJK SC", "SimHei"):
        ET.SubElement(families, "family", name=family)
    ET.SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor="255,255,255,220"
    )
    ET.SubElement(settings, "placement", placement=placement)
    ET.SubElement(settings, "rendering", obstacle="1", drawLabels="1")


def _relation(root: ET.Element, layers: Sequence[MapLayer]) -> None:
    """Findings and their evidence."""
    parent = next((layer for layer in layers if layer.table == FINDINGS), None)
    relations = ET.SubElement(root, "relations")
    for layer in layers:
        if parent is None or layer.table != EVIDENCE:
            continue
        relation = ET.SubElement(
            relations, "relation", id=f"{layer.id}_finding", name="审查结论与证据", strength="Association",
            referencedLayer=parent.id, referencingLayer=layer.id,
        )  # fmt: skip
        ET.SubElement(relation, "fieldRef", referencingField=FINDING, referencedField="id")


def _layouts(words: Mapping[str, str], extent: tuple[float, float, float, float]) -> ET.Element:
    """The A3 layout that QGIS itself once wrote (maps/qgis_layout.xml), with these words and the map at the extent."""
    layouts = ET.Element("Layouts")
    text = files("maps").joinpath("qgis_layout.xml").read_text(encoding="utf-8")
    layout = ET.fromstring(text)  # noqa: S314 (our own file)
    for item in layout.iter("LayoutItem"):
        if item.get("id") in words:
            item.set("labelText", printable(words[str(item.get("id"))]))
    box = next(layout.iter("Extent"))
    west, south, east, north = extent
    width, height = max(east - west, (north - south) * ASPECT), max(north - south, (east - west) / ASPECT)
    scale = next(item for item in layout.iter("LayoutItem") if item.get("id") == "scale")
    scale.set("numUnitsPerSegment", f"{round_length(width / 10):g}")
    middle = ((west + east) / 2, (south + north) / 2)
    for name, value in (
        ("xmin", middle[0] - width / 2), ("xmax", middle[0] + width / 2),
        ("ymin", middle[1] - height / 2), ("ymax", middle[1] + height / 2),
    ):  # fmt: skip
        box.set(name, repr(value))
    layouts.append(layout)
    return layouts


def _bookmarks(root: ET.Element, bookmarks: Sequence[Bookmark], crs: Crs) -> None:
    held = ET.SubElement(root, "Bookmarks")
    for one in bookmarks:
        west, south, east, north = one.bounds
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x:.3f} {y:.3f}" for x, y in corners)
        mark = ET.SubElement(
            held,
            "Bookmark",
            id=one.id,
            name=printable(one.name),
            group=printable(one.group),
            extent=f"POLYGON(({ring}))",
        )
        _crs(mark, crs)
