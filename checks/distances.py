"""How far features of a layer lie from some land: what the kinds on distances have in common."""

from __future__ import annotations

from dataclasses import dataclass

from checks import words
from checks.model import Evidence
from checks.overlaps import is_far, role_name, subject_name
from checks.selection import WITHOUT_VALUE, Where, matching
from checks.site import Site
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Near:
    """The features within some distance of the land, nearest first, and what is missing before there are no others.

    `nearest_m` is the distance of the nearest feature that was read, however far; None where none was.
    """

    rows: tuple[tuple[int, float], ...]
    nearest_m: float | None
    missing: tuple[str, ...]
    note: Text


def features_within(site: Site, subject: str, role: str, where: Where | None, within_m: float) -> Near:
    """Features of a layer that meet `where` and lie at most `within_m` from the land (geodesic; 0 where they meet)."""
    complete = site.completeness(subject, role)
    layer = site.layer(role)
    if layer is None:
        return Near((), None, complete.missing, complete.note)
    missing = [*complete.missing, *site.lacking(role, *(where or ()))]
    if _beyond_covers(site, subject, role, within_m):
        missing.append(f"covers:{role}")
    for name in where or ():
        if name not in WITHOUT_VALUE and name in layer.frame:
            unknown = tuple(int(row) for row in layer.frame[name].isna().to_numpy().nonzero()[0])
            if _distances(site, subject, role, unknown, within_m)[0]:
                missing.append(f"field:{role}.{name}")
    kept = tuple(int(row) for row in matching(layer.frame, where).nonzero()[0])
    rows, nearest_m = _distances(site, subject, role, kept, within_m)
    return Near(rows, None if is_far(site, role) else nearest_m, tuple(dict.fromkeys(missing)), complete.note)


def _distances(
    site: Site, subject: str, role: str, rows: tuple[int, ...], within_m: float
) -> tuple[tuple[tuple[int, float], ...], float | None]:
    """Rows within the distance with theirs, nearest first, and the distance of the nearest of all."""
    import numpy as np
    import shapely

    land = site.land(subject).geometry
    geometries = site.inputs.layers[role].frame.geometry.to_numpy()[list(rows)]
    nearest = site.plane.nearest(land, geometries)
    close = np.flatnonzero(shapely.distance(land, geometries) <= 1.01 * within_m + 1.0)
    found = [(rows[i], site.plane.distance_m(land, geometries[i])) for i in close]
    kept = sorted((pair for pair in found if pair[1] <= within_m), key=lambda pair: (pair[1], pair[0]))
    return tuple(kept), nearest[1] if nearest else None


def _beyond_covers(site: Site, subject: str, role: str, within_m: float) -> bool:
    """Whether a place within the distance lies outside where the layer states that it is complete."""
    import numpy as np

    from geo.overlay import outside

    covers = site.inputs.layers[role].covers
    if covers is None:
        return False
    around = site.land(subject).geometry.buffer(within_m)
    return outside(around, np.array([covers], dtype=object), site.plane, site.sliver_width_m).union_m2 > 0


def features_evidence(site: Site, role: str, near: Near) -> tuple[Evidence, ...]:
    """Evidence for the features, each with its distance."""
    frame = site.inputs.layers[role].frame if near.rows else None
    found = []
    for row, away_m in near.rows:
        if frame is None:
            break
        geometry = frame.geometry.iloc[row]
        told = words.metres(away_m)
        found.append(
            Evidence(
                role,
                str(frame["feature"].iloc[row]),
                area_m2=float(site.plane.area_m2(geometry)) or None,
                length_m=float(site.plane.length_m(geometry)) if geometry.geom_type.endswith("LineString") else None,
                bbox=site.plane.bbox_lonlat(geometry),
                geometry=geometry,
                note=Text(f"相距 {told.zh}", f"{told.en} away"),
            )
        )
    return tuple(found)


def nearest_told(site: Site, subject: str, role: str, near: Near, beside: float | None) -> Text:
    """The distance of the nearest feature, or that there is none."""
    land, layer = subject_name(site, subject), role_name(site, role)
    if near.nearest_m is None:
        return Text(f"{land.zh}附近没有读到{layer.zh}的要素", f"no feature of the {layer.en} was read near {land.en}")
    away = words.metres(near.nearest_m, beside=beside)
    return Text(f"{land.zh}距最近的{layer.zh} {away.zh}", f"{land.en} lies {away.en} from the nearest {layer.en}")
