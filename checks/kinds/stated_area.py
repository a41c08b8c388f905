"""The area that a document grants against the area that the layer measures.

Requires: the field `field` on every feature of the land's own layer.
How it is measured: exact sum of `field` over the land's features (`stated_m2`) against the area of the dissolved land
(`measured_m2`); difference = measured − stated, deviation = |difference| ÷ stated.
Passes: deviation ≤ tolerance.
Fails: deviation > tolerance.
Undetermined: no such field, a feature without a value, a stated area of 0; for a rule tolerance is not set.
"""

from __future__ import annotations

from dataclasses import dataclass

from checks import words
from checks.judge import outcome
from checks.land import SUBJECT_ROLES
from checks.model import Evidence, Limit, Outcome
from checks.overlaps import NOTHING, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from geo.exact import exact_sum
from layers.text import Text


@dataclass(frozen=True, slots=True)
class Params:
    """Which stated area, and how far off the measured one may be."""

    field: str = param(Text("文件所载面积的字段", "the field of the stated area"), "approved_m2")
    tolerance: float | None = param(
        Text("允许偏差占文件面积的比例", "the greatest deviation as a share of the stated area"),
        None,
        unit="share",
        minimum=0,
    )


def needs(params: Params) -> tuple[Need, ...]:
    """Zones and expansion, which every run has."""
    return ()


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    role, land = SUBJECT_ROLES.get(subject, subject), site.land(subject)
    frame = land.frame
    stated = frame.get(params.field)
    known = stated is not None and not stated.isna().any()
    total = exact_sum(float(value) for value in stated) if stated is not None and known else None
    deviation = abs(land.area_m2 - total) / total if total else None
    missing = [*land.undetermined, *([] if known and total else [f"field:{role}.{params.field}"])]
    measures: dict[str, float | int | str | None] = {
        "stated_m2": total,
        "measured_m2": land.area_m2,
        "difference_m2": None if total is None else land.area_m2 - total,
        "deviation_share": deviation,
    }
    return outcome(
        rule,
        (Limit("tolerance", deviation, params.tolerance, "<="),),
        _told(site, subject, params, total, deviation),
        unit="share",
        missing=missing,
        measures=measures,
        evidence=_evidence(site, role, subject, params),
    )


def _told(site: Site, subject: str, params: Params, total: float | None, deviation: float | None) -> Text:
    land, measured = subject_name(site, subject), words.area(site.land(subject).area_m2)
    if total is None or deviation is None:
        return Text(
            f"{land.zh}量得 {measured.zh},没有可比的文件面积",
            f"{land.en} measures {measured.en}, and no stated area can be compared",
        )
    stated, off = words.area(total), words.percent(deviation, beside=params.tolerance)
    more = site.land(subject).area_m2 >= total
    what = Text(
        f"{land.zh}量得 {measured.zh},文件面积 {stated.zh},{'多' if more else '少'} {off.zh}",
        f"{land.en} measures {measured.en}, stated {stated.en}, {off.en} {'more' if more else 'less'}",
    )
    if params.tolerance is None:
        return words.joined(what, NOTHING)
    bound = words.limit("<=", words.percent(params.tolerance))
    return words.joined(what, Text(f"要求偏差 {bound.zh}", f"required deviation {bound.en}"))


def _evidence(site: Site, role: str, subject: str, params: Params) -> tuple[Evidence, ...]:
    """Every feature with its own stated area."""
    frame = site.land(subject).frame
    if params.field not in frame:
        return ()
    found = []
    values = frame[params.field]
    for feature, value, known, geometry in zip(frame["feature"], values, values.notna(), frame.geometry, strict=True):
        stated = words.area(float(value)) if known else Text("未填", "none")
        found.append(
            Evidence(
                role,
                str(feature),
                area_m2=float(site.plane.area_m2(geometry)),
                bbox=site.plane.bbox_lonlat(geometry),
                note=Text(f"文件面积 {stated.zh}", f"stated {stated.en}"),
                geometry=geometry,
            )
        )
    return tuple(found)
