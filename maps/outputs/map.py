"""map.html: findings, evidence and the layers near the land on one page that needs no network."""

from __future__ import annotations

from pathlib import Path

from checks.model import Report
from layers.model import Progress
from maps.basemap import Basemap
from maps.page import page
from maps.page_data import page_data

NAME = "map"
FILES = ("map.html",)


def write(report: Report, folder: Path, progress: Progress | None = None, basemap: Basemap | None = None) -> None:
    """Write map.html to `folder`; the same bytes for the same report."""
    (folder / FILES[0]).write_bytes(page(page_data(report, basemap)).encode("utf-8"))
