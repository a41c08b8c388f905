"""Drawings (DXF): OGR has all their layers and all their entities in one; here are those that are meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyogrio.raw import read_arrow

from geo.errors import ZoneproofError
from layers.datasets import Dataset
from layers.gdal_errors import told
from layers.problems import nearest
from layers.text import Text

SUFFIX = ".dxf"


@dataclass(frozen=True, slots=True)
class Entities:
    """Some entities of a drawing: OGR's condition for them (None: all), how many they are, and what was left out."""

    condition: str | None
    count: int
    notes: tuple[Text, ...]


def entities(dataset: Dataset, layer: str | None, place: str) -> Entities:
    """What is drawn on a layer, on all where none is named; lettering counts only where there is nothing else.

    Raises ZoneproofError `layer-missing`.
    """
    with told(place):
        listed = read_arrow(dataset.name, columns=["Layer", "Text"], read_geometry=False, **dataset.options)[1]
    on = np.array([str(name) for name in listed["Layer"].to_pylist()], dtype=object)
    lettering = listed["Text"].is_valid().to_numpy()
    conditions = []
    meant = np.ones(len(on), dtype=bool)
    if layer is not None:
        names = sorted({*on.tolist()})
        if layer not in names:
            raise ZoneproofError("layer-missing", place, layer=layer, hint=nearest(layer, names))
        meant = on == layer
        quoted = layer.replace("'", "''")
        conditions.append(f"\"Layer\" = '{quoted}'")
    left_out = int((meant & lettering).sum())
    if not left_out or left_out == meant.sum():
        return Entities(conditions[0] if conditions else None, int(meant.sum()), ())
    note = Text(f"图中 {left_out} 个文字注记未读入", f"{left_out} pieces of lettering in the drawing are not read")
    return Entities(" AND ".join([*conditions, '"Text" IS NULL']), int(meant.sum()) - left_out, (note,))
