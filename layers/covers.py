"""Where a layer is complete: the outlines that `covers` names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import Datum, parse_crs, tie
from geo.plane import Plane
from geo.repair import repair
from layers.document import locate
from layers.model import Source
from layers.problems import Problems
from layers.readers import open_path
from layers.vectors import on_plane, place_of, stated_crs


def covered_area(
    sources: Sequence[Source], folder: Path, plane: Plane | None, problems: Problems
) -> BaseGeometry | None:
    """The union, in the plane, of the outlines that all of a layer's sources name; None where one names none.

    Every outline that is named is opened and looked at, also where it does not come to a union, or without a plane.
    """
    stated = [(source, source.covers) for source in sources if isinstance(source.covers, str)]
    areas = [_outline(text, folder, plane, f"{place_of(source)} covers", problems) for source, text in stated]
    found = [area for area in areas if area is not None]
    return shapely.union_all(found) if found and len(found) == len(sources) else None


def covered_span(sources: Sequence[Source]) -> tuple[date, date] | None:
    """The span of days that all of a table's sources cover; None where one states none, or they share none."""
    spans = [source.covers for source in sources if isinstance(source.covers, tuple)]
    if len(spans) < len(sources) or not spans:
        return None
    first, last = max(span[0] for span in spans), min(span[1] for span in spans)
    return (first, last) if first <= last else None


def _outline(text: str, folder: Path, plane: Plane | None, place: str, problems: Problems) -> BaseGeometry | None:
    area = None
    with problems.gather():
        path, layer = locate(text, folder)
        vector = open_path(path, layer, None, place)
        known = tie(parse_crs(stated_crs(vector), place), Datum(), place)
        rows = vector.select([], None).near(None)
        other = np.flatnonzero((shapely.get_dimensions(rows.geometry) < 2) & (shapely.get_type_id(rows.geometry) != 7))
        if len(other):
            kinds = sorted({geom.geom_type for geom in rows.geometry[other] if geom is not None})
            problems.add(
                "geometry-type",
                place,
                found=", ".join(kinds),
                wanted="polygon",
                count=len(other),
                fids=", ".join(str(fid) for fid in rows.fids[other][:5]),
            )
        elif plane is not None:
            outlines, _, lost = repair(on_plane(rows.geometry, known, plane), 2)
            if lost.all():
                problems.add("covers-empty", place)
            else:
                area = shapely.union_all(outlines[~lost])
    return area
