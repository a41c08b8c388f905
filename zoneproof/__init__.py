"""Zoneproof: checks an industrial zone against its planning rules.

The front door for Python users; the command line is `zoneproof.cli`. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checks.cluster.client import Cluster
    from checks.model import Report
    from geo.errors import ZoneproofError
    from layers.model import Progress
    from layers.problems import InputError

__all__ = ["Cluster", "InputError", "Report", "ZoneproofError", "__version__", "check", "findings", "write"]
__version__ = "0.1.0"
_HOMES = {
    "Cluster": "checks.cluster.client",
    "InputError": "layers.problems",
    "Report": "checks.model",
    "ZoneproofError": "geo.errors",
}


def __getattr__(name: str) -> Any:
    """The names that live in the inner packages, fetched when asked for: `--help` shall not wait for them."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def check(
    project: str | Path,
    *,
    packs: Sequence[str] | None = None,
    as_of: date | None = None,
    sets: Sequence[str] = (),
    progress: Progress | None = None,
    cluster: Cluster | None = None,
) -> Report:
    """Check a project (a zone.toml or its folder) and return the report; nothing is written.

    `packs` replaces the project's list, `sets` are `RULE.param=value` strings. `cluster`: Dask workers to check on
    instead of this process; the report reads its folder, so call `cluster.ledger.clear()` when all is written.
    Raises `InputError`, which holds every problem found, where the project or an input is wrong.
    """
    from checks.run import check_project  # noqa: PLC0415

    return check_project(Path(project), packs=packs, as_of=as_of, sets=tuple(sets), progress=progress, cluster=cluster)


def findings(report: Report) -> dict[str, Any]:
    """Everything that findings.json holds, as plain Python values."""
    from maps.outputs.findings import to_json  # noqa: PLC0415

    return to_json(report)


def write(report: Report, out: str | Path, *, only: Sequence[str] | None = None) -> None:
    """Write the outputs named in `only` (default: all) and findings.json to `out`, whole or not at all."""
    from maps.write import write_outputs  # noqa: PLC0415

    write_outputs(report, Path(out), only=only)
