"""From limits and missing evidence to a verdict (contract §5): the one place where the order of precedence stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from checks.model import Evidence, Limit, Outcome, Unit, Verdict
from checks.rule import Rule
from layers.text import Text


def between(value: float | None, minimum: float | None, maximum: float | None) -> tuple[Limit, ...]:
    """The limits of a value with `min` and `max`, those that are set; an open `min` where neither is."""
    limits = []
    if minimum is not None or maximum is None:
        limits.append(Limit("min", value, minimum, ">="))
    if maximum is not None:
        limits.append(Limit("max", value, maximum, "<="))
    return tuple(limits)


def judge(
    rule: Rule, limits: Iterable[Limit], missing: Iterable[str] = (), shown: bool | None = None
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict, and all that is missing for it, parameters that nobody set among them.

    `shown` says whether a breach stands whatever the missing evidence would say; None: any limit that is not kept does.
    """
    limits = tuple(limits)
    lacking = tuple(dict.fromkeys(missing))
    broken = any(limit.met is False for limit in limits)
    unset = tuple(dict.fromkeys(f"param:{rule.id}.{limit.name}" for limit in limits if limit.threshold is None))
    if rule.figure:
        unset = ()
    if shown or (broken and (shown is None or not lacking)):
        return "fail", lacking
    if lacking or unset or any(limit.value is None for limit in limits):
        return "undetermined", lacking + unset
    if all(limit.threshold is None for limit in limits) and rule.figure:
        return "info", ()
    return "pass", ()


def outcome(
    rule: Rule,
    limits: tuple[Limit, ...],
    message: Text,
    *,
    unit: Unit | None,
    missing: Iterable[str] = (),
    shown: bool | None = None,
    measures: Mapping[str, float | int | str | None] | None = None,
    evidence: Iterable[Evidence] = (),
) -> Outcome:
    """The outcome of a rule with these limits; value, operator and threshold are the first limit's."""
    verdict, lacking = judge(rule, limits, missing, shown)
    first = limits[0]
    open_figure = rule.figure and first.threshold is None
    return Outcome(
        verdict,
        message,
        first.value,
        unit,
        None if open_figure else first.operator,
        first.threshold,
        limits if len(limits) > 1 else (),
        measures or {},
        tuple(evidence),
        lacking,
    )


def unstated(*names: str) -> Text:
    """That a rule cannot be judged before the project sets one of these parameters."""
    listed = " / ".join(names)
    return Text(f"来源未给出数值,项目也未设定 {listed}", f"no number is stated, and the project does not set {listed}")
