"""The review page with 10,000 parcels, opened in headless Chromium (seconds by the page's clock until it is drawn)."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import pages
from benchmarks.data import Cache

OURS = pages.OURS
SIDES = pages.sides(most_mb=0.8)
BARS = pages.bars(faster=4)


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Our page and folium's of the same parcels."""
    return pages.pages(cache, 2_500 if small else 10_000)
