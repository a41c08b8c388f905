"""The id that evidence names a feature by: its own, else `<source index>:<FID>` or `<source index>:<row>`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layers.text import Text


def feature_ids(
    own: Sequence[str | None], source: Sequence[int], numbers: Sequence[int], known: frozenset[str] | None = None
) -> tuple[list[str], NDArray[np.bool_]]:
    """(ids, doubled): a feature's own id unless it has none or another feature of the role has the same.

    `known`: the ids that several features have, where these are but some of the role's.
    """
    several = known
    if several is None:
        counts = Counter(item for item in own if item is not None)
        several = frozenset(item for item, count in counts.items() if count > 1)
    doubled = np.array([item in several for item in own], dtype=bool)
    ids = [
        f"{index}:{number}" if item is None or twice else item
        for item, index, number, twice in zip(own, source, numbers, doubled, strict=True)
    ]
    return ids, doubled


def doubled_note(own: Sequence[str | None], doubled: NDArray[np.bool_]) -> list[Text]:
    """A note on doubled ids, where there are any."""
    if not doubled.any():
        return []
    return [doubled_told(int(doubled.sum()), next(item for item, twice in zip(own, doubled, strict=True) if twice))]


def doubled_told(count: int, example: str | None) -> Text:
    """That rows share their ids, with the first such id."""
    return Text(
        f"{count} 条记录的标识重复(如 {example}),改用 FID 或行号标识",
        f"{count} rows share their id with another (such as {example}) and go by FID or row instead",
    )
