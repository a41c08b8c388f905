"""What the features that were read in parts are called: ids that several have, and which were repaired or lost."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from checks.cluster import tables
from checks.cluster.ledger import Ledger
from layers.ids import feature_ids


def ids_of(ledger: Ledger, keys: Iterable[str]) -> pa.Table:
    """Of every row that was read its FID, its own id, and whether it was repaired or lost, by FID."""
    parts = []
    for key in keys:
        table = tables.opened(ledger.file(key, tables.PIECE))
        own = tables.FIELD + "id"
        ids = table[own] if own in table.column_names else pa.nulls(table.num_rows, pa.large_string())
        parts.append(table.select(["fid", "repaired", "lost"]).append_column("id", ids))
    empty = pa.schema([("fid", pa.int64()), ("repaired", pa.bool_()), ("lost", pa.bool_()), ("id", pa.large_string())])
    return pa.concat_tables([empty.empty_table(), *parts]).sort_by("fid")


def doubled_of(columns: Iterable[pa.ChunkedArray]) -> frozenset[str]:
    """The ids that several rows have."""
    chunks = [chunk for column in columns for chunk in column.chunks]
    counted = pc.value_counts(pa.chunked_array(chunks, pa.large_string()).drop_null())
    several = counted.filter(pc.greater(counted.field("counts"), 1))
    return frozenset(several.field("values").to_pylist())


def named(ids: pa.Table, index: int, doubled: frozenset[str]) -> dict[str, NDArray[np.object_]]:
    """The rows that were repaired, lost, or share their ids with others, with what they are called."""
    twice = pc.is_in(ids["id"], pa.array(sorted(doubled), pa.large_string())) if doubled else None
    wanted = pc.or_(ids["repaired"], ids["lost"])
    found = ids.filter(wanted if twice is None else pc.or_(wanted, twice))
    own = found["id"].to_pylist()
    names, shared = feature_ids(own, [index] * len(own), found["fid"].to_pylist(), doubled)
    flags = {name: np.asarray(found[name].to_numpy(), dtype=np.bool_) for name in ("repaired", "lost")}
    flags["repaired"] &= ~flags["lost"]
    return {"feature": np.array(names, dtype=object), "id": np.array(own, dtype=object), "doubled": shared, **flags}
