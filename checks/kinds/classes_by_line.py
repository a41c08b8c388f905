"""What land use stands where a line says another: land of some classes outside a layer, other land inside it.

Requires: the layer of `role` with `code` and `scheme`; the layer of `line`; the layer of `kept`, where it is named.
How it is measured: on the land, area of the real parts of features of the group `group` that lie outside `line`
(`outside_m2`), of features of other classes inside it (`other_inside_m2`), and, with `kept`, of features not of the
group `kept_group` inside `kept` (`other_kept_m2`). A code counts within its own scheme, by its first digits.
Passes: min ≤ outside_m2 ≤ max, where they are set.
Fails: outside_m2 > max, also where other evidence is missing.
Undetermined: no such layers, land without a feature, features without a code or of an unknown scheme; for a rule
neither min nor max is set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks import words
from checks.apart import apart_by
from checks.classes import GROUPS, codes_of, name_of, sorted_rows, unknown_codes
from checks.judge import between, outcome
from checks.model import Evidence, Outcome
from checks.overlaps import NOTHING, Met, met, role_name, slivers_told, subject_name
from checks.rule import Need, Rule, param
from checks.site import Site
from layers.text import Text

if TYPE_CHECKING:
    from geo.overlay import Overlap

GROUP_NAMES = {"cultivated": Text("耕地", "cultivated land"), "construction": Text("建设用地", "construction land")}
OTHERS = {"cultivated": Text("非耕地", "land that is not cultivated"), "construction": Text("非建设用地", "other land")}


@dataclass(frozen=True, slots=True)
class Params:
    """Which classes belong on which side of which line."""

    role: str = param(Text("用地图层", "the layer of land use"), role=("polygon",))
    line: str = param(Text("应在其内的边界图层", "the layer that the group belongs in"), role=("polygon",))
    group: str = param(Text("应在边界内的地类组", "the group that belongs in it"), "construction", choices=GROUPS)
    kept: str | None = param(
        Text("另看其内地类的图层", "another layer whose land use is looked at"), None, role=("polygon",)
    )
    kept_group: str = param(Text("该图层内应有的地类组", "the group that belongs there"), "cultivated", choices=GROUPS)
    min: float | None = param(Text("界外面积的下限", "the least area outside"), None, unit="m2", minimum=0)
    max: float | None = param(Text("界外面积的上限", "the greatest area outside"), None, unit="m2", minimum=0)


@dataclass(frozen=True, slots=True)
class Side:
    """What was found on the wrong side of one line; `found` is None where it cannot be known."""

    name: str
    found: Overlap | None
    told: Text
    note: Text


def needs(params: Params) -> tuple[Need, ...]:
    """The layer with its codes, and both lines."""
    lines = (params.line, params.kept) if params.kept else (params.line,)
    use = Need(params.role, ("code", "scheme"), on_land=True, against=lines)
    return (use, *(Need(line, on_land=True) for line in lines))


def run(site: Site, rule: Rule, subject: str, params: Params) -> Outcome:
    """Judge one subject of one zone."""
    use, line = met(site, subject, params.role), met(site, subject, params.line)
    kept = met(site, subject, params.kept) if params.kept else None
    missing = (*use.missing, *line.missing, *(kept.missing if kept else ()))
    sides = _sides(site, subject, params, (use, line, kept)) if site.layer(params.role) is not None else ()
    if use.reached:
        for group in (params.group, params.kept_group):
            heaps = sorted_rows(site, subject, params.role, codes_of(group, None))
            missing += unknown_codes(site, subject, params.role, heaps)
        gap = site.outside(subject, params.role)
        missing += (f"covers:{params.role}",) if gap.union_m2 else ()
        missing += site.failed(params.role, gap, *(side.found for side in sides if side.found is not None))
    measures: dict[str, float | int | str | None] = {}
    for side in sides:
        measures[f"{side.name}_m2"] = side.found.union_m2 if side.found is not None else None
        measures[f"{side.name}_sliver_m2"] = side.found.sliver_m2 if side.found is not None else None
    value = sides[0].found.union_m2 if sides and sides[0].found is not None else None
    breach = value is not None and params.max is not None and value > params.max
    return outcome(
        rule,
        between(value, params.min, params.max),
        words.joined(*(side.told for side in sides), *_notes(site, params, use, line, kept)),
        unit="m2",
        missing=missing,
        shown=True if breach and not line.missing else (not missing and None),
        measures=measures,
        evidence=[item for side in sides for item in _evidence(site, params, side)],
    )


def _notes(site: Site, params: Params, use: Met, line: Met, kept: Met | None) -> list[Text]:
    """What is to be known of each layer, by its name."""
    found = []
    for role, seen in ((params.role, use), (params.line, line), (params.kept, kept)):
        if role and seen and seen.note.zh:
            name = role_name(site, role)
            found.append(Text(f"{name.zh}:{seen.note.zh}", f"{name.en}: {seen.note.en}"))
    return found


def _sides(site: Site, subject: str, params: Params, seen: tuple[Met, Met, Met | None]) -> tuple[Side, ...]:
    use, line, kept = seen
    heaps = sorted_rows(site, subject, params.role, codes_of(params.group, None))
    group, other, land = GROUP_NAMES[params.group], OTHERS[params.group], subject_name(site, subject)
    border = role_name(site, params.line)
    apart = apart_by(site, subject, params.role, params.line, line.found) if use.reached and line.reached else None
    found = [
        _side(
            "outside",
            apart.outside(heaps.inside) if apart else None,
            land,
            Text(f"{border.zh}外的{group.zh}", f"{group.en} outside the {border.en}"),
        ),
        _side(
            "other_inside",
            apart.inside(heaps.other) if apart else None,
            land,
            Text(f"{border.zh}内的{other.zh}", f"{other.en} inside the {border.en}"),
        ),
    ]
    if params.kept and kept is not None:
        rows = sorted_rows(site, subject, params.role, codes_of(params.kept_group, None)).other
        name, missed = role_name(site, params.kept), OTHERS[params.kept_group]
        known = use.reached and kept.reached
        laid = apart_by(site, subject, params.role, params.kept, kept.found).inside(rows) if known else None
        text = Text(f"{name.zh}内的{missed.zh}", f"{missed.en} inside {name.en}")
        found.append(_side("other_kept", laid, land, text))
    return tuple(found)


def _side(name: str, found: Overlap | None, land: Text, what: Text) -> Side:
    if found is None:
        return Side(name, None, Text(f"{what.zh}无法量算", f"{what.en}: not known"), what)
    area = words.area(found.union_m2)
    told = Text(f"{land.zh}上{what.zh} {area.zh}", f"on {land.en}, {what.en}: {area.en}")
    return Side(name, found, words.joined(told, slivers_told(found) if found.sliver_m2 else NOTHING), what)


def _evidence(site: Site, params: Params, side: Side) -> tuple[Evidence, ...]:
    if side.found is None:
        return ()
    frame = site.inputs.layers[params.role].frame

    def note(row: int) -> Text:
        scheme, code = str(frame["scheme"].iloc[row]), str(frame["code"].iloc[row])
        told = f"{code} {name_of(scheme, code)}" if name_of(scheme, code) != code else code
        return Text(f"{side.note.zh}:{told}({scheme})", f"{side.note.en}: {told} ({scheme})")

    return site.evidence(params.role, side.found, note)
