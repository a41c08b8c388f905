"""What `zoneproof rules` shows: the packs on hand, a rule with all that belongs to it, the kinds of check."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from checks.kinds_on_hand import kind_names, load_kind
from checks.packs import Pack, Packs, builtin, builtin_ids, read_pack
from checks.params import merged_rules
from checks.rule import Need, Rule
from checks.values import Spec, specs
from layers.model import Role
from layers.problems import Problems, nearest
from layers.roles import roles
from layers.text import Lang, Text

BINDINGS: Mapping[str | None, Text] = {
    "mandatory": Text("强制", "mandatory"),
    "in-principle": Text("原则性", "in principle"),
    None: Text("参考值", "figure"),
}
BASES = {
    "stated": Text("依据来源所述", "as the source states"),
    "interpretation": Text("属于解释", "an interpretation"),
    "project": Text("由项目设定", "set by the project"),
}
STANDINGS = {
    "primary": Text("已读原文", "the text itself was read"),
    "related": Text("据其他文件转述,未见原文", "related by another document, the text itself was not read"),
}
SUBJECTS = {"zone": Text("园区", "zone"), "expansion": Text("拟扩土地", "expansion")}
PLAIN = str.maketrans({"−": "-", "–": "-", "²": "2", "³": "3"})
"""Signs of the kinds' docstrings that a console in GBK can't show."""
TEXTS = {
    "what": Text("量什么", "What is measured"),
    "why": Text("为什么", "Why"),
    "mend": Text("怎么改", "How to mend it"),
    "trap": Text("易误读处", "What may mislead"),
}
CITED = {
    "document": Text("文件", "document"),
    "number": Text("文号", "number"),
    "clause": Text("条款", "clause"),
    "quote": Text("原文", "wording"),
    "in_force": Text("施行", "in force"),
}


def listing(lang: Lang) -> str:
    """Every built-in pack with its rules, one a line."""
    blocks = []
    for pack in map(builtin, builtin_ids()):
        lines = [f"{pack.id}  {pack.title.show(lang)}"]
        width = max(len(draft.id) for draft in pack.drafts)
        lines += [
            f"  {draft.id:<{width}}  {draft.title.show(lang)} [{BINDINGS[draft.binding].show(lang)}]"
            for draft in pack.drafts
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def page(rule_id: str, lang: Lang, extra: Iterable[Path] = ()) -> str:
    """Everything about one rule, of a built-in pack or one in `extra`; raises `InputError` for an unknown rule."""
    problems = Problems()
    packs = [*(read_pack(path, path.name, problems) for path in extra), *map(builtin, builtin_ids())]
    problems.stop()
    known = {draft.id: pack for pack in reversed(packs) if pack for draft in pack.drafts}
    if rule_id not in known:
        problems.add("rule-unknown", "rules show", rule=rule_id, hint=nearest(rule_id, tuple(known)))
        problems.stop()
    pack = known[rule_id]
    on_hand = roles(pack.roles)
    rules, _ = merged_rules(Packs((pack,)), {}, (), on_hand, problems)
    rule = next(rule for rule in rules if rule.id == rule_id)
    return "\n\n".join(block for block in _page(rule, pack, on_hand, lang) if block)


def kinds(lang: Lang) -> str:
    """Every kind of check: its manual and its parameters."""
    return "\n\n".join(_kind(name, lang) for name in kind_names())


def _page(rule: Rule, pack: Pack, on_hand: Mapping[str, Role], lang: Lang) -> list[str]:
    head = f"{rule.id}  {rule.title.show(lang)}"
    facts = [
        (Text("规则包", "pack"), f"{pack.id}  {pack.title.show(lang)}"),
        (Text("检查对象", "subject"), ", ".join(_subject(subject, on_hand, lang) for subject in rule.subjects)),
        (Text("效力", "binding"), BINDINGS[rule.binding].show(lang)),
        (Text("口径", "basis"), BASES[rule.basis].show(lang)),
        (Text("检查方法", "kind of check"), rule.kind),
    ]
    inputs = [_need(need, on_hand, lang) for need in load_kind(rule.kind).needs(rule.params)]
    return [
        "\n".join([head, *(f"  {label.show(lang)}: {told}" for label, told in facts)]),
        _section(Text("依据", "Source"), _source(rule, lang), lang),
        *(_section(TEXTS[key], [text.show(lang)], lang) for key, text in rule.texts.items()),
        _section(Text("输入", "Inputs"), inputs, lang),
        _section(Text("参数", "Parameters"), _parameters(rule, lang), lang),
        _section(Text("计算方法", "How it is measured"), _manual(rule.kind).splitlines(), lang),
    ]


def _section(title: Text, lines: Sequence[str], lang: Lang) -> str:
    return "\n".join([title.show(lang), *(f"  {line}" if line else "" for line in lines)]) if lines else ""


def _subject(subject: str, on_hand: Mapping[str, Role], lang: Lang) -> str:
    return f"{subject} ({(SUBJECTS[subject] if subject in SUBJECTS else on_hand[subject].title).show(lang)})"


def _source(rule: Rule, lang: Lang) -> list[str]:
    lines = [f"{label.show(lang)}: {value}" for key, label in CITED.items() if (value := getattr(rule.citation, key))]
    if rule.citation.standing:
        lines.append(STANDINGS[rule.citation.standing].show(lang))
    return lines or [Text("没有引用文件", "no document is cited").show(lang)]


def _need(need: Need, on_hand: Mapping[str, Role], lang: Lang) -> str:
    role = on_hand.get(need.role)
    form = ", ".join(role.geometry) or role.form if role else ""
    line = f"{need.role} ({role.title.show(lang)}, {form})" if role else need.role
    if need.fields:
        line += f": {', '.join(need.fields)}"
    if need.reach_m:
        line += Text(f",周边 {need.reach_m:g} 米", f", {need.reach_m:g} m around").show(lang)
    return line + (Text("(可选)", " (optional)").show(lang) if need.optional else "")


def _parameters(rule: Rule, lang: Lang) -> list[str]:
    known = specs(load_kind(rule.kind).Params)
    return [_parameter(spec, getattr(rule.params, name), lang) for name, spec in known.items()]


def _parameter(spec: Spec, value: object, lang: Lang) -> str:
    unset = Text("未设定", "not set").show(lang)
    unit = f" {spec.unit}" if spec.unit and value is not None else ""
    line = f"{spec.name} = {unset if value is None else shown(value)}{unit}: {spec.title.show(lang)}"
    if not spec.required and spec.default != value:
        default = unset if spec.default is None else shown(spec.default)
        line += Text(f"(方法默认 {default})", f" (default of the kind: {default})").show(lang)
    return line


def shown(value: object) -> str:
    """A value of a parameter as people read it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple):
        return " / ".join(shown(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _manual(kind: str) -> str:
    return inspect.cleandoc(load_kind(kind).__doc__ or "").translate(PLAIN)


def _kind(name: str, lang: Lang) -> str:
    lines = []
    for spec in specs(load_kind(name).Params).values():
        need = Text("必填", "required") if spec.required else Text("可选", "optional")
        default = "" if spec.required or spec.default is None else f", = {shown(spec.default)}"
        unit = f", {spec.unit}" if spec.unit else ""
        told = f"{spec.expected.show(lang)}{unit}; {need.show(lang)}{default}"
        lines.append(f"{spec.name}: {spec.title.show(lang)} [{told}]")
    parameters = _section(Text("参数", "Parameters"), lines, lang)
    body = _section(Text(name, name), _manual(name).splitlines(), lang)
    return f"{body}\n{parameters}" if parameters else body
