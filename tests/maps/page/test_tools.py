"""The reviewer's tools in a real browser: decisions out and in, measuring, coordinates, keys, links, printing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from pyproj import Geod, Transformer

from checks.model import Evidence, Report
from maps.basemap import basemap
from maps.outputs import map as html_map
from maps.page import POLICY
from maps.page_data import transverse

Open = Callable[..., Any]
FINDING = "甲园区/BEZ-2d"


def exported(shown: Any) -> list[dict[str, str]]:
    with shown.expect_download() as told:
        shown.click("#zp-export")
    text = Path(told.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_decisions_are_kept_go_out_and_come_back(report: Report, open_page: Open, tmp_path: Path) -> None:
    shown = open_page(report)
    shown.fill("#zp-reviewer", "张三")
    shown.click(".card-head >> nth=0")
    shown.select_option(".card.open select", "dispute")
    shown.fill(".card.open textarea", '=HYPERLINK("http://x"), 第1行\n第2行 "引"')
    assert "已填意见 1 / 6" in shown.inner_text("#zp-filled")
    assert shown.inner_text(".card.open .decided") == "有异议"
    rows = exported(shown)
    assert len(rows) == 6 and rows[0]["id"] == FINDING and rows[0]["decision"] == "dispute"
    assert rows[0]["comment"].startswith("'=HYPERLINK") and rows[0]["reviewer"] == "张三"
    assert rows[0]["verdict"] == "fail" and rows[0]["rule"] == "BEZ-2d" and rows[0]["zone"] == "甲园区"
    assert not any(cell.startswith(tuple("=+-@")) for row in rows for cell in row.values())

    shown.reload()
    shown.wait_for_selector("html[data-ready=yes]")
    assert shown.input_value("#zp-reviewer") == "张三" and "1 / 6" in shown.inner_text("#zp-filled")

    rows[2] |= {"decision": "需补充材料", "comment": "'=1+1", "verdict": "pass"}
    rows.append(rows[0] | {"id": "别处/X-1"})
    file = tmp_path / "意见.csv"
    with file.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    shown.set_input_files("#zp-import", str(file))
    shown.wait_for_selector("#zp-review-note:has-text('已导入')")
    assert shown.inner_text("#zp-review-note") == "已导入 2 · 本页没有的结论 1 · 结论已变 1"
    back = {row["id"]: row for row in exported(shown)}
    assert back[rows[2]["id"]]["decision"] == "supplement" and back[rows[2]["id"]]["comment"] == "'=1+1"
    assert back[FINDING]["comment"].replace("\r\n", "\n") == rows[0]["comment"].replace("\r\n", "\n")


def test_a_table_that_is_none_is_refused(report: Report, open_page: Open, tmp_path: Path) -> None:
    shown = open_page(report)
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    shown.set_input_files("#zp-import", str(tmp_path / "x.csv"))
    shown.wait_for_selector("#zp-review-note:has-text('decision')")
    assert "0 / 6" in shown.inner_text("#zp-filled")


def test_plane_coordinates_are_those_of_proj(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    rng = np.random.default_rng(5)
    for crs, lon in (("EPSG:4542", 99.0), ("EPSG:32634", 21.0), ("EPSG:4507", 99.0)):
        grid = transverse(crs)
        assert grid is not None
        for lng, lat in zip(lon + rng.uniform(-2, 2, 5), rng.uniform(-40, 50, 5), strict=True):
            east, north = Transformer.from_crs("EPSG:4490", crs, always_xy=True).transform(lng, lat)
            told = shown.evaluate("([grid, lat, lng]) => zoneproof.toGrid(grid, lat, lng)", [grid, lat, lng])
            assert told["east"] == pytest.approx(east, abs=1e-3) and told["north"] == pytest.approx(north, abs=1e-3)
    assert transverse("EPSG:3035") is None
    shown.mouse.move(800, 400)
    assert "EPSG:4542" in shown.inner_text("#zp-coordinates")


def test_measured_lengths_and_areas_are_ellipsoidal(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    geod = Geod(a=6378137, rf=298.257222101)
    lngs, lats = [99.400, 99.406, 99.404], [23.500, 23.502, 23.508]
    points = [{"lat": lat, "lng": lng} for lat, lng in zip(lats, lngs, strict=True)]
    area, _ = geod.polygon_area_perimeter(lngs, lats)
    assert shown.evaluate("p => zoneproof.areaSquareMetres(p)", points) == pytest.approx(abs(area), rel=1e-4)
    _, _, metres = geod.inv(lngs[0], lats[0], lngs[1], lats[1])
    assert shown.evaluate("p => zoneproof.metresBetween(p[0], p[1])", points) == pytest.approx(metres, rel=1e-6)
    shown.click("#zp-measure-line")
    shown.mouse.click(700, 350)
    shown.mouse.click(800, 350)
    shown.keyboard.press("Enter")
    told = shown.inner_text("#zp-measured b")
    scale = shown.evaluate(
        "() => zoneproof.metresBetween(...[[700, 350], [800, 350]].map(([x, y]) => { const r ="
        " zoneproof.map.getContainer().getBoundingClientRect();"
        " return zoneproof.map.containerPointToLatLng([x - r.left, y - r.top]); }))"
    )
    assert float(told.removesuffix(" m").replace(",", "")) == pytest.approx(scale, abs=0.1)
    assert shown.query_selector(".leaflet-popup") is None
    shown.keyboard.press("Escape")
    assert not shown.is_visible("#zp-measured")


def test_the_keyboard_does_it_all(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    shown.keyboard.press("/")
    assert shown.evaluate("document.activeElement.id") == "zp-search"
    shown.keyboard.type("BEZ-2")
    shown.keyboard.press("ArrowDown")
    assert shown.get_attribute(".card.open", "data-id") == FINDING
    assert "BEZ-2d" in shown.inner_text("#zp-say")
    shown.keyboard.press("ArrowDown")
    assert shown.get_attribute(".card.open", "data-id") == "甲园区/BEZ-2f"
    shown.keyboard.press("ArrowUp")
    shown.keyboard.press("Escape")
    assert shown.query_selector(".card.open") is None
    shown.keyboard.press("Enter")
    assert shown.get_attribute(".card.open", "data-id") == FINDING
    shown.keyboard.press("f")
    assert shown.is_checked("[data-layer=only]")
    shown.keyboard.press("?")
    assert shown.is_visible("#zp-keys")
    shown.keyboard.press("Escape")
    assert not shown.is_visible("#zp-keys")


def test_links_lead_to_a_finding(report_of: Callable[..., Report], open_page: Open) -> None:
    shown = open_page(report_of("甲园区", "乙园区"))
    shown.click(".card-head >> nth=0")
    address = shown.evaluate("location.href")
    assert "#f=" in address
    shown.evaluate("location.hash = '#f=' + encodeURIComponent('乙园区/BEZ-2f')")
    shown.wait_for_selector(".card.open[data-id='乙园区/BEZ-2f']")
    assert shown.input_value("#zp-zone") == "1"
    shown.reload()
    shown.wait_for_selector("html[data-ready=yes]")
    assert shown.get_attribute(".card.open", "data-id") == "乙园区/BEZ-2f"
    shown.evaluate("location.hash = '#f=%E0%A4%A'")
    assert shown.get_attribute(".card.open", "data-id") == "乙园区/BEZ-2f"


def test_all_zones_in_a_table_and_the_map(report_of: Callable[..., Report], open_page: Open) -> None:
    shown = open_page(report_of("甲园区", "乙园区"))
    shown.click("#zp-all")
    lines = shown.query_selector_all("#zp-zones tbody tr")
    assert [line.inner_text().split()[0] for line in lines] == ["甲园区", "乙园区"]
    assert shown.evaluate("zoneproof.map.getPane('evidence').querySelectorAll('canvas').length") == 1
    shown.fill("#zp-search", "乙")
    assert len(shown.query_selector_all("#zp-zones tbody tr")) == 1
    shown.click(".zone-line")
    assert shown.input_value("#zp-zone") == "1" and len(shown.query_selector_all(".card")) == 6


def test_many_zones_are_an_overview(report_of: Callable[..., Report], open_page: Open) -> None:
    shown = open_page(report_of(*(f"{number} 号园区" for number in range(51))))
    assert shown.is_visible("#zp-zones") and len(shown.query_selector_all("#zp-zones tbody tr")) == 51
    shown.click(".zone-line >> nth=50")
    shown.click(".card-head >> nth=0")
    assert shown.get_attribute(".card.open", "data-id") == "50 号园区/BEZ-2d"
    assert shown.query_selector(".evidence-line") is None


def test_lines_and_points_prove_findings_too(report: Report, open_page: Open) -> None:
    from shapely.geometry import LineString, Point

    origin = report.inputs.layers["zones"].frame.geometry[0].bounds[:2]
    zone = report.zones[0]
    east, north = origin
    proof = (
        Evidence("roads", "1", length_m=500.0, geometry=LineString([(east, north), (east + 400, north + 300)])),
        Evidence("facilities", "1", geometry=Point(east + 200, north + 300)),
    )
    outcome = replace(zone.findings[0].outcome, evidence=proof)
    findings = (replace(zone.findings[0], outcome=outcome), *zone.findings[1:])
    shown = open_page(replace(report, zones=(replace(zone, findings=findings),)))
    shown.click(".card-head >> nth=0")
    assert len(shown.query_selector_all(".evidence-line:enabled")) == 2
    colours = shown.evaluate(
        "() => { const told = []; zoneproof.map.eachLayer(l => l.options && l.options.color"
        " && told.push(l.getLatLngs ? l.options.color : '.' + l.options.color)); return told; }"
    )
    assert "#D55E00" in colours and "#ffe14d" in colours and ".#D55E00" in colours and ".#ffe14d" in colours
    assert "500.00 米" in shown.inner_text(".evidence-line >> nth=0")


def test_old_browsers_unpack_with_fflate(report: Report, browser: Any, tmp_path: Path) -> None:
    html_map.write(report, tmp_path)
    context = browser.new_context(offline=True)
    shown = context.new_page()
    shown.add_init_script("delete window.DecompressionStream")
    shown.goto((tmp_path / "map.html").as_uri())
    shown.wait_for_selector("html[data-ready=yes]")
    assert shown.evaluate("typeof DecompressionStream") == "undefined"
    assert len(shown.query_selector_all(".card")) == 6
    context.close()


def test_a_page_that_is_cut_off_says_so(report: Report, browser: Any, tmp_path: Path) -> None:
    html_map.write(report, tmp_path)
    page = tmp_path / "map.html"
    text = page.read_text(encoding="utf-8")
    at = text.index('id="zp-data">') + 500
    page.write_text(text[:at] + text[at + 400 :], encoding="utf-8")
    context = browser.new_context(offline=True)
    shown = context.new_page()
    shown.goto(page.as_uri())
    shown.wait_for_selector("#zp-waiting:has-text('本页内容不完整')")
    context.close()


def test_without_scripts_a_message_shows(report: Report, browser: Any, tmp_path: Path) -> None:
    html_map.write(report, tmp_path)
    context = browser.new_context(offline=True, java_script_enabled=False)
    shown = context.new_page()
    shown.goto((tmp_path / "map.html").as_uri())
    assert "本页需要浏览器允许脚本运行" in shown.inner_text("body")
    context.close()


def test_it_prints_on_a3_with_every_pane_drawn(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    shown.evaluate("window.print = () => { window.printed = true; }")
    shown.evaluate("zoneproof.printPage()")
    assert shown.evaluate("window.printed")
    inked = shown.evaluate(
        "() => [...document.querySelectorAll('.leaflet-pane canvas.printed, .leaflet-evidence-pane canvas')].map(c => {"
        " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
        " for (let i = 3; i < d.length; i += 4) if (d[i]) n += 1; return n; })"
    )
    assert len(inked) == 6 and min(inked) > 100
    pdf = shown.pdf(prefer_css_page_size=True)
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert box and [round(float(side) / 72 * 25.4) for side in box.groups()] == [420, 297]
    shown.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert shown.query_selector("canvas.printed") is None


def test_a_base_map_opens_the_policy_for_its_host_alone(report: Report, browser: Any, tmp_path: Path) -> None:
    tiles = basemap("http://127.0.0.1:9/{z}/{x}/{y}.png")
    html_map.write(report, tmp_path, basemap=tiles)
    html = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert POLICY.replace("data: blob:", "data: blob: http://127.0.0.1:9") in html
    context = browser.new_context()
    shown = context.new_page()
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto((tmp_path / "map.html").as_uri())
    shown.wait_for_selector("html[data-ready=yes]")
    shown.uncheck("[data-layer=basemap]")
    context.close()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {"127.0.0.1:9"}


def test_the_overview_sorts_and_leads_to_pages_of_zones(
    report_of: Callable[..., Report], browser: Any, tmp_path: Path
) -> None:
    hostile = '../<b onmouseover="window.hit=1">&"\\'
    report = report_of(hostile, *(f"{number} 号园区" for number in range(51)))
    html_map.write(report, tmp_path, zone_pages=(hostile, "7 号园区"))
    assert sorted(file.name[:6] for file in tmp_path.rglob("*.html")) == sorted(["7-号园区-", "b-onmo", "map.ht"])
    context = browser.new_context(offline=True)
    shown = context.new_page()
    shown.goto((tmp_path / "map.html").as_uri())
    shown.wait_for_selector("html[data-ready=yes]")
    shown.click("#zp-zones th .sort >> nth=0")
    assert shown.get_attribute("#zp-zones th >> nth=0", "aria-sort") == "ascending"
    first = "() => [...document.querySelectorAll('.zone-line span')].map(one => one.textContent)"
    rising = shown.evaluate(first)
    shown.click("#zp-zones th .sort >> nth=0")
    assert shown.get_attribute("#zp-zones th >> nth=0", "aria-sort") == "descending"
    assert shown.evaluate(first) == rising[::-1] and rising.index("9 号园区") < rising.index("10 号园区")
    assert len(shown.query_selector_all(".zone-page")) == 2
    for number, name in ((0, hostile), (1, "7 号园区")):
        links = [link.get_attribute("href") for link in shown.query_selector_all(".zone-page")]
        page = context.new_page()
        page.goto((tmp_path / unquote(sorted(links)[1 - number])).as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        assert page.query_selector(".card") and not page.is_visible("#zp-zones")
        assert {card.get_attribute("data-id").rpartition("/")[0] for card in page.query_selector_all(".card")} == {name}
        assert page.evaluate("window.hit") is None
        page.click(".card-head >> nth=0")
        assert page.query_selector(".evidence-line")
    context.close()
