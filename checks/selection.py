"""Which rows of a layer a measure looks at: those with the wanted values, near the land."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.overlay import Overlap
    from geo.plane import Plane

Where = Mapping[str, tuple[str, ...]]
Frozen = tuple[tuple[str, tuple[str, ...]], ...]
WITHOUT_VALUE = {"status": "built"}
"""What a field that is null, or that no source has, stands for (contract §3)."""


def matching(frame: pd.DataFrame, where: Where | None, rows: tuple[int, ...] | None = None) -> NDArray[np.bool_]:
    """Which rows have one of the accepted values in every field of `where`, and stand in `rows` where it is given."""
    import numpy as np

    kept = np.ones(len(frame), dtype=bool)
    for name, values in (where or {}).items():
        if name in frame:
            found = frame[name].astype(object)
            kept &= found.where(found.notna(), WITHOUT_VALUE.get(name)).isin(values).to_numpy(dtype=bool)
        else:
            kept &= WITHOUT_VALUE.get(name) in values
    if rows is not None:
        chosen = np.zeros(len(frame), dtype=bool)
        chosen[list(rows)] = True
        kept &= chosen
    return kept


def near(frame: gpd.GeoDataFrame, land: BaseGeometry, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions of the kept rows that meet the land, ascending."""
    import numpy as np

    found = np.sort(np.asarray(frame.sindex.query(land, predicate="intersects"), dtype=np.int64))
    return found[kept[found]]


def moved(found: Overlap, rows: NDArray[np.int64]) -> Overlap:
    """The same overlap, its rows being positions in the whole frame again."""
    return replace(found, owner=rows[found.owner], failed=tuple(int(rows[row]) for row in found.failed))


def frozen(where: Where | None) -> Frozen:
    """A selection that can be kept by."""
    return tuple(sorted((name, tuple(values)) for name, values in (where or {}).items()))


def nearest_m(frame: gpd.GeoDataFrame, land: BaseGeometry, plane: Plane) -> float | None:
    """Geodesic distance from the land to the nearest feature; None where there is no feature or no land."""
    if len(frame) == 0 or land.is_empty:
        return None
    _, rows = frame.sindex.nearest(land, return_all=True)
    return float(plane.distance_m(land, frame.geometry.iloc[int(min(rows))]))
