"""The review page with 100,000 parcels, opened in headless Chromium (seconds by the page's clock until it is drawn)."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import pages
from benchmarks.data import Cache

OURS = pages.OURS
SIDES = pages.sides(repeats=1, most_mb=5)
BARS = pages.bars(faster=4)


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Our page and folium's of the same parcels."""
    return pages.pages(cache, 5_000 if small else 100_000)
