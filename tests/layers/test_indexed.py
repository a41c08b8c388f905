"""Indexed data sets read: in parts, no more than is asked for, and nothing that is not what its manifest says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import ZoneproofError
from layers.glimpse import Found, look_through
from layers.index.build import Options, index
from layers.indexed import IndexedSource
from layers.manifest import MANIFEST, UNFINISHED, Manifest
from layers.proven import ProvenPart
from layers.readers import VectorSource, joined, open_path

X, Y = 540_000.0, 2_604_000.0
FIELDS = ("name", "n")


def layer(count: int = 300) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(3)
    corner = np.array([X, Y]) + rng.uniform(0, 5_000, (count, 2))
    squares = shapely.box(*corner.T, *(corner + 30).T)
    squares[::50] = None
    names = np.array(["甲", "乙", None], dtype=object)[np.arange(count) % 3]
    return gpd.GeoDataFrame({"name": names, "n": np.arange(count)}, geometry=squares, crs="EPSG:4542")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    layer().to_file(tmp_path / "a.gpkg")
    index(str(tmp_path / "a.gpkg"), tmp_path / "idx", Options(part_rows=40), lambda *_: None)
    return tmp_path / "idx"


def opened(path: Path) -> IndexedSource:
    source = open_path(path, None, None, "here")
    assert isinstance(source, IndexedSource)
    return source


def everything(source: VectorSource) -> tuple[list[object], ...]:
    selection = source.select(FIELDS, None)
    rows = joined([selection.near(None), selection.missing], FIELDS)
    return rows.fids.tolist(), shapely.to_wkt(rows.geometry).tolist(), *(list(rows.columns[name]) for name in FIELDS)


def code_of(read: Callable[[], object]) -> str:
    with pytest.raises(ZoneproofError) as error:
        read()
    return error.value.code


def test_the_same_features_as_the_original(made: Path) -> None:
    original = open_path(made.parent / "a.gpkg", None, None, "there")
    assert everything(opened(made)) == everything(original)
    assert opened(made).columns == original.columns
    assert opened(made).crs == original.crs


@pytest.mark.parametrize("form", ["indexed", "plain", "folder"])
@pytest.mark.parametrize("rows", [1, 70, 100_000])
def test_parts_are_the_whole(tmp_path: Path, made: Path, form: str, rows: int) -> None:
    path = made
    if form != "indexed":
        path = tmp_path / "plain"
        path.mkdir()
        layer(220).to_parquet(path / "a.parquet", row_group_size=30)
        if form == "folder":
            layer(90).to_parquet(path / "b.parquet", row_group_size=30)
        else:
            path = path / "a.parquet"
    source = open_path(path, None, None, "here")
    parts = source.parts(rows)
    pieces = [everything(source.only(part)) for part in parts]
    together = sorted(row for piece in pieces for row in zip(*piece, strict=True))
    assert together == sorted(zip(*everything(source), strict=True))
    assert len(parts) > 1 or rows > 100
    for part, piece in zip(parts, pieces, strict=True):
        assert part.file
        if form == "indexed" and part.bounds is not None:
            inside = shapely.from_wkt(piece[1])
            assert shapely.contains(shapely.box(*part.bounds).buffer(0.001), inside).all()
            assert part.sha256
    assert form != "indexed" or any(part.bounds is None for part in parts)


def test_what_meets_no_box_is_not_opened(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    real = ProvenPart.__init__

    def noted(self: ProvenPart, store: object, part: object, place: str) -> None:
        names.append(part.path)  # type: ignore[attr-defined]
        real(self, store, part, place)  # type: ignore[arg-type]

    monkeypatch.setattr(ProvenPart, "__init__", noted)
    source = opened(made)
    box = np.array([shapely.box(X, Y, X + 400, Y + 400)], dtype=object)
    near = source.select(FIELDS, None).near(box)
    frame = layer()
    assert near.fids.tolist() == [fid + 1 for fid in frame.index[frame.intersects(box[0])]]
    nowhere = [part.path for part in source.manifest.parts if part.bbox is None]
    assert 1 <= len(set(names) - set(nowhere)) < len(source.manifest.parts) / 2
    assert set(nowhere) <= set(names)


@pytest.mark.parametrize("where", ["n >= 100 AND name = '甲'", "FID <= 17", "name IS NULL"])
def test_where(made: Path, where: str) -> None:
    found = opened(made).select(FIELDS, where)
    original = open_path(made.parent / "a.gpkg", None, None, "there").select(FIELDS, where)
    assert found.features == original.features > 0
    assert found.near(None).fids.tolist() == original.near(None).fids.tolist()


@pytest.mark.parametrize("at", [10, -30, -3_000])
def test_a_changed_byte_is_an_error(made: Path, at: int) -> None:
    part = made / "parts" / "part-00001.parquet"
    content = bytearray(part.read_bytes())
    content[at] ^= 1
    part.write_bytes(content)
    source = opened(made)
    assert code_of(lambda: source.select(FIELDS, None).near(None)) == "index-part"


def test_a_part_cut_off_or_gone_is_an_error(made: Path) -> None:
    part = made / "parts" / "part-00002.parquet"
    content = part.read_bytes()
    part.write_bytes(content[:-100])
    assert code_of(lambda: opened(made)) == "index-part"
    part.unlink()
    assert code_of(lambda: opened(made)) == "index-part"
    part.write_bytes(content)
    assert everything(opened(made))


def test_a_part_cut_off_while_it_is_read_is_an_error(made: Path) -> None:
    source = opened(made)
    part = made / "parts" / "part-00002.parquet"
    part.write_bytes(part.read_bytes()[:-100])
    assert code_of(lambda: source.select(FIELDS, None).near(None)) == "index-part"


def test_an_unfinished_data_set_is_an_error(made: Path) -> None:
    (made / UNFINISHED / "parts").mkdir(parents=True)
    (made / "parts" / "part-00000.parquet").rename(made / UNFINISHED / "parts" / "part-00000.parquet")
    (made / MANIFEST).unlink()
    assert code_of(lambda: open_path(made, None, None, "here")) == "index-unfinished"


def change(made: Path, path: list[str | int], value: object) -> None:
    manifest = json.loads((made / MANIFEST).read_bytes())
    item = manifest
    for step in path[:-1]:
        item = item[step]
    item[path[-1]] = value
    (made / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (["parts", 0, "path"], "../a.gpkg", "index-broken"),
        (["parts", 0, "path"], "/etc/passwd", "index-broken"),
        (["parts", 0, "rows"], 7, "index-broken"),
        (["parts", 0, "groups", 0, "rows"], 7, "index-broken"),
        (["parts", 0, "groups", 0, "bbox"], [1, 2], "index-broken"),
        (["features"], 3, "index-broken"),
        (["parts"], {}, "index-broken"),
        (["columns"], None, "index-broken"),
        (["notes"], [{"zh": 1, "en": "x"}], "index-broken"),
        (["schema_version"], "9", "index-version"),
        (["extra"], 1, "index-broken"),
    ],
)
def test_a_manifest_that_is_not_ours(made: Path, path: list[str | int], value: object, code: str) -> None:
    change(made, path, value)
    assert code_of(lambda: open_path(made, None, None, "here")) == code


def test_a_layer_of_an_index(made: Path) -> None:
    assert code_of(lambda: open_path(made, "a", None, "here")) == "layer-missing"


def test_the_manifest_round_trips(made: Path) -> None:
    manifest = opened(made).manifest
    assert isinstance(manifest, Manifest)
    assert manifest.to_bytes() == (made / MANIFEST).read_bytes()


def test_init_takes_an_index_for_one_layer(made: Path) -> None:
    found = list(look_through(made.parent, lambda _: False))
    assert [item.text for item in found] == ["a.gpkg", "idx"]
    assert isinstance(found[1], Found)
    assert (found[1].form, found[1].columns, found[1].crs) == ("vector", FIELDS, "EPSG:4542")
