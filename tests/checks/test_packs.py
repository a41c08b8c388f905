"""Packs: the built-in ones are in order, and every mistake in a user's is told with file, rule and key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checks import schema
from checks.kinds_on_hand import kind_names, load_kind
from checks.packs import builtin, builtin_ids, load_packs, validate_pack
from checks.values import specs
from layers.problems import InputError, Problems

GOOD = """
[pack]
id = "mine"
title = {zh = "自定义", en = "mine"}
[roles.river]
geometry = "polygon"
title = {zh = "河流", en = "river"}
fields = {grade = {}}
[[rule]]
id = "M-1"
title = {zh = "避开河流", en = "Keeps off rivers"}
kind = "no-overlap"
subject = ["zone", "expansion"]
params = {role = "river", where = {grade = ["1"]}}
binding = "mandatory"
basis = "stated"
citation = {document = "D", clause = "3", quote = "q", in_force = 2024-01-01, standing = "primary"}
text = {zh = {what = "甲"}, en = {what = "a", why = "b"}}
[[rule]]
id = "M-2"
title = "Share"
kind = "share"
params = {role = "built_up", min = 0.1, max = 0.5}
"""


def told(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        validate_pack(file)
    return [problem.text.en for problem in caught.value.problems]


@pytest.mark.parametrize("pack_id", builtin_ids())
def test_built_in_packs_are_in_order(pack_id: str) -> None:
    pack = builtin(pack_id)
    assert pack.drafts
    for draft in pack.drafts:
        assert set(draft.texts) == {"what", "why", "mend", "trap"}, draft.id
        if draft.binding and draft.basis == "stated":
            assert draft.citation.document, f"{draft.id} is stated by no document"
        if draft.citation.document:
            assert draft.citation.standing, draft.id
        for text in (draft.title, *draft.texts.values()):
            text.zh.encode("gbk")
            assert text.zh != text.en


def test_no_rule_stands_in_two_built_in_packs() -> None:
    problems = Problems()
    load_packs(builtin_ids(), Path(), problems)
    assert problems.found == []


def test_a_good_pack_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    assert validate_pack(tmp_path / "mine.toml") == "mine"
    problems = Problems()
    packs = load_packs(["mine.toml"], tmp_path, problems)
    assert problems.found == []
    first, second = packs.drafts
    assert first.subjects == ("zone", "expansion")
    assert first.citation.in_force == "2024-01-01"
    assert first.texts["why"].zh == "b"
    assert first.params["where"] == {"grade": ("1",)}
    assert (second.subjects, second.binding, second.basis, second.title.zh) == (("zone",), None, "stated", "Share")
    assert set(packs.roles) == {"river"}


MISTAKES = {
    "unknown top key": ("[pack]", "rules = 1\n[pack]", ["mine.toml rules: unknown key rules", "rule"]),
    "unknown pack key": ('id = "mine"', 'id = "mine"\nvresion = 1', ["mine.toml [pack] vresion", "unknown key"]),
    "unknown rule key": (
        'kind = "no-overlap"',
        'kind = "no-overlap"\nbindnig = "mandatory"',
        ["M-1.bindnig", "did you mean binding?"],
    ),
    "no title": ('title = "Share"\n', "", ["M-2: title is missing"]),
    "no kind": ('kind = "share"\n', "", ["M-2: kind is missing"]),
    "unknown kind": ('"no-overlap"', '"no-overlpa"', ["M-1.kind", "did you mean no-overlap?"]),
    "unknown parameter": ("max = 0.5", "maxx = 0.5", ["M-2.params.maxx", "did you mean max?"]),
    "wrong type": ("min = 0.1", 'min = "much"', ["M-2.params.min", '"much"', "a number"]),
    "missing parameter": ('role = "built_up", ', "", ["M-2.params", "needs the parameter role"]),
    "min above max": ("min = 0.1", "min = 0.9", ["M-2.params.min", "0.9", "0.5"]),
    "unknown role": ('role = "built_up"', 'role = "built_upp"', ["M-2.params.role", "did you mean built_up?"]),
    "role of the wrong form": ('role = "built_up"', 'role = "roads"', ["M-2.params.role", "line", "polygon"]),
    "unknown field": ("where = {grade", "where = {grad", ["M-1.params.where", "no field grad", "grade"]),
    "unknown subject": ('["zone", "expansion"]', '"zones"', ["M-1.subject"]),
    "list of subjects": ('["zone", "expansion"]', '["zone", "parcels"]', ["M-1.subject", "list of subjects"]),
    "unknown binding": ('binding = "mandatory"', 'binding = "mandatroy"', ["M-1.binding", "did you mean mandatory?"]),
    "basis that only a project has": ('basis = "stated"', 'basis = "project"', ["M-1.basis"]),
    "no standing": (', standing = "primary"', "", ["M-1.citation", "standing"]),
    "unknown citation key": ('clause = "3"', 'claus = "3"', ["M-1.citation.claus", "did you mean clause?"]),
    "unknown text key": ('what = "甲"', 'whta = "甲"', ["M-1.text.zh.whta", "did you mean what?"]),
    "a rule twice": ('id = "M-2"', 'id = "M-1"', ["M-1", "already"]),
    "an id that cannot be used": ('id = "M-2"', 'id = "M/2"', ["M/2.id", "can't be used"]),
    "a role that is built in": (
        "[roles.river]",
        '[roles.parcels]\ngeometry = "polygon"\n[roles.river]',
        ["parcels", "built"],
    ),
    "a role without geometry": ('geometry = "polygon"\n', "", ["river", "geometry"]),
    "broken TOML": ("[pack]", "[pack", ["mine.toml", "TOML", "line 2"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_with_its_place(name: str, tmp_path: Path) -> None:
    old, new, wanted = MISTAKES[name]
    assert old in GOOD
    lines = told(tmp_path, GOOD.replace(old, new, 1))
    assert len(lines) == 1, lines
    assert lines[0].startswith("mine.toml")
    for part in wanted:
        assert part in lines[0]


def test_all_mistakes_come_in_one_pass(tmp_path: Path) -> None:
    text = GOOD
    for name in ("unknown rule key", "unknown kind", "wrong type", "unknown pack key", "no standing"):
        old, new, _ = MISTAKES[name]
        text = text.replace(old, new, 1)
    assert len(told(tmp_path, text)) == 5


def test_unknown_and_missing_packs(tmp_path: Path) -> None:
    problems = Problems()
    packs = load_packs(["border-expanson", "nowhere.toml"], tmp_path, problems)
    assert not packs.whole
    lines = [problem.text.en for problem in problems.found]
    assert "did you mean border-expansion?" in lines[0]
    assert lines[1].startswith("nowhere.toml: no such")


def test_a_rule_in_two_packs_of_a_run(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(GOOD.replace('"mine"', f'"{name}"', 1), encoding="utf-8")
    problems = Problems()
    load_packs(["a.toml", "b.toml"], tmp_path, problems)
    assert sorted(problem.code for problem in problems.found) == ["role-twice", "rule-twice", "rule-twice"]


@pytest.mark.parametrize("name", kind_names())
def test_kinds_describe_themselves(name: str) -> None:
    kind = load_kind(name)
    assert kind.__doc__
    assert len(kind.__doc__.split("\n\n")) >= 2, "a sentence, then how it is measured, passes, fails"
    for spec in specs(kind.Params).values():
        assert spec.title.zh != spec.title.en
        assert spec.expected.en


def test_the_shipped_schema_is_up_to_date() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), (
        'python -c "from checks.schema import write; write()"'
    )


def test_the_schema_takes_the_packs_and_refuses_mistakes(tmp_path: Path) -> None:
    import tomllib

    import jsonschema

    validator = jsonschema.Draft202012Validator(json.loads(schema.text()))

    def plain(text: str) -> object:
        return json.loads(json.dumps(tomllib.loads(text), default=str))

    assert list(validator.iter_errors(plain(GOOD))) == []
    for pack_id in builtin_ids():
        text = (schema.FILE.parent / f"{pack_id}.toml").read_text(encoding="utf-8")
        assert [error.message for error in validator.iter_errors(plain(text))] == []
    for name in (
        "unknown rule key",
        "unknown kind",
        "unknown parameter",
        "wrong type",
        "missing parameter",
        "no standing",
    ):
        old, new, _ = MISTAKES[name]
        assert list(validator.iter_errors(plain(GOOD.replace(old, new, 1)))), name
