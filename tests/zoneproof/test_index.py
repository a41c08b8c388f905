"""findings.json is the same, byte for byte, whether a layer's path names the original or an index of it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import zoneproof
from layers.index.build import Options, index
from layers.samples import write_samples
from maps.outputs.findings import to_bytes

X, Y = 540_000.0, 2_604_000.0


def findings(project: Path) -> bytes:
    return to_bytes(zoneproof.check(project))


def indexed(project: Path, monkeypatch: pytest.MonkeyPatch, **options: object) -> Path:
    """The project with every vector layer behind an index, in a folder of its own."""
    text = project.read_text(encoding="utf-8")
    monkeypatch.chdir(project.parent)
    layers = tomllib.loads(text)["layers"]
    entries = [item for value in layers.values() for item in (value if isinstance(value, list) else [value])]
    for number, entry in enumerate(entries):
        table = {"path": entry} if isinstance(entry, str) else entry
        if "path" not in table or table["path"].endswith(".tif"):
            continue
        path = str(table["path"])
        folder = project.parent / f"index-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        index(path, folder, Options(encoding=table.get("encoding"), **options), lambda *_: None)  # type: ignore[arg-type]
        for before in (f' = "{path}"\n', f'path = "{path}"'):
            assert text.count(before) <= 1
            text = text.replace(before, before.replace(path, folder.name))
    other = project.with_name("indexed.toml")
    other.write_text(text, encoding="utf-8")
    return other


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_samples(tmp_path_factory.mktemp("samples"))


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("rows", [None, 37])
def test_the_samples(samples: list[Path], which: int, rows: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    project = samples[which]
    other = indexed(project, monkeypatch, part_rows=rows)
    assert other.read_text(encoding="utf-8").count("index-") >= 4
    assert findings(other) == findings(project)


def awkward() -> gpd.GeoDataFrame:
    """Neighbours that overlap, are broken, doubled, empty or nowhere; with fields of several types and counties."""
    rng = np.random.default_rng(9)
    corner = np.array([X, Y]) + rng.uniform(-600, 1_400, (400, 2))
    squares: list[object] = list(shapely.box(*corner.T, *(corner + rng.uniform(20, 200, (400, 2))).T))
    for at in range(0, 400, 20):
        west, south, east, north = shapely.bounds(squares[at])
        squares[at] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    for at in range(7, 400, 40):
        squares[at] = None
    squares[11] = shapely.Polygon()
    ids = [None if at % 50 == 3 else f"p{at // 2 if at % 30 == 0 else at}" for at in range(400)]
    return gpd.GeoDataFrame(
        {
            "BSM": ids,
            "XZQDM": [(None, "530926", "530927", "5309")[at % 4] for at in range(400)],
            "DLBM": [("0101", "0301", "1201", "0601")[at % 4] for at in range(400)],
            "KCXS": [0.08 if at % 3 else None for at in range(400)],
            "year": rng.integers(1990, 2020, 400),
            "bbox": ["x"] * 400,
        },
        geometry=squares,
        crs="EPSG:4542",
    )


PROJECT = """[project]
name = "same"
as_of = 2025-07-25
packs = ["border-expansion", "control-lines"]
[layers]
zones = "zones.gpkg"
expansion = "expansion.gpkg"
ecological_redline = "{source}"
basic_farmland = {{path = "{source}", where = "{where}"}}
land_use = {{path = "{source}", encoding = "gbk", set = {{scheme = "survey-2020"}}}}
built_up = "{source}"
"""


def lands(folder: Path) -> None:
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) * np.random.default_rng(5).uniform(0.6, 1, (60, 1))
    for name, (x, y, size) in {"zones": (X + 300, Y + 300, 500), "expansion": (X + 900, Y + 900, 300)}.items():
        land = shapely.Polygon(ring * size + (x, y))
        gpd.GeoDataFrame({"YQMC": ["same"]}, geometry=[land], crs="EPSG:4542").to_file(folder / f"{name}.gpkg")


def store(frame: gpd.GeoDataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".shp":
        frame.to_file(path, encoding="gbk")
    else:
        frame.to_file(path)


@pytest.mark.parametrize("name", ["a.gpkg", "b.shp", "c.parquet", "d.geojson", "e.fgb"])
@pytest.mark.parametrize(
    "options", [{}, {"part_rows": 60}, {"part_rows": 33, "partition": "none"}, {"part_rows": 50, "partition": "DLBM"}]
)
def test_awkward_layers(tmp_path: Path, name: str, options: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    lands(tmp_path)
    frame = awkward()
    if name != "c.parquet":
        frame["LB"] = ["耕地", "林地"] * 200
    if name == "e.fgb":
        frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    store(frame, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("layers.index.making.RUN_ROWS", 90)
    monkeypatch.setattr("layers.index.making.BATCH_ROWS", 30)
    monkeypatch.setattr("layers.index.merge.STRETCH_ROWS", 40)
    monkeypatch.setattr("layers.index.merge.STRIDE", 8)
    index(name, tmp_path / "idx", Options(encoding="gbk", **options), lambda *_: None)  # type: ignore[arg-type]
    where = "DLBM IN ('0101', '1201') AND KCXS > 0"
    found = {}
    for source in (name, "idx"):
        (tmp_path / "zone.toml").write_text(PROJECT.format(source=source, where=where), encoding="utf-8")
        found[source] = findings(tmp_path)
    assert found["idx"] == found[name]
    assert b'"repaired": [\n' in found[name]
    assert b'"fail"' in found[name]
