"""What passes between the folders: roles, the project, and the layers and tables that were read.

Geometry in a `Layer` is in the project's plane (`Inputs.plane`), x east and y north, densified in its own CRS before
it was reprojected, valid, and of the role's geometry type alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from layers.text import Lang, Text

if TYPE_CHECKING:  # roles and rule pages are shown without loading GDAL
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from geo.crs import Tie
    from geo.plane import Plane

Form = Literal["vector", "raster", "table"]
GeometryType = Literal["polygon", "line", "point"]
FieldType = Literal["text", "number", "integer", "share", "date", "limit"]
Progress = Callable[[Text, int, int], None]
"""Called with (what is being done, done so far, in all); all = 0 where it is not known."""


@dataclass(frozen=True, slots=True)
class Field:
    """One standard field of a role: type, unit, the listed values with their accepted words, and its aliases.

    `default` is the listed value of a row that has none. `cut` are names and aliases as a dbf cuts them at 10 bytes,
    those that no other field of the role could be meant by.
    """

    name: str
    type: FieldType
    title: Text
    required: bool = False
    unit: str | None = None
    values: Mapping[str, tuple[str, ...]] | None = None
    aliases: tuple[str, ...] = ()
    default: str | None = None
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A part that a layer or a table plays in a check (contract §3); `pack` names the pack that declares it.

    Of each group in `one_of` a source has at least one field.
    """

    name: str
    form: Form
    title: Text
    geometry: tuple[GeometryType, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    pack: str | None = None
    one_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where a standard field's values come from: a column and, where it is not the role's, its unit."""

    column: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One entry of [layers] or [tables], validated in form but not opened.

    `text` is the path as written (None where `empty = true` leaves it out); `at` names the entry in messages
    (`zone.toml [layers] utilities[1]`). `covers` is a path as written for a layer, two dates for a table. A layer in an
    object store has an `address` and no `path`.
    """

    role: Role
    index: int
    at: str
    text: str | None
    path: Path | None
    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    where: str | None = None
    fields: Mapping[str, FieldMap] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)
    empty: bool = False
    covers: str | tuple[date, date] | None = None
    towgs84: tuple[float, ...] | None = None
    grid: str | None = None
    accept_datum_shift: bool = False
    address: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether it says where to read; one that is stated to be empty need not."""
        return self.path is not None or self.address is not None


@dataclass(frozen=True, slots=True)
class Project:
    """A validated zone.toml. `sources` stand in the order of contract §3, then as in their arrays.

    `params` maps rule id to parameter to value, `basis` among them, as the file has them. `hectare_places` are those of
    the area tables, `other_grassland` is what survey code 0404 counts as in them.
    """

    file: Path
    name: str
    as_of: date | None
    packs: tuple[str, ...]
    crs: str | None
    lang: Lang
    sources: tuple[Source, ...]
    params: Mapping[str, Mapping[str, object]]
    sliver_width_m: float = 0.10
    context_m: float = 500.0
    hectare_places: Literal[2, 4] = 4
    other_grassland: Literal["agricultural", "unused"] = "agricultural"

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.file.parent


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One entry of `inputs` in findings.json (contract §6)."""

    role: str
    source: str | None
    sha256: str | None
    crs: str | None
    features: int
    read: int
    area_m2: float | None
    repaired: tuple[str, ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """All sources of one vector role in one frame.

    `frame` has a RangeIndex, the geometry column in the project's plane, and the columns `feature` (id as in evidence),
    `source` (index), `fid`, `input` (row of `Inputs.records`) and every standard field that at least one source has:
    text and listed values as str or None, numbers and shares as float64 in the role's unit (NaN where null), dates as
    datetime.date or None. A field that no source has is no column. `lacking` names, per field, the sources without it.
    `covers` is where the layer is complete, None where any source does not state it. `unrepaired` are ids of features
    within reach whose geometry is missing or could not be repaired; they are not in the frame.
    """

    role: Role
    frame: gpd.GeoDataFrame
    covers: BaseGeometry | None = None
    stated_empty: bool = False
    unrepaired: tuple[str, ...] = ()
    lacking: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """All sources of one table role in one frame: `feature`, `source`, `row` (from 1), `input`, standard fields.

    `covers` is the span that every source states, None where one does not.
    """

    role: Role
    frame: pd.DataFrame
    covers: tuple[date, date] | None = None
    lacking: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raster:
    """A raster that was opened and found readable; its cells are read window by window when a rule needs them.

    `at` names it in messages, `tie` ties its CRS to EPSG:4490, `covers` is where the project says that it is complete.
    """

    role: Role
    path: Path
    crs: str
    at: str
    tie: Tie
    covers: BaseGeometry | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that was read for a project, in the project's plane."""

    project: Project
    plane: Plane
    layers: Mapping[str, Layer]
    tables: Mapping[str, Table]
    rasters: Mapping[str, Raster]
    records: tuple[InputRecord, ...]
