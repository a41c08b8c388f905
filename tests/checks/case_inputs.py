"""Inputs made from a case file, without a project file or a layer on disk: fast, and small enough to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio.transform import from_origin
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geo.crs import Datum, parse_crs, tie
from geo.densify import densify
from geo.plane import Plane
from layers.model import InputRecord, Inputs, Layer, Project, Raster, Role, Table
from layers.roles import roles

CRS = "EPSG:4542"
ORIGIN = (540_000.0, 2_604_000.0)
NAME = "测试园区"
ZONE = {"wkt": "POLYGON((0 0, 1000 0, 1000 1000, 0 1000, 0 0))", "zone": NAME}
LAYER_OPTIONS = {"covers", "stated_empty", "unrepaired", "lacking"}
TABLE_OPTIONS = {"covers", "lacking"}
PLANE = Plane(CRS)
RASTER_KEYS = {"cell_m", "west", "north", "values", "plane", "nodata", "holes", "covers"}
FOLDER = TemporaryDirectory(prefix="zoneproof-cases-")
NUMBERS = count()


def inputs_of(case: Mapping[str, Any], own_roles: Mapping[str, Role] | None = None) -> Inputs:
    """The layers and tables that a case states; a square kilometre of zone where it states none."""
    known = roles(own_roles)
    options = case.get("layer_options", {})
    layers: dict[str, Any] = {"zones": [ZONE], **{role: [] for role in options}, **case.get("layers", {})}
    tables = case.get("tables", {})
    only = layers["zones"][0].get("zone", NAME)  # a reader gives the one zone to what names none
    layers |= {
        role: [{"zone": only, **row} for row in layers[role]] for role in ("zones", "expansion") if role in layers
    }
    project = Project(
        file=Path("zone.toml"),
        name=NAME,
        as_of=case.get("as_of"),
        packs=(),
        crs=CRS,
        lang="zh",
        sources=(),
        params={},
        sliver_width_m=case.get("sliver_width_m", 0.10),
    )
    order = [*layers, *tables]
    return Inputs(
        project,
        PLANE,
        {role: layer(known[role], rows, options.get(role, {}), order.index(role)) for role, rows in layers.items()},
        {
            role: table(known[role], rows, case.get("table_options", {}).get(role, {}), order.index(role))
            for role, rows in tables.items()
        },
        {role: raster(known[role], told) for role, told in case.get("rasters", {}).items()},
        tuple(InputRecord(role, role, None, CRS, 0, 0, None, (), ()) for role in order),
    )


def layer(role: Role, rows: list[dict[str, Any]], options: Mapping[str, Any], record: int) -> Layer:
    assert set(options) <= LAYER_OPTIONS, f"{role.name}: options are {sorted(LAYER_OPTIONS)}"
    geometries = [placed(row["wkt"]) for row in rows]
    columns = standard(role, [{key: value for key, value in row.items() if key != "wkt"} for row in rows])
    columns |= {"source": [0] * len(rows), "fid": list(range(len(rows))), "input": [record] * len(rows)}
    frame = gpd.GeoDataFrame(columns, geometry=geometries, crs=CRS, index=pd.RangeIndex(len(rows)))
    return Layer(
        role,
        frame,
        covers=placed(options["covers"]) if "covers" in options else None,
        stated_empty=options.get("stated_empty", False),
        unrepaired=tuple(options.get("unrepaired", ())),
        lacking=dict.fromkeys(options.get("lacking", ()), (0,)),
    )


def table(role: Role, rows: list[dict[str, Any]], options: Mapping[str, Any], record: int) -> Table:
    assert set(options) <= TABLE_OPTIONS, f"{role.name}: options are {sorted(TABLE_OPTIONS)}"
    columns = standard(role, rows, first=1)
    columns |= {"source": [0] * len(rows), "row": list(range(1, len(rows) + 1)), "input": [record] * len(rows)}
    covers: tuple[date, date] | None = tuple(options["covers"]) if "covers" in options else None  # type: ignore[assignment]
    lacking = dict.fromkeys(options.get("lacking", ()), (0,))
    return Table(role, pd.DataFrame(columns, index=pd.RangeIndex(len(rows))), covers, lacking)


def raster(role: Role, told: Mapping[str, Any]) -> Raster:
    """A GeoTIFF with the cells that a case states: `values`, or the tilted `plane` over rows × columns."""
    assert set(told) <= RASTER_KEYS, f"{role.name}: keys are {sorted(RASTER_KEYS)}"
    cell_m = told["cell_m"]
    if "plane" in told:
        plane = told["plane"]
        row, column = np.indices((plane["rows"], plane["columns"])) + 0.5
        values = plane["base"] + cell_m * (plane.get("east", 0.0) * column - plane.get("north", 0.0) * row)
    else:
        values = np.array(told["values"], dtype=np.float64)
    for hole_row, hole_column in told.get("holes", ()):
        values[hole_row, hole_column] = told["nodata"]
    path = Path(FOLDER.name) / f"{next(NUMBERS)}.tif"
    transform = from_origin(ORIGIN[0] + told["west"], ORIGIN[1] + told["north"], cell_m, cell_m)
    height, width = values.shape
    profile = {"driver": "GTiff", "count": 1, "dtype": "float64", "crs": CRS, "nodata": told.get("nodata")}
    with rasterio.open(path, "w", width=width, height=height, transform=transform, **profile) as target:
        target.write(values, 1)
    covers = placed(told["covers"]) if "covers" in told else None
    return Raster(role, path, CRS, f"[layers] {role.name}", tie(parse_crs(CRS, "case"), Datum(), "case"), covers)


def placed(wkt: str) -> BaseGeometry:
    """A geometry in metres from the origin, where it lies in the plane, densified as a reader would."""
    moved = translate(shapely.from_wkt(wkt), *ORIGIN)
    return densify(pd.Series([moved], dtype=object).to_numpy(), parse_crs(CRS, "case"))[0]


def standard(role: Role, rows: list[dict[str, Any]], first: int = 0) -> dict[str, Any]:
    """Columns as a reader makes them: feature ids, then every field that one row has, of the field's type."""
    names = [name for name in role.fields if name != "id" and any(name in row for row in rows)]
    unknown = {name for row in rows for name in row} - set(role.fields)
    assert not unknown, f"{role.name} has no field {sorted(unknown)}: {sorted(role.fields)}"
    columns: dict[str, Any] = {"feature": [str(row.get("id", f"0:{number}")) for number, row in enumerate(rows, first)]}
    for name in names:
        values = [row.get(name) for row in rows]
        numeric = role.fields[name].type in ("number", "integer", "share")
        columns[name] = pd.Series(values, dtype="float64" if numeric else object)
    return columns
