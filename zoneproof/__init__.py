"""Zoneproof: checks an industrial zone against its planning rules.

The front door for Python users; the command line is `zoneproof.cli`. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checks.model import Report
    from layers.model import Progress

__all__ = ["__version__", "check", "findings", "write"]
__version__ = "0.1.0"


def check(
    project: str | Path,
    *,
    packs: Sequence[str] | None = None,
    as_of: date | None = None,
    sets: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Check a project (a zone.toml or its folder) and return the report; nothing is written.

    `packs` replaces the project's list, `sets` are `RULE.param=value` strings. Raises `layers.problems.InputError`,
    which holds every problem found, where the project or an input is wrong.
    """
    from checks.run import check_project  # noqa: PLC0415

    return check_project(Path(project), packs=packs, as_of=as_of, sets=tuple(sets), progress=progress)


def findings(report: Report) -> dict[str, Any]:
    """Everything that findings.json holds, as plain Python values."""
    from maps.outputs.findings import to_json  # noqa: PLC0415

    return to_json(report)


def write(report: Report, out: str | Path, *, only: Sequence[str] | None = None) -> None:
    """Write the outputs named in `only` (default: all) and findings.json to `out`, whole or not at all."""
    from maps.write import write_outputs  # noqa: PLC0415

    write_outputs(report, Path(out), only=only)
