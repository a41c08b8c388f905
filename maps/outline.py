"""Rows of a table with a subtotal after each group and the total last, as sums and shares that stay live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from maps.book import UNKNOWN, Cell, Level, Part, RowSum, Sum

Path = tuple[Any, ...]
Head = Callable[[Path], list[Cell] | None]
WHOLE = -1
"""The row of a `Part` that is to become the row that closes the outermost group."""


class Outline:
    """Leaves in order, each with its path of group keys, and the columns that are summed up."""

    def __init__(self, leaves: Sequence[tuple[Path, list[Cell]]], summed: Sequence[int]) -> None:
        self.leaves, self.summed = leaves, summed
        self.rows: list[tuple[Level, list[Cell]]] = []

    def build(self, heads: Mapping[int, Head], total: list[Cell]) -> list[tuple[Level, list[Cell]]]:
        """`heads[level](path)`: the cells of a subtotal row of that level, None for a group that gets none."""
        starts: dict[int, tuple[int, int]] = {}
        outer = 0
        for number, (path, cells) in enumerate(self.leaves):
            before, after = self._path(number - 1), self._path(number + 1)
            for level in range(len(path)):
                if path[: level + 1] != before[: level + 1]:
                    starts[level] = (len(self.rows), number)
            self.rows.append(("row", list(cells)))
            for level in sorted(heads, reverse=True):
                if path[: level + 1] != after[: level + 1] and (head := heads[level](path)) is not None:
                    self._close("sub", head, starts[level], number)
                    if level == 0:
                        self._settle(outer)
                        outer = len(self.rows)
        self._close("total", total, (0, 0), len(self.leaves) - 1)
        self._settle(outer)
        return self.rows

    def _path(self, number: int) -> Path:
        return self.leaves[number][0] if 0 <= number < len(self.leaves) else ()

    def _close(self, level: Level, head: list[Cell], start: tuple[int, int], last: int) -> None:
        """A row of sums; a sum of which a part is not known is not known."""
        cells = list(head)
        for column in self.summed:
            values = [value_of(leaf[column]) for _, leaf in self.leaves[start[1] : last + 1]]
            known = [value for value in values if value is not None]
            whole = Sum(start[0], len(self.rows) - 1, int(sum(known))) if self.rows else 0
            cells[column] = UNKNOWN if len(known) < len(values) else whole
        self.rows.append((level, made(cells)))

    def _settle(self, first: int) -> None:
        """Give the shares of the rows from `first` on the last row as their whole."""
        closing = len(self.rows) - 1
        whole = self.rows[closing][1]
        for number in range(first, closing + 1):
            level, cells = self.rows[number]
            self.rows[number] = (level, [_over(cell, cells, whole, closing) for cell in cells])


def value_of(cell: Cell) -> int | float | None:
    """The figure that a cell shows; an empty cell counts as 0, what is not known as None."""
    if isinstance(cell, Sum | RowSum | Part):
        return cell.value
    if isinstance(cell, int | float):
        return cell
    return 0 if cell in (None, "") else None


def made(cells: list[Cell]) -> list[Cell]:
    """A row whose computed cells have their values: sums first, then what is made of them."""
    sums = [computed(cell, cells) if isinstance(cell, RowSum) else cell for cell in cells]
    return [computed(cell, sums) for cell in sums]


def computed(cell: Cell, cells: Sequence[Cell]) -> Cell:
    """A cell that is made of others of its row, with its value; not known where one of them is not."""
    if isinstance(cell, RowSum):
        values = [value_of(cells[column]) for column in (*cell.columns, *cell.less)]
        if None in values:
            return UNKNOWN
        signs = [1] * len(cell.columns) + [-1] * len(cell.less)
        return RowSum(cell.columns, int(sum(s * (v or 0) for s, v in zip(signs, values, strict=True))), cell.less)
    if isinstance(cell, Part) and cell.row is None:
        return _part(cell, cells, cells, None)
    return cell


def _over(cell: Cell, cells: Sequence[Cell], whole: Sequence[Cell], closing: int) -> Cell:
    return _part(cell, cells, whole, closing) if isinstance(cell, Part) and cell.row == WHOLE else cell


def _part(cell: Part, cells: Sequence[Cell], whole: Sequence[Cell], row: int | None) -> Cell:
    below = value_of(whole[cell.over])
    tops = [value_of(cells[column]) for column in cell.columns]
    if below is None or None in tops:
        return UNKNOWN
    return Part(cell.columns, cell.over, sum(top or 0 for top in tops) / below if below else 0.0, row)
