"""Features of big layers, read where a box asks for them: by the layer's own index, or in one pass over all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.readers import Geoms, Ids, Rows, joined, meets

Box = tuple[float, float, float, float]
QUESTIONS = 20
"""So many boxes are asked for one by one; more are asked for in groups, and what lies between them is left out."""
MUCH = 0.25
"""Where more than this share of a layer is wanted, reading it whole is quicker."""


class Layer(Protocol):
    """What a selection asks a layer."""

    @property
    def count(self) -> int:
        """How many features it has."""

    @property
    def extent(self) -> Box | None:
        """The box around all of them, where that is known without reading them."""

    def rows(
        self, columns: Sequence[str], *, where: str | None = None, fids: Ids | None = None, bbox: Box | None = None
    ) -> tuple[Rows, NDArray[np.bool_]]:
        """Features, and which of them have no geometry."""

    def streamed(
        self, columns: Sequence[str], where: str | None, boxes: Geoms | None
    ) -> Iterator[tuple[Rows, NDArray[np.bool_]]]:
        """As `rows`, a batch at a time; where there are boxes only what meets one or has no geometry."""

    def matching(self, where: str) -> int:
        """How many features meet `where`."""


class IndexedSelection:
    """A layer whose index knows the place of every feature: asked box by box."""

    def __init__(self, layer: Layer, columns: tuple[str, ...], where: str | None) -> None:
        self.layer, self.columns, self.where = layer, columns, where
        self.features = layer.count if where is None else layer.matching(where)
        self.missing = joined([], columns)

    def near(self, boxes: Geoms | None) -> Rows:
        """The features that meet one of the boxes, each once."""
        asked = [] if boxes is None else grouped(boxes, QUESTIONS)
        if boxes is None or _share(asked, self.layer.extent) > MUCH:
            return _sifted(self.layer, self.columns, self.where, boxes)[0]
        pieces: list[Rows] = []
        seen = np.empty(0, dtype=np.int64)
        for bbox in asked:
            rows = self.layer.rows(self.columns, where=self.where, bbox=bbox)[0]
            pieces.append(rows.take(~np.isin(rows.fids, seen)))
            seen = np.union1d(seen, rows.fids)
        found = joined(pieces, self.columns)
        return found.take(meets(found.geometry, boxes))


class ScannedSelection:
    """A layer without such an index: one pass over it, of which no more is kept than meets the boxes."""

    def __init__(self, layer: Layer, columns: tuple[str, ...], where: str | None) -> None:
        self.layer, self.columns, self.where = layer, columns, where
        self.features = layer.count if where is None else layer.matching(where)
        self._missing: Rows | None = None

    @property
    def missing(self) -> Rows:
        """Those without a geometry."""
        if self._missing is None:
            self.near(np.empty(0, dtype=object))
        return self._missing or joined([], self.columns)

    def near(self, boxes: Geoms | None) -> Rows:
        """The features that meet one of the boxes."""
        found, self._missing = _sifted(self.layer, self.columns, self.where, boxes)
        return found


def _sifted(layer: Layer, columns: tuple[str, ...], where: str | None, boxes: Geoms | None) -> tuple[Rows, Rows]:
    """The features that meet one of the boxes, or all with a place, and those without, from one pass over the layer."""
    kept: list[Rows] = []
    nowhere: list[Rows] = []
    for rows, absent in layer.streamed(columns, where, boxes):
        kept.append(rows.take(~absent))
        nowhere.append(rows.take(absent))
    return joined(kept, columns), joined(nowhere, columns)


def _share(asked: Sequence[Box], extent: Box | None) -> float:
    """How much of a layer's extent some boxes take up; 0 where the extent is not known."""
    if extent is None or not asked:
        return 0.0
    whole = shapely.box(*extent)
    wanted = shapely.union_all(shapely.box(*np.array(asked).T))
    return float(wanted.intersection(whole).area / whole.area) if whole.area else 0.0


def grouped(boxes: Geoms, most: int) -> list[Box]:
    """At most `most` boxes around all of the given ones: neighbours, in strips from west to east, share one."""
    bounds = shapely.bounds(boxes)
    if len(bounds) > most:
        strips = max(int(np.sqrt(most)), 1)
        by_x = np.array_split(bounds[np.argsort(bounds[:, 0], kind="stable")], strips)
        cells = [cell for strip in by_x for cell in np.array_split(strip[np.argsort(strip[:, 1])], most // strips)]
        bounds = np.array([[*cell[:, :2].min(axis=0), *cell[:, 2:].max(axis=0)] for cell in cells if len(cell)])
    return [(float(west), float(south), float(east), float(north)) for west, south, east, north in bounds]
