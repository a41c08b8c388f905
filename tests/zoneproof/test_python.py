"""What a Python user gets from `import zoneproof`."""

from __future__ import annotations

from pathlib import Path

import pytest

import zoneproof


def test_every_name_on_offer_is_there() -> None:
    for name in zoneproof.__all__:
        assert getattr(zoneproof, name) is not None
    assert issubclass(zoneproof.InputError, zoneproof.ZoneproofError)


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="chekc"):
        zoneproof.chekc  # noqa: B018


def test_a_mistake_reads_under_the_traceback_as_on_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(zoneproof.InputError) as caught:
        zoneproof.check(tmp_path / "absent")
    assert str(caught.value) == "\n".join(caught.value.lines("en"))
    assert "no project file there; name a zone.toml" in str(caught.value)
