"""Whose table rows are whose: by the zone, area or expansion area that a row names (contract §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.land import Ground, column, written
from layers.names import name_key

if TYPE_CHECKING:
    import pandas as pd

    from checks.site import Site
    from layers.model import Table


def names_of(ground: Ground, key: str) -> frozenset[str]:
    """Keys of a zone's name, of its areas and of its expansion's areas."""
    names = {key}
    for role in ("zones", "expansion"):
        if role in ground.inputs.layers:
            names |= {name_key(name) for name in column(ground.rows_of(role, key), "area") if name}
    return frozenset(names)


def own_rows(site: Site, table: Table) -> pd.DataFrame:
    """The rows that name this zone, or nothing."""
    if "zone" not in table.frame:
        return table.frame
    names = [written(value) for value in table.frame["zone"]]
    return table.frame[[name is None or name_key(name) in site.own_names for name in names]]


def foreign(ground: Ground, table: Table) -> pd.DataFrame:
    """The rows that name nothing in the project."""
    if "zone" not in table.frame:
        return table.frame.iloc[:0]
    known = frozenset().union(*(names_of(ground, key) for key in ground.names))
    names = [written(value) for value in table.frame["zone"]]
    return table.frame[[name is not None and name_key(name) not in known for name in names]]


def told(rows: pd.DataFrame) -> tuple[str, ...]:
    """`id (name)` of each row."""
    return tuple(f"{feature} ({name.strip()})" for feature, name in zip(rows["feature"], rows["zone"], strict=True))
