"""zoneproof.gpkg: the layers near the land, the evidence and the findings, with styles that QGIS applies by itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from checks.model import Evidence, Finding, Report, ZoneReport
from layers.model import Layer, Progress
from layers.text import Text
from maps import labels, terrain
from maps.gpkg_words import write_words
from maps.near import near
from maps.outputs.findings import in_unit, ordered
from maps.qml import evidence_style, qml
from maps.style import Shape, Style, drawn, shape_of

NAME = "gpkg"
FILES = ("zoneproof.gpkg",)
GEOMETRY = "geom"
OWN = ("evidence", "findings", "layer_styles", terrain.ROLE)
MULTI = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "Point"}
FIELD_TYPES = {"number": "Float64", "integer": "Int64", "share": "Float64", "date": "datetime64[ms]"}
FIRST = {"feature": Text("要素标识", "feature"), "source": Text("来源", "source")}
EVIDENCE = {
    "id": Text("标识", "id"),
    "rule": Text("规则", "rule"),
    "verdict": Text("结论", "verdict"),
    "zone": Text("园区", "zone"),
    "role": Text("图层", "layer"),
    "feature": Text("要素", "feature"),
    "area_m2": Text("面积(㎡)", "area, m2"),
    "width_m": Text("宽度(米)", "width, m"),
    "note": Text("说明", "note"),
}
FINDINGS = {
    "id": Text("标识", "id"), "zone": Text("园区", "zone"), "rule": Text("规则", "rule"),
    "subject": Text("对象", "subject"), "pack": Text("规则包", "pack"), "title_zh": Text("内容", "title, Chinese"),
    "title_en": Text("内容(英文)", "title"), "verdict": Text("结论", "verdict"), "binding": Text("约束力", "binding"),
    "value": Text("实测", "measured"), "unit": Text("单位", "unit"), "operator": Text("关系", "operator"),
    "threshold": Text("限值", "threshold"), "margin": Text("余量", "margin"), "basis": Text("口径", "basis"),
    "basis_note": Text("口径说明", "words for the basis"), "document": Text("依据文件", "document"),
    "number": Text("文号", "number"), "clause": Text("条款", "clause"), "quote": Text("原文", "quote"),
    "standing": Text("原文情况", "standing"), "missing": Text("缺少", "missing"),
    "message_zh": Text("说明", "message, Chinese"), "message_en": Text("说明(英文)", "message"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """One layer of the file: its table, title, rows, style, words for its fields, and what it would hold if empty."""

    table: str
    title: str
    frame: gpd.GeoDataFrame
    style: Style
    aliases: Mapping[str, Text]
    otherwise: Shape = "polygon"
    role: str = ""

    @property
    def shape(self) -> Shape | None:
        """The one shape of its geometries; None where they are mixed."""
        present = self.frame.geometry.dropna()
        return shape_of(sorted(set(present.geom_type))) if len(present) else self.otherwise


def write(report: Report, folder: Path, progress: Progress | None = None) -> None:
    """Write zoneproof.gpkg to `folder`; the same bytes for the same report."""
    path = folder / FILES[0]
    contents = contents_of(report)
    moment = f"{labels.as_of_or_epoch(report)}T00:00:00.000Z"
    with _clock(moment):
        for done, content in enumerate(contents):
            if progress:
                progress(Text(f"GeoPackage: {content.title}", f"GeoPackage: {content.table}"), done, len(contents))
            _write_layer(path, content)
        _write_table(path, "findings", "审查结果", _findings(report))
        if (ground := terrain.terrain(report)) is not None:
            terrain.write(ground, path, "高程", moment)
    with closing(sqlite3.connect(path)) as database:
        _write_styles(database, contents, moment)
        write_words(database, {content.table: content.aliases for content in contents} | {"findings": FINDINGS})
        shifts = "\n".join(told.show("both") for told in labels.shifts(report))
        database.execute("UPDATE gpkg_contents SET last_change = ?, description = ?", (moment, shifts))
        database.commit()
        database.execute("VACUUM")


def has_terrain(path: Path) -> bool:
    """Whether a GeoPackage of ours holds heights."""
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT 1 FROM gpkg_contents WHERE table_name = ?", (terrain.ROLE,)).fetchone()
    return found is not None


def contents_of(report: Report) -> list[Content]:
    """The layers of the file with geometry, the top one first, the evidence last."""
    return [*_layers(report), _evidence(report)]


@contextmanager
def _clock(moment: str) -> Iterator[None]:
    """Let GDAL take `moment` for now."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _layers(report: Report) -> list[Content]:
    """Every role's layer in drawing order, the top one first, so that QGIS lists it as a legend does."""
    told = []
    titles: set[str] = set()
    for layer, style in reversed(drawn(near(report))):
        role = layer.role
        table = f"layer_{role.name}" if role.name in OWN else role.name
        title = role.title.zh if role.title.zh not in titles else f"{role.title.zh} ({role.name})"
        titles.add(title)
        aliases = FIRST | {name: field.title for name, field in role.fields.items()}
        told.append(Content(table, title, _columns(report, layer), style, aliases, role.geometry[0], role.name))
    return told


def _columns(report: Report, layer: Layer) -> gpd.GeoDataFrame:
    """Feature id, source and standard fields, of the types that the role gives them."""
    frame = layer.frame
    sources = [report.inputs.records[row].source or "" for row in frame["input"]]
    columns: dict[str, Any] = {
        "feature": frame["feature"].astype("string").to_numpy(),
        "source": pd.array(sources, dtype="string"),
    }
    for name, field in layer.role.fields.items():
        if name in frame.columns:
            columns[name] = frame[name].astype(FIELD_TYPES.get(field.type, "string")).to_numpy()
    taken: set[str] = {"fid", GEOMETRY}
    named = {_free(name, taken): pd.Series(values) for name, values in columns.items()}
    return gpd.GeoDataFrame(named, geometry=frame.geometry.to_numpy(), crs=report.inputs.plane.crs)


def _free(name: str, taken: set[str]) -> str:
    """A column name that SQLite, which ignores case, has not seen yet."""
    while name.lower() in taken:
        name += "_"
    taken.add(name.lower())
    return name


def _evidence(report: Report) -> Content:
    rows = [
        (*_evidence_row(zone, finding, item), item.geometry)
        for zone in report.zones for finding in zone.findings for item in ordered(report, finding)
    ]  # fmt: skip
    columns = {name: [row[index] for row in rows] for index, name in enumerate(EVIDENCE)}
    frame = gpd.GeoDataFrame(columns, geometry=[row[-1] for row in rows], crs=report.inputs.plane.crs)
    for name in EVIDENCE:
        frame[name] = frame[name].astype("Float64" if name in ("area_m2", "width_m") else "string")
    return Content("evidence", "审查证据", frame, evidence_style(), EVIDENCE)


def _evidence_row(zone: ZoneReport, finding: Finding, item: Evidence) -> tuple[Any, ...]:
    note = item.note.show("both") if item.note else None
    if item.sliver:
        note = labels.SLIVER.show("both") + (f"; {note}" if note else "")
    area, width = in_unit(item.area_m2, "m2"), in_unit(item.width_m, "m")
    return (
        finding.evidence_id(item), finding.rule, finding.verdict, zone.zone, item.role, item.feature, area, width, note,
    )  # fmt: skip


def _findings(report: Report) -> pd.DataFrame:
    rows = []
    for zone in report.zones:
        for finding in zone.findings:
            outcome, citation = finding.outcome, finding.citation
            limits = labels.limits(finding)
            first = limits[0] if limits else None
            rows.append({
                "id": finding.id, "zone": zone.zone, "rule": finding.rule, "subject": finding.subject,
                "pack": finding.pack, "title_zh": finding.title.zh, "title_en": finding.title.en,
                "verdict": finding.verdict, "binding": finding.binding,
                "value": in_unit(outcome.value, outcome.unit), "unit": outcome.unit,
                "operator": first.operator if first else None,
                "threshold": in_unit(first.threshold, outcome.unit) if first else None,
                "margin": in_unit(first.margin, outcome.unit) if first else None,
                "basis": finding.basis, "basis_note": finding.basis_note, "document": citation.document,
                "number": citation.number, "clause": citation.clause, "quote": citation.quote,
                "standing": citation.standing, "missing": "; ".join(outcome.missing),
                "message_zh": outcome.message.zh, "message_en": outcome.message.en,
            })  # fmt: skip
    numbers = ("value", "threshold", "margin")
    frame = pd.DataFrame(rows)
    return frame.astype({name: "Float64" if name in numbers else "string" for name in frame.columns})


def _write_layer(path: Path, content: Content) -> None:
    shape = content.shape
    pyogrio.write_dataframe(
        content.frame, path, layer=content.table, driver="GPKG", append=path.exists(), use_arrow=True,
        geometry_type=MULTI[shape] if shape else "Unknown", promote_to_multi=shape in ("polygon", "line"),
        dataset_options=_fresh(path), layer_options={"GEOMETRY_NAME": GEOMETRY, "IDENTIFIER": content.title},
    )  # fmt: skip


def _write_table(path: Path, table: str, title: str, frame: pd.DataFrame) -> None:
    pyogrio.write_dataframe(
        frame, path, layer=table, driver="GPKG", append=path.exists(), use_arrow=True,
        dataset_options=_fresh(path), layer_options={"IDENTIFIER": title},
    )  # fmt: skip


def _fresh(path: Path) -> dict[str, str]:
    """GDAL would else write version 1.4, of which older QGIS warns on every open."""
    return {} if path.exists() else {"VERSION": "1.2"}


def _write_styles(database: sqlite3.Connection, contents: list[Content], moment: str) -> None:
    """The table `layer_styles` as QGIS itself makes it: empty strings where a GeoPackage has no catalogue or owner."""
    database.execute(
        'CREATE TABLE "layer_styles" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "f_table_catalog" TEXT(256), '
        '"f_table_schema" TEXT(256), "f_table_name" TEXT(256), "f_geometry_column" TEXT(256), "styleName" TEXT(30), '
        '"styleQML" TEXT, "styleSLD" TEXT, "useAsDefault" BOOLEAN, "description" TEXT, "owner" TEXT(30), '
        "\"ui\" TEXT(30), \"update_time\" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))"
    )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)", (moment,),
    )  # fmt: skip
    for content in contents:
        aliases = {
            "fid": Text("fid", "fid"),
            **{name: content.aliases.get(name, Text("", "")) for name in _names(content)},
        }
        database.execute(
            'INSERT INTO "layer_styles" ("f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", '
            '"styleName", "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time") '
            "VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', '', ?)",
            (
                content.table,
                GEOMETRY,
                "zoneproof",
                qml(content.style, content.shape or "polygon", aliases),
                content.title,
                moment,
            ),
        )


def _names(content: Content) -> list[str]:
    return [name for name in content.frame.columns if name != content.frame.geometry.name]
