"""What a project sets of the rules: `[params]` of its file and `--set`, laid over what the packs state."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from checks.drafts import Draft
from checks.kinds_on_hand import load_kind
from checks.packs import Packs, builtin, builtin_ids
from checks.rule import Rule
from checks.values import BASIS, check_order, checked
from layers.keys import TEXT, shown
from layers.model import Role
from layers.problems import Problems, nearest
from layers.text import Text

UNSOURCED = "未注明来源"
"""The basis of a value that the project sets without saying where it comes from."""


@dataclass(slots=True)
class Wish:
    """What a project sets of one rule: values as given, by file and by command line, with their places."""

    file: dict[str, object] = field(default_factory=dict)
    sets: dict[str, object] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, object]:
        """The parameters, those of the command line before those of the file."""
        merged = {**self.file, **self.sets}
        merged.pop(BASIS, None)
        return merged

    @property
    def basis_note(self) -> str:
        """The project's own words on where its values come from; the command line's speak for its own values alone."""
        by_file = [name for name in self.file if name not in self.sets and name != BASIS]
        by_line = [name for name in self.sets if name != BASIS]
        notes = []
        if by_file:
            notes.append(_said(self.file))
        if by_line and (said := _said(self.sets)) not in notes:
            notes.append(f"{', '.join(by_line)}: {said}" if notes else said)
        return ";".join(notes)


def merged_rules(
    packs: Packs,
    params: Mapping[str, Mapping[str, object]],
    sets: Sequence[str],
    roles: Mapping[str, Role],
    problems: Problems,
    *,
    where: str = "[params]",
) -> tuple[tuple[Rule, ...], tuple[Text, ...]]:
    """The rules of a run with the project's parameters, and notes on parameters of rules that are not in it.

    `params` is a validated project's, `sets` the `RULE.param=value` of the command line, `where` the place of `params`.
    """
    wishes = {
        rule: Wish(dict(table), places={name: f"{where} {rule}.{name}" for name in table})
        for rule, table in params.items()
    }
    for text in sets:
        _read_set(text, wishes, problems)
    drafts = {draft.id: draft for draft in packs.drafts}
    notes = [
        note
        for rule, wish in wishes.items()
        if rule not in drafts
        for note in _elsewhere(rule, wish, packs, where, problems)
    ]
    rules = [_rule(draft, wishes.get(draft.id), roles, problems) for draft in packs.drafts]
    return tuple(rule for rule in rules if rule is not None), tuple(notes)


def _said(values: Mapping[str, object]) -> str:
    words = values.get(BASIS)
    return words.strip() if isinstance(words, str) and words.strip() else UNSOURCED


def _read_set(text: str, wishes: dict[str, Wish], problems: Problems) -> None:
    name, equals, written = text.partition("=")
    rule, dot, param = name.strip().rpartition(".")
    where = f"--set {text}"
    if not (equals and dot and rule and param):
        problems.add("set-form", where)
        return
    value = toml_value(written.strip())
    if param == BASIS and not isinstance(value, str):
        value = written.strip()
    wish = wishes.setdefault(rule, Wish())
    wish.sets[param] = value
    wish.places[param] = where


def toml_value(text: str) -> object:
    """The value that TOML reads from a text; the text itself where it reads none (`0.8`, `true`, `["a"]`, `2/3`)."""
    try:
        table = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return table["value"] if list(table) == ["value"] else text


def _elsewhere(rule: str, wish: Wish, packs: Packs, where: str, problems: Problems) -> list[Text]:
    """A note for a rule that a pack on hand has; a problem for one that none has.

    Where a pack of the run could not be read nobody knows what rules it has; a rule with mistakes is one all the same.
    """
    on_hand = {draft.id: pack for pack in builtin_ids() for draft in builtin(pack).drafts}
    if rule in on_hand:
        pack = on_hand[rule]
        told = f"parameters of {rule} are not used: its pack {pack} is not in this run"
        return [Text(f"参数 {rule} 未使用:规则包 {pack} 不在本次审查中", told)]
    if packs.whole and all(rule not in pack.declared for pack in packs.packs):
        known = {*on_hand, *(draft.id for draft in packs.drafts)}
        place = next(iter(wish.places.values()), f"{where} {rule}")
        problems.add("rule-unknown", place, rule=rule, hint=nearest(rule, tuple(known)))
    return []


def _rule(draft: Draft, wish: Wish | None, roles: Mapping[str, Role], problems: Problems) -> Rule | None:
    before = len(problems.found)
    kind = load_kind(draft.kind)
    given = wish.values if wish else {}
    places = wish.places if wish else {}
    own = checked(kind.Params, given, roles, lambda name: places.get(name, draft.where), problems)
    values = {**draft.params, **own}
    if own:
        check_order(values, lambda name: places.get(name, next(iter(places.values()))), problems)
    if wish and not isinstance(wish.file.get(BASIS, ""), str):
        problems.add("key-type", places[BASIS], expected=TEXT, given=shown(wish.file[BASIS]))
    if len(problems.found) > before:
        return None
    return Rule(
        id=draft.id,
        pack=draft.pack,
        kind=draft.kind,
        title=draft.title,
        subjects=draft.subjects,
        params=kind.Params(**values),
        binding=draft.binding,
        basis="project" if own else draft.basis,
        basis_note=wish.basis_note if wish and own else None,
        citation=draft.citation,
        texts=draft.texts,
        set_by_project=tuple(sorted(own)),
    )
