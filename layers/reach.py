"""How far around zones and expansion a layer is looked at.

A box stands around every feature of zones and expansion. Those that name one zone, zones and expansion apart, are a
group; where nothing lies within a group's margin, its boxes grow until something does, so that the distance of the
nearest feature is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import Tie
from geo.plane import Plane
from layers.readers import Geoms

Group = tuple[str, str]
"""(role, zone name)."""
FAR_M = 50_000.0
GROWTH = 10.0
LEAST_M = 10.0
_SIDE_PARTS = 16
SOME = 32
"""So many that may lie on the land are looked at before the nearest is searched for."""
NEXT_M = 1e-9
"""A search for what is nearest wants a distance over 0."""
_EVERYWHERE = (-np.inf, -np.inf, np.inf, np.inf)


@dataclass(frozen=True)
class Reach:
    """The groups, their geometries in the plane, and the margin of each."""

    plane: Plane
    groups: Mapping[Group, Geoms]
    margins: Mapping[Group, float]

    @classmethod
    def around(cls, plane: Plane, groups: Mapping[Group, Geoms], margin_m: float) -> Reach:
        """The first boxes: every group with the same margin."""
        return cls(plane, groups, dict.fromkeys(groups, min(margin_m, FAR_M)))

    def boxes(self, tie: Tie) -> Geoms:
        """The boxes in a layer's own CRS, each as the box around what the plane's box becomes there."""
        return self.boxes_of(tie)[0]

    def boxes_of(self, tie: Tie) -> tuple[Geoms, NDArray[np.intp]]:
        """The boxes, and of which group each is."""
        grown, owner = self._grown
        moved = tie.from_lonlat(self.plane.to_lonlat(grown))
        bounds = shapely.bounds(moved)
        # what PROJ cannot place in the layer's CRS might be anywhere in it
        bounds[~np.isfinite(bounds).all(axis=1)] = _EVERYWHERE
        return np.asarray(shapely.box(*np.clip(bounds, -1e15, 1e15).T), dtype=object), owner

    def grown(self, found: Geoms) -> Reach | None:
        """With larger margins for groups that have none of `found` (in the plane) within theirs; None if all have."""
        return self.grown_but(self.reached(found))

    def reached(self, found: Geoms) -> frozenset[Group]:
        """The groups that have one of `found` (in the plane) within their margins."""
        tree = shapely.STRtree(found)
        points = shapely.point_on_surface([geoms[0] for geoms in self.groups.values()])
        # where a layer covers the land, as most do, one point tells
        sure = set(tree.query(points, predicate="intersects")[0])
        groups = enumerate(self.groups)
        return frozenset(group for at, group in groups if at in sure or self._any_near(tree, group))

    def grown_but(self, reached: frozenset[Group]) -> Reach | None:
        """With larger margins for all other groups; None where none can grow any more."""
        margins = {
            group: margin if group in reached else min(max(margin * GROWTH, LEAST_M), FAR_M)
            for group, margin in self.margins.items()
        }
        return None if margins == self.margins else Reach(self.plane, self.groups, margins)

    def _any_near(self, tree: shapely.STRtree, group: Group) -> bool:
        near = tree.query(self.groups[group])
        some = near[:, :: max(near.shape[1] // SOME, 1)]
        shapely.prepare(self.groups[group])
        if shapely.intersects(self.groups[group][some[0]], tree.geometries[some[1]]).any():
            return True
        if not self.margins[group] and not near.size:
            return False
        found = tree.query_nearest(self.groups[group], max_distance=max(self.margins[group], NEXT_M), all_matches=False)
        return len(found[0]) > 0

    @cached_property
    def _grown(self) -> tuple[Geoms, NDArray[np.intp]]:
        """The boxes around all groups' features, in the plane, and of which group each is; those alike once."""
        sizes = [len(geoms) for geoms in self.groups.values()]
        margins = np.array([self.margins[group] for group in self.groups])
        bounds = shapely.bounds(np.concatenate([np.empty(0, dtype=object), *self.groups.values()]))
        owner = np.repeat(np.arange(len(sizes)), sizes)
        told = np.unique(np.column_stack([owner, bounds]), axis=0)
        owner = told[:, 0].astype(np.intp)
        bounds = told[:, 1:] + np.array([-1, -1, 1, 1]) * margins[owner, np.newaxis]
        boxes = shapely.box(*bounds.T)
        longest = np.max(bounds[:, 2:] - bounds[:, :2], axis=1) / _SIDE_PARTS
        parted = longest > 0
        boxes[parted] = shapely.segmentize(boxes[parted], longest[parted])
        return boxes, owner
