"""`zoneproof --help`."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.case import Bar, Files, Side, Work
from benchmarks.data import Cache

TIMES = 5


def _command(*arguments: str) -> Side:
    """A command run some times over."""

    def start(_: Files) -> Work:
        def job() -> None:
            for _ in range(TIMES):
                subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

        return Work(job, lambda _: {})

    return Side(start, repeats=3)


OURS = "zoneproof --help"
SIDES = {OURS: _command("-m", "zoneproof", "--help"), "python -c pass": _command("-c", "pass")}
BARS = (Bar("python -c pass", within=4),)


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """None."""
    del cache, small
    return {}
