"""The land lies inside a layer.

Requires: the layer of `role`; the field `by` for the shares of its divisions.
How it is measured: area of the real parts of land − layer (`outside_m2`); parts that vanish under erosion by half of
sliver_width_m are slivers (`sliver_m2`). Per value of `by`: area of land ∩ features with it ÷ land (`<value>_share`).
With `accepted`, `open_m2` is the land that lies inside, but in no feature with one of these values of `by`.
Passes: outside_m2 = 0, with `accepted` open_m2 = 0 too, and nothing is missing that could show otherwise.
Fails: outside_m2 > 0, in a place where the layer does not disclaim being complete.
Undetermined: no such layer, it lies over 50 km away, all that lies outside lies beyond its `covers` too, or features
that could not be repaired might fill the gap; with `accepted`, land inside whose `by` is another value or not stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from checks import words
from checks.judge import outcome
from checks.model import Evidence, Limit, Outcome
from checks.overlaps import NOTHING, Met, met, own_evidence, role_name, share_of, slivers_told, subject_name
from checks.rule import Need, Rule, param
from checks.selection import moved
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    from geo.overlay import Overlap


@dataclass(frozen=True, slots=True)
class Params:
    """What the land must lie in."""

    role: str = param(Text("应位于其内的图层", "the layer that the land must lie in"), role=("polygon",))
    by: str | None = param(Text("按此字段分列比例", "the field whose values have shares of their own"), None)
    accepted: tuple[str, ...] = param(
        Text("字段 by 取哪些值才算符合", "the values of `by` that pass; land under others stays open"), ()
    )


def needs(params: Params) -> tuple[Need, ...]:
    """The layer, with the field of its divisions."""
    return (Need(params.role, (params.by,) if params.by else (), on_land=True),)


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    seen = met(site, subject, params.role)
    if not seen.reached:
        return _unknown(site, rule, subject, params, seen)
    out = site.outside(subject, params.role)
    missing = (*seen.missing, *site.failed(params.role, out))
    shares = _shares(site, subject, params)
    measures: dict[str, float | int | str | None] = {"outside_m2": out.union_m2, "sliver_m2": out.sliver_m2}
    measures |= {f"{name}_share": share for name, share in shares.items()}
    shown = _shown(site, params.role, missing, out)
    unclear = _open(site, subject, params, out) if params.by and params.accepted else None
    if unclear is not None:
        measures |= {"open_m2": unclear.union_m2, "open_sliver_m2": unclear.sliver_m2}
        missing += _open_missing(site, params, unclear)
    message = words.joined(
        _told(site, subject, params, out),
        _open_told(site, params, unclear),
        _shares_told(site, params, shares),
        slivers_told(out),
        seen.note,
    )
    return outcome(
        rule,
        (Limit("max", out.union_m2, 0.0, "<="),),
        message,
        unit="m2",
        missing=missing,
        shown=shown,
        measures=measures,
        evidence=(
            *own_evidence(site, subject, out),
            *(_open_evidence(site, params, unclear) if unclear is not None else ()),
        ),
    )


def _open(site: Site, subject: str, params: Params, out: Overlap) -> Overlap:
    """The land inside the layer that no feature with an accepted value covers, by the features that it lies in."""
    import numpy as np
    import shapely

    from geo.overlay import overlap

    frame = site.inputs.layers[params.role].frame
    if params.by not in frame:
        return site.overlap(subject, params.role)
    beyond = site.outside(subject, params.role, {str(params.by): params.accepted})
    left = shapely.difference(
        shapely.union_all([beyond.union, beyond.sliver]), shapely.union_all([out.union, out.sliver])
    )
    others = np.flatnonzero(~frame[params.by].isin(params.accepted).to_numpy(dtype=bool))
    found = overlap(left, frame.geometry.to_numpy()[others], site.plane, site.sliver_width_m)
    return replace(moved(found, others), failed=tuple(sorted({*moved(found, others).failed, *beyond.failed})))


def _open_missing(site: Site, params: Params, unclear: Overlap) -> tuple[str, ...]:
    """The features whose division leaves the land open; the field where they have none."""
    frame = site.inputs.layers[params.role].frame
    rows = sorted({piece.row for piece in unclear.pieces if not piece.sliver})
    values = frame.get(params.by)
    nameless = [row for row in rows if values is None or values.isna().iloc[row]]
    named = [f"feature:{params.role}/{frame['feature'].iloc[row]}" for row in rows if row not in nameless]
    return (*([f"field:{params.role}.{params.by}"] if nameless else []), *named, *site.failed(params.role, unclear))


def _open_evidence(site: Site, params: Params, unclear: Overlap) -> tuple[Evidence, ...]:
    frame = site.inputs.layers[params.role].frame

    def note(row: int) -> Text:
        value = frame[params.by].iloc[row] if params.by in frame else None
        return _value_name(site, params, str(value) if isinstance(value, str) else "unstated")

    return site.evidence(params.role, unclear, note)


def _open_told(site: Site, params: Params, unclear: Overlap | None) -> Text:
    if unclear is None or not unclear.union_m2:
        return NOTHING
    told = words.area(unclear.union_m2)
    wanted = words.listed(_value_name(site, params, name) for name in params.accepted)
    return Text(
        f"其中 {told.zh} 在{wanted.zh}以外的分区,能否集中建设需另行论证",
        f"{told.en} of it lies in divisions other than {wanted.en}, where building needs grounds of its own",
    )


def _unknown(site: Site, rule: Rule, subject: str, params: Params, seen: Met) -> Outcome:
    land, layer = subject_name(site, subject), role_name(site, params.role)
    what = Text(f"{land.zh}是否位于{layer.zh}内无法量算", f"whether {land.en} lies inside the {layer.en} is not known")
    return outcome(
        rule,
        (Limit("max", None, 0.0, "<="),),
        words.joined(what, seen.note),
        unit="m2",
        missing=seen.missing,
        measures={"outside_m2": None, "sliver_m2": None},
    )


def _shown(site: Site, role: str, missing: tuple[str, ...], out: Overlap) -> bool:
    """Whether land lies outside for certain: no feature is lost that might hold it, nor does it lie beyond `covers`."""
    import numpy as np

    from geo.overlay import overlap

    if not out.union_m2 or any(name.startswith((f"feature:{role}/", f"field:{role}.")) for name in missing):
        return False
    covers = site.inputs.layers[role].covers
    if covers is None:
        return True
    certain = overlap(out.union, np.array([covers], dtype=object), site.plane, site.sliver_width_m)
    return certain.union_m2 > 0


def _shares(site: Site, subject: str, params: Params) -> Mapping[str, float]:
    """Share of the land per value of `by`: those that the role lists and those on the land, by their names.

    Features without a value are `unstated`. What stands elsewhere in the layer does not show, nor how far it was read.
    """
    layer = site.inputs.layers[params.role]
    if params.by is None or params.by not in layer.frame:
        return {}
    rows, field = site.rows_on(subject, params.role), layer.role.fields.get(params.by)
    land_m2, values = site.land(subject).area_m2, layer.frame[params.by].iloc[rows]
    listed = (field.values if field else None) or {}
    shares = {
        str(value): share_of(site.overlap(subject, params.role, {params.by: (value,)}).union_m2, land_m2)
        for value in sorted({*values.dropna(), *listed}, key=str)
    }
    if nulls := tuple(row for row, null in zip(rows, values.isna(), strict=True) if null):
        shares["unstated"] = share_of(site.overlap(subject, params.role, rows=nulls).union_m2, land_m2)
    return shares


def _told(site: Site, subject: str, params: Params, out: Overlap) -> Text:
    land, layer = subject_name(site, subject), role_name(site, params.role)
    if not out.union_m2:
        return Text(f"{land.zh}全部位于{layer.zh}内", f"{land.en} lies wholly inside the {layer.en}")
    told, share = words.area(out.union_m2), words.percent(share_of(out.union_m2, site.land(subject).area_m2))
    return Text(
        f"{land.zh}有 {told.zh}(占 {share.zh})在{layer.zh}以外",
        f"{told.en} ({share.en}) of {land.en} lies outside the {layer.en}",
    )


def _shares_told(site: Site, params: Params, shares: Mapping[str, float]) -> Text:
    held = [(_value_name(site, params, name), words.percent(share)) for name, share in shares.items() if share]
    return words.listed(Text(f"{name.zh} {share.zh}", f"{name.en} {share.en}") for name, share in held)


def _value_name(site: Site, params: Params, value: str) -> Text:
    """A listed value by its first Chinese word."""
    field = site.inputs.layers[params.role].role.fields.get(params.by or "")
    known = (field.values or {}).get(value, ()) if field else ()
    if value == "unstated":
        return Text("未注明", "not stated")
    return Text(known[0] if known else value, value)
