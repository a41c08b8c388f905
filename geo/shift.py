"""Whether one layer is another one moved: the displacement that most of its vertices agree on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
LEAST_M, MOST_M = 200.0, 700.0
CELL_M = 2.0
AGREE = 0.6
"""So many of the vertices must agree on the displacement; in a layer of dense vertices chance brings about a third."""
IN_PLACE = 0.2
"""Where so many vertices lie on one of the other layer's, it is not moved."""
FEWEST, ASKED = 12, 400


@dataclass(frozen=True, slots=True)
class Moved:
    """One layer against another: east and north in metres, the share of vertices that agree, where (plane)."""

    east_m: float
    north_m: float
    share: float
    at: tuple[float, float]

    @property
    def distance_m(self) -> float:
        """How far."""
        return float(np.hypot(self.east_m, self.north_m))


def moved(layer: Floats, reference: Floats) -> Moved | None:
    """By how much `layer` lies off `reference`, both distinct vertices (N, 2) in a plane; None where it does not.

    Votes: every vertex with every one of the reference between 200 and 700 m; the displacement that most vertices have.
    """
    if len(reference) < FEWEST:
        return None
    tree = cKDTree(reference)
    reached = layer[np.isfinite(tree.query(layer, distance_upper_bound=MOST_M)[0])] if len(layer) else layer
    if len(reached) < FEWEST:
        return None
    asked = reached[np.unique(np.linspace(0, len(reached) - 1, ASKED).astype(int))]
    if (tree.query(asked)[0] <= CELL_M).mean() >= IN_PLACE:
        return None
    near = tree.query_ball_point(asked, MOST_M, return_sorted=True)
    voter = np.repeat(np.arange(len(asked)), [len(found) for found in near])
    away = asked[voter] - reference[np.concatenate([np.asarray(found, dtype=np.int64) for found in near])]
    kept = np.hypot(*away.T) >= LEAST_M
    return _peak(asked, voter[kept], away[kept])


def _peak(asked: Floats, voter: NDArray[np.int64], away: Floats) -> Moved | None:
    if not len(voter):
        return None
    wide = int(2 * MOST_M / CELL_M) + 4
    cell = np.floor((away + MOST_M) / CELL_M).astype(np.int64) + 1
    votes = np.unique(np.column_stack([voter, cell]), axis=0)
    told = np.bincount(votes[:, 1] * wide + votes[:, 2], minlength=wide * wide).reshape(wide, wide)
    around = np.sum([np.roll(told, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1)], axis=0)
    best = np.unravel_index(int(np.argmax(around)), around.shape)
    agree = (np.abs(cell - np.array(best)) <= 1).all(axis=1)
    share = len(np.unique(voter[agree])) / len(asked)
    if share < AGREE:
        return None
    east, north = np.median(away[agree], axis=0)
    x, y = np.median(asked, axis=0)
    return Moved(float(east), float(north), share, (float(x), float(y)))
