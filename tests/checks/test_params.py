"""What a project sets of the rules, and how its mistakes are told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from checks.packs import Packs, load_packs
from checks.params import UNSOURCED, merged_rules, toml_value
from checks.rule import Rule
from layers.problems import Problems
from layers.roles import roles

PACK = """
[pack]
id = "mine"
title = "mine"
[[rule]]
id = "M-1"
title = "Share"
kind = "share"
params = {role = "built_up", max = 0.9}
binding = "mandatory"
basis = "interpretation"
[[rule]]
id = "M-2"
title = "Keeps off"
kind = "no-overlap"
params = {role = "green"}
binding = "mandatory"
[[rule]]
id = "M-3"
title = "Carries"
kind = "capacity"
binding = "mandatory"
[[rule]]
id = "M-4"
title = "Approved"
kind = "document"
params = {document = "批复"}
binding = "mandatory"
"""


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    (tmp_path / "mine.toml").write_text(PACK, encoding="utf-8")
    problems = Problems()
    loaded = load_packs(["mine.toml"], tmp_path, problems)
    problems.stop()
    return loaded


def merge(
    packs: Packs, params: dict[str, dict[str, object]], *sets: str
) -> tuple[dict[str, Rule], list[str], list[str]]:
    problems = Problems()
    rules, notes = merged_rules(packs, params, sets, roles(), problems)
    return {rule.id: rule for rule in rules}, [note.en for note in notes], [item.text.en for item in problems.found]


def test_nothing_set_leaves_the_pack_as_it_is(packs: Packs) -> None:
    rules, notes, told = merge(packs, {})
    assert (notes, told) == ([], [])
    assert (rules["M-1"].basis, rules["M-1"].basis_note, rules["M-1"].set_by_project) == ("interpretation", None, ())
    assert (rules["M-1"].params.min, rules["M-1"].params.max) == (None, 0.9)
    assert rules["M-2"].basis == "stated"


def test_the_projects_words_go_with_its_values(packs: Packs) -> None:
    rules, _, told = merge(packs, {"M-1": {"min": 0.8, "basis": " 省厅口径 "}})
    assert told == []
    rule = rules["M-1"]
    assert (rule.params.min, rule.params.max, rule.basis, rule.basis_note) == (0.8, 0.9, "project", "省厅口径")
    assert rule.set_by_project == ("min",)
    assert rules["M-2"].basis == "stated"


def test_a_value_without_words_is_unsourced(packs: Packs) -> None:
    assert merge(packs, {"M-1": {"min": 0.8}})[0]["M-1"].basis_note == UNSOURCED
    assert merge(packs, {"M-1": {"min": 0.8, "basis": "甲"}}, "M-1.min=0.7")[0]["M-1"].basis_note == UNSOURCED
    assert (
        merge(packs, {"M-1": {"max": 0.8, "basis": "甲"}}, "M-1.min=0.7")[0]["M-1"].basis_note == f"甲;min: {UNSOURCED}"
    )
    assert merge(packs, {}, "M-1.min=0.7", "M-1.basis=乙")[0]["M-1"].basis_note == "乙"


def test_words_alone_set_nothing(packs: Packs) -> None:
    rule = merge(packs, {"M-1": {"basis": "甲"}})[0]["M-1"]
    assert (rule.basis, rule.basis_note) == ("interpretation", None)


def test_the_command_line_goes_before_the_file(packs: Packs) -> None:
    rules, _, told = merge(packs, {"M-1": {"min": 0.8}}, "M-1.min = 0.5")
    assert told == []
    assert rules["M-1"].params.min == 0.5


MISTAKES = {
    "unknown rule": ({"M-9": {"min": 1}}, (), ["M-9", "unknown rule", "did you mean M-"]),
    "unknown rule by --set": ({}, ("M-9.min=1",), ["--set M-9.min=1", "unknown rule M-9"]),
    "unknown parameter": ({"M-1": {"minn": 1}}, (), ["[params] M-1.minn", "did you mean min?"]),
    "unknown parameter by --set": ({}, ("M-1.minn=1",), ["--set M-1.minn=1", "did you mean min?"]),
    "wrong type": ({"M-1": {"min": "much"}}, (), ["M-1.min", '"much"', "a number"]),
    "true is no number": ({"M-1": {"min": True}}, (), ["M-1.min", "true"]),
    "nan is no number": ({}, ("M-1.min=nan",), ["--set M-1.min=nan"]),
    "a role that there is not": ({"M-2": {"role": "greeen"}}, (), ["M-2.role", "did you mean green?"]),
    "a kind of facility that there is not": (
        {"M-3": {"demand": {"watrworks": 1}}},
        (),
        ["M-3.demand", "watrworks", "did you mean waterworks?"],
    ),
    "a kind of facility in two languages": (
        {"M-3": {"demand": {"waterworks": 1, "自来水厂": 2}}},
        (),
        ["M-3.demand", "waterworks is given more than once"],
    ),
    "a kind of document that there is not": (
        {"M-4": {"document": "aproval"}},
        (),
        ["M-4.document", "aproval", "did you mean approval?"],
    ),
    "the same by --set": ({}, ("M-4.document=nonsense",), ["--set M-4.document=nonsense", "nonsense"]),
    "less than nothing is needed": ({"M-3": {"demand": {"waterworks": -1}}}, (), ["M-3.demand", "at least 0"]),
    "min above the pack's max": ({"M-1": {"min": 0.95}}, (), ["M-1.min", "0.95", "0.9"]),
    "no parameter": ({}, ("M-1=0.8",), ["--set M-1=0.8", "RULE.param=value"]),
    "no value": ({}, ("M-1.min",), ["RULE.param=value"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once(name: str, packs: Packs) -> None:
    params, sets, wanted = MISTAKES[name]
    _, notes, told = merge(packs, params, *sets)
    assert notes == []
    assert len(told) == 1, told
    for part in wanted:
        assert part in told[0]


def test_a_rule_of_a_pack_on_hand_is_noted(packs: Packs) -> None:
    _, notes, told = merge(packs, {"BEZ-2f": {"max_ratio": 1}}, "BEZ-1a.min=0.8")
    assert told == []
    assert len(notes) == 2
    assert "BEZ-2f" in notes[0] and "border-expansion" in notes[0]


def test_where_a_pack_was_not_read_its_rules_are_not_called_unknown(packs: Packs) -> None:
    _, _, told = merge(Packs(packs.packs, whole=False), {"X-1": {"min": 1}})
    assert told == []


def test_a_rule_with_mistakes_of_its_own_is_not_called_unknown(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(PACK.replace('"share"', '"shrae"'), encoding="utf-8")
    problems = Problems()
    packs = load_packs(["mine.toml"], tmp_path, problems)
    merged_rules(packs, {"M-1": {"min": 1}}, (), roles(), problems)
    assert [problem.code for problem in problems.found] == ["kind-unknown"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.8", 0.8),
        ("3", 3),
        ("true", True),
        ('["a", "b"]', ["a", "b"]),
        ('"x"', "x"),
        ("2/3", "2/3"),
        ("II", "II"),
        ("{a = 1}", {"a": 1}),
        ("1\nb = 2", "1\nb = 2"),
        ("", ""),
    ],
)
def test_values_of_the_command_line(text: str, value: object) -> None:
    assert toml_value(text) == value


def test_a_kind_of_facility_of_the_users_own(packs: Packs) -> None:
    rules, _, told = merge(packs, {"M-3": {"demand": {"waterworks": 50, "x-寄存处": 0.5}}})
    assert told == []
    assert rules["M-3"].params.demand == {"waterworks": 50, "x-寄存处": 0.5}


def test_a_fraction_is_exact() -> None:
    from checks.values import _fraction

    assert _fraction("2/3") == Fraction(2, 3)
    assert _fraction(0.1) == Fraction(1, 10)


def test_kinds_of_facilities_and_documents_in_chinese_words(packs: Packs) -> None:
    rules, _, told = merge(packs, {"M-3": {"demand": {"自来水厂": 50, "变电站": 4}, "document": "x-甲"}})
    assert told == []
    assert rules["M-3"].params.demand == {"waterworks": 50, "substation": 4}
    assert rules["M-3"].params.document == "x-甲"
    assert rules["M-4"].params.document == "approval"


def test_a_pack_that_names_no_kind_of_document_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(PACK.replace('"批复"', '"批覆件"'), encoding="utf-8")
    problems = Problems()
    load_packs(["mine.toml"], tmp_path, problems)
    assert [problem.code for problem in problems.found] == ["value-unknown"]
