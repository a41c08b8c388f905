"""figures/: an overview and one map per failing finding, as PNG (200 dpi) and PDF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model import Report
from layers.model import Progress
from layers.text import Lang, Text
from maps import labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NAME = "figures"
FILES = ("figures",)
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\s]+')
LONGEST = 80
MOST = 200
"""Findings that get a map of their own."""


def write(report: Report, folder: Path, progress: Progress | None = None, *, lang: Lang | None = None) -> None:
    """Write figures/ to `folder`."""
    from maps.drawing import of_finding, overview  # noqa: PLC0415

    chosen: Lang = lang or report.inputs.project.lang
    place = folder / FILES[0]
    place.mkdir()
    failing = [finding for zone in report.zones for finding in zone.findings if finding.verdict == "fail"][:MOST]
    _save(overview(report, chosen), place / "overview", report)
    for number, finding in enumerate(failing, 1):
        if progress:
            progress(Text(f"插图 {finding.rule}", f"figure {finding.rule}"), number, len(failing))
        figure = of_finding(report, finding, chosen)
        if figure is not None:
            _save(figure, place / f"{number:03d}-{UNSAFE.sub('_', finding.id)[:LONGEST]}", report)


def _save(figure: Figure, path: Path, report: Report) -> None:
    """Both forms, without the clock in them."""
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415

    FigureCanvasAgg(figure)
    with rc_context({"pdf.fonttype": 42, "svg.hashsalt": "zoneproof"}):
        figure.savefig(f"{path}.png", dpi=200, metadata={"Software": "zoneproof"})
        day = labels.as_of_or_epoch(report)
        figure.savefig(f"{path}.pdf", metadata={"Creator": "zoneproof", "CreationDate": None, "Subject": day})
