"""What of a layer on some land lies inside another layer, and outside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.land import SUBJECT_ROLES, array_of
from checks.site import Site

if TYPE_CHECKING:
    from collections.abc import Collection

    from shapely.geometry.base import BaseGeometry

    from geo.overlay import Overlap
    from geo.pairs import Pairs
    from geo.split import Split


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """The features of `role` on the land by `split`; `covered` is the land inside the other layer, `bare` the rest."""

    site: Site
    role: str
    split: Split
    covered: BaseGeometry
    bare: BaseGeometry

    def inside(self, rows: Collection[int]) -> Overlap:
        """What of some rows lies inside the other layer."""
        return self._laid(self.covered, self.split.inside.among(rows))

    def outside(self, rows: Collection[int]) -> Overlap:
        """What of some rows lies outside the other layer."""
        return self._laid(self.bare, self.split.outside.among(rows))

    def _laid(self, land: BaseGeometry, found: Pairs) -> Overlap:
        from geo.overlay import overlap_of

        whole = self.site.inputs.layers[self.role].frame.geometry.to_numpy()
        return overlap_of(land, found, whole, self.site.plane, self.site.sliver_width_m)


def apart_by(site: Site, subject: str, role: str, other: str, inside: Overlap) -> Apart:
    """Part the features of a layer on the land by another layer, of which `inside` lies on the land."""
    import shapely

    covered = shapely.union_all([inside.union, inside.sliver])
    bare = shapely.difference(site.land(subject).geometry, covered)
    return Apart(site, role, _split(site, subject, role, other), covered, bare)


def _split(site: Site, subject: str, role: str, other: str) -> Split:
    if subject in SUBJECT_ROLES:
        return site.ground.split(role, other, site.key, subject)
    from geo.pairs import pairs
    from geo.split import against, split

    features, others = (site.inputs.layers[name].frame.geometry.to_numpy() for name in (role, other))
    found = pairs(array_of([site.land(subject).geometry]), features, site.plane)
    return split(found, against(found, others, site.plane), site.plane)
