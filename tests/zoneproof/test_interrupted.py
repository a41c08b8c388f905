"""A run that is killed, or that the disk refuses: OUT is the old one or the new one, whole, and the line is clear."""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from zoneproof.cli import main

X, Y = 540_000.0, 2_604_000.0
KILLS = 20
OUTPUTS = "json,gpkg,map"
Run = Callable[..., subprocess.CompletedProcess[str]]


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    here = tmp_path / "项目"
    here.mkdir()
    zones = gpd.GeoDataFrame({"zone": ["甲区"]}, geometry=[box(X, Y, X + 500, Y + 500)], crs="EPSG:4542")
    zones.to_file(here / "zones.gpkg")
    squares = [box(X + 20 * at, Y, X + 20 * at + 10, Y + 600) for at in range(-20, 60)]
    gpd.GeoDataFrame(geometry=squares, crs="EPSG:4542").to_file(here / "redline.gpkg")
    (here / "zone.toml").write_text(
        '[project]\nname = "甲"\npacks = ["control-lines"]\n[layers]\nzones = "zones.gpkg"\n'
        'ecological_redline = "redline.gpkg"\n',
        encoding="utf-8",
    )
    return here


def command(project: Path, out: Path, day: str, only: str = OUTPUTS) -> list[str]:
    options = ["--as-of", day, "--only", only, "-q", "--lang", "en"]
    return [sys.executable, "-m", "zoneproof", "check", str(project), "-o", str(out), *options]


def test_killed_at_twenty_moments(project: Path, tmp_path: Path) -> None:
    wanted: dict[str, dict[str, str]] = {}
    for day in ("2025-01-01", "2025-02-02"):
        started = time.monotonic()
        assert subprocess.run(command(project, tmp_path / day, day), check=False).returncode in (1, 3)
        took = time.monotonic() - started
        wanted[day] = tree(tmp_path / day)
    out = tmp_path / "out"
    shutil.copytree(tmp_path / "2025-01-01", out)
    current = "2025-01-01"
    dice = random.Random(8)  # noqa: S311
    seen = set()
    for _ in range(KILLS):
        other = next(day for day in wanted if day != current)
        process = subprocess.Popen(command(project, out, other))
        time.sleep(dice.uniform(0.3, 1.1) * took)
        process.send_signal(signal.SIGKILL)
        seen.add(process.wait())
        assert tree(out) in (wanted[current], wanted[other])
        if tree(out) == wanted[other]:
            current = other
    assert -signal.SIGKILL in seen
    assert subprocess.run(command(project, out, "2025-01-01"), check=False).returncode in (1, 3)
    assert tree(out) == wanted["2025-01-01"]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("atomic", [True, False])
def test_killed_in_the_swap(project: Path, tmp_path: Path, moment: str, atomic: bool) -> None:
    """At the worst moments; where folders cannot be exchanged in one step the next run puts the old one back."""
    out = tmp_path / "out"
    assert main(command(project, out, "2025-01-01")[3:]) in (1, 3)
    old = tree(out)
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom maps import write\nfrom zoneproof.cli import main\n"
        "die = lambda: os.kill(os.getpid(), signal.SIGKILL)\nreal, rename = write.exchanged, Path.rename\n"
        f"atomic, moment = {atomic}, {moment!r}\n"
        "def swap(one, other):\n    if not atomic:\n        return False\n    if moment == 'before':\n        die()\n"
        "    done = real(one, other)\n    die()\n"
        "def step(self, target):\n    done = rename(self, target)\n"
        "    if write.ASIDE in Path(target).name and moment == 'before' or write.STAGED in self.name:\n        die()\n"
        "    return done\n"
        "write.exchanged = swap\nPath.rename = step\nmain(sys.argv[1:])\n"
    )
    arguments = command(project, out, "2025-02-02")[3:]
    assert subprocess.run([sys.executable, "-c", code, *arguments], check=False).returncode == -signal.SIGKILL
    if atomic and moment == "before":
        assert tree(out) == old
    elif not atomic and moment == "before":
        assert not out.exists()
        # this run cannot write: the old outputs are back all the same
        assert limited(project, out, 4096).returncode == 2
        assert tree(out) == old
    else:
        assert tree(out) != old
        assert set(tree(out)) == set(old)


def limited(project: Path, out: Path, most_bytes: int, only: str = OUTPUTS) -> subprocess.CompletedProcess[str]:
    """A run that can write no file longer than so many bytes: the disk is full."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    arguments = command(project, out, "2025-02-02", only)
    return subprocess.run(arguments, preexec_fn=limit, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("only", "most_bytes"),
    [
        ("json", 0),
        ("gpkg", 5_000),
        ("gpkg", 90_000),
        ("map", 20_000),
        ("xlsx", 1_000),
        ("docx", 5_000),
        ("figures", 5_000),
        ("qgis", 5_000),
        ("tables", 1_000),
    ],
)
def test_a_full_disk(project: Path, tmp_path: Path, only: str, most_bytes: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "findings.json").write_text('{"schema_version": "1", "tool": {"name": "zoneproof"}}', encoding="utf-8")
    before = tree(out)
    done = limited(project, out, most_bytes, only)
    assert done.returncode == 2, done.stderr
    assert tree(out) == before
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "cannot be written to" in done.stderr
    assert [path.name for path in tmp_path.iterdir() if "zoneproof-" in path.name] == []


def test_a_folder_that_may_not_be_written_to(project: Path, tmp_path: Path) -> None:
    user: list[str] = []
    if os.geteuid() == 0:  # root may write everywhere
        if shutil.which("setpriv") is None:
            pytest.skip("no setpriv to run as somebody else")
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    with tempfile.TemporaryDirectory() as top:
        Path(top).chmod(0o755)
        shutil.copytree(project, Path(top) / "项目")
        out = Path(top) / "closed" / "out"
        assert main(command(project, out, "2025-01-01", "json")[3:]) in (1, 3)
        before = tree(out)
        for folder in (out, out.parent):
            folder.chmod(0o555)
        done = subprocess.run(
            [*user, *command(Path(top) / "项目", out, "2025-02-02", "json")],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HOME": top},
        )
        for folder in (out.parent, out):
            folder.chmod(0o755)
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "cannot be written to: Permission denied" in done.stderr
        assert tree(out) == before


def test_outputs_that_are_open_in_another_program(project: Path, tmp_path: Path) -> None:
    """As QGIS holds them: the GeoPackage open, locked and in WAL mode; on POSIX the folder is replaced under it."""
    import sqlite3

    out = tmp_path / "out"
    assert main(command(project, out, "2025-01-01", "json,gpkg")[3:]) in (1, 3)
    expected = tmp_path / "expected"
    assert main(command(project, expected, "2025-02-02", "json,gpkg")[3:]) in (1, 3)
    base = sqlite3.connect(out / "zoneproof.gpkg")
    base.execute("PRAGMA journal_mode = wal")
    base.execute("BEGIN EXCLUSIVE")
    with (out / "findings.json").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert main(command(project, out, "2025-02-02", "json,gpkg")[3:]) in (1, 3)
    assert tree(out) == tree(expected)
    base.close()
    assert tree(out) == tree(expected)
