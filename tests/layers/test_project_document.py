"""Finding and reading a zone.toml, and what the paths in it mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.document import locate, read_document
from layers.problems import InputError

HEAD = '[project]\nname = "园区"\npacks = ["border-expansion"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "项目 #1"
    (here / "报批").mkdir(parents=True)
    for name in ("zones.gpkg", "redline.shp", "报批/扩区范围.shp", "dem.tif", "a#b.gpkg", "incidents.csv", "shift.gsb"):
        (here / name).touch()
    return here


@pytest.mark.parametrize(
    ("written", "path", "layer"),
    [
        ("zones.gpkg", "zones.gpkg", None),
        ("zones.gpkg#a", "zones.gpkg", "a"),
        ("zones.gpkg#", "zones.gpkg", None),
        ("a#b.gpkg", "a#b.gpkg", None),
        ("a#b.gpkg#层", "a#b.gpkg", "层"),
        ("报批\\扩区范围.shp", "报批/扩区范围.shp", None),
        ("报批\\扩区范围.shp#x", "报批/扩区范围.shp", "x"),
        (".\\zones.gpkg", "zones.gpkg", None),
        ("none.gpkg#x", "none.gpkg", "x"),
        ("none.gpkg", "none.gpkg", None),
    ],
)
def test_paths(folder: Path, written: str, path: str, layer: str | None) -> None:
    assert locate(written, folder) == (folder / path, layer)


def test_absolute_paths_are_taken_as_they_are(folder: Path, tmp_path: Path) -> None:
    (other := tmp_path / "other.gpkg").touch()
    assert locate(f"{other.as_posix()}#x", folder) == (other, "x")


def test_the_project_is_a_file_or_a_folder_with_or_without_a_byte_order_mark(folder: Path) -> None:
    (folder / "zone.toml").write_text(HEAD, encoding="utf-8-sig")
    assert (
        read_document(folder).table
        == read_document(folder / "zone.toml").table
        == {"project": {"name": "园区", "packs": ["border-expansion"]}}
    )
    assert read_document(folder).file == folder / "zone.toml"
    (folder / "other.toml").write_text(HEAD, encoding="utf-8")
    assert read_document(folder / "other.toml").folder == folder


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'[project]\nname = "x\n', "line 2, column 10 is no valid TOML"),
        (b"[project", "line 1, column 9 is no valid TOML"),
        (b"a = 1\na = 2\n", "line 2, column 6 is no valid TOML"),
        (b"[project]\n" + 'name = "园区"'.encode("gbk"), "line 2 is not UTF-8"),
        (b"a = " + b"[" * 20_000, "is no valid TOML (nested too deeply)"),
    ],
)
def test_a_file_that_is_no_toml(folder: Path, content: bytes, told: str) -> None:
    (folder / "zone.toml").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_document(folder)
    (line,) = caught.value.lines("en")
    assert line.startswith(str(folder / "zone.toml") + ": ")
    assert told in line
    assert "\n" not in line


def test_no_project_there(folder: Path) -> None:
    for path in (folder, folder / "zone.toml", folder / "nowhere"):
        with pytest.raises(InputError) as caught:
            read_document(path)
        assert str(path) in caught.value.lines("en")[0]
