"""Shapefiles of parcels and evidence: GBK with a .cpg that says so, names of fields of at most ten bytes.

Parcels: YQMC zone, DX subject, DKBH parcel, DKMC name, MJ_M2 area, TFH map sheets. Evidence, a file per kind of
geometry: ID, GZ rule, JL verdict, YQMC zone, TC layer, YS feature, MJ_M2 area, CD_M length, SM note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import shapely

from checks.model import Report
from layers.text import Lang
from maps import labels
from maps.exports.names import gbk_cut
from maps.exports.outlines import WORDS, Parcel, Proof

TEXT_BYTES = 254
KINDS: Mapping[str, tuple[str, ...]] = {
    "polygon": ("Polygon", "MultiPolygon"),
    "line": ("LineString", "MultiLineString"),
    "point": ("Point", "MultiPoint"),
}


def write(report: Report, parcels: Sequence[Parcel], proofs: Iterable[Proof], folder: Path, lang: Lang) -> None:
    """Write parcels.shp, and evidence_polygon.shp … where there is such evidence, with their companions."""
    rows = [
        {
            "YQMC": parcel.zone, "DX": WORDS[parcel.what].show(lang), "DKBH": str(parcel.number), "DKMC": parcel.name,
            "MJ_M2": round(parcel.area_m2, 2), "TFH": "、".join(parcel.sheets), "geometry": parcel.geometry,
        }
        for parcel in parcels
    ]  # fmt: skip
    if rows:
        _write(report, rows, folder / "parcels.shp")
    found = [_row(proof, lang) for proof in proofs]
    for kind, types in KINDS.items():
        some = [row | {"geometry": part} for row in found for part in _parts(row["geometry"], types)]
        if some:
            _write(report, some, folder / f"evidence_{kind}.shp")


def _row(proof: Proof, lang: Lang) -> dict[str, Any]:
    item = proof.evidence
    return {
        "ID": proof.finding.evidence_id(item), "GZ": proof.finding.rule, "JL": labels.verdict(proof.finding).show(lang),
        "YQMC": proof.zone, "TC": item.role, "YS": item.feature, "MJ_M2": _figure(item.area_m2),
        "CD_M": _figure(item.length_m), "SM": item.note.show(lang) if item.note else "", "geometry": proof.geometry,
    }  # fmt: skip


def _figure(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _parts(geometry: Any, types: tuple[str, ...]) -> list[Any]:
    """The geometry where it is of the kind; of a mixed collection its parts of the kind as one."""
    if geometry.geom_type in types:
        return [geometry]
    if geometry.geom_type != "GeometryCollection":
        return []
    own = [part for part in shapely.get_parts(geometry) if part.geom_type in types]
    return [shapely.union_all(own)] if own else []


def _write(report: Report, rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    texts = {name for name in rows[0] if name not in ("geometry", "MJ_M2", "CD_M")}
    columns = {
        name: [gbk_cut(str(row[name]), TEXT_BYTES) if name in texts else row[name] for row in rows] for name in rows[0]
    }
    frame = gpd.GeoDataFrame(columns, geometry="geometry", crs=report.inputs.plane.crs)
    for name in ("MJ_M2", "CD_M"):
        if name in frame:
            frame[name] = frame[name].astype("float64")
    pyogrio.write_dataframe(
        frame,
        path,
        driver="ESRI Shapefile",
        encoding="GBK",
        promote_to_multi=False,
        layer_options={"DBF_DATE_LAST_UPDATE": labels.as_of_or_epoch(report)},
    )
    path.with_suffix(".cpg").write_bytes(b"GBK")
