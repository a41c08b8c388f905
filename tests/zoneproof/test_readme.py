"""What the READMEs tell a user to type is what works."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
INSTALL = "python3 -m venv .venv && .venv/bin/python -m pip install -q -c constraints.txt"
COMMANDS = {
    "demo": f"{INSTALL} . && .venv/bin/zoneproof demo",
    "tests": f'{INSTALL} -e ".[test]" && .venv/bin/python tests',
}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_both_readmes_state_the_two_commands_and_their_windows_form(name: str) -> None:
    for command in COMMANDS.values():
        assert command in text(name)
        windows = command.replace("python3 -m venv", "py -m venv").replace(".venv/bin/", ".venv\\Scripts\\")
        assert windows in text(name)


def test_ci_runs_the_readme_test_command() -> None:
    assert COMMANDS["tests"] in text(".ci/run")


@pytest.mark.parametrize("name", READMES)
def test_every_command_named_in_a_readme_is_known(name: str) -> None:
    from zoneproof.cli import parser

    known = parser().format_help()
    named = set(re.findall(r"^(?:\$ )?zoneproof ([a-z]+)", text(name), re.M))
    assert named
    assert {command for command in named if command not in known} == set()


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="installs into a fresh environment: only in CI")
def test_the_demo_command_works_word_for_word_in_a_clean_clone(tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "clone")], check=True)
    done = subprocess.run(
        ["sh", "-c", COMMANDS["demo"]], cwd=tmp_path / "clone", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for sample in ("park", "expansion"):
        out = tmp_path / "clone" / "gengma-demo" / sample / "zoneproof-out"
        assert {path.name for path in out.iterdir()} >= {"findings.json", "map.html", "zoneproof.gpkg"}
