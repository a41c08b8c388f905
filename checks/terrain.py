"""What the kinds on rasters have in common: the cells on some land, what is missing for them, how they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.model import Evidence
from checks.overlaps import NOTHING, subject_name
from checks.rule import Rule
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.cells import Floats, Grid
    from layers.cells import Patch, Use

SAME_SHARE = 1e-9
MOST_PARTS = 50
"""Parts that are listed as evidence, the largest first; what is left is told by number and area."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The cells of a raster on some land: values or slopes with their weights on a grid, and what is missing.

    `known` is the share of the land whose cells have a value; 0, with empty arrays left out, where there is no raster.
    """

    role: str
    patch: Patch | None
    values: Floats
    weights: Floats
    grid: Grid
    known: float
    missing: tuple[str, ...]
    note: Text

    def least(self, share: float | None) -> float | None:
        """The share of all the land that a share of the known land proves."""
        return None if share is None else share * self.known


def seen(site: Site, subject: str, role: str, use: Use, *, slope: bool = False) -> Seen:
    """The cells on the land; their slopes in degrees where `slope` asks for it."""
    import numpy as np

    from geo.cells import Grid
    from geo.raster import known_share, slope_deg

    patch, lacking = site.cells(subject, role, use), site.land(subject).undetermined
    if patch is None:
        none = np.empty((0, 0))
        missing = lacking if role in site.inputs.rasters else (*lacking, f"role:{role}")
        note = NOTHING if role in site.inputs.rasters else Text(f"没有提供栅格 {role}", f"no raster {role} was given")
        return Seen(role, None, none, none, Grid(0, 0, 1, 1, 0, 0), 0.0, missing, note)
    values, weights, grid = patch.values, patch.weights, patch.grid
    if slope:
        values, weights, grid = slope_deg(values, grid), weights[1:-1, 1:-1], grid.trimmed()
    known = known_share(values, weights)
    note = _cells_told(patch)
    beyond_m2 = _beyond_m2(site, subject, role)
    if known < 1 - SAME_SHARE or beyond_m2:
        lacking = (*lacking, f"covers:{role}")
        land_m2 = site.land(subject).area_m2
        gone = words.percent(max(1 - known, beyond_m2 / land_m2))
        note = words.joined(Text(f"{gone.zh} 的用地没有栅格值", f"{gone.en} of the land has no value"), note)
    return Seen(role, patch, values, weights, grid, known, lacking, note)


def _beyond_m2(site: Site, subject: str, role: str) -> float:
    """Area of the land outside where the project says that the raster is complete; 0 where it says nothing."""
    import numpy as np

    from geo.overlay import outside

    covers = site.inputs.rasters[role].covers
    if covers is None:
        return 0.0
    whole = np.array([covers], dtype=object)
    return outside(site.land(subject).geometry, whole, site.plane, site.sliver_width_m).union_m2


def _cells_told(patch: Patch) -> Text:
    width, height = words.number(patch.grid.width, trim=True), words.number(patch.grid.height, trim=True)
    size = width if width == height else f"{width} × {height}"
    how = Text(",已重采样到项目平面", ", resampled to the project's plane") if patch.resampled else NOTHING
    return Text(f"栅格单元 {size} 米", f"cells of {size} m") + how


def cell_measures(found: Seen) -> dict[str, float | int | str | None]:
    """Size of the cells and the share of the land that they tell of."""
    if found.patch is None:
        return {}
    return {"cell_width_m": found.grid.width, "cell_height_m": found.grid.height, "known_share": found.known}


def chosen_evidence(
    site: Site, subject: str, found: Seen, chosen: NDArray[np.bool_], name: str
) -> tuple[tuple[Evidence, ...], Text]:
    """The chosen cells on the land as parts, dissolved and clipped to it, the largest first, and a note on the rest."""
    import shapely

    if found.patch is None:
        return (), NOTHING
    land, plane = site.land(subject).geometry, site.plane
    outlines = found.patch.outlined(chosen & (found.weights > 0), found.grid, plane)
    pieces = [
        part
        for piece in (shapely.intersection(outline, land) for outline in outlines)
        for part in shapely.get_parts(piece)
        if part.area > 0
    ]
    sized = sorted(((float(plane.area_m2(part)), shapely.to_wkb(part), part) for part in pieces), key=_by_size)
    listed = tuple(
        Evidence(found.role, name, number, area_m2=area_m2, bbox=plane.bbox_lonlat(part), geometry=part)
        for number, (area_m2, _, part) in enumerate(sized[:MOST_PARTS], 1)
    )
    rest = sized[MOST_PARTS:]
    if not rest:
        return listed, NOTHING
    told = words.area(sum(area_m2 for area_m2, _, _ in rest))
    note = Text(
        f"列出最大的 {MOST_PARTS} 块,其余 {len(rest)} 块共 {told.zh}",
        f"the largest {MOST_PARTS} parts are listed, {len(rest)} more are {told.en}",
    )
    return listed, note


def _by_size(item: tuple[float, bytes, object]) -> tuple[float, bytes]:
    return -item[0], item[1]


def share_told(site: Site, subject: str, share: float | None, what: Text, limit: float | None) -> Text:
    """`the zone's land: 3% steeper than 25 degrees, 1.2 ha`."""
    land = subject_name(site, subject)
    if share is None:
        return Text(f"{land.zh}:{what.zh}的比例不明", f"{land.en}: the share {what.en} is not known")
    told, size = words.percent(share, beside=limit), words.area(share * site.land(subject).area_m2)
    return Text(f"{land.zh}:{what.zh}占 {told.zh},合 {size.zh}", f"{land.en}: {told.en} is {what.en}, {size.en}")


def unset(rule: Rule, *names: str) -> tuple[tuple[str, ...], Text]:
    """That one of these parameters must be set before a rule has anything to measure."""
    listed = " / ".join(names)
    told = Text(f"项目未设定 {listed}", f"the project does not set {listed}")
    return (f"param:{rule.id}.{names[0]}",), told
