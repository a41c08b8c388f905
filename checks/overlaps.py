"""What the kinds that lay land over a layer have in common: what was found, what is missing for it, how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checks import words
from checks.land import SUBJECT_ROLES
from checks.model import Evidence
from checks.pieces import piece_evidence
from checks.selection import WITHOUT_VALUE, Where, matching
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.overlay import Overlap, Piece

DOUBLE_M2 = 0.005
"""Shares that add up to this much more than the union come from features that overlap each other."""
SAME_SHARE = 1e-9
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Met:
    """A layer's features on some land, with what is missing before they prove an absence.

    `reached` is False where there is no such layer, or all of the land lies where it says nothing; then no figure is
    known. `uncovered_m2` is the area of the land outside the layer's `covers`.
    """

    found: Overlap
    missing: tuple[str, ...]
    note: Text
    reached: bool
    uncovered_m2: float


def met(site: Site, subject: str, role: str, where: Where | None = None) -> Met:
    """Lay the land over the features of a layer that meet `where`."""
    complete = site.completeness(subject, role)
    found = site.overlap(subject, role, where)
    missing = complete.missing + selection_missing(site, subject, role, where)
    if site.layer(role) is None:
        return Met(found, missing, complete.note, False, 0.0)
    uncovered_m2 = uncovered(site, subject, role)
    speaks = uncovered_m2 < site.land(subject).area_m2 * (1 - SAME_SHARE) and not is_far(site, role)
    missing = tuple(dict.fromkeys(missing + site.failed(role, found)))
    return Met(found, missing, complete.note, speaks or found.union_m2 > 0, uncovered_m2)


def is_far(site: Site, role: str) -> bool:
    """Whether the layer lies so far off that it must be another place's (contract §4)."""
    layer = site.layer(role)
    return layer is not None and layer.covers is None and not layer.stated_empty and site.ground.is_far(role)


def uncovered(site: Site, subject: str, role: str) -> float:
    """Area in m² of the land outside where the layer states that it is complete; 0 where it states nothing."""
    import numpy as np

    from geo.overlay import outside

    layer, land = site.layer(role), site.land(subject)
    if layer is None or layer.covers is None:
        return 0.0
    covers = np.array([layer.covers], dtype=object)
    return outside(land.geometry, covers, site.plane, site.sliver_width_m).union_m2


def selection_missing(site: Site, subject: str, role: str, where: Where | None) -> tuple[str, ...]:
    """`field:…` of the fields of `where` that the layer, or a feature on the land that they would decide on, lacks."""
    layer = site.layer(role)
    if layer is None or not where:
        return ()
    missing = list(site.lacking(role, *where))
    on_land = site.rows_on(subject, role)
    frame = layer.frame.iloc[on_land]
    for name in where:
        if name in WITHOUT_VALUE or name not in frame:
            continue
        others = {key: values for key, values in where.items() if key != name}
        unknown = frame[name].isna().to_numpy() & matching(frame, others)
        rows = tuple(on_land[at] for at in unknown.nonzero()[0])
        if rows and site.overlap(subject, role, rows=rows).union_m2:
            missing.append(f"field:{role}.{name}")
    return tuple(dict.fromkeys(missing))


def share_of(part_m2: float, whole_m2: float) -> float:
    """Part over whole; what is the whole but for rounding is 1."""
    share = part_m2 / whole_m2
    return 1.0 if abs(share - 1) < SAME_SHARE else share


def subject_name(site: Site, subject: str) -> Text:
    """What the land is called in a sentence."""
    if subject == "zone":
        return Text("园区用地", "the zone's land")
    if subject == "expansion":
        return Text("拟扩土地", "the expansion")
    title = role_name(site, subject)
    return Text(f"园区内的{title.zh}", f"{title.en} in the zone")


def role_name(site: Site, role: str) -> Text:
    """The role's title, its bare name where the project has no such layer."""
    layer = site.layer(role)
    return layer.role.title if layer else Text(role, role)


def slivers_told(found: Overlap) -> Text:
    """The slivers, counted apart."""
    if not found.sliver_m2:
        return NOTHING
    told = words.square_metres(found.sliver_m2)
    return Text(f"另有狭长碎片 {told.zh},不影响结论", f"slivers of {told.en} besides, which decide nothing")


def shares_told(found: Overlap) -> Text:
    """That features overlap each other, where their shares add up to more than the union."""
    if found.shares_m2 - found.union_m2 <= DOUBLE_M2:
        return NOTHING
    told = words.square_metres(found.shares_m2)
    return Text(
        f"各要素所占之和为 {told.zh},因要素互相重叠而大于合并面积",
        f"the features' shares add up to {told.en}, more than the union, as they overlap each other",
    )


def own_evidence(site: Site, subject: str, found: Overlap) -> tuple[Evidence, ...]:
    """Evidence for pieces whose rows are the land's own features, as `Site.outside` gives them."""
    return _own(site, subject, found.pieces, None)


def parts_evidence(site: Site, subject: str, notes: Mapping[BaseGeometry, Text]) -> tuple[Evidence, ...]:
    """Evidence for whole parts of the land, each with its note, told as pieces of the land's own features."""
    from geo.overlay import overlap

    own = site.land(subject).frame.geometry.to_numpy()
    counted: Counter[int] = Counter()
    found: list[Evidence] = []
    for part, note in notes.items():
        pieces = []
        for piece in overlap(part, own, site.plane, site.sliver_width_m).pieces:
            counted[piece.row] += 1
            pieces.append(replace(piece, part=counted[piece.row]))
        found += _own(site, subject, pieces, note)
    return tuple(found)


def _own(site: Site, subject: str, pieces: Iterable[Piece], note: Text | None) -> tuple[Evidence, ...]:
    features, role = site.land(subject).frame["feature"], SUBJECT_ROLES.get(subject, subject)
    return piece_evidence(site.plane, role, features, pieces, lambda _: note)
