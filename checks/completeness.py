"""Whether a layer can prove that something is *not* there (contract §4, Completeness)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.land import FAR_M, Land
from layers.text import Text

if TYPE_CHECKING:
    from checks.site import Site
    from layers.model import Layer

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is missing before a layer proves an absence on some land, and what a reader must know about it.

    `nearest_m` is the distance from the zone or expansion to the nearest feature; None where none is within 50 km.
    """

    missing: tuple[str, ...] = ()
    note: Text = NOTHING
    nearest_m: float | None = None


def completeness(site: Site, subject: str, role: str) -> Completeness:
    """Judge the layer of `role` for the land of `subject`."""
    land = site.land(subject)
    layer = site.layer(role)
    if layer is None:
        note = Text(f"没有提供图层 {role}", f"no layer {role} was given")
        return Completeness((*land.undetermined, f"role:{role}"), note)
    missing = land.undetermined + tuple(f"feature:{role}/{feature}" for feature in layer.unrepaired)
    if layer.covers is not None:
        return _covered(site, land, role, layer, missing)
    if layer.stated_empty:
        return Completeness(missing, Text("项目声明此处没有", "the project states that there is none here"))
    return _unstated(site, subject, role, missing)


def _covered(site: Site, land: Land, role: str, layer: Layer, missing: tuple[str, ...]) -> Completeness:
    import numpy as np

    from geo.overlay import outside

    beyond = outside(land.geometry, np.array([layer.covers], dtype=object), site.plane, site.sliver_width_m)
    if not beyond.union_m2 and not beyond.failed:
        return Completeness(missing)
    told = words.area(beyond.union_m2)
    note = Text(f"有 {told.zh} 在图层声明的完整范围以外", f"{told.en} lies outside where the layer is stated complete")
    return Completeness((*missing, f"covers:{role}"), note)


def _unstated(site: Site, subject: str, role: str, missing: tuple[str, ...]) -> Completeness:
    if site.ground.is_far(role):
        far = words.metres(FAR_M)
        note = Text(
            f"图层距所有园区和拟扩范围都超过 {far.zh}", f"the layer lies over {far.en} from every zone and expansion"
        )
        return Completeness((*missing, f"covers:{role}"), note)
    note = Text("完整性未说明", "completeness not stated")
    away_m = site.nearest_m(subject, role)
    if away_m:
        told = words.metres(away_m)
        note += Text(f"(最近的要素距 {told.zh})", f" (nearest feature {told.en} away)")
    return Completeness(missing, note, away_m)
