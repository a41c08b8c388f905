"""The first tasks: a part of a layer read within reach of the zones, and what of it lies on their land."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from checks.cluster import tables
from checks.cluster.ledger import Ledger, digest, key_of
from geo.pairs import pairs
from geo.plane import Plane
from layers.model import Source
from layers.problems import Problem, Problems
from layers.reach import Group, Reach
from layers.readers import Part
from layers.vectors import open_source, read_at

Geoms = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Around:
    """What every task of a run is sent once: the zones' features by group, and the land of zones and expansions."""

    plane: Plane
    groups: Mapping[Group, Geoms]
    lands: Geoms
    versions: Mapping[str, str]

    @property
    def key(self) -> str:
        """Changes with anything in it."""
        groups = [(*group, digest(b"".join(shapely.to_wkb(geoms)))) for group, geoms in self.groups.items()]
        return key_of(self.plane.crs, groups, digest(b"".join(shapely.to_wkb(self.lands))), dict(self.versions))


@dataclass(frozen=True, eq=False)
class ReadTask:
    """One part of a source to be read, and by how much around each group; `measured`: its pairs are wanted too.

    `content` is the SHA-256 of the bytes that are read, `stamp` tells whether they are still the same.
    """

    source: Source
    part: Part
    content: str
    stamp: tuple[int, int]
    margins: Mapping[Group, float]
    measured: bool
    folder: Path

    def key(self, around: str) -> str:
        """The name of its result in the ledger."""
        source = self.source
        asked = (source.role, source.index, source.layer, source.encoding, source.crs, source.where, source.fields)
        shifted = (source.constants, source.towgs84, source.grid, source.accept_datum_shift)
        margins = sorted((*group, margin) for group, margin in self.margins.items())
        return key_of("read", around, repr(asked), repr(shifted), self.part, self.content, margins, self.measured)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.source.text} {self.part.name}".strip()


@dataclass(frozen=True)
class ReadDone:
    """What a finished task tells: where its result is, the mistakes found, and which groups have something near."""

    key: str
    summary: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()

    def reached(self, around: Around) -> frozenset[Group]:
        """The groups that have a feature of this part within their margins."""
        groups = list(around.groups)
        return frozenset(groups[at] for at in self.summary["reached"])


def stamp(source: Source, part: Part) -> tuple[int, int]:
    """Size and time of the file that a part is read from, to tell whether it changed meanwhile.

    Zeros where it is gone; for a part of an indexed data set too, whose bytes are compared as they are read, and for
    what is no file.
    """
    path = Path(part.file) if part.file and source.path else source.path
    try:
        if part.sha256 is not None or path is None or not path.is_file():
            return 0, 0
        told = path.stat()
    except OSError:
        return 0, 0
    return told.st_size, told.st_mtime_ns


def read_part(task: ReadTask, around: Around, key: str) -> ReadDone:
    """Read the part into the ledger, unless a user's mistake stands in it: then nothing is kept."""
    problems = Problems()
    ledger = Ledger(task.folder)

    def write(folder: Path) -> dict[str, Any] | None:
        opened = open_source(task.source, problems, task.part)
        if opened is None:
            return None
        reach = Reach(around.plane, {group: around.groups[group] for group in task.margins}, task.margins)
        piece, reached = read_at(opened, around.plane, reach, problems)
        if problems.found:
            return None
        if stamp(task.source, task.part) != task.stamp:
            problems.add("part-changed", task.source.at, part=task.name)
            return None
        tables.write_piece(folder, piece)
        on_land = 0
        if task.measured:
            found = pairs(around.lands, piece.geometry, around.plane)
            whole = zip(found.geometry, piece.geometry[found.row], strict=True)
            tables.write_pairs(folder, found, np.array([part is all_of_it for part, all_of_it in whole], dtype=bool))
            on_land = len(found.row) + len(found.failed)
        bounds = shapely.total_bounds(piece.geometry[~piece.lost]).tolist() if (~piece.lost).any() else None
        return {
            "read": piece.read,
            "features": piece.features,
            "lost": int(piece.lost.sum()),
            "repaired": int(piece.repaired.sum()),
            "bounds": bounds,
            "on_land": on_land,
            "reached": [at for at, group in enumerate(around.groups) if group in reached],
        }

    return ReadDone(key, ledger.put(key, write) or {}, tuple(problems.found))
