"""The data of the benchmarks, made the same on every machine and kept in a cache folder.

Everything lies near Gengma in EPSG:4542 (CGCS2000, 3-degree zone of 99° E), in metres.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CRS = "EPSG:4542"
EAST_M, NORTH_M = 510_000.0, 2_575_000.0
CELL_M = 60.0
ALONG, UP = 4, 3
"""Vertices between the corners of a parcel on its west–east and south–north sides: 19 with the closing one."""
CLASSES = (
    *("0101", "0103", "0201", "0204", "0301", "0305", "0307", "0404"),
    *("0601", "0602", "0702", "1003", "1006", "1101", "1107", "1202"),
)
ROW_GROUP = 10_000
EDITION = "1"
"""Names the cached files: another one where the same call would make other data."""


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder that keeps what was made once."""

    folder: Path

    def made(self, name: str, make: Callable[[Path], None]) -> Path:
        """The file or folder of that name; where it is not there yet, made beside it and then moved into place."""
        place = self.folder / f"v{EDITION}" / name
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_name(f"part-{place.name}")
            if part.is_dir():
                shutil.rmtree(part)
            part.unlink(missing_ok=True)
            make(part)
            part.rename(place)
        return place

    def parcels(self, count: int, suffix: str) -> Path:
        """A layer of `count` parcels: `parquet`, `gpkg` or `fgb`."""
        writers = {"parquet": _to_parquet, "gpkg": _to_ogr, "fgb": _to_ogr}
        return self.made(f"parcels-{count}.{suffix}", lambda path: writers[suffix](path, _parcels(count)))

    def zones(self, count: int, parcels: int, radius_m: float = 700.0) -> Path:
        """Organic polygons of about that radius, spread over a layer of so many parcels; a GeoPackage."""
        return self.made(
            f"zones-{count}-{parcels}-{radius_m:.0f}.gpkg",
            lambda path: _zones_to(path, [organic(row, side_m(parcels), radius_m) for row in range(count)]),
        )

    def red_line(self, vertices: int, parcels: int) -> Path:
        """One polygon with so many vertices that takes up a quarter of a layer of so many parcels."""
        return self.made(
            f"redline-{vertices}-{parcels}.gpkg",
            lambda path: _zones_to(path, [_red_line(vertices, side_m(parcels))]),
        )

    def polygons(self, count: int) -> Path:
        """Parcels in EPSG:4490 degrees, as WKB in a Parquet file."""
        return self.made(f"lonlat-{count}.parquet", lambda path: _to_lonlat(path, count))

    def elevation(self, side: int) -> Path:
        """A square elevation model with cells of 5 m, a tiled GeoTIFF."""
        return self.made(f"dem-{side}.tif", lambda path: _elevation(path, side))

    def roads(self, edges: int) -> Path:
        """A road graph of about so many edges: `from`, `to`, `length_m` and the nodes' `x`, `y`, as npz."""
        return self.made(f"roads-{edges}.npz", lambda path: _roads(path, edges))


def side_m(parcels: int) -> float:
    """The side of the square that a layer of so many parcels fills."""
    return round(parcels**0.5) * CELL_M


# Parcels


def _parcels(count: int) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """A jittered tessellation in Hilbert order whose neighbours share their edges to the last bit, and its classes."""
    n = round(count**0.5)
    rng = np.random.default_rng(20250725)
    grid = np.stack(np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0), indexing="xy"), axis=-1)
    corners = grid * CELL_M + rng.uniform(-0.2, 0.2, grid.shape) * CELL_M + (EAST_M, NORTH_M)
    across = _between(corners[:, :-1], corners[:, 1:], ALONG, rng)
    upward = _between(corners[:-1], corners[1:], UP, rng)
    order = _hilbert_order(n)
    rows, columns = order // n, order % n
    rings = np.concatenate(
        [
            corners[rows, columns][:, None],
            across[rows, columns],
            corners[rows, columns + 1][:, None],
            upward[rows, columns + 1],
            corners[rows + 1, columns + 1][:, None],
            across[rows + 1, columns][:, ::-1],
            corners[rows + 1, columns][:, None],
            upward[rows, columns][:, ::-1],
            corners[rows, columns][:, None],
        ],
        axis=1,
    )
    codes = (rows // 3 * 7 + columns // 4 * 5 + rng.integers(0, 5, n * n)) % len(CLASSES)
    return np.asarray(shapely.polygons(rings), dtype=object), codes


def _between(start: Floats, end: Floats, count: int, rng: np.random.Generator) -> Floats:
    """`count` points between two corners each, moved sideways by up to 4 % of the way; (rows, columns, count, 2)."""
    way = (end - start)[:, :, None]
    share = (np.arange(count) + 1.0)[:, None] / (count + 1)
    aside = rng.uniform(-0.04, 0.04, (*start.shape[:2], count, 1))
    found: Floats = start[:, :, None] + share * way + aside * np.stack([-way[..., 1], way[..., 0]], axis=-1)
    return found


def _hilbert_order(n: int) -> NDArray[np.int64]:
    """Cells of an n × n grid (row · n + column) along a Hilbert curve."""
    row, column = (part.ravel().astype(np.int64) for part in np.divmod(np.arange(n * n), n))
    x, y, distance = column.copy(), row.copy(), np.zeros(n * n, dtype=np.int64)
    step = 1 << (max(n - 1, 1).bit_length() - 1)
    while step:
        right, top = (x & step) > 0, (y & step) > 0
        distance += step * step * ((3 * right) ^ top)
        turn = ~top & right
        x[turn], y[turn] = step - 1 - (x[turn] & (step - 1)), step - 1 - (y[turn] & (step - 1))
        x[~top], y[~top] = y[~top].copy(), x[~top].copy()
        step >>= 1
    return np.argsort(distance, kind="stable")


def _frame(geometry: NDArray[np.object_], codes: NDArray[np.int64]) -> object:
    import geopandas as gpd

    ids = [f"{row:018d}" for row in range(len(codes))]
    columns = {"BSM": ids, "DLBM": np.array(CLASSES, dtype=object)[codes]}
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


def _to_parquet(path: Path, made: tuple[NDArray[np.object_], NDArray[np.int64]]) -> None:
    _frame(*made).to_parquet(  # type: ignore[attr-defined]
        path, write_covering_bbox=True, schema_version="1.1.0", row_group_size=ROW_GROUP, compression="zstd"
    )


def _to_ogr(path: Path, made: tuple[NDArray[np.object_], NDArray[np.int64]]) -> None:
    driver = {".gpkg": "GPKG", ".fgb": "FlatGeobuf"}[path.suffix]
    _frame(*made).to_file(path, driver=driver, layer="parcels", engine="pyogrio", use_arrow=True)  # type: ignore[attr-defined]


def _to_lonlat(path: Path, count: int) -> None:
    import geopandas as gpd

    geometry, _ = _parcels(count)
    gpd.GeoDataFrame(geometry=gpd.GeoSeries(geometry, crs=CRS).to_crs("EPSG:4490")).to_parquet(path)


# Zones


def organic(seed: int, extent_m: float, radius_m: float, vertices: int = 300) -> shapely.Polygon:
    """A rounded outline as parks have, somewhere in the extent with a margin of its size."""
    rng = np.random.default_rng([7, seed])
    middle = rng.uniform(min(1.5 * radius_m, extent_m / 2), max(extent_m - 1.5 * radius_m, extent_m / 2), 2)
    waves = np.arange(2, 9)
    height, shift = rng.normal(0, 0.25, len(waves)) / waves, rng.uniform(0, 2 * np.pi, len(waves))
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    away = radius_m * rng.uniform(0.8, 1.2) * (1 + (height * np.cos(np.outer(angle, waves) + shift)).sum(axis=1))
    return shapely.Polygon(middle + _around(angle, away) + (EAST_M, NORTH_M))


def _red_line(vertices: int, extent_m: float) -> shapely.Polygon:
    """An outline with detail at every scale, as red lines drawn along ridges and parcels have."""
    rng = np.random.default_rng(389)
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    away = np.ones(vertices)
    for wave in np.unique(np.geomspace(2, vertices / 16, 60).astype(np.int64)):
        away += rng.normal(0, 0.22) / wave**0.9 * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    return shapely.Polygon(extent_m / 2 + _around(angle, away * 0.28 * extent_m) + (EAST_M, NORTH_M))


def _around(angle: Floats, away: Floats) -> Floats:
    return away[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])


def _zones_to(path: Path, zones: list[shapely.Polygon]) -> None:
    import geopandas as gpd

    names = [zone_name(row) for row in range(len(zones))]
    gpd.GeoDataFrame({"YQMC": names}, geometry=zones, crs=CRS).to_file(path, driver="GPKG", layer="zones")


def zone_name(row: int) -> str:
    """The name of a zone by its row."""
    return f"Z{row:04d}"


# Terrain and roads


def _elevation(path: Path, side: int) -> None:
    import rasterio
    from rasterio.transform import from_origin
    from rasterio.windows import Window

    cell_m, tile = 5.0, 512
    profile = {
        "driver": "GTiff",
        "width": side,
        "height": side,
        "count": 1,
        "dtype": "float32",
        "crs": CRS,
        "tiled": True,
        "blockxsize": tile,
        "blockysize": tile,
        "compress": "deflate",
        "predictor": 3,
        "transform": from_origin(EAST_M, NORTH_M + side * cell_m, cell_m, cell_m),
    }
    rng = np.random.default_rng(5)
    waves = rng.normal(0, 1, (12, 2)) * np.geomspace(1 / 8_000, 1 / 300, 12)[:, None]
    with rasterio.open(path, "w", **profile) as target:
        for top in range(0, side, tile):
            rows = np.arange(top, min(top + tile, side)) * cell_m
            columns = np.arange(side) * cell_m
            height = np.full((len(rows), side), 1_200.0)
            for number, (wave_x, wave_y) in enumerate(waves):
                phase = 2 * np.pi * (np.add.outer(rows * wave_y, columns * wave_x) + number / 12)
                height += 250.0 / (number + 1) * np.cos(phase)
            height += rng.normal(0, 0.2, height.shape)
            target.write(height.astype(np.float32), 1, window=Window(0, top, side, len(rows)))


def _roads(path: Path, edges: int) -> None:
    n = round((edges / 2) ** 0.5)
    rng = np.random.default_rng(11)
    nodes = np.arange(n * n).reshape(n, n)
    xy = np.stack(np.divmod(np.arange(n * n), n), axis=1) * 100.0 + rng.uniform(-30, 30, (n * n, 2))
    start = np.concatenate([nodes[:, :-1].ravel(), nodes[:-1].ravel()])
    end = np.concatenate([nodes[:, 1:].ravel(), nodes[1:].ravel()])
    kept = rng.random(len(start)) > 0.02
    start, end = start[kept], end[kept]
    length_m = np.hypot(*(xy[start] - xy[end]).T) * rng.uniform(1.0, 1.4, len(start))
    with path.open("wb") as file:
        np.savez(file, start=start, end=end, length_m=length_m, x=xy[:, 0] + EAST_M, y=xy[:, 1] + NORTH_M)
