"""The review page with 500,000 parcels in headless Chromium (seconds by the page's clock); folium's has no end."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import pages
from benchmarks.case import Bar
from benchmarks.data import Cache

OURS = pages.OURS
SIDES = {pages.OURS: pages.ours(pages.OURS, most_mb=5)}
BARS: tuple[Bar, ...] = ()


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """Our page alone."""
    return pages.pages(cache, 10_000 if small else 500_000, folium=small)
