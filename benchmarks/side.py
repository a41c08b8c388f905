"""One side of a case in a process of its own: `python -m benchmarks.side CASE SIDE FILES LIMIT_S RESULT`.

Process CPU seconds (user + system, those of child processes too) and the peak of its memory go to RESULT as JSON. Past
LIMIT_S seconds of CPU the system ends the process.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from benchmarks.case import load


def cpu_s() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def peak_mb() -> float:
    """The most memory that this process, or one that it started, has held."""
    children_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    status = Path("/proc/self/status")
    if not status.exists():
        return max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, children_mb)
    # ru_maxrss of a process would start at what its parent held
    own = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return max(int(own.split()[1]) / 1024, children_mb)


def main(case: str, side: str, files: str, limit_s: str, result: str) -> None:
    """Measure one side and write what was found."""
    chosen = load(case).SIDES[side]
    before = cpu_s()
    work = chosen.start(json.loads(files))
    started = cpu_s()
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(started + float(limit_s)) + 1, hard))
    raw = work.job()
    done = cpu_s()
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
    used = work.cpu_s(raw) if work.cpu_s else done - started
    found: dict[str, float | str] = {"cpu_s": used, "imports_s": started - before, "peak_mb": peak_mb()}
    found["told"] = work.told(raw) if work.told else ""
    Path(result).write_text(json.dumps({**found, "answer": dict(work.answer(raw))}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
