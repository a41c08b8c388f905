"""outlines.dxf for CAD: a layer for zones, one for expansions, one for each rule; closed polylines in metres.

Layers are named by rule ids and plain words in ASCII: DXF of this age has no code page that every program agrees on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from checks.model import Report
from geo.rings import parts_of
from maps.exports.outlines import Parcel, Proof

FILE = "outlines.dxf"
LAYERS = {"zones": "ZONE", "expansion": "EXPANSION"}
LONGEST = 60


def write(report: Report, parcels: Sequence[Parcel], proofs: Iterable[Proof], folder: Path) -> None:
    """Write outlines.dxf to `folder`."""
    taken: dict[str, str] = {}
    rows = [(LAYERS[parcel.what], line) for parcel in parcels for line in outlines(parcel.geometry)]
    rows += [
        (layer_name(proof.finding.rule, taken), line)
        for proof in sorted(proofs, key=lambda proof: proof.finding.rule)
        for line in outlines(proof.geometry)
    ]
    frame = gpd.GeoDataFrame(
        {"Layer": [name for name, _ in rows]}, geometry=[line for _, line in rows], crs=report.inputs.plane.crs
    )
    pyogrio.write_dataframe(frame, folder / FILE, driver="DXF", promote_to_multi=False)


def layer_name(rule: str, taken: dict[str, str]) -> str:
    """A rule's id as a layer of its own: letters, digits, `-` and `_`."""
    if rule not in taken:
        name = re.sub(r"[^A-Za-z0-9_-]", "_", rule)[:LONGEST].upper() or "_"
        free, number = name, 2
        while free in {*taken.values(), *LAYERS.values(), "0"}:
            free, number = f"{name}_{number}", number + 1
        taken[rule] = free
    return taken[rule]


def outlines(geometry: Any) -> Iterator[Any]:
    """Rings as closed lines, lines and points as they are."""
    for part in parts_of(np.array([geometry], dtype=object))[0]:
        if part.geom_type == "Polygon":
            yield from (shapely.LineString(ring.coords) for ring in (part.exterior, *part.interiors))
        else:
            yield part
