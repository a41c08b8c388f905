"""Coordinate files: one for each zone, one for its expansion, one for the evidence of each of its rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geo.plane import Plane
from layers.text import Text
from maps.exports.dialects import CollapsedError, Plot, to_bytes
from maps.exports.names import file_stem
from maps.exports.outlines import WORDS, Parcel, Proof

SUFFIX = ".txt"


@dataclass(frozen=True, slots=True)
class Survey:
    """The plane of the coordinates, its zone's number and width in degrees, and the dialect."""

    plane: Plane
    zone: int
    width: int
    dialect: str

    def content(self, plots: Sequence[Plot]) -> bytes:
        """A file of these plots."""
        return to_bytes(plots, self.dialect, self.zone, self.width)


def write(parcels: Sequence[Parcel], proofs: Iterable[Proof], own: Plane, survey: Survey, folder: Path) -> list[Text]:
    """Write the files to `folder`; what is told of evidence that is no land at a millimetre, or no land at all."""
    plane = survey.plane
    files: dict[tuple[str, str], list[Plot]] = {}
    for parcel in parcels:
        moved = plane.from_lonlat(own.to_lonlat(parcel.geometry))
        plot = Plot(moved, parcel.area_m2 / 10_000, str(parcel.number), parcel.name, "、".join(parcel.sheets))
        files.setdefault((parcel.zone, "" if parcel.what == "zones" else WORDS[parcel.what].zh), []).append(plot)
    left = 0
    for proof in proofs:
        item = proof.evidence
        land = areal(proof.geometry)
        plot = Plot(
            plane.from_lonlat(own.to_lonlat(land)), (item.area_m2 or 0.0) / 10_000, item.feature, proof.finding.rule
        )
        if land.is_empty or _collapses(plot, survey):
            left += 1
        else:
            files.setdefault((proof.zone, proof.finding.rule), []).append(plot)
    taken: set[str] = set()
    for (name, part), plots in files.items():
        stem = file_stem(f"{name}_{part}" if part else name, taken)
        (folder / f"{stem}{SUFFIX}").write_bytes(survey.content(plots))
    if not left:
        return []
    zh = f"{left} 项证据不是面,或小于 1 毫米,未写入坐标文件"
    return [
        Text(zh, f"{left} pieces of evidence are no land, or none at a millimetre, and stand in no coordinate file")
    ]


def areal(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of a geometry."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if len(parts) != 1 else parts[0]


def _collapses(plot: Plot, survey: Survey) -> bool:
    try:
        survey.content([plot])
    except CollapsedError:
        return True
    return False
