"""map.html: findings, evidence and the layers near the land on one page that needs no network.

With over 50 zones it is an overview; `zones/` holds a page for each zone that was asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from checks.model import Report
from layers.model import Progress
from layers.text import Text
from maps.basemap import Basemap
from maps.page import page
from maps.page_data import page_data
from maps.zone_pages import FOLDER, alone, file_name

NAME = "map"
FILES = ("map.html",)


def write(
    report: Report,
    folder: Path,
    progress: Progress | None = None,
    basemap: Basemap | None = None,
    zone_pages: Collection[str] = (),
) -> None:
    """Write map.html to `folder`, and pages for the zones of these names; the same bytes for the same report."""
    links = {zone: file_name(zone) for zone in zone_pages}
    (folder / FILES[0]).write_bytes(page(page_data(report, basemap, links)).encode("utf-8"))
    if not links:
        return
    (folder / FOLDER).mkdir()
    done = 0
    for zone in report.zones:
        if zone.zone not in links:
            continue
        if progress:
            progress(Text(f"写出 {zone.zone} 的页面", f"writing the page of {zone.zone}"), done, len(links))
        (folder / links[zone.zone]).write_bytes(page(page_data(alone(report, zone), basemap)).encode("utf-8"))
        done += 1
