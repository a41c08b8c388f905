"""The review pages of the samples, opened in headless Chromium (seconds by the page's clock until it is drawn)."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks import pages
from benchmarks.case import Bar, Side
from benchmarks.data import Cache

OURS = "park/map.html"
SIDES: Mapping[str, Side] = {name: pages.ours(name, most_mb=1, most_s=1.5) for name in (OURS, "expansion/map.html")}
BARS: tuple[Bar, ...] = ()


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """The pages as `zoneproof demo` writes them."""
    folder = cache.folder / "demo"
    call = [sys.executable, "-m", "zoneproof", "demo", str(folder), "-q"]
    subprocess.run(call, capture_output=True, check=True)
    return {name: folder / name.replace("/", "/zoneproof-out/") for name in SIDES}
