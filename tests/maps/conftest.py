"""A report made by hand, so that outputs are tested without the readers and the kinds of check."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from checks.model import Citation, Evidence, Finding, Limit, Outcome, Report, ZoneReport
from geo.plane import Plane
from layers.model import Field, InputRecord, Inputs, Layer, Project, Role
from layers.text import Text

PLANE = Plane("EPSG:4542")
X, Y = 540_000.0, 2_604_000.0
CITATION = Citation("关于扩区条件的答复", "第05040005号", "三(二)", "不涉及生态保护红线", None, "related")
WORDS = {name: Text(f"{name} 的说明", f"the {name}") for name in ("what", "why", "mend", "trap")}


def square(dx: float, dy: float, size: float) -> Any:
    return box(X + dx, Y + dy, X + dx + size, Y + dy + size)


def layer(name: str, title: Text, kind: str, geometry: list[Any], /, **columns: list[Any]) -> Layer:
    fields = {column: Field(column, "text", Text(f"{column} 中", column)) for column in columns}
    frame = gpd.GeoDataFrame(
        {
            "feature": [str(row + 1) for row in range(len(geometry))],
            "source": [0] * len(geometry),
            "fid": list(range(len(geometry))),
            "input": [0] * len(geometry),
            **columns,
        },
        geometry=geometry,
        crs=PLANE.crs,
    )
    return Layer(Role(name, "vector", title, (kind,), fields), frame)  # type: ignore[arg-type]


def make_layers() -> dict[str, Layer]:
    return {
        "zones": layer("zones", Text("园区用地范围", "zones"), "polygon", [square(0, 0, 1000)], zone=["甲园区"]),
        "expansion": layer(
            "expansion", Text("拟扩区范围", "expansion"), "polygon", [square(1000, 0, 500)], zone=["甲园区"]
        ),
        "ecological_redline": layer(
            "ecological_redline",
            Text("生态保护红线", "ecological red line"),
            "polygon",
            [square(1400, 0, 300), square(9000, 0, 300)],
            name=["红线一", "远处"],
        ),
        "roads": layer(
            "roads", Text("道路", "roads"), "line", [LineString([(X, Y), (X + 1400, Y + 900)])], name=["园区大道"]
        ),
        "facilities": layer(
            "facilities", Text("配套设施", "facilities"), "point", [Point(X + 200, Y + 300)], name=["水厂"]
        ),
    }


def make_findings(zone: str) -> tuple[Finding, ...]:
    def finding(rule: str, outcome: Outcome, **more: Any) -> Finding:
        told: dict[str, Any] = {
            "id": f"{zone}/{rule}",
            "rule": rule,
            "subject": "expansion",
            "pack": "border-expansion",
            "kind": "no-overlap",
            "binding": "mandatory",
            "title": Text(f"{rule} 的标题", f"title of {rule}"),
            "basis": "stated",
            "basis_note": None,
            "citation": CITATION,
            "texts": WORDS,
            "outcome": outcome,
        }
        return Finding(**told | more)

    part = square(1400, 0, 100)
    evidence = (
        Evidence(
            "ecological_redline", "10", 1, 1.005, None, 0.05, True, PLANE.bbox_lonlat(part), None, square(1500, 0, 1)
        ),
        Evidence(
            "ecological_redline",
            "9",
            1,
            30_000.125,
            None,
            100.0,
            False,
            PLANE.bbox_lonlat(part),
            Text("在东侧", "in the east"),
            part,
        ),
    )
    return (
        finding(
            "BEZ-2d",
            Outcome(
                "fail",
                Text("不符合:与生态保护红线重叠 30,000.13 ㎡", "does not meet: overlaps by 30,000.13 m2"),
                30_000.125,
                "m2",
                "<=",
                0.0,
                (),
                {"overlap_m2": 30_000.125, "sliver_m2": 1.005, "of_share": 1 / 3, "parts_count": 1.0, "note": "x"},
                evidence,
            ),
        ),
        finding(
            "BEZ-2c",
            Outcome(
                "pass",
                Text("符合:衔接", "meets: adjoins"),
                1 / 3,
                "share",
                ">=",
                0.0,
                (Limit("min_share", 1 / 3, 0.0, ">="), Limit("gap_m", 0.126, 1.0, "<=")),
            ),
        ),
        finding(
            "BEZ-2f",
            Outcome(
                "undetermined",
                Text("无法判定:来源没有给出数值", "cannot be judged: the source states no number"),
                0.25,
                "ratio",
                "<=",
                None,
                missing=("param:BEZ-2f.max_ratio", "role:rankings"),
            ),
        ),
        finding(
            "BEZ-5",
            Outcome(
                "fail",
                Text("原则上不符合(可说明理由):4 个片区", "does not meet in principle (reasons may be given): 4 areas"),
                4.0,
                "count",
                "<=",
                3.0,
            ),
            binding="in-principle",
            basis="project",
            basis_note="省厅口径",
        ),
        finding(
            "DEV-1",
            Outcome("info", Text("参考值:58%", "figure: 58%"), 0.58, "share"),
            binding=None,
            subject="zone",
            citation=Citation(),
            basis="interpretation",
        ),
        finding("BEZ-3a", Outcome("not-applicable", Text("不适用", "not applicable"))),
    )


def make_report(folder: Path, zones: tuple[str, ...] = ("甲园区",)) -> Report:
    roles = make_layers()
    project = Project(
        folder / "zone.toml", "甲园区 <扩区>", date(2025, 7, 25), ("border-expansion",), None, "zh", (), {}
    )
    records = tuple(
        InputRecord(
            name,
            f"{name}.gpkg#{name}",
            f"{index:x}" * 64,
            "EPSG:4490",
            2,
            2,
            1e6 + 0.005 if name in ("zones", "expansion") else None,
            (),
            (Text("按 GBK 读", "read as GBK"),),
        )
        for index, name in enumerate(roles, 1)
    )
    findings = {zone: make_findings(zone) for zone in zones}
    return Report(
        inputs=Inputs(project, PLANE, roles, {}, {}, records),
        packs=("border-expansion",),
        pack_titles={"border-expansion": Text("边合区扩区条件", "border expansion")},
        zones=tuple(ZoneReport(zone, "fail", told) for zone, told in findings.items()),
        summary={
            "pass": len(zones),
            "fail": 2 * len(zones),
            "undetermined": len(zones),
            "not-applicable": len(zones),
            "info": len(zones),
        },
        verdict="fail",
    )


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return make_report(tmp_path)


@pytest.fixture
def report_of(tmp_path: Path) -> Callable[..., Report]:
    return lambda *zones: make_report(tmp_path, zones)


HOSTILE = (
    '<img src=x onerror="window.hit=1">{{ 7*7 }}{% raw %}{# x #}</script><script>window.hit=2</script>'
    "'\"`$&\\ javascript:window.hit=3 \u2028 =1+1 @@DATA@@ __PAGE__"
)


@pytest.fixture
def hostile_report(tmp_path: Path) -> Report:
    """Every name, title, value and file name of a report is an attack."""
    made = make_report(tmp_path, (HOSTILE,))
    words = Text(HOSTILE, HOSTILE + " en")
    findings = tuple(
        replace(
            finding,
            title=words,
            texts=dict.fromkeys(WORDS, words),
            basis_note=HOSTILE,
            citation=Citation(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, "related"),
            outcome=replace(
                finding.outcome,
                message=words,
                missing=(HOSTILE,),
                measures={HOSTILE: HOSTILE},
                evidence=tuple(replace(item, feature=HOSTILE, note=words) for item in finding.outcome.evidence[:1]),
            ),
        )
        for finding in made.zones[0].findings
    )
    roles = {}
    for name, one in made.inputs.layers.items():
        frame = one.frame.copy()
        for column in ("feature", *one.role.fields):
            frame[column] = HOSTILE
        fields = {column: replace(field, title=words) for column, field in one.role.fields.items()}
        roles[name] = replace(one, frame=frame, role=replace(one.role, title=words, fields=fields))
    records = tuple(
        replace(record, source=HOSTILE, crs=HOSTILE, notes=(words,), repaired=(HOSTILE,))
        for record in made.inputs.records
    )
    project = replace(made.inputs.project, name=HOSTILE)
    return replace(
        made,
        inputs=replace(made.inputs, layers=roles, records=records, project=project),
        pack_titles={"border-expansion": words},
        zones=(ZoneReport(HOSTILE, "fail", findings),),
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without network; skipped where there is none, except in CI."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(chromium).exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Chromium at {chromium}")
        pytest.skip(f"no Chromium at {chromium}; set CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()
