"""A crash comes to one line with what to send, and the doctor tells what an installation consists of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zoneproof import commands, doctor
from zoneproof.cli import CRASHED, main

ROOT = Path(__file__).resolve().parents[2]


def breaks(arguments: object, console: object) -> int:
    raise RuntimeError("GDAL said\n\x1b[31mno")


@pytest.mark.parametrize(("lang", "lines"), [("zh", 1), ("en", 1), ("both", 2)])
def test_a_crash_is_a_line_with_what_to_send(
    lang: str, lines: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "roles", breaks)
    assert main(["roles", "--lang", lang]) == CRASHED
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == lines
    assert "Traceback" not in told.err and "\x1b" not in told.err
    assert "RuntimeError: GDAL said" in told.err and "zoneproof/cli.py:" in told.err
    assert "zoneproof doctor" in told.err and "zone.toml" in told.err


def test_the_traceback_is_there_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "roles", breaks)
    assert main(["roles", "-v"]) == CRASHED
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_the_crash_of_a_library_names_our_line_that_called_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import layers.roles_text as called

    monkeypatch.setattr(called, "roles", lambda: __import__("json").loads("{"))
    assert main(["roles", "--lang", "en"]) == CRASHED
    assert "layers/roles_text.py:" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no /bin/sh")
def test_a_reader_that_stops_early_gets_no_message() -> None:
    call = "import sys; from zoneproof.cli import main; sys.exit(main(['rules', 'list']))"
    done = subprocess.run(
        ["/bin/sh", "-c", f'"{sys.executable}" -c "{call}" | true'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


def test_the_doctor_finds_this_installation_well(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor", "--lang", "en"])
    told = capsys.readouterr().out
    import pyogrio
    import pyproj
    import shapely

    for text in (
        ".".join(map(str, pyogrio.__gdal_version__)),
        shapely.geos_version_string,
        pyproj.proj_version_str,
        "geopandas",
        "python-docx",
        "fonts",
        "qgis",
        "no other package takes our names",
    ):
        assert text in told, text
    assert status == 0


@pytest.mark.parametrize("shape", ["maps/__init__.py", "layers.py"])
def test_another_package_of_our_name_is_found(tmp_path: Path, shape: str) -> None:
    file = tmp_path / shape
    file.parent.mkdir(exist_ok=True)
    file.write_text("", encoding="utf-8")
    (tmp_path / "geo").mkdir()  # a folder that is no package hides nothing
    found = list(doctor.clashes([str(tmp_path), str(ROOT)]))
    assert [(line.name, line.state) for line in found] == [(Path(shape).parts[0].removesuffix(".py"), "wrong")]
    assert str(file) in found[0].zh and str(file) in found[0].en
    assert list(doctor.clashes([str(ROOT)])) == []


def test_the_doctor_runs_where_a_name_is_taken(tmp_path: Path) -> None:
    (tmp_path / "geo.py").write_text("raise RuntimeError('not ours')", encoding="utf-8")
    call = "import sys; sys.path[:0] = sys.argv[1:3]; from zoneproof.cli import main; sys.exit(main(['doctor']))"
    done = subprocess.run(
        [sys.executable, "-c", call, str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 2
    assert str(tmp_path / "geo.py") in done.stdout and "Traceback" not in done.stderr


def test_what_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    assert {line.name: line.state for line in doctor.programs()} == dict.fromkeys(
        ["qgis", "soffice", "ogr2ogr", "chromium"], "missing"
    )
    monkeypatch.setattr(doctor, "_required", lambda: ["no-such-package"])
    assert next((line.name, line.state) for line in doctor.packages()) == ("no-such-package", "wrong")
