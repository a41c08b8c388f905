"""Run cases: `python -m benchmarks [case …] [--small] [--cache DIR] [--only PART]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.case import load, names
from benchmarks.data import Cache
from benchmarks.run import run


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m benchmarks", description="Zoneproof against what does the same job.")
    top.add_argument("cases", nargs="*", metavar="case", help=f"any of: {', '.join(names())}; default: all")
    top.add_argument("--small", action="store_true", help="on little data: whether the answers agree, not how fast")
    top.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "zoneproof-benchmarks", metavar="DIR")
    top.add_argument("--only", action="append", default=[], metavar="PART", help="only sides with this in their name")
    return top


def main() -> int:
    """Run them, print each as soon as it is there; 1 where answers differ or a side failed."""
    arguments = parser().parse_args()
    unknown = {*arguments.cases} - {*names()}
    if unknown:
        parser().error(f"no such case: {', '.join(sorted(unknown))}")
    cache = Cache(arguments.cache.resolve())
    wrong = False
    for name in arguments.cases or list(names()):
        result = run(name, load(name), cache, small=arguments.small, only=tuple(arguments.only))
        print(report.table(result), flush=True)
        if not arguments.small and not arguments.only:
            report.write([result])
        wrong |= bool(result.differing) or any(taken.state == "failed" for taken in result.sides.values())
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
