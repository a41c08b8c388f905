"""Writing the sample projects: GeoPackage, GBK Shapefiles, CSV, GeoTIFF, project files; the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
import shapely

from layers.model import Progress
from layers.samples import rows, tables
from layers.samples.terrain import NODATA, cell_grid, elevation
from layers.samples.valley import CRS
from layers.text import Text

STAMP = "2025-07-25"
ZONED_CRS, ZONED_EAST = "EPSG:4521", 33_000_000.0
"""The same plane with the zone's number before the easting, as many offices keep it."""


def write(folder: Path, progress: Progress | None = None) -> list[Path]:
    """Write both projects; see `layers.samples.write_samples`."""
    park, expansion = folder / "park", folder / "expansion"
    steps: list[tuple[Text, Callable[[], None]]] = [
        (
            Text("绘制园区图层", "drawing the park"),
            lambda: write_geopackage(park / "park.gpkg", rows.park_layers()),
        ),
        (Text("写出地块与建筑", "writing parcels and buildings"), lambda: _shapefiles(park / "报批")),
        (Text("绘制地形", "drawing the ground"), lambda: _dem(park / "dem.tif")),
        (Text("写出表格", "writing tables"), lambda: _tables(park / "表格")),
        (Text("绘制边合区", "drawing the border zone"), lambda: _border(expansion)),
        (Text("写出项目文件", "writing the project files"), lambda: _texts(park, expansion)),
    ]
    for place in (park / "报批", park / "表格", expansion / "报批"):
        place.mkdir(parents=True, exist_ok=True)
    with dated():
        for done, (step, run) in enumerate(steps):
            if progress:
                progress(step, done, len(steps))
            run()
    if progress:
        progress(Text("示例项目已写出", "sample projects written"), len(steps), len(steps))
    return [park / "zone.toml", expansion / "zone.toml"]


@contextmanager
def dated() -> Iterator[None]:
    """A fixed date for what GDAL writes into file headers."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{STAMP}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_geopackage(path: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    """One file with all layers; readable by QGIS 3.22."""
    path.unlink(missing_ok=True)
    for name, frame in layers.items():
        pyogrio.write_dataframe(
            frame,
            path,
            layer=name,
            driver="GPKG",
            dataset_options={"VERSION": "1.2"} if not path.exists() else {},
            layer_options={"GEOMETRY_NAME": "geom", "FID": "fid"},
        )


def _shapefile(path: Path, frame: gpd.GeoDataFrame) -> None:
    """A Shapefile with GBK attributes, as Chinese desktop software writes it."""
    for old in path.parent.glob(f"{path.stem}.*"):
        old.unlink()
    pyogrio.write_dataframe(
        frame, path, driver="ESRI Shapefile", encoding="GBK", layer_options={"DBF_DATE_LAST_UPDATE": STAMP}
    )


def _shapefiles(folder: Path) -> None:
    _shapefile(folder / "地块.shp", rows.parcels())
    _shapefile(folder / "建筑.shp", rows.building_rows())


def _dem(path: Path) -> None:
    """The elevation model."""
    grid, (west, north) = elevation()
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=grid.shape[0],
        width=grid.shape[1],
        count=1,
        dtype="float32",
        crs=CRS,
        transform=cell_grid(west, north),
        nodata=NODATA,
        compress="deflate",
        predictor=3,
        tiled=True,
        blockxsize=256,
        blockysize=256,
    ) as out:
        out.write(grid, 1)
        out.set_band_description(1, "高程(米,虚构) elevation, m, made up")


def _tables(folder: Path) -> None:
    write_csv(folder / "指标.csv", tables.indicators())
    write_csv(folder / "文件.csv", tables.documents())


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """UTF-8 with a byte-order mark, so that Excel reads the Chinese."""
    path.write_bytes(frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def _border(folder: Path) -> None:
    """The border zone's data; the land taken in is a Shapefile of its own, with zone-prefixed eastings."""
    write_geopackage(folder / "expansion.gpkg", rows.expansion_layers())
    frame = rows.expansion()
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy + np.array([ZONED_EAST, 0.0]))
    _shapefile(
        folder / "报批" / "拟扩区范围.shp",
        gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=ZONED_CRS),
    )


def _texts(park: Path, expansion: Path) -> None:
    """The project files, as they stand in this package."""
    texts = files("layers.samples") / "texts"
    for source, target in (
        ("park.toml", park / "zone.toml"),
        ("expansion.toml", expansion / "zone.toml"),
    ):
        target.write_bytes((texts / source).read_bytes())
