"""The roles of the contract: complete, in order, with words and names that point one way only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from layers.model import Field, FieldMap, Role
from layers.problems import Problems
from layers.roles import accepted, find_column, find_field, folded, role_from_table, roles, shared_aliases
from layers.text import Text
from layers.units import known_unit

# contract §3, written out a second time: role, geometry or form, fields in their order (* required)
CONTRACT = """
zones polygon zone area phase approved_m2 id
expansion polygon zone area id
built_up polygon status
urban_boundary polygon division
industrial_redline polygon name id stated_m2
ecological_redline polygon name id stated_m2
basic_farmland polygon name id stated_m2 deduct
land_use polygon code* scheme* name id stated_m2 deduct ownership owner place slope_grade year
land_use_plan polygon code* scheme* name id stated_m2 deduct ownership owner place slope_grade year
parcels polygon id state use industry industry_edition investment_yuan planned_investment_yuan tax_yuan output_yuan \
supplied_on agreed_start_on started_on stopped_on started_area_share
buildings polygon kind use status floors floor_m2 storey_height_m let_m2 units let_units id
green polygon
roads line status class width_m speed_kmh name
utilities line kind* status
facilities point,polygon kind* name class status capacity unit
dem raster
land_cover raster
incidents table date* kind* level deaths injured loss_yuan evacuated zone
environment table date year station* indicator* value* unit limit zone
rankings table zone* year* group* rank* total*
indicators table year* name* value* unit zone source
documents table kind* number date* authority result valid_until file zone
"""
VALUES = {
    ("urban_boundary", "division"): "concentrated flexible special",
    ("land_use", "scheme"): "survey-2020 plan-2020 plan-2023",
    ("land_use_plan", "scheme"): "plan-2020 plan-2023",
    ("built_up", "status"): "built commissioning under-construction planned",
    ("parcels", "state"): "undevelopable unready ready supplied idle built",
    ("parcels", "use"): "industrial storage office living housing commercial public utility road green mixed",
    ("parcels", "industry_edition"): "2002 2017",
    ("buildings", "kind"): "building structure yard",
    ("roads", "class"): "expressway arterial collector local rural",
    ("utilities", "kind"): "water power gas sewer storm telecom heat",
    ("facilities", "kind"): "waterworks substation sewage-works gas-source heat-source exchange telecom-coverage "
    "fire-station waste-transfer petrol-station charging housing school clinic town port",
    ("incidents", "kind"): "safety environment land",
    ("incidents", "level"): "general larger major extreme",
    ("rankings", "group"): "type region",
    ("indicators", "name"): "employees enterprises enterprises_above_scale output_yuan revenue_yuan tax_yuan "
    "investment_yuan financing_total_yuan financing_share:",
    ("documents", "kind"): "argumentation construction-plan request approval state-council-approval catalogue-listing "
    "master-plan plan-eia county-review city-review management-body spatial-plan-conformity carrying-capacity "
    "no-major-safety no-major-environment no-major-land",
    ("documents", "result"): "yes no pending",
}
FIELDS = [(role, field) for role in roles().values() for field in role.fields.values()]


def field(role: str, name: str) -> Field:
    return roles()[role].fields[name]


def test_the_roles_are_those_of_the_contract_in_its_order() -> None:
    lines = [line.split() for line in CONTRACT.strip().splitlines()]
    assert list(roles()) == [line[0] for line in lines]
    for name, shape, *fields in lines:
        role = roles()[name]
        assert (",".join(role.geometry) or role.form) == shape
        known = [key + ("*" if own.required else "") for key, own in role.fields.items()]
        implied = [] if role.form == "raster" or "id" in fields else ["id"]
        assert known == fields + implied, name
    assert roles()["environment"].one_of == (("date", "year"),)


def test_listed_values_are_those_of_the_contract() -> None:
    for (role, name), values in VALUES.items():
        assert list(field(role, name).values or ()) == values.split(), (role, name)
    listed = {(role.name, own.name) for role, own in FIELDS if own.values is not None}
    like_others = {(role, "status") for role in ("buildings", "roads", "utilities", "facilities")} | {
        ("buildings", "use")
    }
    assert listed == set(VALUES) | like_others


@pytest.mark.parametrize("role", roles().values(), ids=str)
def test_no_name_means_two_fields_of_a_role(role: Role) -> None:
    assert shared_aliases(role) == []
    for own in role.fields.values():
        for name in (own.name, *own.aliases, *own.cut):
            assert [key for key, other in role.fields.items() if find_column(other, [name])] == [own.name], name


@pytest.mark.parametrize(("role", "own"), FIELDS, ids=lambda item: item.name)
def test_no_word_means_two_values_of_a_field(role: Role, own: Field) -> None:
    words = [folded(word) for value, others in (own.values or {}).items() for word in (value, *others)]
    assert len(words) == len(set(words))
    for value, others in (own.values or {}).items():
        assert {accepted(own, word) for word in (value, *others) if not word.endswith(":")} <= {value}
    assert own.default is None or own.default in (own.values or {})


@pytest.mark.parametrize(("role", "own"), FIELDS, ids=lambda item: item.name)
def test_a_field_that_carries_its_unit_says_so(role: Role, own: Field) -> None:
    suffixes = {"_m2": "m2", "_m": "m", "_yuan": "yuan", "_share": "share", "_kmh": "km/h"}
    for suffix, unit in suffixes.items():
        if own.name.endswith(suffix):
            assert own.unit == unit
    assert own.unit is None or known_unit(own.unit) == own.unit
    assert own.title.zh and own.title.en and role.title.zh and role.title.en


@pytest.mark.parametrize(
    ("role", "name", "column"),
    [
        ("land_use", "code", "DLBM"),
        ("land_use", "code", "dlbm"),
        ("land_use", "code", "\uff24\uff2c\uff22\uff2d"),
        ("land_use", "code", "DLDM"),
        ("land_use", "name", "DLMC"),
        ("land_use", "code", "YDYHFLDM"),
        ("land_use", "name", "YDYHFLMC"),
        ("land_use", "stated_m2", "TBMJ"),
        ("land_use", "deduct", "KCXS"),
        ("land_use", "ownership", "QSXZ"),
        ("land_use", "owner", "QSDWMC"),
        ("land_use", "place", "ZLDWMC"),
        ("land_use", "slope_grade", "GDPDJB"),
        ("land_use", "year", "SJNF"),
        ("land_use", "slope_grade", "slope_grad"),
        ("land_use", "id", "BSM"),
        ("urban_boundary", "division", "GHFQMC"),
        ("zones", "area", "片区"),
        ("zones", "zone", "园区名称"),
        ("expansion", "zone", "YQMC"),
        ("expansion", "area", "PQMC"),
        ("parcels", "id", "DKBH"),
        ("parcels", "planned_investment_yuan", "planned_in"),
        ("parcels", "agreed_start_on", "约定开工日"),
        ("parcels", "agreed_start_on", "约定开"),
        ("basic_farmland", "id", "YJJBNTTBBH"),
        ("green", "id", "BSM"),
        ("incidents", "date", "日期"),
        ("incidents", "loss_yuan", " 直接经济损失 "),
        ("incidents", "deaths", "死亡人数"),
        ("environment", "station", "站点"),
        ("environment", "limit", "限值"),
        ("rankings", "total", "总数"),
        ("documents", "number", "文号"),
        ("documents", "valid_until", "有效期至"),
        ("documents", "file", "文件"),
    ],
)
def test_standard_names_are_known(role: str, name: str, column: str) -> None:
    assert find_column(field(role, name), ["geometry", column]) == column


def test_the_own_name_goes_before_aliases_and_aliases_before_cut_names() -> None:
    deduct = field("land_use", "deduct")
    assert find_column(deduct, ["扣除系", "KCXS", "Deduct"]) == "Deduct"
    assert find_column(deduct, ["扣除系", "KCXS"]) == "KCXS"
    assert find_column(deduct, ["扣除系\ufffd"]) == "扣除系\ufffd"
    assert find_column(deduct, ["KCMJ", "TBMJ"]) is None


def test_a_heading_may_carry_its_unit() -> None:
    loss = field("incidents", "loss_yuan")
    assert find_field(loss, ["直接经济损失(万元)"]) == FieldMap("直接经济损失(万元)", "万元")
    full_width = "直接经济损失\uff08万元\uff09"
    assert find_field(loss, [full_width]) == FieldMap(full_width, "万元")
    assert find_field(loss, ["直接经济损失"]) == FieldMap("直接经济损失")
    assert find_field(loss, ["直接经济损失(公顷)", "损失原因(元)"]) is None
    assert find_field(field("zones", "zone"), ["园区名称(全称)"]) is None


@pytest.mark.parametrize(
    ("role", "name", "word", "value"),
    [
        ("urban_boundary", "division", "城镇集中建设区", "concentrated"),
        ("urban_boundary", "division", "弹性发展区", "flexible"),
        ("urban_boundary", "division", 410.0, "concentrated"),
        ("built_up", "status", " 已建 ", "built"),
        ("built_up", "status", "Under-Construction", "under-construction"),
        ("built_up", "status", "试运行", "commissioning"),
        ("built_up", "status", "拟建", "planned"),
        ("parcels", "industry_edition", 2017, "2017"),
        ("incidents", "level", "Ⅱ级", "major"),
        ("incidents", "level", "特别重大", "extreme"),
        ("incidents", "kind", "突发环境事件", "environment"),
        ("rankings", "group", "同类型", "type"),
        ("documents", "result", "不通过", "no"),
        ("indicators", "name", "financing_share:银行贷款", "financing_share:银行贷款"),
        ("indicators", "name", "资金占比:专项债", "financing_share:专项债"),
        ("facilities", "kind", "x-蔗渣堆场", "x-蔗渣堆场"),
        ("facilities", "kind", "X-Depot", "x-depot"),
        ("environment", "indicator", "PM2.5", "PM2.5"),
    ],
)
def test_words_are_accepted(role: str, name: str, word: object, value: str) -> None:
    assert accepted(field(role, name), word) == value


@pytest.mark.parametrize(
    ("role", "name", "word"),
    [
        ("facilities", "kind", "x-"),
        ("facilities", "kind", "beer"),
        ("incidents", "level", ""),
        ("indicators", "name", "financing_share:"),
        ("land_use_plan", "scheme", "survey-2020"),
    ],
)
def test_other_words_are_not(role: str, name: str, word: str) -> None:
    assert accepted(field(role, name), word) is None


def test_a_pack_may_declare_a_role() -> None:
    problems = Problems()
    table = {
        "geometry": ["point", "polygon"],
        "title": {"zh": "水井", "en": "wells"},
        "fields": {
            "depth": {"type": "number", "unit": "m", "aliases": ["井深"], "required": True},
            "kind": {"values": {"deep": ["深井"], "shallow": []}, "default": "deep"},
        },
    }
    role = role_from_table("wells", table, "county", problems, "county.toml [roles] wells")
    assert problems.found == []
    assert role is not None
    assert (role.form, role.geometry, role.pack, role.title) == (
        "vector",
        ("polygon", "point"),
        "county",
        Text("水井", "wells"),
    )
    assert list(role.fields) == ["depth", "kind", "id"]
    assert role.fields["depth"].required and role.fields["depth"].unit == "m"
    assert accepted(role.fields["kind"], "深井") == "deep"
    assert list(roles({"wells": role}))[-1] == "wells"
    assert role_from_table("soil", {"geometry": "table"}, "p", problems, "") == replace(
        role,
        name="soil",
        form="table",
        geometry=(),
        pack="p",
        title=Text("soil", "soil"),
        fields={"id": role.fields["id"]},
    )
    assert role_from_table("noise", {"geometry": "raster"}, "p", problems, "").fields == {}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "table", "codes"),
    [
        ("river", "line", ["key-type"]),
        ("river", {}, ["role-geometry"]),
        ("river", {"geometry": "curve", "feilds": {}}, ["key-unknown", "role-geometry"]),
        ("River 1", {"geometry": "line"}, ["role-name"]),
        ("roads", {"geometry": "line"}, ["role-taken"]),
        (
            "river",
            {"geometry": "line", "fields": {"a": {"aliases": ["HLMC"]}, "b": {"aliases": ["hlmc"]}}},
            ["alias-shared"],
        ),
        (
            "river",
            {"geometry": "line", "fields": {"a": {"type": "nummer", "unit": "furlong"}}},
            ["value-unknown", "unit-unknown"],
        ),
        (
            "river",
            {"geometry": "line", "fields": {"a": {"values": {"x": "y"}, "default": "z"}}},
            ["key-type", "value-unknown"],
        ),
    ],
)
def test_mistakes_in_a_role_of_a_pack_are_told(name: str, table: object, codes: list[str]) -> None:
    problems = Problems()
    assert role_from_table(name, table, "county", problems, "county.toml [roles]") is None
    assert [problem.code for problem in problems.found] == codes
    assert all(problem.text.zh and problem.text.en for problem in problems.found)
