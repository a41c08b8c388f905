"""`zoneproof check` of the sample projects, all outputs, imports included."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Bar, Files, Side, Work
from benchmarks.data import Cache

IMPORTS = ("geopandas", "rasterio", "folium", "docx", "matplotlib")


def checked(key: str, folder: str = "") -> Side:
    """The whole command on a project, or on one in a folder of it."""

    def start(files: Files) -> Work:
        def job() -> None:
            with tempfile.TemporaryDirectory() as out:
                call = ["-m", "zoneproof", "check", str(Path(files[key]) / folder), "-o", f"{out}/out", "-q"]
                done = subprocess.run([sys.executable, *call], capture_output=True, check=False)
                if done.returncode == 2:
                    raise RuntimeError(done.stderr.decode())

        return Work(job, lambda _: {})

    return Side(start, repeats=3)


def _imports(_: Files) -> Work:
    def job() -> None:
        subprocess.run([sys.executable, "-c", f"import {', '.join(IMPORTS)}, matplotlib.pyplot"], check=True)

    return Work(job, lambda _: {})


imports = Side(_imports, IMPORTS, repeats=3)
"""What no such command can do without."""
OURS = "zoneproof check expansion"
SIDES = {
    OURS: checked("samples", "expansion"),
    "zoneproof check park": checked("samples", "park"),
    "the imports alone": imports,
}
BARS = (Bar("the imports alone", within=2),)


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """The samples, as `zoneproof demo` writes them now."""
    del small
    call = [sys.executable, "-m", "zoneproof", "demo", str(cache.folder / "samples"), "-q"]
    subprocess.run(call, check=True, capture_output=True)
    return {"samples": cache.folder / "samples"}
