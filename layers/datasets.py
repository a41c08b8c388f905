"""Where a data set is really read from: in a zip, or from a copy where opening it in place would write beside it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geo.errors import ZoneproofError
from layers.problems import nearest

INSIDE = (".gpkg", ".geojson", ".json", ".fgb", ".kml", ".gml", ".tab", ".mif", ".dxf")
GML = (".gml", ".xml")
"""GDAL writes what it has learnt of a GML file beside it, as `.gfs`."""
_WAL_MARK = slice(18, 20)


@dataclass(frozen=True)
class Dataset:
    """`path` as the user has it, `name` as OGR opens it, `layer` where one is named; `copy` lives as long as this."""

    path: Path
    name: str
    layer: str | None
    member: str | None = None
    copy: TemporaryDirectory[str] | None = None


def dataset_at(path: Path, layer: str | None, place: str) -> Dataset:
    """How OGR has to open a path.

    Raises ZoneproofError `source-unreadable` for a broken zip, `layers-several` and `layer-missing` for what is in it.
    """
    if path.suffix.lower() == ".zip" and path.is_file():
        return _in_zip(path, layer, place)
    if not _is_wal(path) and path.suffix.lower() not in GML:
        return Dataset(path, str(path), layer)
    copy = TemporaryDirectory(prefix="zoneproof-")
    for file in (path, path.with_name(path.name + "-wal"), path.with_suffix(".xsd"), path.with_suffix(".gfs")):
        if file.is_file():
            shutil.copyfile(file, Path(copy.name) / file.name)
    return Dataset(path, str(Path(copy.name) / path.name), layer, copy=copy)


def _in_zip(path: Path, layer: str | None, place: str) -> Dataset:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
    except (zipfile.BadZipFile, OSError) as error:
        raise ZoneproofError("source-unreadable", place, message=str(error)) from error
    shapes = {PurePosixPath(name).stem: name for name in names if name.lower().endswith(".shp")}
    others = [name for name in names if name.lower().endswith(INSIDE)]
    base = f"/vsizip/{path.as_posix()}"
    if not shapes:
        return Dataset(path, f"{base}/{others[0]}" if len(others) == 1 else base, layer)
    member = _chosen(shapes, layer, place)
    return Dataset(path, f"{base}/{member}", None, member=member)


def _chosen(shapes: Mapping[str, str], layer: str | None, place: str) -> str:
    if layer is None and len(shapes) == 1:
        return next(iter(shapes.values()))
    if layer is None:
        raise ZoneproofError("layers-several", place, layers=", ".join(sorted(shapes)))
    if layer not in shapes:
        raise ZoneproofError("layer-missing", place, layer=layer, hint=nearest(layer, list(shapes)))
    return shapes[layer]


def _is_wal(path: Path) -> bool:
    """Whether SQLite would write `-wal` and `-shm` files beside it, as QGIS leaves a GeoPackage that is open in it."""
    if path.suffix.lower() not in (".gpkg", ".sqlite", ".db") or not path.is_file():
        return False
    with path.open("rb") as file:
        return 2 in file.read(20)[_WAL_MARK]
