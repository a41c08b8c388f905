"""A first look at everything in a folder that could be a layer or a table: columns, some cells, CRS, extent.

Nothing is read whole but small files, nothing is written, no link is followed. What can't be read is told, not raised.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyogrio
import pyproj
import rasterio
import shapely
from openpyxl import load_workbook
from rasterio.errors import RasterioError

from geo.crs import crs_name, parse_crs
from geo.errors import ZoneproofError
from layers.document import PROJECT_FILE, locate
from layers.gdal_errors import told
from layers.geoparquet import is_parquet
from layers.manifest import is_index
from layers.model import Form, GeometryType
from layers.ogr import OgrSource
from layers.problems import InputError, Problem
from layers.readers import Geoms, open_path
from layers.roles import find_field, roles
from layers.selections import Box
from layers.sheets import EXCEL, csv_head, sheet_of
from layers.survey.source import is_survey, open_survey
from layers.text import Text
from layers.zips import layers_in

VECTORS = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".kml", ".gml", ".tab", ".mif", ".dxf", ".zip", ".parquet")
RASTERS = (".tif", ".tiff", ".img", ".asc")
TEXTS = (".csv", ".tsv")
COMPANIONS = {f".{end}" for end in "shx dbf prj cpg sbn sbx qix dat map id ind mid gfs xsd qpj".split()}  # noqa: SIM905
ROWS, HEAD_BYTES = 200, 1 << 20
NO_NAME = Text("项目文件无法写出此名,请改名", "a project file cannot name it; rename it")
LINK = Text("是链接,不跟随", "a link, which is not followed")
NO_ENTRY = Text("文件夹无法打开", "the folder cannot be opened")
NO_FORM = Text("不是已知格式的图层或表格", "no layer or table of a known form")


@dataclass(frozen=True)
class Found:
    """One layer, sheet or raster. `text` is how a project file names it; `extent` is in degrees, x first.

    `title` is what the layer is called inside its file.
    """

    text: str
    path: Path
    layer: str | None
    form: Form
    geometry: GeometryType | None = None
    count: int | None = None
    cells: Mapping[str, Sequence[object]] | None = None
    crs: str | None = None
    extent: Box | None = None
    title: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its fields."""
        return tuple(self.cells or ())

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, the nearest name first: layer, file, then the folders around it from inside out."""
        return (*self.own_names, *reversed(Path(self.text.rpartition("/")[0]).parts))

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names of the layer and of its file."""
        return tuple(dict.fromkeys((self.title or self.layer or self.path.stem, self.path.stem)))


@dataclass(frozen=True)
class Unread:
    """What could not be looked into, and why."""

    text: str
    reason: Text


def look_through(folder: Path, skip: Callable[[Path], bool]) -> Iterator[Found | Unread]:
    """Everything below `folder`, in the order of the names; folders for which `skip` holds are left out."""
    for path in _paths(folder, skip):
        text = path.relative_to(folder).as_posix()
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            yield Unread(ascii(text), Text("文件名不是 UTF-8,请改名", "its name is no UTF-8; rename it"))
            continue
        if path.is_symlink() or (path.is_dir() and not (path.suffix.lower() == ".gdb" or is_index(path))):
            yield Unread(text, LINK if path.is_symlink() else NO_ENTRY)
            continue
        for item in _tried(text, lambda path=path, text=text: _opened(path, text)):  # type: ignore[misc]
            if isinstance(item, Unread):
                yield Unread(item.text, _without(item.reason, folder))
            else:
                yield item if locate(item.text, folder) == (item.path, item.layer) else Unread(item.text, NO_NAME)


def _without(reason: Text, folder: Path) -> Text:
    """What a library said, without the place where the folder stands."""
    return Text(*(words.replace(f"{folder.as_posix()}/", "") for words in (reason.zh, reason.en)))


def _tried(text: str, look: Callable[[], Iterator[Found | Unread]]) -> Iterator[Found | Unread]:
    try:
        yield from look()
    except ZoneproofError as error:
        yield Unread(text, Problem(error.code, "", error.facts).text)
    except Exception as error:  # whatever else a broken file makes a library raise: told, and the rest is looked at
        message = " ".join(str(error).split()) or type(error).__name__
        yield Unread(text, Problem("source-unreadable", "", {"message": message}).text)


def _paths(folder: Path, skip: Callable[[Path], bool]) -> Iterator[Path]:
    closed: list[Path] = []
    for base, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(str(error.filename)))):
        here = Path(base)
        apart = [
            name
            for name in folders
            if name.lower().endswith(".gdb") or (here / name).is_symlink() or is_index(here / name)
        ]
        inner = [name for name in folders if name not in apart and not name.startswith(".")]
        folders[:] = sorted(name for name in inner if not skip(here / name))
        for name in sorted([*apart, *files]):
            path = here / name
            if not name.startswith((".", "~$")) and name != PROJECT_FILE and not _is_companion(path):
                yield path
    yield from closed


def _is_companion(path: Path) -> bool:
    if path.suffix.lower() not in COMPANIONS and not path.name.lower().endswith((".shp.xml", ".aux.xml")):
        return False
    stem = path.name.split(".")[0] if path.suffix.lower() == ".xml" else path.stem
    return any(
        path.with_name(stem + end).exists() for end in (".shp", ".SHP", ".tab", ".TAB", ".mif", ".MIF", ".gml", ".tif")
    )


def _opened(path: Path, text: str) -> Iterator[Found | Unread]:
    suffix = path.suffix.lower()
    if suffix == ".gdb" or suffix in VECTORS or is_index(path):
        yield from _layers(path, text)
    elif is_survey(path):
        yield _survey(path, text)
    elif suffix in RASTERS:
        yield _raster(path, text)
    elif suffix in TEXTS:
        yield Found(text, path, None, "table", cells=_csv(path, text))
    elif suffix in EXCEL:
        yield from _sheets(path, text)
    else:
        yield Unread(text, NO_FORM)


def _layers(path: Path, text: str) -> Iterator[Found | Unread]:
    if is_parquet(path):
        source = open_path(path, None, None, text)
        crs, _ = _crs(source.crs, None, text)
        yield Found(text, path, None, "vector", None, None, dict.fromkeys(source.columns, ()), crs)
        return
    names = layers_in(path, text)
    for name in names:
        own = name if len(names) > 1 else None
        named = f"{text}#{own}" if own else text
        yield from _tried(named, lambda own=own, named=named: iter((_vector(path, own, named),)))  # type: ignore[misc]


def _vector(path: Path, layer: str | None, text: str) -> Found:
    source = open_path(path, layer, None, text)
    if not isinstance(source, OgrSource):
        raise TypeError(path)
    rows = source.sample(source.columns, ROWS)
    kinds = [geometry.geom_type for geometry in rows.geometry if geometry is not None]
    with told(text):
        listed = {str(name): kind for name, kind in pyogrio.list_layers(source.dataset.name)}
    extent_of = source.extent
    if extent_of is None and rows.count == source.count > 0:
        extent_of = _bounds(rows.geometry)
    crs, extent = _crs(source.crs, extent_of, text)
    geometry = _geometry([str(listed.get(source.layer) or ""), *kinds])
    return Found(text, path, layer, "vector", geometry, source.count, rows.columns, crs, extent, source.layer)


def _survey(path: Path, text: str) -> Found | Unread:
    """A coordinate file, where a text has a parcel line, which ends with @; any other text is none of ours."""
    try:
        source = open_survey(path, None, None, text)
    except InputError as error:
        marked = b"@" in path.read_bytes()[:HEAD_BYTES]
        return Unread(text, error.problems[0].text if marked else NO_FORM)
    if not source.count:
        return Unread(text, NO_FORM)
    crs, extent = _crs(source.crs, _bounds(source.geometry), text)
    rows = source.sample(source.columns, ROWS)
    return Found(text, path, None, "vector", "polygon", source.count, rows.columns, crs, extent)


def _bounds(geometry: Geoms) -> Box:
    west, south, east, north = (float(number) for number in shapely.total_bounds(geometry))
    return west, south, east, north


def _geometry(kinds: Sequence[str]) -> GeometryType | None:
    for kind in kinds:
        plain = kind.lower()
        if "polygon" in plain or "surface" in plain:
            return "polygon"
        if "line" in plain or "curve" in plain:
            return "line"
        if "point" in plain:
            return "point"
    return None


def _crs(stated: str | None, bounds: Box | None, place: str) -> tuple[str | None, Box | None]:
    """The name of a CRS and the bounds in degrees; None for what is not known."""
    if stated is None:
        return None, None
    try:
        crs = parse_crs(stated, place)
    except ZoneproofError:
        return None, None
    if bounds is None or not all(math.isfinite(number) for number in bounds):
        return crs_name(crs), None
    try:
        turned = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform_bounds(
            bounds[0], bounds[1], bounds[2], bounds[3]
        )
    except pyproj.exceptions.ProjError:
        return crs_name(crs), None
    return crs_name(crs), turned if all(math.isfinite(number) for number in turned) else None


def _raster(path: Path, text: str) -> Found:
    try:
        with rasterio.open(path) as raster:
            crs, extent = _crs(raster.crs.to_wkt() if raster.crs else None, tuple(raster.bounds), text)
    except (RasterioError, OSError) as error:
        raise ZoneproofError("source-unreadable", text, message=" ".join(str(error).split())) from error
    return Found(text, path, None, "raster", crs=crs, extent=extent)


def _csv(path: Path, text: str) -> Mapping[str, Sequence[object]]:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise ZoneproofError("source-unreadable", text, message=str(error)) from error
    if len(head) == HEAD_BYTES:
        head = head[: head.rfind(b"\n") + 1]
    return _cells(csv_head(head, text), text)


def _cells(rows: Sequence[Sequence[object]], text: str) -> Mapping[str, Sequence[object]]:
    """The columns of the first rows of a table."""
    sheet = sheet_of(rows, text, (), _is_known)
    first = next(sheet.batches(), None)
    return first.cells if first else dict.fromkeys(sheet.columns, ())


def _is_known(name: str) -> bool:
    """Whether a cell reads like the heading of a column that a table role has."""
    tables = [role for role in roles().values() if role.form == "table"]
    return any(find_field(field, [name]) is not None for role in tables for field in role.fields.values())


def _sheets(path: Path, text: str) -> Iterator[Found | Unread]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # whatever a broken workbook makes openpyxl raise
        raise ZoneproofError("source-unreadable", text, message=" ".join(str(error).split())) from error
    try:
        for sheet in book.worksheets:
            own = sheet.title if len(book.worksheets) > 1 else None
            sheet.reset_dimensions()
            rows = list(itertools.islice(sheet.iter_rows(values_only=True), ROWS))
            if not any(cell is not None for row in rows for cell in row):
                continue
            named = f"{text}#{own}" if own else text
            yield from _tried(named, lambda own=own, named=named, rows=rows: _sheet(path, own, named, rows))  # type: ignore[misc]
    finally:
        book.close()


def _sheet(path: Path, own: str | None, named: str, rows: Sequence[Sequence[object]]) -> Iterator[Found | Unread]:
    yield Found(named, path, own, "table", cells=_cells(rows, named))
