"""Which features or table rows a figure counts for a zone, and what is missing before the count is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.model import Evidence
from checks.selection import WITHOUT_VALUE, Where, matching
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The rows that count, None where there is no such layer or table; what is missing; the note that goes with it."""

    rows: pd.DataFrame | None
    missing: tuple[str, ...]
    note: Text

    def numbers(self, field: str) -> list[float]:
        """The field's values that are not null, in the order of the rows."""
        if self.rows is None or field not in self.rows:
            return []
        return [float(value) for value in self.rows[field].dropna()]


def counted(site: Site, subject: str, role: str, where: Where | None, *fields: str) -> Counted:
    """The rows of a table that are the zone's, or the features on the subject's land, that meet `where`.

    A polygon or point counts where its representative point lies on the land, so each counts for one zone only; a line
    where it meets the land. A null in one of `fields`, or in a field of `where` that would decide, is missing.
    """
    if role in site.inputs.rasters or (site.layer(role) is None and site.table(role) is None):
        return Counted(None, (f"role:{role}",), NOTHING)
    rows, missing, note = _here(site, subject, role)
    missing += site.lacking(role, *(where or ()), *fields)
    missing += tuple(f"field:{role}.{name}" for name in where or () if _decides(rows, where or {}, name))
    kept = rows[matching(rows, where)]
    missing += tuple(f"field:{role}.{name}" for name in fields if name in kept and kept[name].isna().any())
    return Counted(kept, tuple(dict.fromkeys(missing)), note)


def evidence_of(site: Site, role: str, rows: pd.DataFrame | None, field: str | None = None) -> tuple[Evidence, ...]:
    """A piece of evidence per row, with its value of `field` as note."""
    if rows is None:
        return ()
    found = []
    for row in rows.to_dict("records"):
        value = row.get(field) if field else None
        note = None if field is None else Text(f"{field} = {value}", f"{field} = {value}")
        geometry = row.get("geometry")
        found.append(
            Evidence(
                role,
                str(row["feature"]),
                bbox=None if geometry is None else site.plane.bbox_lonlat(geometry),
                note=note,
                geometry=geometry,
            )
        )
    return tuple(found)


def _here(site: Site, subject: str, role: str) -> tuple[pd.DataFrame, tuple[str, ...], Text]:
    if site.layer(role) is None:
        rows = site.rows(role)
        if rows is None:
            message = f"no table {role}"
            raise KeyError(message)
        return rows, (), NOTHING
    complete = site.completeness(subject, role)
    return _on_land(site, subject, role), complete.missing, complete.note


def _on_land(site: Site, subject: str, role: str) -> pd.DataFrame:
    import numpy as np
    import shapely

    frame: pd.DataFrame = site.inputs.layers[role].frame
    land = site.land(subject).geometry
    near = np.sort(site.inputs.layers[role].frame.sindex.query(land, predicate="intersects"))
    geometries = frame["geometry"].to_numpy()[near]
    lines = np.isin(shapely.get_type_id(geometries), (1, 5))
    inside = lines | shapely.intersects(land, shapely.point_on_surface(geometries))
    found: pd.DataFrame = frame.iloc[near[inside]]
    return found


def _decides(rows: pd.DataFrame, where: Where, name: str) -> bool:
    """Whether a null in this field leaves open if a row that meets all else counts."""
    if name in WITHOUT_VALUE or name not in rows:
        return False
    others = {key: values for key, values in where.items() if key != name}
    return bool((rows[name].isna() & matching(rows, others)).any())
