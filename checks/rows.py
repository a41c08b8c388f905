"""Whose table rows are whose: by the zone, area or expansion area that a row names (contract §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.land import Ground, column
from layers.names import name_key

if TYPE_CHECKING:
    import pandas as pd


def names_of(ground: Ground, key: str) -> frozenset[str]:
    """Keys of a zone's name, of its areas and of its expansion's areas."""
    names = {key}
    for role in ("zones", "expansion"):
        if role in ground.inputs.layers:
            names |= {name_key(name) for name in column(ground.rows_of(role, key), "area") if name}
    return frozenset(names)


def own_rows(ground: Ground, role: str, own_names: frozenset[str]) -> pd.DataFrame:
    """The rows that have one of these names, or none."""
    frame: pd.DataFrame = ground.inputs.tables[role].frame
    return frame.iloc[[row for row, key in enumerate(ground.row_keys(role)) if key is None or key in own_names]]


def foreign_rows(ground: Ground, role: str) -> tuple[str, ...]:
    """`id (name)` of the rows that name nothing in the project."""
    keys = ground.row_keys(role)
    if all(key is None or key in ground.known_names for key in keys):
        return ()
    named = zip(ground.inputs.tables[role].frame["feature"], keys, strict=True)
    return tuple(f"{feature} ({key})" for feature, key in named if key is not None and key not in ground.known_names)
