"""One coverage for everything that has an area: park, phases, lots, built-up land, surveyed and planned land use.

All layers are joined from the same faces, so their common edges are the same to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from layers.samples.exactness import trim
from layers.samples.fabric import Polygons, absorb, faces, joined, which
from layers.samples.landcover import Patch, land
from layers.samples.parcels import BUILT_M2, Lot, phase_areas
from layers.samples.streets import PLANNED_M2
from layers.samples.uses import SURVEY, used_lots
from layers.samples.valley import sheet

SMALLEST_M2 = 400.0
BUILT_OWNER = "园区国有建设用地(虚构)"


@dataclass(frozen=True, slots=True)
class Ground:
    """The faces, and per face its lot (-1 outside the park), its phase and its patch of surveyed land."""

    faces: Polygons
    lot: npt.NDArray[np.int64]
    phase: npt.NDArray[np.int64]
    patch: tuple[Patch, ...]

    @property
    def park(self) -> npt.NDArray[np.bool_]:
        """Which faces are planned land."""
        return self.lot >= 0

    @property
    def built(self) -> npt.NDArray[np.bool_]:
        """Which faces are built up."""
        return np.array([number >= 0 and used_lots()[number].built for number in self.lot])


@cache
def ground() -> Ground:
    """The coverage, with planned land of 1.828 km² and built-up land of 1.06 km²."""
    cells, patches = land()
    patch_parts = joined(cells, patches)
    areas = [part for parts in patch_parts.values() for part in parts]
    owner = [patch for patch, parts in patch_parts.items() for _ in parts]
    lots = [lot.geometry for lot in used_lots()]
    found = faces([shapely.get_exterior_ring(lot) for lot in lots] + [area.boundary for area in areas], sheet())
    made = Ground(
        found,
        which(found, lots),
        which(found, phase_areas()),
        tuple(owner[number] for number in which(found, areas)),
    )
    polygons = trim(made.faces, made.park, PLANNED_M2)
    outline = shapely.coverage_union_all(polygons[made.park]).boundary
    polygons = trim(polygons, made.built, BUILT_M2, outline)
    return Ground(polygons, made.lot, made.phase, made.patch)


def park() -> BaseGeometry:
    """The planned land."""
    made = ground()
    return shapely.coverage_union_all(made.faces[made.park])


def phases() -> list[Polygon]:
    """The planned land by phase."""
    made = ground()
    parts = joined(made.faces[made.park], [int(phase) for phase in made.phase[made.park]])
    return [polygon for phase in sorted(parts) for polygon in parts[phase]]


def built_up() -> list[Polygon]:
    """The built-up land, a polygon per connected part."""
    made = ground()
    return joined(made.faces[made.built], [0] * int(made.built.sum()))[0]


def lot_shapes() -> list[tuple[Lot, Polygon]]:
    """Every lot with its final outline."""
    made = ground()
    parts = joined(made.faces[made.park], [int(number) for number in made.lot[made.park]])
    return [(used_lots()[number], polygon) for number in sorted(parts) for polygon in parts[number]]


def surveyed() -> list[tuple[Patch, bool, Polygon]]:
    """The surveyed land: patch, whether it lies in the built-up land, polygon."""
    made = ground()
    keys = [_cover(made, position) for position in range(len(made.faces))]
    keys = absorb(made.faces, keys, SMALLEST_M2, list(made.built))
    return [
        (key[0], key[1] >= 0, polygon) for key, polygons in joined(made.faces, keys).items() for polygon in polygons
    ]


def _cover(made: Ground, position: int) -> tuple[Patch, int]:
    """What covers a face: in the built-up land its lot's use, elsewhere what was surveyed there."""
    number = int(made.lot[position])
    if not made.built[position]:
        return made.patch[position], -1
    lot = used_lots()[number]
    road = lot.kind == "road"
    return Patch(-1 if road else -2 - number, SURVEY[lot.use], owner=BUILT_OWNER), 0 if road else number
