"""Indexes of real layers: the same features, fields and findings as the layers themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

import zoneproof
from geo.errors import ZoneproofError
from layers.index.build import Options, index
from layers.readers import VectorSource, joined, open_path
from maps.outputs.findings import to_bytes

SUFFIXES = (".shp", ".gpkg", ".geojson", ".parquet", ".fgb", ".zip")
LARGEST = 40_000_000
PACK = Path(__file__).parent / "packs" / "industrial-siting.toml"


def everything(source: VectorSource) -> tuple[object, ...]:
    selection = source.select(source.columns, None)
    rows, missing = selection.near(None), selection.missing
    every = joined([rows, missing], source.columns)
    cells = {name: [(type(cell), repr(cell)) for cell in values] for name, values in every.columns.items()}
    shapes = shapely.to_wkb(rows.geometry).tolist()
    return every.fids.tolist(), rows.fids.tolist(), shapes, rows.mended.tolist(), cells


def test_every_real_layer_reads_the_same(real_data: Path, tmp_path: Path) -> None:
    read = []
    for path in sorted(path for path in real_data.rglob("*") if path.suffix.lower() in SUFFIXES):
        if path.stat().st_size > LARGEST:
            continue
        try:
            original = open_path(path, None, None, "here")
        except ZoneproofError:
            continue  # several layers, no geometry, an encoding that must be stated
        folder = tmp_path / str(len(read))
        manifest = index(str(path), folder, Options(part_rows=700), lambda *_: None).manifest
        indexed = open_path(folder, None, None, "here")
        assert everything(indexed) == everything(original), path
        assert (indexed.columns, indexed.crs, indexed.notes) == (original.columns, original.crs, original.notes), path
        read.append((path.name, manifest.features, sum(manifest.broken.values())))
    assert len(read) >= 20
    assert sum(features for _, features, _ in read) > 10_000
    assert any(broken for _, _, broken in read)


def test_near_a_place_of_a_real_layer(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "novisad_osm" / "landuse.shp"
    index(str(path), tmp_path / "idx", Options(part_rows=50), lambda *_: None)
    original, indexed = (open_path(each, None, None, "here") for each in (path, tmp_path / "idx"))
    rows = original.select((), None).near(None)
    for west, south, east, north in shapely.bounds(rows.geometry)[::97]:
        boxes = np.array([shapely.box(west, south, east, north)], dtype=object)
        found = [each.select((), None).near(boxes).fids.tolist() for each in (original, indexed)]
        assert found[0] == found[1] != []


def test_findings_of_novi_sad(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    sources = {name: (real_data / "novisad_osm" / f"{name}.shp").as_posix() for name in ("landuse", "natural")}
    for name, path in sources.items():
        index(path, tmp_path / name, Options(part_rows=60), lambda *_: None)
    for folder in (sources, {name: name for name in sources}):
        text = f"""[project]
name = "Novi Sad"
packs = ["{PACK.as_posix()}"]
[layers]
zones = {{path = "{folder["landuse"]}", where = "type = 'industrial'", fields = {{id = "osm_id", zone = "osm_id"}}}}
farmland = {{path = "{folder["landuse"]}", where = "type = 'farmland'", fields = {{id = "osm_id"}}}}
dwellings = {{path = "{folder["landuse"]}", where = "type = 'residential'", fields = {{id = "osm_id"}}}}
water = {{path = "{folder["natural"]}", where = "type = 'water'", fields = {{id = "osm_id"}}}}
"""
        (tmp_path / "zone.toml").write_text(text, encoding="utf-8")
        found.append(to_bytes(zoneproof.check(tmp_path)))
    assert found[0] == found[1]
    assert b'"fail"' in found[0]
