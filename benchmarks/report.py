"""The results as a table: on the terminal, and case by case in RESULTS.md."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.run import ROOT, Held, Result, Taken

RESULTS = Path(__file__).parent / "RESULTS.md"
PACKAGES = (
    *("shapely", "geopandas", "pyogrio", "pyarrow", "numpy", "pandas", "pyproj", "rasterio", "scipy"),
    *("duckdb", "sedonadb", "rasterstats", "exactextract", "networkx"),
)
HEAD = """# Results of the benchmarks

Written by `python -m benchmarks`. CPU seconds are those of the process (user + system), imports apart; ratios hold
within one run, single times do not. `floor` does only what cannot be left out. A bar that was missed says so.
"""


def table(result: Result) -> str:
    """One case as Markdown."""
    lines = [f"## {result.name}", "", f"{result.title}. {_stamp()}", ""]
    lines += ["| Side | CPU s | imports s | peak MB | ours is |", "|---|---|---|---|---|"]
    ours = result.sides.get(result.ours)
    lines += [_row(label, taken, ours if label != result.ours else None) for label, taken in result.sides.items()]
    lines += ["", *(f"- {told(held)}" for held in result.held)]
    if result.peak_mb is not None and ours is not None:
        kept = ours.state == "done" and ours.peak_mb <= result.peak_mb
        lines.append(f"- memory under {result.peak_mb:,.0f} MB: {ours.peak_mb:,.0f} MB, {_kept(kept)}")
    lines += [f"- **answers differ**: {text}" for text in result.differing]
    if not result.differing and sum(bool(taken.answer) for taken in result.sides.values()) > 1:
        lines.append("- all that finished gave the same answer")
    return "\n".join(lines) + "\n"


def _row(label: str, taken: Taken, ours: Taken | None) -> str:
    if taken.state == "stopped":
        more = f"> {taken.cpu_s / ours.cpu_s:.1f}× as fast" if ours is not None and ours.state == "done" else ""
        return f"| {label} | > {taken.cpu_s:.0f}, stopped | | | {more} |"
    if taken.state != "done":
        return f"| {label} | {taken.state}: {_cell(taken.told)} | | | |"
    ratio = ""
    if ours is not None and ours.state == "done" and ours.cpu_s:
        ratio = f"{taken.cpu_s / ours.cpu_s:.2f}× as fast"
    peak = f"{taken.peak_mb:,.0f}" if taken.peak_mb else ""
    label += f" ({taken.told})" if taken.told else ""
    return f"| {label} | {taken.cpu_s:.3f} | {taken.imports_s:.2f} | {peak} | {ratio} |"


def told(held: Held) -> str:
    """A bar, what was reached, and whether that keeps it."""
    bar = held.bar
    wanted = f"{bar.faster:g}× {bar.side}" if bar.faster is not None else f"within {bar.within:g}× of {bar.side}"
    if held.ratio is None:
        return f"bar {wanted}: no figure"
    sign = (">" if bar.faster is not None else "<") + " " if held.bound else ""
    return f"bar {wanted}: {sign}{held.ratio:.2f}×, {_kept(held.kept)}"


def _kept(kept: bool | None) -> str:
    return {True: "kept", False: "**missed**", None: "not known"}[kept]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")[:200]


def _stamp() -> str:
    call = ["git", "describe", "--always", "--dirty", "--abbrev=9"]
    try:
        found = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        found = ""
    return f"Measured at commit {found or 'unknown'}."


def machine() -> str:
    """The machine and the versions."""
    import shapely

    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists() and (model := re.search(r"model name\s*:\s*(.+)", info.read_text())):
        cpu = model[1]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.system()}, Python {platform.python_version()}, "
        f"GEOS {'.'.join(map(str, shapely.geos_version))}, {versions}."
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def write(results: list[Result]) -> None:
    """Put the sections of these cases into RESULTS.md; those of other cases stay."""
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    sections = {part.partition("\n")[0]: f"## {part.strip()}\n" for part in old.split("\n## ")[1:]}
    sections |= {result.name: table(result) for result in results}
    text = "\n".join([HEAD, f"{machine()}\n", *(sections[name] for name in sorted(sections))])
    RESULTS.write_text(text, encoding="utf-8")
