"""The tasks between reading and judging: a part of one layer laid against a part of another whose boxes meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from checks.cluster import tables
from checks.cluster.client import done_by
from checks.cluster.ledger import Ledger, key_of
from checks.cluster.part_layers import Ask, Shelf, Stored
from geo.plane import Plane
from geo.split import against
from layers.text import Text

if TYPE_CHECKING:
    from checks.cluster.reading import Reading

LAYING = Text("分块叠加图层", "laying parts of layers against each other")


@dataclass(frozen=True)
class FaceTask:
    """A part of a layer and a part of another one, which is to be laid against what of the first lies on land."""

    one: Shelf
    other: Shelf
    roles: tuple[str, str]
    folder: Path

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.roles[0]} × {self.roles[1]}"


@dataclass(frozen=True)
class FaceDone:
    """What a finished task tells: where its result is."""

    key: str
    summary: Mapping[str, Any]


def lay(task: FaceTask, plane: Plane, key: str) -> FaceDone:
    """What the features of the other part have of each pair of the first, into the ledger."""
    ledger = Ledger(task.folder)

    def write(folder: Path) -> dict[str, Any]:
        taken = Ask().of(ledger, task.one)
        own = taken.pairs(ledger, task.one.key, Ask(), np.flatnonzero(taken.place >= 0))
        others = Ask(np.array([task.one.bounds])).of(ledger, task.other)
        met = against(own, tables.geometry_of(others.table), plane)
        tables.write_pairs(folder, met, met.whole)
        return {"pairs": len(met.row)}

    return FaceDone(key, ledger.put(key, write) or {})


def laid(reading: Reading, plane: Plane) -> dict[str, Stored]:
    """The layers in parts, each with where its parts are laid against those of the layers that rules compare it with.

    Raises ZoneproofError (`tasks-lost`).
    """
    ledger, stored = reading.ledger, reading.stored
    tasks: dict[str, FaceTask] = {}
    found: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {role: {} for role in stored}
    for role, other in reading.facing:
        places = found[role].setdefault(other, {})
        for shelf in stored[role].shelves:
            near = [one for one in stored[other].shelves if shelf.pairs and shelf.meets(one)]
            own = {key_of("against", shelf.key, one.key): one for one in near}
            tasks |= {key: FaceTask(shelf, one, (role, other), ledger.folder) for key, one in own.items()}
            places[shelf.key] = tuple(own)
    left = {key: task for key, task in tasks.items() if ledger.found(key) is None}
    before = len(tasks) - len(left)

    def tell(count: int, total: int) -> None:
        reading.progress(LAYING, before + count, before + total)

    done_by(reading.client, lay, left, plane, tell)
    return {role: replace(one, against=found[role]) for role, one in stored.items()}
