"""findings.kmz for Google Earth and its like: zones, expansions, and the evidence of findings, a folder per rule.

The KML is made as a tree, so that names are escaped; and since viewers show descriptions as HTML, angle brackets and
ampersands of the data are full-width ones.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import shapely

from checks.model import Report
from geo.crs import parse_crs
from geo.densify import densify
from geo.rings import parts_of
from layers.text import Lang, Text
from maps import labels
from maps.exports.names import unmarked
from maps.exports.outlines import WORDS, Parcel, Proof
from maps.office import plain

FILE = "findings.kmz"
KML = "http://www.opengis.net/kml/2.2"
COLOURS = {
    "zones": ("ff404040", "00ffffff"), "expansion": ("ffb27200", "20b27200"), "fail": ("ff005ed5", "80005ed5"),
    "undetermined": ("ff009fe6", "80009fe6"), "pass": ("ffb27200", "80b27200"), "info": ("ff808080", "60808080"),
    "not-applicable": ("ff808080", "40808080"),
}  # fmt: skip
"""Line and fill, aabbggrr: the palette of the map."""


def write(report: Report, parcels: Sequence[Parcel], proofs: Iterable[Proof], folder: Path, lang: Lang) -> None:
    """Write findings.kmz to `folder`; the same bytes for the same report."""
    root = ET.Element("kml", xmlns=KML)
    document = ET.SubElement(root, "Document")
    _text(document, "name", report.inputs.project.name)
    if shifts := [told.show(lang) for told in labels.shifts(report)]:
        _text(document, "description", "\n".join(shifts))
    for name, (line, fill) in COLOURS.items():
        style = ET.SubElement(document, "Style", id=name)
        line_style = ET.SubElement(style, "LineStyle")
        _text(line_style, "color", line)
        _text(line_style, "width", "2")
        _text(ET.SubElement(style, "PolyStyle"), "color", fill)
    plane = report.inputs.plane
    crs = parse_crs(plane.crs, "crs")
    for what in ("zones", "expansion"):
        own = [parcel for parcel in parcels if parcel.what == what]
        if own:
            inner = _folder(document, WORDS[what].show(lang))
            for parcel in own:
                told = f"{parcel.zone} {WORDS[what].show(lang)} {parcel.number}\n{parcel.area_m2 / 10_000:.4f} ha"
                lonlat = plane.to_lonlat(densify(parcel.geometry, crs))
                _place(inner, f"{parcel.name} {parcel.number}", told, what, lonlat)
    folders: dict[str, ET.Element] = {}
    for proof in sorted(proofs, key=lambda proof: proof.finding.rule):
        rule = proof.finding.rule
        if rule not in folders:
            folders[rule] = _folder(document, f"{rule} {proof.finding.title.show(lang)}")
        name = f"{rule} {proof.evidence.feature}"
        lonlat = plane.to_lonlat(proof.geometry)
        _place(folders[rule], name, _told(proof, lang), proof.finding.verdict, lonlat)
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    year, month, day = (int(part) for part in labels.as_of_or_epoch(report).split("-"))
    info = zipfile.ZipInfo("doc.kml", (max(year, 1980), month, day, 0, 0, 0))
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    with zipfile.ZipFile(folder / FILE, "w") as archive:
        archive.writestr(info, content)


def _told(proof: Proof, lang: Lang) -> str:
    finding, item = proof.finding, proof.evidence
    lines = [
        f"{Text('园区', 'zone').show(lang)}: {proof.zone}",
        f"{Text('结论', 'verdict').show(lang)}: {labels.verdict(finding).show(lang)}",
        finding.outcome.message.show(lang),
        f"{Text('图层', 'layer').show(lang)}: {item.role} {item.feature}",
    ]
    if item.area_m2 is not None:
        lines.append(f"{item.area_m2:,.2f} m2")
    if item.length_m is not None:
        lines.append(f"{item.length_m:,.2f} m")
    if item.note:
        lines.append(item.note.show(lang))
    lines.append(labels.basis(finding).show(lang) + "; " + labels.standing(finding).show(lang))
    return "\n".join(lines)


def _folder(parent: ET.Element, name: str) -> ET.Element:
    folder = ET.SubElement(parent, "Folder")
    _text(folder, "name", name)
    return folder


def _place(parent: ET.Element, name: str, told: str, style: str, lonlat: Any) -> None:
    mark = ET.SubElement(parent, "Placemark")
    _text(mark, "name", name)
    _text(mark, "description", told)
    _text(mark, "styleUrl", f"#{style}")
    parts = parts_of(np.array([lonlat], dtype=object))[0]
    holder = ET.SubElement(mark, "MultiGeometry") if len(parts) != 1 else mark
    for part in parts:
        if part.geom_type == "Polygon":
            polygon = ET.SubElement(holder, "Polygon")
            for tag, ring in (
                ("outerBoundaryIs", part.exterior),
                *(("innerBoundaryIs", hole) for hole in part.interiors),
            ):
                _coordinates(ET.SubElement(ET.SubElement(polygon, tag), "LinearRing"), ring)
        else:
            _coordinates(ET.SubElement(holder, "Point" if part.geom_type == "Point" else "LineString"), part)


def _coordinates(parent: ET.Element, geometry: Any) -> None:
    _text(parent, "coordinates", " ".join(f"{x:.11f},{y:.11f}" for x, y in shapely.get_coordinates(geometry).tolist()))


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = plain(unmarked(text)) if tag in ("name", "description") else text
