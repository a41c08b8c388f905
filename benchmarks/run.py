"""Every side of a case run by itself, the answers compared, the bars looked at."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from benchmarks.case import Bar, Case, Side
from benchmarks.data import Cache

ROOT = Path(__file__).resolve().parent.parent
LIMIT_S = 150.0
NOTHING_M2 = 1e-3
"""Figures that differ by less are equal, however small they are."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a side. `state`: `done`, `stopped` at the limit, `missing` (not installed), `failed`."""

    state: str
    cpu_s: float = 0.0
    imports_s: float = 0.0
    peak_mb: float = 0.0
    answer: Mapping[str, float] = field(default_factory=dict)
    told: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A bar and what came of it; `ratio` is None where a side has no figure, a bound where `bound` says so."""

    bar: Bar
    ratio: float | None
    bound: bool = False

    @property
    def kept(self) -> bool | None:
        """Whether the bar was kept, None where nobody knows."""
        if self.ratio is None:
            return None
        kept = self.bar.kept(self.ratio)
        return kept if kept or not self.bound else None


@dataclass(frozen=True, slots=True)
class Result:
    """A whole case."""

    name: str
    title: str
    ours: str
    sides: Mapping[str, Taken]
    held: tuple[Held, ...]
    differing: tuple[str, ...]
    peak_mb: float | None


def run(name: str, case: Case, cache: Cache, *, small: bool, only: tuple[str, ...] = ()) -> Result:
    """Make the data of a case, run its sides, compare."""
    files = {key: str(path) for key, path in case.files(cache, small=small).items()}
    sides = {
        label: _side(name, label, side, files)
        for label, side in case.SIDES.items()
        if not only or any(part in label for part in only)
    }
    held = tuple(
        _held(bar, sides[case.OURS], sides[bar.side]) for bar in case.BARS if {case.OURS, bar.side} <= {*sides}
    )
    title = (case.__doc__ or name).partition("\n")[0].rstrip(".")
    return Result(name, title, case.OURS, sides, held, _differing(case, sides), getattr(case, "PEAK_MB", None))


def _side(case: str, label: str, side: Side, files: Mapping[str, str]) -> Taken:
    """The least of a side's runs."""
    lacking = [module for module in side.needs if find_spec(module.partition(".")[0]) is None]
    if lacking:
        return Taken("missing", told=", ".join(lacking))
    runs = [_run(case, label, files, side) for _ in range(side.repeats)]
    return min(runs, key=lambda taken: (taken.state == "done", taken.cpu_s))


def _run(case: str, label: str, files: Mapping[str, str], side: Side) -> Taken:
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        call = [sys.executable, "-m", "benchmarks.side", case, label, json.dumps(files), str(LIMIT_S), str(result)]
        try:
            done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=10 * LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return Taken("stopped", cpu_s=LIMIT_S)
        if done.returncode == -signal.SIGXCPU:
            return Taken("stopped", cpu_s=LIMIT_S)
        if done.returncode:
            return Taken("failed", told=(done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1])
        found = json.loads(result.read_text(encoding="utf-8"))
    peak_mb = 0.0 if side.floor else found["peak_mb"]
    return Taken("done", found["cpu_s"], found["imports_s"], peak_mb, found["answer"], found["told"])


def _held(bar: Bar, ours: Taken, theirs: Taken) -> Held:
    """A side that was stopped gives a bound: it would have taken longer."""
    if ours.state == "done" and theirs.state in ("done", "stopped") and ours.cpu_s and theirs.cpu_s:
        return Held(bar, bar.ratio(ours.cpu_s, theirs.cpu_s), bound=theirs.state == "stopped")
    if ours.state == "stopped" and theirs.state == "done":
        # ours would take at least as long, so the ratio is the best that it could be
        best = Held(bar, bar.ratio(ours.cpu_s, theirs.cpu_s))
        return Held(bar, None) if best.kept else best
    return Held(bar, None)


def _differing(case: Case, sides: Mapping[str, Taken]) -> tuple[str, ...]:
    """Where a side's answer is not ours (the first side's, where ours has none)."""
    done = {label: taken.answer for label, taken in sides.items() if taken.state == "done" and taken.answer}
    first = case.OURS if case.OURS in done else next(iter(done), None)
    if first is None:
        return ()
    tolerance = getattr(case, "TOLERANCE", 1e-6)
    return tuple(
        f"{label}: {told}"
        for label, answer in done.items()
        if label != first and (told := _difference(done[first], answer, tolerance))
    )


def _difference(one: Mapping[str, float], other: Mapping[str, float], tolerance: float) -> str:
    """How far two answers differ at most; empty where they agree."""
    worst, count = "", 0
    for key in sorted({*one, *other}):
        a, b = one.get(key, 0.0), other.get(key, 0.0)
        exact = key.startswith("count")
        if a != b if exact else abs(a - b) > max(tolerance * max(abs(a), abs(b)), NOTHING_M2):
            worst, count = worst or f"{key} is {a!r} and {b!r}", count + 1
    return f"{worst} ({count} figures differ)" if count else ""
