"""The validity report of a data set: every feature whose geometry is broken, in the order of the original."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

from layers.index.runs import Run
from layers.manifest import File

REPORT = "report.csv"
HEADING = ("fid", "state", "reason", "usable")
STATES = ("invalid", "mended", "unreadable", "absent", "lost")
"""Broken rings or crossings; could only be read after its rings were closed; could not be read; no geometry; and how
many of all these no check can use."""


def write_report(folder: Path, runs: Sequence[Run]) -> tuple[File, dict[str, int]]:
    """Write `report.csv` and count what is in it; `usable` is `no` for what no repair makes fit for a check."""
    counts = dict.fromkeys(STATES, 0)
    digest, rows = hashlib.sha256(), 0
    with (folder / REPORT).open("wb") as file:
        lines: list[tuple[object, ...]] = [HEADING]
        for run in [None, *runs]:
            for fid, state, reason, usable in (run.facts() or {})["report"] if run else ():
                counts[state] += 1
                counts["lost"] += not usable
                lines.append((fid, state, reason, "yes" if usable else "no"))
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(lines)
            rows, lines = rows + len(lines), []
            content = text.getvalue().encode("utf-8")
            digest.update(content)
            file.write(content)
    return File(REPORT, digest.hexdigest(), rows - 1), counts
