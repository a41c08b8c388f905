"""The names of the layers in a data set, also of a zip that holds several Shapefiles."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pyogrio

from geo.errors import ZoneproofError
from layers.archives import archive_at
from layers.datasets import dataset_at
from layers.gdal_errors import told


def layers_in(path: Path, place: str) -> list[str]:
    """Every layer with a geometry, in the order of the data set; a Shapefile's is its stem."""
    if path.suffix.lower() == ".shp":
        return [path.stem]
    if path.suffix.lower() == ".zip" and (shapes := _shapes(path, place)):
        return shapes
    dataset = dataset_at(path, None, place)  # a copy lives no longer than this
    with told(place):
        listed = [str(name) for name, kind in pyogrio.list_layers(dataset.name) if kind]
    if not listed:
        raise ZoneproofError("layers-none", place)
    return listed


def _shapes(path: Path, place: str) -> list[str]:
    with archive_at(path, place) as archive:
        names = archive.namelist()
    return sorted(
        {PurePosixPath(name).stem for name in names if name.lower().endswith(".shp") and "__MACOSX" not in name}
    )
