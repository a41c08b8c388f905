"""Length of a layer's lines on the land.

Requires: the line layer of `role`; the fields that `where` names.
How it is measured: geodesic length of each line that meets `where`, clipped to the land, summed up exactly. A line
drawn twice counts twice.
Passes: min ≤ length ≤ max, where they are set.
Fails: the length is below min, or above max, the latter also where other evidence is missing.
Undetermined: no such layer, it does not reach the land, lines could not be repaired; for a rule neither min nor max is
set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.counted import counted
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.overlaps import role_name, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Params:
    """Which lines count."""

    role: str = param(Text("线图层", "the line layer"), role=("line",))
    where: Mapping[str, tuple[str, ...]] | None = param(
        Text("只看字段取这些值的线", "only lines whose fields have these values"), None
    )
    min: float | None = param(Text("最小长度", "the least length"), None, unit="m", minimum=0)
    max: float | None = param(Text("最大长度", "the greatest length"), None, unit="m", minimum=0)


def needs(params: Params) -> tuple[Need, ...]:
    """The layer, and the fields of the selection."""
    return (Need(params.role, tuple(params.where or ()), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    found = counted(site, subject, params.role, params.where)
    lines = () if found.rows is None else _clipped(site, subject, params.role, found.rows)
    value = None if found.rows is None else exact_sum(line.length_m or 0.0 for line in lines)
    land, layer = subject_name(site, subject), role_name(site, params.role)
    if value is None:
        message = Text(f"{land.zh}上{layer.zh}的长度不明", f"length of {layer.en} on {land.en} is not known")
    else:
        told = words.metres(value)
        message = Text(
            f"{land.zh}上{layer.zh}长 {told.zh},{len(lines)} 条",
            f"{layer.en} on {land.en}: {told.en}, {len(lines)} line(s)",
        )
    shown = params.max is not None and value is not None and value > params.max
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(message, found.note),
        unit="m",
        missing=found.missing,
        shown=shown or (None if not found.missing else False),
        measures={"length_m": value},
        evidence=lines,
    )


def _clipped(site: Site, subject: str, role: str, rows: pd.DataFrame) -> tuple[Evidence, ...]:
    """Each line's part on the land, those that only touch it left out."""
    import shapely

    land = site.land(subject).geometry
    pieces = shapely.intersection(land, rows["geometry"].to_numpy())
    lengths = site.plane.length_m(pieces)
    return tuple(
        Evidence(role, str(feature), length_m=float(length_m), bbox=site.plane.bbox_lonlat(piece), geometry=piece)
        for feature, piece, length_m in zip(rows["feature"], pieces, lengths, strict=True)
        if length_m > 0
    )
