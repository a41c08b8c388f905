"""The whole command on one process and on Dask workers, over an indexed data set: the same findings, at what cost."""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.case import Answer, Files, Side, Work
from benchmarks.data import CRS, Cache
from benchmarks.overlays import PROJECT, overlay_files, totals
from benchmarks.side import cpu_s

if TYPE_CHECKING:
    from checks.cluster.reading import Reading
    from layers.model import Inputs

ROWS = 250_000
"""Features a part of the index has."""


def command(*options: str) -> Side:
    """`zoneproof check` that writes findings.json alone; the memory of the largest worker is told apart."""

    def start(files: Files) -> Work:
        from zoneproof.cli import main

        def job() -> bytes:
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "out"
                if main(["check", files["indexed"], "-o", str(out), "-q", "--only", "json", *options]) == 2:
                    message = "the check was refused"
                    raise RuntimeError(message)
                return (out / "findings.json").read_bytes()

        def answer(found: bytes) -> dict[str, float]:
            return {"findings": float(int(hashlib.sha256(found).hexdigest()[:12], 16))}

        return Work(job, answer, told=(lambda _: _worker()) if options else None)

    return Side(start)


def kernel_on_dask(workers: int) -> Side:
    """The kernel's job as the first round of tasks does it: parts read, put on the plane, repaired, all pairs taken.

    Like the kernel it reads what meets a zone's box, not what the map shows around it. The workers are started, and
    import what they need, beforehand: imports are told apart for every side.
    """

    def start(files: Files) -> Work:
        from checks.cluster.client import Cluster
        from checks.cluster.reading import Reading
        from checks.packs import load_packs
        from checks.params import merged_rules
        from layers.document import read_document
        from layers.load import load_inputs
        from layers.problems import Problems
        from layers.project import validate
        from layers.roles import roles

        problems = Problems()
        project = replace(validate(read_document(Path(files["indexed"])), roles(), problems), context_m=0.0)
        packs = load_packs(["control-lines"], Path(), problems, "benchmark")
        rules, _ = merged_rules(packs, {}, [], roles(), problems, where="benchmark")
        reading_land_use = [rule for rule in rules if rule.id == "LINE-5"]
        kept, running = ExitStack(), ExitStack()
        cluster = Cluster(Path(kept.enter_context(tempfile.TemporaryDirectory())), workers)
        client = running.enter_context(cluster.client())
        imported_s = sum(client.run(_imported).values()) + cpu_s()

        def job() -> tuple[Reading, Inputs]:
            with running:
                reading = Reading(cluster, client, reading_land_use, lambda _what, _done, _all: None)
                inputs = load_inputs(project, {}, problems, reading.progress, reading)
                if inputs is None:
                    raise RuntimeError(*problems.found)
            return reading, inputs

        def answer(found: tuple[Reading, Inputs]) -> Answer:
            with kept:
                return _totals(*found)

        def told(found: tuple[Reading, Inputs]) -> str:
            return f"{sum(len(one.done) for one in found[0].read.values())} parts, {_worker()}"

        return Work(job, answer, cpu_s=lambda _: cpu_s() - imported_s, told=told)

    return Side(start)


def _totals(reading: Reading, inputs: Inputs) -> Answer:
    """What the kernel answers, from the parts that the tasks have left."""
    import shapely

    from checks.cluster.part_layers import Ask

    drawn = reading.stored["land_use"].take(reading.ledger, inputs.plane, Ask())
    zones = inputs.layers["zones"].frame["zone"].to_numpy()
    codes = drawn.layer.frame["code"].to_numpy()
    return totals(zones[drawn.pairs.land], codes[drawn.pairs.row], shapely.area(drawn.pairs.geometry))


def _imported() -> float:
    """In a worker: its CPU seconds once all is imported that its tasks need."""
    import time

    import layers.geoparquet
    import layers.ogr
    import layers.readers
    import layers.vectors  # noqa: F401
    from checks.cluster.read import read_part  # noqa: F401

    return time.process_time()


def _worker() -> str:
    return f"largest worker {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:,.0f} MB"


def cluster_files(cache: Cache, parcels: int, zones: Path) -> Mapping[str, Path]:
    """The layer, its index, and a project on each."""
    layer = cache.parcels(parcels, "parquet")
    index = cache.made(f"index-{parcels}", lambda place: _indexed(layer, place))
    text = PROJECT.format(crs=CRS, zones=zones, parcels=index)
    project = cache.made(f"{zones.stem}-index.toml", lambda path: _write(path, text))
    return {**overlay_files(cache, parcels, zones, ("parquet",)), "indexed": project}


def _indexed(layer: Path, place: Path) -> None:
    call = [sys.executable, "-m", "zoneproof", "index", str(layer), "-o", str(place), "-q", "--part-rows", str(ROWS)]
    subprocess.run(call, check=True, capture_output=True)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
