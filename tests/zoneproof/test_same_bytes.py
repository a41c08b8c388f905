"""findings.json is the same, byte for byte, whichever way a layer was stored, ordered and read."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geo.pairs
import zoneproof

X, Y = 540_000.0, 2_604_000.0
PROJECT = """[project]
name = "same"
as_of = 2025-07-25
packs = ["border-expansion"]
[layers]
zones = "zones.gpkg"
expansion = "expansion.gpkg"
ecological_redline = "{source}"
basic_farmland = "{source}"
built_up = "{source}"
industrial_redline = "{source}"
urban_boundary = "{source}"
"""


def parcels() -> gpd.GeoDataFrame:
    """Ragged neighbours that share edges, some of them twice, some with holes, under and beside the land."""
    rng = np.random.default_rng(23)
    grid = np.stack(np.meshgrid(X - 400 + np.arange(25) * 90, Y - 400 + np.arange(25) * 90, indexing="ij"), -1)
    grid = grid + rng.uniform(-25, 25, grid.shape)
    corners = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=2).reshape(-1, 4, 2)
    squares = list(shapely.polygons(corners))
    squares += [squares[i].buffer(-5).symmetric_difference(squares[i].buffer(-15)) for i in range(0, 200, 7)]
    squares += squares[:20]
    frame = gpd.GeoDataFrame({"BSM": [f"p{i}" for i in range(len(squares))]}, geometry=squares, crs="EPSG:4542")
    return frame.drop(index=rng.choice(len(frame), 60, replace=False)).reset_index(drop=True)


def store(frame: gpd.GeoDataFrame, path: Path) -> None:
    if path.name.endswith("bbox.parquet"):
        frame.to_parquet(path, write_covering_bbox=True, schema_version="1.1.0", row_group_size=64)
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path)


def findings(folder: Path, source: str) -> str:
    (folder / "zone.toml").write_text(PROJECT.format(source=source), encoding="utf-8")
    report = zoneproof.findings(zoneproof.check(folder))
    return json.dumps({key: value for key, value in report.items() if key != "inputs"}, ensure_ascii=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("same")
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ragged = np.random.default_rng(5).uniform(0.6, 1, 60)
    ring = np.column_stack([np.cos(turn) * ragged, np.sin(turn) * ragged])
    lands = {"zones": [X + 300, Y + 300, 600], "expansion": [X + 1_100, Y + 900, 400]}
    for name, (x, y, size) in lands.items():
        land = shapely.Polygon(ring * size + [x, y])
        gpd.GeoDataFrame({"YQMC": ["same"]}, geometry=[land], crs="EPSG:4542").to_file(place / f"{name}.gpkg")
    frame = parcels()
    for name in ("a.gpkg", "b.fgb", "c.parquet", "d-bbox.parquet", "e.shp"):
        store(frame, place / name)
    store(frame.sample(frac=1, random_state=4), place / "g-shuffled.gpkg")
    return place


@pytest.fixture(scope="module")
def expected(folder: Path) -> str:
    return findings(folder, "a.gpkg")


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("name", ["a.gpkg", "b.fgb", "c.parquet", "d-bbox.parquet", "e.shp", "g-shuffled.gpkg"])
def test_the_same_bytes(
    folder: Path, expected: str, name: str, streamed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if streamed:
        monkeypatch.setattr("layers.ogr.WHOLE", 10)
        monkeypatch.setattr("layers.geoparquet.WHOLE", 10)
        monkeypatch.setattr("layers.geoparquet.AT_ONCE", 50)
        monkeypatch.setattr(geo.pairs, "AT_ONCE", 7)
    found = findings(folder, name)
    assert found == expected
    assert '"fail"' in found and '"overlap_m2": 0' not in found
