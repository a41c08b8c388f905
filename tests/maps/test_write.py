"""OUT is replaced whole or left as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.model import Report
from geo.errors import ZoneproofError
from layers.problems import InputError, Problems
from maps import write as swap
from maps.outputs import findings
from maps.write import check_out, chosen_outputs, known_outputs, write_outputs


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def codes(out: Path) -> list[str]:
    problems = Problems()
    check_out(out, problems)
    return [problem.code for problem in problems.found]


def place(tmp_path: Path) -> Path:
    folder = tmp_path / "成果 (一)"
    folder.mkdir(exist_ok=True)
    return folder / "zoneproof-out"


def test_absent_empty_and_ours_are_taken(report: Report, tmp_path: Path) -> None:
    out = place(tmp_path)
    assert codes(out) == []
    out.mkdir()
    assert codes(out) == []
    write_outputs(report, out, ["json"])
    assert codes(out) == []
    write_outputs(report, out, ["json"])
    assert [path.name for path in out.iterdir()] == ["findings.json"]
    assert [path.name for path in out.parent.iterdir()] == [out.name]


@pytest.mark.parametrize(
    "content",
    [None, "not json", "[]", '{"schema_version": "1"}', '{"schema_version": "1", "tool": {"name": "other"}}', "\udcff"],
)
def test_somebodys_folder_is_refused_and_untouched(report: Report, tmp_path: Path, content: str | None) -> None:
    out = place(tmp_path)
    out.mkdir()
    (out / "thesis.docx").write_bytes(b"years of work")
    if content is not None:
        (out / "findings.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    before = tree(out)
    assert codes(out) == ["out-foreign"]
    with pytest.raises(InputError):
        write_outputs(report, out)
    assert tree(out) == before


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"x")
    assert codes(tmp_path / "out") == ["out-file"]
    assert codes(tmp_path / "out" / "deeper" / "still") == ["out-file"]
    assert (tmp_path / "out").read_bytes() == b"x"


def test_a_folder_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(swap.tempfile, "TemporaryDirectory", refuse)
    assert codes(tmp_path / "out") == ["out-unwritable"]


def test_an_input_inside_out_is_never_deleted(report: Report, tmp_path: Path) -> None:
    out = place(tmp_path)
    write_outputs(report, out, ["json"])
    (out / "zone.toml").write_bytes(b"input")
    project = replace(report.inputs.project, file=out / "zone.toml")
    inside = replace(report, inputs=replace(report.inputs, project=project))
    with pytest.raises(InputError) as raised:
        write_outputs(inside, out)
    assert [problem.code for problem in raised.value.problems] == ["out-holds-input"]
    assert (out / "zone.toml").read_bytes() == b"input"


def test_folders_above_are_made_and_gone_again_on_failure(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_outputs(report, tmp_path / "a" / "b" / "out", ["json"])
    assert (tmp_path / "a" / "b" / "out" / "findings.json").is_file()
    monkeypatch.setattr(findings, "_pieces", lambda _: [1 / 0])
    with pytest.raises(ZeroDivisionError):
        write_outputs(report, tmp_path / "c" / "d" / "out", ["json"])
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("error", [RuntimeError("bug"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_failure_in_the_middle_leaves_the_old_folder_whole(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    out = place(tmp_path)
    write_outputs(report, out, ["json"])
    before = tree(out)

    def half(_report: Report, folder: Path, _progress: object = None) -> None:
        (folder / "findings.json").write_bytes(b"{half")
        raise error

    monkeypatch.setattr(findings, "write", half)
    expected = ZoneproofError if isinstance(error, OSError) else type(error)
    with pytest.raises(expected):
        write_outputs(report, out)
    assert tree(out) == before
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_failure_of_the_swap_puts_the_old_folder_back(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = place(tmp_path)
    write_outputs(report, out, ["json"])
    before = tree(out)
    rename = Path.rename

    def locked(self: Path, target: Path) -> Path:
        if swap.STAGED in self.name:
            raise PermissionError(13, "in use", str(self))
        return rename(self, target)

    monkeypatch.setattr(swap, "exchanged", lambda *_: False)
    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(ZoneproofError) as raised:
        write_outputs(report, out, ["json"])
    assert raised.value.code == "out-locked"
    assert tree(out) == before
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_what_a_killed_run_left_behind_is_harmless(report: Report, tmp_path: Path) -> None:
    out = place(tmp_path)
    stale = out.parent / f"{out.name}{swap.STAGED}abc"
    stale.mkdir()
    (stale / "findings.json").write_bytes(b"{half")
    write_outputs(report, out, ["json"])
    assert json.loads((out / "findings.json").read_bytes())["verdict"] == "fail"


def test_a_link_to_a_folder_stays_a_link(report: Report, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    try:
        link.symlink_to(tmp_path / "real", target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no symbolic links")
    write_outputs(report, link, ["json"])
    assert link.is_symlink()
    assert (tmp_path / "real" / "findings.json").is_file()


def test_outputs_are_found_and_unknown_names_get_a_hint(report: Report, tmp_path: Path) -> None:
    assert next(iter(known_outputs())) == "json"
    problems = Problems()
    assert chosen_outputs(None, problems) is None
    assert chosen_outputs(" json,json ,", problems) == ("json",)
    assert problems.found == []
    chosen_outputs("jsn", problems)
    assert [problem.code for problem in problems.found] == ["output-unknown"]
    assert "json" in problems.found[0].text.en
    with pytest.raises(InputError):
        write_outputs(report, tmp_path / "out", ["jsn"])
    assert not (tmp_path / "out").exists()


def test_two_runs_write_the_same_bytes(report: Report, tmp_path: Path) -> None:
    write_outputs(report, tmp_path / "one")
    write_outputs(report, tmp_path / "two")
    first, second = tree(tmp_path / "one"), tree(tmp_path / "two")
    assert {name.partition("/")[0] for name in first} == {
        file for name in known_outputs().values() for file in __import__(name, fromlist=["FILES"]).FILES
    }
    assert [name for name in first if first[name] != second[name]] == []


def test_progress_counts_the_outputs(report: Report, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_outputs(report, tmp_path / "out", ["json"], progress=lambda _text, done, total: told.append((done, total)))
    assert told[0] == (0, 1)
