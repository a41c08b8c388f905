"""The land that a check speaks of: zones by their names, and the expansion that is new to them.

Expansion land that lies inside zones already is not new: it is left out, and kept apart with its area.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from checks.selection import Frozen, Where, frozen, matching, nearest_m
from layers.names import name_key

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.overlay import Overlap
    from geo.pairs import Pairs
    from geo.plane import Plane
    from geo.split import Split
    from layers.model import Inputs

T = TypeVar("T")
ExpansionState = Literal["no-layer", "none", "some"]
SUBJECT_ROLES = {"zone": "zones", "expansion": "expansion"}
FAR_M = 50_000.0
"""A layer farther than this from every zone and expansion is taken for another place's."""


@dataclass(frozen=True, eq=False)
class Land:
    """Dissolved land, what gives the rows that it is made of (clipped to it), the features that make it uncertain."""

    geometry: BaseGeometry
    area_m2: float
    rows: Callable[[], gpd.GeoDataFrame]
    undetermined: tuple[str, ...] = ()

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """The rows: few rules ask for them, and taking them out of a layer costs more than a zone's area."""
        return self.rows()

    @property
    def empty(self) -> bool:
        """Whether there is none."""
        return bool(self.geometry.is_empty)


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """One area (片区) by its name: the land of the zone and of the expansion that name it; None where there is none."""

    name: str
    zone: BaseGeometry | None
    expansion: BaseGeometry | None


def dissolve(geometries: Iterable[BaseGeometry]) -> BaseGeometry:
    """Union of polygons in an order of their own, so that the order of a file cannot show."""
    import shapely

    given = list(geometries)
    if len(given) < 2:
        return given[0] if given else shapely.Polygon()
    return shapely.union_all(sorted(given, key=lambda geometry: shapely.to_wkb(geometry, byte_order=1)))


def written(value: object) -> str | None:
    """A name as text, None where it is null or blank."""
    return value.strip() or None if isinstance(value, str) else None


def column(frame: pd.DataFrame, name: str) -> list[str | None]:
    """The names in a column, None throughout where there is no such column."""
    return [written(value) for value in frame[name]] if name in frame else [None] * len(frame)


def land_of(
    geometries: Iterable[BaseGeometry],
    plane: Plane,
    rows: Callable[[], gpd.GeoDataFrame],
    undetermined: tuple[str, ...] = (),
) -> Land:
    """The land that rows with these geometries make up."""
    geometry = dissolve(geometries)
    return Land(geometry, float(plane.area_m2(geometry)), rows, undetermined)


def clipped(frame: gpd.GeoDataFrame, pieces: Overlap) -> gpd.GeoDataFrame:
    """The rows that have real pieces, each with the union of its pieces as geometry."""
    by_row: dict[int, list[BaseGeometry]] = {}
    for piece in pieces.pieces:
        if not piece.sliver:
            by_row.setdefault(piece.row, []).append(piece.geometry)
    rows = sorted(by_row)
    kept = frame.iloc[rows].reset_index(drop=True)
    return kept.set_geometry([dissolve(by_row[row]) for row in rows], crs=frame.crs)


@dataclass(frozen=True, eq=False)
class Ground:
    """All zones of a project and what expansion each has: rows of the layers by zone key."""

    inputs: Inputs
    names: Mapping[str, str] = field(default_factory=dict)
    zone_rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    expansion_rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    _lands: dict[tuple[str, str], tuple[Land, Overlap | None]] = field(default_factory=dict, repr=False)
    _pairs: dict[str, Pairs] = field(default_factory=dict, repr=False)
    _against: dict[tuple[str, str], Pairs] = field(default_factory=dict, repr=False)
    _where: dict[tuple[str, Frozen], NDArray[np.bool_]] = field(default_factory=dict, repr=False)
    _kept: dict[object, object] = field(default_factory=dict, repr=False)
    _far: dict[str, bool] = field(default_factory=dict, repr=False)
    _row_keys: dict[str, tuple[str | None, ...]] = field(default_factory=dict, repr=False)

    def uncertain(self, role: str) -> tuple[str, ...]:
        """Missing strings of the role's features that could not be repaired."""
        layer = self.inputs.layers.get(role)
        return tuple(f"feature:{role}/{feature}" for feature in layer.unrepaired) if layer else ()

    def rows_of(self, role: str, key: str) -> gpd.GeoDataFrame:
        """The zone's own rows of `zones` or `expansion`."""
        return self.inputs.layers[role].frame.iloc[self._own(role, key)].reset_index(drop=True)

    def geometries_of(self, role: str, key: str) -> NDArray[np.object_]:
        """The geometries of the zone's own rows of `zones` or `expansion`."""
        whole = self.once(("geometries", role), lambda: _array(self.inputs.layers[role].frame))
        return whole[self._own(role, key)]

    def _own(self, role: str, key: str) -> list[int]:
        rows = self.zone_rows if role == "zones" else self.expansion_rows
        return list(rows.get(key, ()))

    def once(self, key: object, measure: Callable[[], T]) -> T:
        """What holds for all zones, measured once."""
        if key not in self._kept:
            self._kept[key] = measure()
        return self._kept[key]  # type: ignore[return-value]

    def land(self, key: str, subject: str) -> Land:
        """The land of a zone, or the expansion that is new to it; without an expansion layer that is missing."""
        return self._land(key, subject)[0]

    def already_inside(self, key: str) -> Overlap | None:
        """The part of a zone's expansion that lies inside zones already; None where there is none."""
        return self._land(key, "expansion")[1]

    def _land(self, key: str, subject: str) -> tuple[Land, Overlap | None]:
        if (key, subject) not in self._lands:
            self._lands[key, subject] = self._found(key, subject)
        return self._lands[key, subject]

    def _found(self, key: str, subject: str) -> tuple[Land, Overlap | None]:
        if subject == "zone":
            own = self.geometries_of("zones", key)
            return land_of(own, self.inputs.plane, lambda: self.rows_of("zones", key), self.uncertain("zones")), None
        if "expansion" in self.inputs.layers:
            return self._new_land(key)
        return self.once("no expansion", lambda: self.no_land("role:expansion")), None

    def no_land(self, missing: str) -> Land:
        """Land of which there is none because something is missing."""
        zones = self.inputs.layers["zones"].frame
        return land_of((), self.inputs.plane, lambda: zones.iloc[:0], (missing,))

    def pairs(self, role: str, key: str, subject: str) -> Pairs:
        """What of a layer lies on the zone's land or expansion: one table for all zones, made once."""
        from geo.pairs import pairs

        lands = self.once("lands", self._numbered)
        if role not in self._pairs:
            geometries = array_of([self.land(*which).geometry for which in lands])
            self._pairs[role] = pairs(geometries, _array(self.inputs.layers[role].frame), self.inputs.plane)
        return self._pairs[role].of(lands[key, subject])

    def split(self, role: str, other: str, key: str, subject: str) -> Split:
        """What of the pairs lies inside the features of another layer, and outside; laid over once for all zones."""
        from geo.split import against, split

        found = self.pairs(role, key, subject)
        if (role, other) not in self._against:
            others = _array(self.inputs.layers[other].frame)
            self._against[role, other] = against(self._pairs[role], others, self.inputs.plane)
        met = self._against[role, other].of(self.once("lands", self._numbered)[key, subject])
        return split(found, met, self.inputs.plane)

    def _numbered(self) -> dict[tuple[str, str], int]:
        return {land: at for at, land in enumerate((name, each) for each in SUBJECT_ROLES for name in self.names)}

    def rows_where(self, role: str, where: Where | None, rows: tuple[int, ...] | None = None) -> NDArray[np.bool_]:
        """Which of a layer's features meet `where`, and stand in `rows` where it is given."""
        frame, key = self.inputs.layers[role].frame, (role, frozen(where))
        if key not in self._where:
            self._where[key] = matching(frame, where)
        return self._where[key] if rows is None else self._where[key] & matching(frame, None, rows)

    def _new_land(self, key: str) -> tuple[Land, Overlap | None]:
        from geo.overlay import outside, overlap

        frame, plane = self.rows_of("expansion", key), self.inputs.plane
        sliver_width_m = self.inputs.project.sliver_width_m
        uncertain = self.uncertain("expansion") + self.uncertain("zones")
        whole = land_of(frame.geometry, plane, lambda: frame, uncertain)
        zones = self.inputs.layers["zones"].frame
        near = zones.sindex.query(whole.geometry, predicate="intersects") if not whole.empty else []
        inside = overlap(dissolve(zones.geometry.iloc[list(near)]), _array(frame), plane, sliver_width_m)
        if not inside.pieces:
            return whole, None
        taken = outside(whole.geometry, _array(zones.iloc[sorted(near)]), plane, sliver_width_m, by=_array(frame))
        failed = tuple(f"feature:expansion/{frame['feature'].iloc[row]}" for row in (*inside.failed, *taken.failed))
        left = clipped(frame, taken)
        return Land(taken.union, taken.union_m2, lambda: left, tuple(dict.fromkeys(uncertain + failed))), inside

    def row_keys(self, role: str) -> tuple[str | None, ...]:
        """Per row of a table the key of the name in its `zone`, None where it names nothing."""
        if role not in self._row_keys:
            names = column(self.inputs.tables[role].frame, "zone")
            self._row_keys[role] = tuple(name_key(name) if name else None for name in names)
        return self._row_keys[role]

    @cached_property
    def known_names(self) -> frozenset[str]:
        """Keys of every zone's name and every area's of the project."""
        frames = [self.inputs.layers[role].frame for role in ("zones", "expansion") if role in self.inputs.layers]
        return frozenset(self.names) | {name_key(name) for frame in frames for name in column(frame, "area") if name}

    def is_far(self, role: str) -> bool:
        """Whether all zones and expansions lie over 50 km from every feature of a layer.

        One that could not be repaired might be nearer.
        """
        if role not in self._far:
            layer = self.inputs.layers[role]
            away = nearest_m(layer.frame, self.whole, self.inputs.plane)
            self._far[role] = not layer.unrepaired if away is None else away > FAR_M
        return self._far[role]

    def nearest_m(self, role: str, key: str, subject: str) -> float | None:
        """Distance from a zone, or from what its expansion was given as, to a layer's nearest feature within 50 km.

        So far around each a reader has looked until it found one, so no other zone's surroundings show in it.
        """
        if SUBJECT_ROLES[subject] not in self.inputs.layers:
            return None
        frame = self.inputs.layers[role].frame
        own = self.once(("own", key, subject), lambda: dissolve(self.geometries_of(SUBJECT_ROLES[subject], key)))
        away = nearest_m(frame, own, self.inputs.plane)
        return None if away is None or away > FAR_M else away

    @cached_property
    def whole(self) -> BaseGeometry:
        """All zones and expansions together, for distances that hold for the whole project."""
        geometries = [
            geometry
            for role in ("zones", "expansion")
            if role in self.inputs.layers
            for geometry in self.inputs.layers[role].frame.geometry
        ]
        return dissolve(geometries)


def array_of(geometries: list[BaseGeometry]) -> NDArray[np.object_]:
    """Geometries as a flat array."""
    import numpy as np

    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array


def _array(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return cast("NDArray[np.object_]", frame.geometry.to_numpy())


def ground(inputs: Inputs) -> Ground:
    """Sort the rows of `zones` and `expansion` by zone; a reader gave every row its zone's name."""
    names: dict[str, str] = {}
    for name in filter(None, column(inputs.layers["zones"].frame, "zone")):
        names.setdefault(name_key(name), name)
    return Ground(inputs, names, _rows(inputs, "zones"), _rows(inputs, "expansion"))


def _rows(inputs: Inputs, role: str) -> dict[str, tuple[int, ...]]:
    rows: dict[str, list[int]] = {}
    if role in inputs.layers:
        for row, name in enumerate(column(inputs.layers[role].frame, "zone")):
            rows.setdefault(name_key(name or ""), []).append(row)
    return {key: tuple(found) for key, found in rows.items()}
