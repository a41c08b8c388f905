"""Where a data set is really read from: in a zip, or from a copy where GDAL can't read it or would write beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from geo.errors import ZoneproofError
from layers.archives import archive_at
from layers.copies import Copied, beside, copied, dxf_encoding
from layers.problems import nearest
from layers.text import Text
from layers.xml_scan import XML, check_xml

INSIDE = (".gpkg", ".geojson", ".json", ".fgb", ".kml", ".gml", ".tab", ".mif", ".dxf")
GML = (".gml", ".xml")
"""GDAL writes what it has learnt of a GML file beside it, as `.gfs`."""
WKT_COLUMNS = "WKT,wkt,geom,the_geom,geometry,几何,几何图形,图形,坐标,空间位置"
"""What the column of a CSV is called that holds geometry."""
_WAL_MARK = slice(18, 20)


@dataclass(frozen=True)
class Dataset:
    """`path` as the user has it, `name` as OGR opens it, with `options`; `layer` where one is named.

    A `copy` lives as long as this; `notes` say what was mended in it, `renamed` that `copies.escaped` names its fields.
    """

    path: Path
    name: str
    layer: str | None
    member: str | None = None
    copy: TemporaryDirectory[str] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    renamed: bool = False


def dataset_at(path: Path, layer: str | None, place: str, encoding: str | None = None) -> Dataset:
    """How OGR has to open a path.

    Raises ZoneproofError as `archive_at`, `check_xml` and `copied`; `layers-several` and `layer-missing` for a zip.
    """
    suffix = path.suffix.lower()
    if suffix == ".zip" and path.is_file():
        return _in_zip(path, layer, place)
    if suffix in XML and path.is_file():
        check_xml(path, place)
    made: Copied | None = None
    if _is_wal(path) or suffix in GML:
        made = beside(path, (".xsd", ".gfs"))
    elif path.is_file():
        made = copied(path, encoding, place)
    options = _options(path, encoding, place)
    if made is None:
        return Dataset(path, str(path), layer, options=options)
    return Dataset(
        path, str(made.path), layer, copy=made.folder, options=options, notes=made.notes, renamed=made.renamed
    )


def _options(path: Path, encoding: str | None, place: str) -> dict[str, str]:
    if path.suffix.lower() == ".csv":
        return {"GEOM_POSSIBLE_NAMES": WKT_COLUMNS, "KEEP_GEOM_COLUMNS": "NO"}
    if path.suffix.lower() == ".dxf" and path.is_file():
        found = dxf_encoding(path, encoding, place)
        return {"CLOSED_LINE_AS_POLYGON": "YES"} | ({"ENCODING": found} if found else {})
    return {}


def _in_zip(path: Path, layer: str | None, place: str) -> Dataset:
    with archive_at(path, place) as archive:
        names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
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
