"""One zone as a check sees it: its land and expansion, what overlaps them, whose table rows they are.

Every measure is taken once and kept, so rules on the same layer share one overlay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, overload

from checks import rows as table_rows
from checks.completeness import Completeness, completeness
from checks.land import SUBJECT_ROLES, Area, ExpansionState, Ground, Land, clipped, column, dissolve, ground
from checks.model import Evidence
from checks.pieces import piece_evidence
from checks.selection import WITHOUT_VALUE, Where, frozen, moved, near
from layers.names import name_key
from layers.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.overlay import Overlap
    from geo.plane import Plane
    from layers.cells import Patch, Use
    from layers.model import Inputs, Layer, Table

T = TypeVar("T")


def sites(inputs: Inputs) -> Sequence[Site]:
    """A site per zone, in the order of the zones layer; each made anew when asked for, so that none is kept."""
    return Sites(ground(inputs))


class Sites(Sequence["Site"]):
    """The sites on some ground."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.keys = tuple(ground.names)

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> Site: ...
    @overload
    def __getitem__(self, at: slice) -> list[Site]: ...
    def __getitem__(self, at: int | slice) -> Site | list[Site]:
        if isinstance(at, slice):
            return [Site(key, self.ground) for key in self.keys[at]]
        return Site(self.keys[at], self.ground)


class Site:
    """One zone with all that was read for it. Subjects are `zone`, `expansion`, or a polygon role clipped to it."""

    def __init__(self, key: str, ground: Ground) -> None:
        self.key = key
        self.ground = ground
        self.name: str = ground.names[key]
        self.inputs: Inputs = ground.inputs
        self.plane: Plane = ground.inputs.plane
        self.sliver_width_m: float = ground.inputs.project.sliver_width_m
        self.as_of: date | None = ground.inputs.project.as_of
        self._kept: dict[object, object] = {}

    def _once(self, key: object, measure: Callable[[], T]) -> T:
        if key not in self._kept:
            self._kept[key] = measure()
        return self._kept[key]  # type: ignore[return-value]

    # Land

    def land(self, subject: str) -> Land:
        """The dissolved land of `zone`, `expansion` (only what is new) or a polygon role inside the zone."""
        if subject in SUBJECT_ROLES:
            return self.ground.land(self.key, subject)
        return self._once(("land", subject), lambda: self._inside(subject))

    def _inside(self, role: str) -> Land:
        layer = self.layer(role)
        zone = self.land("zone")
        if layer is None:
            return self.ground.no_land(f"role:{role}")
        pieces = self.overlap("zone", role)
        uncertain = zone.undetermined + self.ground.uncertain(role) + self.failed(role, pieces)
        return Land(pieces.union, pieces.union_m2, lambda: clipped(layer.frame, pieces), uncertain)

    @property
    def expansion_state(self) -> ExpansionState:
        """Whether there is an expansion layer, and whether it has land for this zone that is new."""
        if "expansion" not in self.inputs.layers:
            return "no-layer"
        return "none" if self.land("expansion").empty else "some"

    @cached_property
    def already_inside(self) -> tuple[Evidence, ...]:
        """The expansion land that lies inside zones already: left out of the expansion, listed with its area."""
        inside = self.ground.already_inside(self.key)
        if inside is None:
            return ()
        frame = self.ground.rows_of("expansion", self.key)
        note = Text("已在园区范围内,不计为新增", "inside a zone already, not counted as new")
        return piece_evidence(self.plane, "expansion", frame["feature"], inside.pieces, lambda _: note)

    @property
    def already_inside_m2(self) -> float:
        """Its area, real parts only."""
        inside = self.ground.already_inside(self.key)
        return inside.union_m2 if inside else 0.0

    def areas(self) -> tuple[Area, ...]:
        """The areas that zone and expansion name, in the order of their names; rows that name none are in none."""
        found: dict[str, tuple[str, dict[str, list[BaseGeometry]]]] = {}
        for subject in SUBJECT_ROLES:
            frame = self.land(subject).frame
            for name, geometry in zip(column(frame, "area"), frame.geometry, strict=True):
                if name:
                    spelled, lands = found.setdefault(name_key(name), (name, {"zone": [], "expansion": []}))
                    found[name_key(name)] = (min(spelled, name), lands)
                    lands[subject].append(geometry)
        return tuple(
            Area(name, *(dissolve(lands[subject]) if lands[subject] else None for subject in SUBJECT_ROLES))
            for _, (name, lands) in sorted(found.items())
        )

    def nameless(self, subject: str) -> tuple[str, ...]:
        """Ids of the features of `zone` or `expansion` that name no area."""
        frame = self.land(subject).frame
        named = zip(frame["feature"], column(frame, "area"), strict=True)
        return tuple(str(feature) for feature, name in named if not name)

    # Layers

    def layer(self, role: str) -> Layer | None:
        """The layer of a role, None where the project gives none."""
        return self.inputs.layers.get(role)

    def overlap(
        self, subject: str, role: str, where: Where | None = None, rows: tuple[int, ...] | None = None
    ) -> Overlap:
        """Where land and layer meet; `row` of a piece is the position in the layer's frame.

        `where` takes only features with these values, `rows` only these positions. Without such a layer: nothing.
        """
        key = ("overlap", subject, role, frozen(where), rows)
        return self._once(key, lambda: self._meeting(subject, role, where, rows))

    def _meeting(self, subject: str, role: str, where: Where | None, rows: tuple[int, ...] | None) -> Overlap:
        from geo.overlay import overlap, overlap_of

        layer, land = self.layer(role), self.land(subject)
        if subject not in SUBJECT_ROLES or layer is None:
            found, geometries = self._near(subject, role, where, rows)
            return moved(overlap(land.geometry, geometries, self.plane, self.sliver_width_m), found)
        pairs = self.ground.pairs(role, self.key, subject)
        if where:
            pairs = pairs.only(self.ground.rows_where(role, where))
        if rows is not None:
            pairs = pairs.among(rows)
        whole = layer.frame.geometry.to_numpy()
        return overlap_of(land.geometry, pairs, whole, self.plane, self.sliver_width_m)

    def rows_on(self, subject: str, role: str) -> list[int]:
        """Positions of the layer's features that lie on the land, ascending; those whose overlay failed too."""
        if self.layer(role) is None:
            return []
        if subject not in SUBJECT_ROLES:
            return [int(row) for row in self._near(subject, role, None, None)[0]]
        pairs = self.ground.pairs(role, self.key, subject)
        return sorted({*pairs.row.tolist(), *pairs.failed[:, 1].tolist()})

    def outside(
        self, subject: str, role: str, where: Where | None = None, rows: tuple[int, ...] | None = None
    ) -> Overlap:
        """The land outside the layer; `row` of a piece is its place in the land's frame, `failed` are the layer's."""
        key = ("outside", subject, role, frozen(where), rows)
        return self._once(key, lambda: self._beyond(subject, role, where, rows))

    def _beyond(self, subject: str, role: str, where: Where | None, rows: tuple[int, ...] | None) -> Overlap:
        from geo.overlay import outside

        land = self.land(subject)
        found, geometries = self._near(subject, role, where, rows)
        own = land.frame.geometry.to_numpy()
        beyond = outside(land.geometry, geometries, self.plane, self.sliver_width_m, by=own)
        return replace(beyond, failed=tuple(int(found[row]) for row in beyond.failed))

    def _near(
        self, subject: str, role: str, where: Where | None, rows: tuple[int, ...] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        import numpy as np

        layer, land = self.layer(role), self.land(subject)
        if layer is None or land.empty:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
        found = near(layer.frame, land.geometry, self.ground.rows_where(role, where, rows))
        return found, layer.frame.geometry.to_numpy()[found]

    def failed(self, role: str, *overlaps: Overlap) -> tuple[str, ...]:
        """Missing strings of the layer's rows whose overlay failed."""
        frame, name = self._frame(role)
        rows = sorted({row for pieces in overlaps for row in pieces.failed})
        return tuple(f"feature:{name}/{frame['feature'].iloc[row]}" for row in rows)

    def evidence(
        self,
        role: str,
        overlap: Overlap,
        note: Text | Callable[[int], Text | None] | None = None,
    ) -> tuple[Evidence, ...]:
        """A piece of evidence per piece, slivers too. `role` is the layer's, or the subject for what lies outside.

        `note` is one text for all, or made from the piece's row.
        """
        frame, name = self._frame(role)
        told = note if callable(note) else (lambda _: note)
        return piece_evidence(self.plane, name, frame["feature"], overlap.pieces, told)

    def _frame(self, role: str) -> tuple[gpd.GeoDataFrame, str]:
        if role in SUBJECT_ROLES:
            return self.land(role).frame, SUBJECT_ROLES[role]
        return self.inputs.layers[role].frame, role

    def completeness(self, subject: str, role: str) -> Completeness:
        """What is missing before the layer proves that the land is free of it, and the note that goes with it."""
        return self._once(("completeness", subject, role), lambda: completeness(self, subject, role))

    def nearest_m(self, subject: str, role: str) -> float | None:
        """Distance of the layer's nearest feature, None where none lies within 50 km; what is inside counts as zone."""
        return self.ground.nearest_m(role, self.key, subject if subject in SUBJECT_ROLES else "zone")

    def cells(self, subject: str, role: str, use: Use) -> Patch | None:
        """The cells of a raster on the land with their weights; None where the project gives none, or no land."""
        raster, land = self.inputs.rasters.get(role), self.land(subject)
        if raster is None or land.empty:
            return None
        from layers.cells import read_cells

        return self._once(("cells", subject, role, use), lambda: read_cells(raster, land.geometry, self.plane, use))

    # Fields and tables

    def lacking(self, role: str, *fields: str) -> tuple[str, ...]:
        """`role:…` where there is no such layer or table, else `field:role.name` of the fields not found in it.

        A field that only some sources have lacks where rows of the others concern this zone.
        """
        source = self.inputs.layers.get(role) or self.inputs.tables.get(role)
        if source is None:
            return () if role in self.inputs.rasters else (f"role:{role}",)
        if getattr(source, "stated_empty", False):
            return ()
        concerned = set(self._concerned(role)["source"]) if source.lacking else set()
        return tuple(
            f"field:{role}.{name}"
            for name in fields
            if name not in WITHOUT_VALUE and (name not in source.frame or concerned & set(source.lacking.get(name, ())))
        )

    def _concerned(self, role: str) -> pd.DataFrame:
        if role in self.inputs.tables:
            return table_rows.own_rows(self.ground, role, self.own_names)
        frame = self.inputs.layers[role].frame
        near = {
            int(row)
            for subject in ("zone", "expansion")
            if not self.land(subject).empty
            for row in frame.sindex.query(self.land(subject).geometry, predicate="intersects")
        }
        concerned: pd.DataFrame = frame.iloc[sorted(near)]
        return concerned

    def table(self, role: str) -> Table | None:
        """The table of a role, None where the project gives none."""
        return self.inputs.tables.get(role)

    def rows(self, role: str) -> pd.DataFrame | None:
        """The rows that name this zone, one of its areas or its expansion's, or nothing; None: no such table."""
        return None if self.table(role) is None else self._once(("rows", role), lambda: self._concerned(role))

    def foreign_rows(self, role: str) -> tuple[str, ...]:
        """`id (name)` of the rows that name no zone or area of the project at all."""
        return () if self.table(role) is None else table_rows.foreign_rows(self.ground, role)

    @cached_property
    def own_names(self) -> frozenset[str]:
        """Keys of the names by which table rows mean this zone."""
        return table_rows.names_of(self.ground, self.key)
