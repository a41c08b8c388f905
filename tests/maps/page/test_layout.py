"""Nothing lies on anything else: boxes of what stands fixed on the page, at three sizes and in both languages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from checks.model import Report

FIXED = (
    *("#zp-internal", ".top-title", "#zp-verdict", "#zp-provenance", "#zp-lang", ".filters", "#zp-review", "#zp-foot"),
    *(".leaflet-control-zoom", ".map-tools", ".north", "#zp-legend", "#zp-place", ".leaflet-control-scale"),
)
LABELS = ".tool, .chip, .badge, .plain, .rule, .subject, #zp-count, #zp-internal, .tag"
SIZES = [(1366, 768), (1920, 1080), (390, 844)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_overlaps_and_no_label_is_cut(
    report: Report, open_page: Callable[..., Any], size: tuple[int, int], lang: str
) -> None:
    shown = open_page(report, size)
    if lang == "en":
        shown.click("#zp-lang")
    boxes = {name: shown.locator(name).bounding_box() for name in FIXED if shown.is_visible(name)}
    assert len(boxes) >= 11
    met = [
        (one, other)
        for (one, a), (other, b) in combinations(boxes.items(), 2)
        if min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"]) > 0.5
        and min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"]) > 0.5
    ]
    assert met == []
    cut = shown.evaluate(
        "labels => [...document.querySelectorAll(labels)].filter(one => one.offsetWidth && !one.closest('.unseen')"
        " && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')"
        ".map(one => one.className + ': ' + one.textContent)",
        LABELS,
    )
    assert cut == []
