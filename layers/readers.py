"""The forms that a vector layer comes in, behind one face: open, then read all of it or what lies in some boxes.

`features` and `near` mean the same for every form, indexed or not: a feature is near where its geometry meets one of
the boxes, in the layer's own CRS. A feature without a geometry lies nowhere: it is counted, and stands in `missing`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import ZoneproofError
from geo.rings import flattened
from layers.document import is_database
from layers.model import Source
from layers.text import Text

Geoms = NDArray[np.object_]
Ids = NDArray[np.int64]
Column = Sequence[object]
WHOLE = 50_000
"""Layers of up to this many features are read whole: faster than asking many times."""
FARTHEST = 1e9
"""In units of the CRS: feet round the earth are 1.3e8. GEOS fails or goes on for ever far beyond."""
CROWDED = 4
"""Boxes that together are so many times what they lie in are taken as one land."""


@dataclass(frozen=True)
class Rows:
    """Some features of a layer, in the order of their FIDs.

    `geometry` is 2D, None where it could not be parsed; `mended` marks what could only be parsed after its rings had
    been closed; `columns` hold plain Python values.
    """

    fids: Ids
    geometry: Geoms
    mended: NDArray[np.bool_]
    columns: Mapping[str, Column]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.fids)

    def take(self, which: NDArray[np.bool_]) -> Rows:
        """The rows that a mask selects."""
        columns = {name: list(compress(values, which)) for name, values in self.columns.items()}
        return Rows(self.fids[which], self.geometry[which], self.mended[which], columns)


def joined(pieces: Sequence[Rows], names: Sequence[str]) -> Rows:
    """Rows read in pieces, in the order of their FIDs; none at all where there are no pieces."""
    if not pieces:
        none = np.empty(0, dtype=object)
        return Rows(np.empty(0, dtype=np.int64), none, np.zeros(0, dtype=bool), {name: [] for name in names})
    fids = np.concatenate([piece.fids for piece in pieces])
    order = np.argsort(fids, kind="stable")
    cells = {name: [cell for piece in pieces for cell in piece.columns[name]] for name in names}
    geometry = np.concatenate([piece.geometry for piece in pieces])
    mended = np.concatenate([piece.mended for piece in pieces])
    in_order = {name: [values[i] for i in order] for name, values in cells.items()}
    return Rows(fids[order], geometry[order], mended[order], in_order)


@dataclass(frozen=True)
class Originals:
    """Some features with all their fields, in the order of the layer: `table` holds the fields' own types.

    `geometry`, `mended` and `absent` are as `parsed` gives them.
    """

    fids: Ids
    geometry: Geoms
    mended: NDArray[np.bool_]
    absent: NDArray[np.bool_]
    table: Any


@dataclass(frozen=True)
class Part:
    """A part of a layer that can be read by itself: row groups of one of its files; without a file all of it.

    `bounds`: where all its features lie, in the layer's CRS; None where that is not known, or some lie nowhere.
    `sha256`: of the whole file, where that is known unread.
    """

    file: str | None = None
    first: int = 0
    last: int = 0
    bounds: tuple[float, float, float, float] | None = None
    sha256: str | None = None

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.file} [{self.first}:{self.last}]" if self.file else ""

    def with_next(self, other: Part) -> Part:
        """This part and the one that follows it in the same file."""
        bounds = None
        if self.bounds is not None and other.bounds is not None:
            (west, south, east, north), (left, low, right, high) = self.bounds, other.bounds
            bounds = (min(west, left), min(south, low), max(east, right), max(north, high))
        return Part(self.file, self.first, other.last, bounds, self.sha256)


class Selection(Protocol):
    """The features of a layer that meet its `where`."""

    @property
    def features(self) -> int:
        """How many there are, wherever they lie."""

    @property
    def missing(self) -> Rows:
        """Those without a geometry."""

    def near(self, boxes: Geoms | None) -> Rows:
        """The features that meet one of the boxes (the layer's own CRS); without boxes all that have a place."""


class VectorSource(Protocol):
    """A layer that was opened and has not been read yet. `notes` say what was guessed or mended in opening it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its fields."""

    @property
    def crs(self) -> str | None:
        """What it states as its CRS: a code, WKT or PROJJSON."""

    @property
    def notes(self) -> tuple[Text, ...]:
        """What was guessed."""

    def select(self, columns: Sequence[str], where: str | None) -> Selection:
        """What meets `where`, with these columns."""

    def parts(self, rows: int) -> tuple[Part, ...]:
        """Parts of about so many rows that can be read by themselves; one that is all of it where there are none."""

    def only(self, part: Part) -> VectorSource:
        """The layer as if it were that part alone; FIDs stay the whole layer's."""


@dataclass(frozen=True)
class WholeSelection:
    """A selection that was read whole."""

    rows: Rows
    missing: Rows

    @classmethod
    def of(cls, rows: Rows, absent: NDArray[np.bool_]) -> WholeSelection:
        """Split what was read: features without a geometry (`absent`) lie nowhere."""
        return cls(rows.take(~absent), rows.take(absent))

    @property
    def features(self) -> int:
        """How many there are, wherever they lie."""
        return self.rows.count + self.missing.count

    def near(self, boxes: Geoms | None) -> Rows:
        """The features that meet one of the boxes."""
        return self.rows if boxes is None else self.rows.take(meets(self.rows.geometry, boxes))


def meets(geometry: Geoms, boxes: Geoms) -> NDArray[np.bool_]:
    """Which geometries meet one of the boxes (rectangles); what could not be parsed might, so it counts.

    What lies in a box by its bounds is not looked at any closer. Boxes that crowd each other are one land: asked one by
    one, every feature would meet most of them.
    """
    found = np.asarray(shapely.is_missing(geometry), dtype=np.bool_)
    size = shapely.area(boxes)
    if size.any() and size.all() and size.sum() > CROWDED * shapely.box(*shapely.total_bounds(boxes)).area:
        land = shapely.union_all(boxes)
        shapely.prepare(land)
        return found | shapely.intersects(land, geometry)
    row, box = shapely.STRtree(boxes).query(geometry)
    west, south, east, north = shapely.bounds(geometry)[row].T
    left, low, right, high = shapely.bounds(boxes)[box].T
    found[row[(left <= west) & (low <= south) & (east <= right) & (north <= high)]] = True
    unsure = ~found[row]
    row, box = row[unsure], box[unsure]
    shapely.prepare(boxes)
    found[row[shapely.intersects(boxes[box], geometry[row])]] = True
    return found


def parsed(wkb: Sequence[bytes | None] | Geoms) -> tuple[Geoms, NDArray[np.bool_], NDArray[np.bool_]]:
    """(2D geometries, mended, absent) of WKB values; NotImplementedError where there are curves."""
    raw = np.asarray(wkb, dtype=object)
    geometry = np.asarray(shapely.from_wkb(raw, on_invalid="ignore"), dtype=object)
    given = np.array([item is not None for item in raw], dtype=bool)
    broken = given & shapely.is_missing(geometry)
    geometry[broken] = shapely.from_wkb(raw[broken], on_invalid="fix")
    geometry = flattened(geometry)
    geometry[~shapely.is_missing(geometry) & ~shapely.is_empty(geometry) & _nowhere(geometry)] = None
    return geometry, broken & ~shapely.is_missing(geometry), ~given | shapely.is_empty(geometry)


def _nowhere(geometry: Geoms) -> NDArray[np.bool_]:
    """Which geometries have a vertex that is not finite, or farther out than any CRS reaches."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        far = ~(np.abs(shapely.bounds(geometry)).max(axis=1) <= FARTHEST)
        return np.asarray(far | ~np.isfinite(shapely.length(geometry)), dtype=np.bool_)


def open_vector(source: Source, place: str) -> VectorSource:
    """Open a layer with the reader of its form.

    Raises ZoneproofError for what cannot be read, a layer that is not there, or several of which none is named.
    """
    where = source.path if source.address is None else source.address
    if where is None:
        raise ValueError(f"{place} has no path")
    return open_path(where, source.layer, source.encoding, place)


def open_path(where: Path | str, layer: str | None, encoding: str | None, place: str) -> VectorSource:
    """As `open_vector`, for a path or an address in an object store or a database."""
    from layers.geoparquet import is_parquet, open_parquet  # noqa: PLC0415
    from layers.indexed import open_indexed  # noqa: PLC0415
    from layers.ogr import open_ogr  # noqa: PLC0415
    from layers.survey.source import is_survey, open_survey  # noqa: PLC0415

    if not isinstance(where, Path) and is_database(where):
        try:
            from layers.postgis import open_postgis  # noqa: PLC0415 (its driver is optional)
        except ImportError as error:
            raise ZoneproofError("postgis-driver", place) from error
        return open_postgis(where, place)
    if (not isinstance(where, Path) or where.is_dir()) and (indexed := open_indexed(where, layer, place)) is not None:
        return indexed
    if not isinstance(where, Path) or is_parquet(where):
        return open_parquet(where, layer, encoding, place)
    if is_survey(where):
        return open_survey(where, layer, encoding, place)
    return open_ogr(where, layer, encoding, place)
