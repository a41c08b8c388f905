"""`zoneproof roles`: everything that roles.toml holds is shown, and fits a GBK console."""

from __future__ import annotations

import pytest

from geo.errors import ZoneproofError
from layers.roles import roles
from layers.roles_text import roles_text


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_every_role_field_value_and_alias_is_shown(lang: str) -> None:
    shown = roles_text(None, lang)  # type: ignore[arg-type]
    shown.encode("gbk")
    for role in roles().values():
        page = roles_text(role.name, lang)  # type: ignore[arg-type]
        assert page.split("\n\n", 1)[1] in shown
        for field in role.fields.values():
            assert f"\n  {field.name}  " in page
            for word in [*field.aliases, *(field.values or {})]:
                assert word in page


def test_one_role_in_full() -> None:
    assert roles_text("utilities", "en").split("\n\n", 1)[1] == (
        "utilities  utility lines (line)\n"
        "  kind  kind (text, required)\n"
        "      values: water (给水, 供水, 自来水); power (电力, 供电); gas (燃气, 供气, 天然气); sewer (污水, 污水管); "
        "storm (雨水, 雨水管); telecom (通信, 通讯, 电信); heat (热力, 供热)\n"
        "      also: 管线类型, 管线种类, 类型, 类别, GXLX\n"
        "  status  status (text, where blank: built)\n"
        "      values: built (已建, 建成, 已建成, 现状, 已投用, 已投运); "
        "commissioning (基本建成, 试运行, 调试, 试运营); "
        "under-construction (在建, 建设中, 施工中); planned (规划, 拟建, 规划建设, 待建)\n"
        "      also: 建设状态, 状态, 建设情况, JSZT\n"
        "  id  id (text)\n"
        "      also: BSM, 标识码"
    )


def test_an_unknown_role_names_the_nearest() -> None:
    with pytest.raises(ZoneproofError) as caught:
        roles_text("utilites", "en")
    assert caught.value.code == "role-unknown"
    assert "utilities" in caught.value.facts["hint"].en  # type: ignore[attr-defined]
