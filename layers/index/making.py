"""The two long steps of an index, each of which takes up what was finished before: runs read, parts written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyproj import CRS

from geo.crs import Datum, Tie, parse_crs, tie
from geo.errors import ZoneproofError
from geo.hilbert import extent_of
from layers.index.frame import Looked, Names, look_at
from layers.index.merge import Mark, Stretch, stretches
from layers.index.originals import Counted, originals
from layers.index.parts import Size, geo_schema, part_name, write_part
from layers.index.runs import BATCH_ROWS, RUN_BYTES, RUN_ROWS, Run, finished
from layers.index.subdivided import SUBDIVIDED, huge_of, write_subdivided
from layers.manifest import File, IndexedPart, part_of
from layers.model import Progress
from layers.provenance import sha256
from layers.text import Text
from layers.vectors import stated_crs

READING = Text("读取要素", "reading features")
WRITING = Text("写出分块", "writing parts")


@dataclass
class Making:
    """A data set that is being made in `folder`."""

    folder: Path
    source: Counted
    county: str | None
    size: Size
    progress: Progress

    @cached_property
    def names(self) -> Names:
        """The columns of the parts."""
        return Names.of(self.source.columns)

    @cached_property
    def crs(self) -> CRS | None:
        """The CRS that the source states; None where it states none, or none that PROJ knows."""
        try:
            return parse_crs(stated_crs(self.source), "")
        except ZoneproofError:
            return None

    @cached_property
    def tie(self) -> Tie | None:
        """How areas on the ellipsoid are found; None where the datum's shift is not known."""
        try:
            return None if self.crs is None else tie(self.crs, Datum(), "")
        except ZoneproofError:
            return None

    def runs(self) -> list[Run]:
        """All of the source as sorted runs."""
        runs = list(finished(self.folder))
        done = sum((run.facts() or {})["rows"] for run in runs)
        pending: list[Looked] = []
        for looked in self._looked(done):
            pending.append(looked)
            if _is_run(pending):
                runs.append(self._run(len(runs), pending))
                pending = []
            done += looked.table.num_rows
            self.progress(READING, done, max(self.source.count, done))
        if pending:
            runs.append(self._run(len(runs), pending))
        return runs

    def _looked(self, skip: int) -> Iterator[Looked]:
        extent = extent_of(self.crs)
        for some in originals(self.source, skip, BATCH_ROWS):
            yield look_at(some, self.names, self.tie, extent, self.county)

    def _run(self, number: int, looked: list[Looked]) -> Run:
        run = Run(self.folder, number)
        run.write(looked)
        return run

    def parts(self, runs: Sequence[Run]) -> tuple[list[IndexedPart], list[File]]:
        """All runs as parts, and the pieces of what is huge in them."""
        parts: list[IndexedPart] = []
        pieces: list[File] = []
        after: Mark | None = None
        while (known := self._known(len(parts))) is not None:
            part, piece, after = known
            parts.append(part)
            pieces += piece
        if not runs:
            return parts, pieces
        tables, keys = [run.table() for run in runs], [run.keys() for run in runs]
        schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
        schema = geo_schema(schema, self.names, self.crs)
        queue = _Queue(stretches(tables, keys, after, self.size.group_rows), self.names)
        rows = sum(part.rows for part in parts)
        while (group := queue.group()) is not None:
            name = part_name(len(parts), group[0] if self.county else None)
            part = write_part(
                self.folder / name, name, queue.alike(), schema=schema, bounds=self.names.bounds, size=self.size
            )
            part = part if self.tie else replace(part, area_m2=None)
            piece = self._pieces(len(parts), queue.huge)
            self._keep(len(parts), part, piece, queue.last)
            parts.append(part)
            pieces += piece
            rows += part.rows
            self.progress(WRITING, rows, max(self.source.count, rows))
        return parts, pieces

    def _pieces(self, number: int, huge: list[tuple[int, bytes]]) -> list[File]:
        name = f"{SUBDIVIDED}/part-{number:05d}.parquet"
        file = write_subdivided(self.folder / name, name, huge, self.names, self.crs)
        return [] if file is None else [file]

    def _keep(self, number: int, part: IndexedPart, pieces: list[File], last: Mark) -> None:
        new = self.folder / f"part-{number:05d}.new"
        facts = {"part": asdict(part), "pieces": [asdict(piece) for piece in pieces], "last": last}
        new.write_text(json.dumps(facts), encoding="utf-8")
        new.replace(new.with_suffix(".json"))

    def _known(self, number: int) -> tuple[IndexedPart, list[File], Mark] | None:
        """A part that was finished before, if its files are as they were."""
        try:
            facts: dict[str, Any] = json.loads((self.folder / f"part-{number:05d}.json").read_text(encoding="utf-8"))
            part, pieces = part_of(facts["part"]), [File(**piece) for piece in facts["pieces"]]
            files = [(part.path, part.sha256), *((piece.path, piece.sha256) for piece in pieces)]
            whole = all(sha256(self.folder / path) == digest for path, digest in files)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        county, along, fid = facts["last"]
        return (part, pieces, (county, along, fid)) if whole else None


def _is_run(pending: list[Looked]) -> bool:
    rows = sum(looked.table.num_rows for looked in pending)
    size: int = sum(looked.table.nbytes for looked in pending)
    return rows >= RUN_ROWS or size >= RUN_BYTES


class _Queue:
    """Stretches handed out group by group; what is huge in the last ones handed out, and where they ended."""

    def __init__(self, stretched: Iterator[Stretch], names: Names) -> None:
        self._stretches, self._names = stretched, names
        self._ahead = next(stretched, None)
        self.huge: list[tuple[int, bytes]] = []
        self.last: Mark = (0, 0, 0)

    def group(self) -> tuple[int, bool] | None:
        """The group of what comes next."""
        return self._ahead.group if self._ahead is not None else None

    def alike(self) -> Iterator[Stretch]:
        """What comes next, as long as it is of one group."""
        group = self.group()
        self.huge = []
        while self._ahead is not None and self._ahead.group == group:
            stretch, self._ahead = self._ahead, next(self._stretches, None)
            self.huge += huge_of(stretch, self._names)
            self.last = stretch.last
            yield stretch
