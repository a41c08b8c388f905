"""How finely layers are drawn on the page, so that it stays small enough to open: the ladder and the step taken.

Findings never use drawn geometry. Features that fail keep their shape on every step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from layers.text import Text
from maps import figures
from maps.packed import FINE

MOST_BYTES = 5_000_000
"""A page above this is drawn more coarsely, step by step."""
WHOLE_FEATURES = 5_000
"""Layers with no more features than this are always drawn finely."""
METRES_PER_DEGREE = 111_000


@dataclass(frozen=True, slots=True)
class Detail:
    """One step: the grid, how far a line may be moved when it is generalised, whether features keep their fields.

    `most` is the number of features drawn at all, those nearest to the land; None: all of them.
    """

    per_degree: int
    tolerance_m: float = 0.0
    fields: bool = True
    most: int | None = None

    @property
    def grid_m(self) -> float:
        """About how far a vertex may be moved by the grid."""
        return METRES_PER_DEGREE / self.per_degree


WHOLE = Detail(FINE)
"""How layers of at most `WHOLE_FEATURES` are drawn."""
LADDER = (
    Detail(FINE * 2 // 5),
    Detail(FINE // 5),
    Detail(FINE // 5, 1.0, fields=False),
    Detail(FINE // 5, 3.0, fields=False),
    Detail(FINE // 10, 6.0, fields=False),
    Detail(FINE // 10, 12.0, fields=False),
    Detail(FINE // 20, 25.0, fields=False),
    Detail(FINE // 20, 25.0, fields=False, most=400_000),
    Detail(FINE // 20, 25.0, fields=False, most=100_000),
    Detail(FINE // 20, 25.0, fields=False, most=20_000),
)
Drawn = TypeVar("Drawn")


BYTES_PER_VERTEX = 1.4
"""No layer took less on the first two steps: where this alone is too much, they need not be tried."""


def fitting(draw: Callable[[Detail], Drawn], size: Callable[[Drawn], int], most: int, vertices: int) -> Drawn:
    """What `draw` makes on the first step of the ladder whose `size` is not above `most`; else on the last.

    `vertices` is how many there are to draw. Each step is smaller than the one before, so halving finds it.
    """
    first, last = 0, len(LADDER) - 1
    if vertices * BYTES_PER_VERTEX > most:
        first = next(index for index, detail in enumerate(LADDER) if detail.tolerance_m)
    made = draw(LADDER[first])
    if size(made) <= most:
        return made
    while last - first > 1:
        middle = (first + last) // 2
        tried = draw(LADDER[middle])
        if size(tried) <= most:
            made, last = tried, middle
        else:
            first = middle
    return made if size(made) <= most else draw(LADDER[-1])


def said(detail: Detail, failing: int, drawn: int, count: int) -> Sequence[Text]:
    """What the page says of a layer that is not drawn as finely as it could be."""
    told = []
    grid = figures.figure(detail.grid_m, "m")
    if detail.tolerance_m:
        moved = figures.figure(detail.tolerance_m, "m")
        told.append(Text(f"图形为显示概化(约 {moved.zh})", f"generalised for display (about {moved.en})"))
    elif detail.per_degree < FINE:
        told.append(Text(f"坐标取整到约 {grid.zh}", f"coordinates rounded to about {grid.en}"))
    if not detail.fields:
        told.append(Text("不附属性", "without their fields"))
    if told and failing:
        told.append(Text(f"不符合的 {failing} 个要素保持原状", f"the {failing} that fail are drawn in full"))
    if drawn < count:
        told.append(Text(f"只画最近的 {drawn} 个", f"only the nearest {drawn} are drawn"))
    if told:
        told.append(Text("审查数值不取自所绘图形", "no figure is taken from what is drawn"))
    return told
