"""Layers in an object store, read through pyarrow from a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyarrow import fs

import zoneproof
from geo.errors import ZoneproofError
from layers.index.build import Options, index
from layers.manifest import UNFINISHED
from layers.proven import ProvenPart
from layers.readers import open_path
from maps.outputs.findings import to_bytes

BUCKET = "province"
X, Y = 540_000.0, 2_604_000.0
PROJECT = """[project]
name = "far"
as_of = 2025-07-25
packs = ["border-expansion"]
[layers]
zones = "zones.gpkg"
ecological_redline = "{source}"
basic_farmland = "{source}"
[tables]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    moto = pytest.importorskip("moto.server")
    pytest.importorskip("flask_cors")
    running = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, monkeypatch: pytest.MonkeyPatch) -> fs.FileSystem:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    found = fs.S3FileSystem(endpoint_override=server, allow_bucket_creation=True, allow_bucket_deletion=True)
    if found.get_file_info(BUCKET).type != fs.FileType.NotFound:
        found.delete_dir(BUCKET)
    found.create_dir(BUCKET)
    return found


def put(bucket: fs.FileSystem, path: Path, name: str) -> str:
    """A file or folder in the bucket."""
    if path.is_dir():
        fs.copy_files(str(path), f"{BUCKET}/{name}", destination_filesystem=bucket)
    else:
        with bucket.open_output_stream(f"{BUCKET}/{name}") as to:
            to.write(path.read_bytes())
    return f"s3://{BUCKET}/{name}"


def layer(path: Path, count: int = 300) -> gpd.GeoDataFrame:
    rng = np.random.default_rng(3)
    corner = np.array([X, Y]) + rng.uniform(-2_000, 3_000, (count, 2))
    frame = gpd.GeoDataFrame(
        {"BSM": [f"p{at}" for at in range(count)]},
        geometry=shapely.box(*corner.T, *(corner + 80).T),
        crs="EPSG:4542",
    )
    frame.to_parquet(path, row_group_size=50)
    return frame


def findings(folder: Path, source: str) -> bytes:
    (folder / "zone.toml").write_text(PROJECT.format(source=source), encoding="utf-8")
    return to_bytes(zoneproof.check(folder))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    land = shapely.box(X, Y, X + 900, Y + 700)
    gpd.GeoDataFrame({"YQMC": ["远区"]}, geometry=[land], crs="EPSG:4542").to_file(tmp_path / "zones.gpkg")
    layer(tmp_path / "lines.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_index_in_a_bucket_gives_the_same_findings(here: Path, bucket: fs.FileSystem) -> None:
    index("lines.parquet", here / "idx", Options(part_rows=40), lambda *_: None)
    there = put(bucket, here / "idx", "indexed/lines")
    assert findings(here, there) == findings(here, "lines.parquet")


def test_only_what_is_near_is_fetched(here: Path, bucket: fs.FileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    index("lines.parquet", here / "idx", Options(part_rows=30), lambda *_: None)
    there = put(bucket, here / "idx", "lines")
    opened: set[str] = set()
    real = ProvenPart.__init__

    def noted(self: ProvenPart, *given: object) -> None:
        opened.add(given[1].path)  # type: ignore[attr-defined]
        real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(ProvenPart, "__init__", noted)
    source = open_path(there, None, None, "here")
    near = source.select((), None).near(np.array([shapely.box(X, Y, X + 300, Y + 300)], dtype=object))
    assert near.count
    assert 0 < len(opened) <= 4


def test_geoparquet_in_a_bucket(here: Path, bucket: fs.FileSystem) -> None:
    (here / "folder").mkdir()
    (here / "lines.parquet").rename(here / "folder" / "a.parquet")
    layer(here / "folder" / "b.parquet", 100)
    local = findings(here, "folder")
    there = put(bucket, here / "folder", "folder")
    assert findings(here, there) == local.replace(b'"folder"', f'"{there}"'.encode())
    one = put(bucket, here / "folder" / "a.parquet", "a.parquet")
    assert findings(here, one) == findings(here, "folder/a.parquet").replace(b'"folder/a.parquet"', f'"{one}"'.encode())


def test_an_index_of_what_lies_in_a_bucket(here: Path, bucket: fs.FileSystem) -> None:
    there = put(bucket, here / "lines.parquet", "lines.parquet")
    index(there, here / "idx", Options(part_rows=60), lambda *_: None)
    assert findings(here, "idx") == findings(here, there)


def test_a_changed_part_in_a_bucket(here: Path, bucket: fs.FileSystem) -> None:
    index("lines.parquet", here / "idx", Options(part_rows=40), lambda *_: None)
    part = here / "idx" / "parts" / "part-00003.parquet"
    content = part.read_bytes()
    part.write_bytes(content[:900] + bytes([content[900] ^ 1]) + content[901:])
    with pytest.raises(zoneproof.ZoneproofError, match="part-00003"):
        findings(here, put(bucket, here / "idx", "changed"))
    part.write_bytes(content[:-1])
    with pytest.raises(zoneproof.ZoneproofError, match="part-00003"):
        findings(here, put(bucket, here / "idx", "cut"))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("s3://province/none", "file-missing"),
        ("s3://province/none.parquet", "file-missing"),
        ("s3://no-such-bucket/x", "file-missing"),
        ("s3://key:secret@province/x", "s3-secret"),
        ("s3://", "source-unreadable"),
    ],
)
def test_what_is_not_there(bucket: fs.FileSystem, address: str, code: str) -> None:
    with pytest.raises(ZoneproofError) as error:
        open_path(address, None, None, "here")
    assert error.value.code == code
    assert "secret" not in str(error.value).replace("s3-secret", "")


def test_an_unfinished_index_in_a_bucket(here: Path, bucket: fs.FileSystem) -> None:
    (here / "idx" / UNFINISHED / "parts").mkdir(parents=True)
    layer(here / "idx" / UNFINISHED / "parts" / "part-00000.parquet")
    with pytest.raises(ZoneproofError) as error:
        open_path(put(bucket, here / "idx", "unfinished"), None, None, "here")
    assert error.value.code == "index-unfinished"
