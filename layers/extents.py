"""Whether a layer's coordinates can be in the CRS that it is said to be in."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from geo.crs import crs_label, parse_crs
from geo.gauss import Bounds, Wrong, misfit
from layers.problems import Problems
from layers.readers import Selection, VectorSource, WholeSelection
from layers.text import Text

MISFITS: Mapping[Wrong, str] = {
    "zone-prefix": "place-zone-prefix",
    "axes-swapped": "place-axes-swapped",
    "degrees-as-metres": "place-degrees-as-metres",
    "metres-as-degrees": "place-metres-as-degrees",
}
WHICH_CRS = Text("请写明正确的 crs", "state the right crs")


def extent_of(vector: VectorSource, selection: Selection) -> Bounds | None:
    """The bounds of a layer in its own coordinates, where its reader knows them or it was read whole."""
    extent = getattr(vector, "extent", None)
    if extent is None and isinstance(selection, WholeSelection):
        boxes = shapely.bounds(selection.rows.geometry)
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        extent = (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)) if len(boxes) else None
    if extent is None or not np.isfinite(extent).all():
        return None
    west, south, east, north = (float(value) for value in extent)
    return west, south, east, north


def check_extent(given: str | None, extent: Bounds | None, place: str, problems: Problems) -> None:
    """Note coordinates that cannot be in their CRS: another zone's prefix, axes swapped, degrees for metres."""
    if extent is None or not given:
        return
    crs = parse_crs(given, place)
    found = misfit(extent, crs)
    if found is None:
        return
    hint = Text(f'多半应为 crs = "{found.better}"', f'probably crs = "{found.better}"') if found.better else WHICH_CRS
    problems.add(
        MISFITS[found.wrong],
        place,
        crs=crs_label(crs),
        extent=", ".join(f"{value:.10g}" for value in extent),
        stated=_prefix(found.stated),
        found=_prefix(found.found),
        hint=hint,
    )


def _prefix(number: int) -> Text:
    return Text(f"带号 {number}", f"the zone prefix {number}") if number else Text("没有带号", "no zone prefix")
