"""role_names.toml speaks of roles, columns, editions and packs that there are."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from layers.guess import known, named
from layers.roles import find_field, folded, roles


def test_every_role_has_names_and_every_name_a_role() -> None:
    assert set(named()) == set(roles())
    assert all(entry.codes or entry.words for entry in named().values())


def test_no_code_stands_for_two_roles() -> None:
    codes = [code for entry in named().values() for code in entry.codes]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("role", [name for name, entry in named().items() if entry.signs])
def test_signs_are_columns_that_the_role_reads(role: str) -> None:
    aliases = {folded(alias) for field in roles()[role].fields.values() for alias in field.aliases}
    assert set(named()[role].signs) <= aliases


def test_editions_are_values_of_their_role_and_their_columns_are_its_codes() -> None:
    for scheme, entry in known()["schemes"].items():
        fields = roles()[entry["role"]].fields
        assert scheme in (fields["scheme"].values or {})
        assert all(find_field(fields["code"], [column]) for column in entry["columns"])


def test_packs_are_built_in_and_ask_for_roles() -> None:
    packs = {file.name.removesuffix(".toml") for file in (files("checks") / "packs").iterdir()}
    assert set(known()["packs"]) <= packs
    assert {role for asked in known()["packs"].values() for role in asked} <= set(roles())
    assert all(re.fullmatch(r"[a-z-]+", pack) for pack in known()["packs"])
