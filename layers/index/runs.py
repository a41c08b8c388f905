"""The original, read once from its beginning, as runs on disk that are sorted each in itself.

A run holds the features that follow the run before: what was finished when a run was killed is not read again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from layers.index.frame import Keys, Looked

RUN_ROWS = 200_000
RUN_BYTES = 96 << 20
BATCH_ROWS = 10_000


@dataclass(frozen=True)
class Run:
    """A finished run: its table and keys are mapped into memory, not read."""

    folder: Path
    number: int

    @property
    def _stem(self) -> Path:
        return self.folder / f"run-{self.number:05d}"

    @property
    def _done(self) -> Path:
        return self._stem.with_suffix(".json")

    def facts(self) -> dict[str, Any] | None:
        """How many rows it has and what is broken in it; None where it was not finished."""
        try:
            found: dict[str, Any] = json.loads(self._done.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def table(self) -> pa.Table:
        """Its features, sorted."""
        return pa.ipc.open_file(pa.memory_map(str(self._stem.with_suffix(".arrow")))).read_all()

    def keys(self) -> Keys:
        """Their keys."""
        found: Keys = np.load(self._stem.with_suffix(".npy"), mmap_mode="r")
        return found

    def write(self, looked: list[Looked]) -> dict[str, Any]:
        """Sort what was looked at and keep it; the facts come last, so that a run without them is none."""
        table = pa.concat_tables([each.table for each in looked], promote_options="permissive")
        keys = np.concatenate([each.keys for each in looked], axis=1)
        order = np.lexsort((keys[2], keys[1], keys[0]))
        table = table.take(order)
        np.save(self._stem.with_suffix(".npy"), np.ascontiguousarray(keys[:, order]))
        with pa.OSFile(str(self._stem.with_suffix(".arrow")), "wb") as sink, pa.ipc.new_file(sink, table.schema) as to:
            to.write_table(table, max_chunksize=BATCH_ROWS)
        facts = {"rows": table.num_rows, "report": [row for each in looked for row in each.report]}
        new = self._done.with_suffix(".new")
        new.write_text(json.dumps(facts), encoding="utf-8")
        new.replace(self._done)
        return facts


def finished(folder: Path) -> Iterator[Run]:
    """The runs that are there already, in their order."""
    number = 0
    while Run(folder, number).facts() is not None:
        yield Run(folder, number)
        number += 1
