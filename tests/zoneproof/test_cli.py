"""The commands, called in-process as a planner would type them."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from zoneproof.cli import main
from zoneproof.console import Console


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "gengma"
    assert main(["demo", str(folder), "-q"]) == 0
    return folder


def findings(demo: Path, sample: str) -> dict[str, dict[str, object]]:
    content = json.loads((demo / sample / "zoneproof-out" / "findings.json").read_text(encoding="utf-8"))
    return {finding["id"].split("/", 1)[1]: finding for zone in content["zones"] for finding in zone["findings"]}


def test_demo_writes_both_samples_with_their_outputs(demo: Path) -> None:
    for sample in ("park", "expansion"):
        names = {path.name for path in (demo / sample / "zoneproof-out").iterdir()}
        assert {"findings.json", "map.html", "zoneproof.gpkg"} <= names


def test_the_expansion_fails_in_principle_on_its_fourth_area_alone(demo: Path) -> None:
    found = findings(demo, "expansion")
    assert found["BEZ-5"]["verdict"] == "fail"
    assert found["BEZ-5"]["binding"] == "in-principle"
    assert (found["BEZ-5"]["value"], found["BEZ-5"]["threshold"], found["BEZ-5"]["margin"]) == (4, 3, -1)
    assert "原则上不符合" in found["BEZ-5"]["message"]["zh"]
    assert all(item["citation"]["standing"] == "related" for item in found.values())


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        ("BEZ-1a", "role:built_up"),
        ("BEZ-1b", "role:rankings"),
        ("BEZ-2f", "param:BEZ-2f.max_ratio"),
        ("BEZ-3a", "role:environment"),
        ("BEZ-3b", "role:environment"),
        ("BEZ-3c", "document:carrying-capacity"),
        ("BEZ-4a", "role:incidents"),
        ("BEZ-4b", "role:incidents"),
        ("BEZ-4c", "role:incidents"),
    ],
)
def test_what_the_source_does_not_state_is_undetermined_and_named(demo: Path, rule: str, missing: str) -> None:
    finding = findings(demo, "expansion")[rule]
    assert finding["verdict"] == "undetermined"
    if rule == "BEZ-1a":
        assert finding["missing"]
    else:
        assert missing in finding["missing"]


def test_a_second_demo_writes_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    assert main(["demo", str(tmp_path / "again"), "-q"]) == 0
    for sample in ("park", "expansion"):
        for name in ("findings.json", "map.html", "zoneproof.gpkg"):
            first = (demo / sample / "zoneproof-out" / name).read_bytes()
            assert first == (tmp_path / "again" / sample / "zoneproof-out" / name).read_bytes(), (sample, name)


def test_json_on_stdout_is_the_file(demo: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["check", str(demo / "expansion"), "--format", "json"]) == 1
    shown = capsysbinary.readouterr().out
    assert shown == (demo / "expansion" / "zoneproof-out" / "findings.json").read_bytes()


def test_the_table_fits_80_columns_and_gbk(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from unicodedata import east_asian_width

    for lang in ("zh", "en"):
        main(["check", str(demo / "expansion"), "--lang", lang])
        shown = capsys.readouterr().out
        shown.encode("gbk")
        table = [line for line in shown.splitlines() if str(demo) not in line]
        wide = [line for line in table if sum(1 + (east_asian_width(c) in "WF") for c in line) > 80]
        assert wide == []
        assert "BEZ-5" in shown


def test_a_gbk_console_never_breaks() -> None:
    raw = io.BytesIO()
    console = Console(io.TextIOWrapper(raw, encoding="gbk"), io.TextIOWrapper(io.BytesIO(), encoding="gbk"))
    console.show("符合 ² ✓ ཀ")
    assert raw.getvalue().decode("gbk").startswith("符合 ")


@pytest.mark.parametrize("arguments", [["rules", "list"], ["rules", "kinds"], ["roles"], ["rules", "show", "BEZ-1a"]])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_explains_itself(arguments: list[str], lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert len(shown) > 300
    shown.encode("gbk")


def test_rules_show_gives_clause_and_quote(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "BEZ-2d", "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "不涉及生态保护红线" in shown
    assert "05040005" in shown


def test_rules_show_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "BEZ-2x", "--lang", "en"]) == 2
    assert "BEZ-2" in capsys.readouterr().err


def test_set_makes_the_basis_the_projects(demo: Path) -> None:
    out = demo / "set-out"
    assert main(["check", str(demo / "expansion"), "-o", str(out), "-q", "--set", "BEZ-5.max=4", "--only", "json"]) in (
        1,
        3,
    )
    content = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    finding = next(item for item in content["zones"][0]["findings"] if item["rule"] == "BEZ-5")
    assert (finding["verdict"], finding["basis"], finding["basis_note"]) == ("pass", "project", "未注明来源")
    assert {path.name for path in out.iterdir()} == {"findings.json"}


def test_progress_is_silent_when_stderr_is_no_terminal(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not sys.stderr.isatty()
    main(["check", str(demo / "park"), "-q"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2024-02-29"])
def test_the_first_and_the_last_day_are_days(demo: Path, tmp_path: Path, day: str) -> None:
    out = str(tmp_path / "out")
    assert main(["check", str(demo / "expansion"), "--as-of", day, "--only", "json", "-o", out, "-q"]) in (1, 3)
