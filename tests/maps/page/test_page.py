"""map.html in a real browser without a network: nothing loads, no name runs, list and map go together."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.model import Report
from maps.coords import Shapes, packed
from maps.outputs import map as html_map
from maps.page import POLICY, SCRIPTS, STYLES, page
from maps.page_data import page_data

WEB = Path(html_map.__file__).resolve().parent.parent / "web"
Open = Callable[..., Any]


def halo(shown: Any) -> int:
    """How many vertices lie in the halo: the yellow lines on the evidence pane."""
    return int(
        shown.evaluate(
            "() => { let n = 0; zoneproof.map.eachLayer(l => "
            "{ if (l.options && l.options.color === '#ffe14d') n += 1; }); return n; }"
        )
    )


def test_the_page_shows_what_was_found(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    assert shown.inner_text("#zp-internal") == "内部资料 | Internal"
    assert shown.inner_text("#zp-title") == "甲园区 <扩区>"
    assert "2025-07-25" in shown.inner_text("#zp-about")
    assert shown.get_attribute("html", "lang") == "zh-CN"
    cards = shown.query_selector_all(".card")
    assert len(cards) == 6
    assert "30,000.13 ㎡(3.0000 公顷)" in cards[0].inner_text()
    chips = {chip.get_attribute("data-verdict"): chip.inner_text() for chip in shown.query_selector_all(".chip")}
    assert chips["fail"].split() == ["不符合", "2"]
    assert chips["undetermined"].split() == ["无法判定", "1"]
    assert shown.query_selector_all(".leaflet-control-scale-line")
    assert shown.inner_text(".north") == "北"


def test_a_finding_opens_with_clause_standing_and_texts(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    shown.click(".card-head >> nth=0")
    body = shown.inner_text(".card.open .card-body")
    for part in (
        "关于扩区条件的答复 · 第05040005号 · 三(二)",
        "不涉及生态保护红线",
        "转述,未见原文",
        "口径: 按文件表述",
        "证据 (2)",
        "在东侧",
        "细碎图斑,不影响结论",
    ):
        assert part in body
    shown.click(".card.open summary >> nth=0")
    assert "what 的说明" in shown.inner_text(".card.open")
    shown.click(".card-head >> nth=2")
    assert "BEZ-2f.max_ratio" in shown.inner_text(".card.open .missing")
    assert len(shown.query_selector_all(".card.open")) == 1


def test_list_and_map_go_together(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    before = shown.evaluate("zoneproof.map.getZoom()")
    assert halo(shown) == 0
    shown.click(".card-head >> nth=0")
    assert halo(shown) == 2
    assert shown.evaluate("zoneproof.map.getZoom()") > before
    shown.click(".evidence-line >> nth=0")
    assert halo(shown) == 1
    west, south, east, north = report.zones[0].findings[0].outcome.evidence[1].bbox
    inside = f"zoneproof.map.getBounds().contains([[{south}, {west}], [{north}, {east}]])"
    assert shown.evaluate(inside)
    shown.click(".card-head >> nth=0")
    assert halo(shown) == 0


def test_a_click_on_the_map_tells_what_lies_there(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    west, south, east, north = report.zones[0].findings[0].outcome.evidence[1].bbox
    shown.evaluate(f"zoneproof.map.setView([{(south + north) / 2}, {(west + east) / 2}], 16, {{animate: false}})")
    box = shown.locator("#map_zoneproof").bounding_box()
    shown.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    popup = shown.inner_text(".leaflet-popup-content")
    assert "BEZ-2d" in popup and "生态保护红线" in popup and "拟扩区范围" in popup
    assert "园区大道" not in popup
    shown.click(".leaflet-popup-content .more")
    assert shown.get_attribute(".card.open", "data-id") == "甲园区/BEZ-2d"
    assert halo(shown) == 1


def test_filter_and_search(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    shown.click(".chip[data-verdict=undetermined]")
    assert [card.get_attribute("data-id") for card in shown.query_selector_all(".card")] == ["甲园区/BEZ-2f"]
    assert shown.get_attribute(".chip[data-verdict=undetermined]", "aria-pressed") == "true"
    shown.click(".chip[data-verdict=undetermined]")
    shown.fill("#zp-search", "bez-2D 标题")
    assert len(shown.query_selector_all(".card")) == 1
    shown.fill("#zp-search", "nowhere")
    assert shown.query_selector_all(".card") == []
    assert shown.is_visible("#zp-nothing")


def test_language_switch(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    shown.click("#zp-lang")
    assert shown.get_attribute("html", "lang") == "en"
    text = shown.inner_text("body")
    assert "Fail in principle" in text and "title of BEZ-2d" in text and "Decisions" in text
    assert not re.search("[一-鿿]", shown.inner_text("#zp-chips") + shown.inner_text("#zp-legend"))
    shown.click("#zp-lang")
    assert "原则上不符合" in shown.inner_text("body")


def test_several_zones_get_a_chooser(report_of: Callable[..., Report], open_page: Open) -> None:
    shown = open_page(report_of("甲园区", "乙园区"))
    assert shown.is_visible("#zp-zone")
    shown.select_option("#zp-zone", "1")
    assert shown.get_attribute(".card >> nth=0", "data-id") == "乙园区/BEZ-2d"


def test_layers_switch_off(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    drawn = "role => zoneproof.drawnFeatures(role)"
    paths = "() => { let n = 0; zoneproof.map.eachLayer(l => { if (l.getLatLngs) n += 1; }); return n; }"
    assert shown.evaluate(drawn, "roads") == 1
    shown.uncheck("[data-layer=roads]")
    assert shown.evaluate(drawn, "roads") == 0 and shown.evaluate(drawn, "ecological_redline") == 1
    assert shown.evaluate(paths) > 0
    shown.uncheck("[data-layer=evidence]")
    assert shown.evaluate(paths) == 0
    shown.check("[data-layer=only]")
    assert [shown.evaluate(drawn, role) for role in ("zones", "expansion", "ecological_redline")] == [1, 1, 0]


def test_where_the_data_come_from(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    assert not shown.is_visible("#zp-inputs")
    shown.click("#zp-provenance")
    text = shown.inner_text("#zp-inputs")
    for part in (
        "zones.gpkg#zones",
        "1" * 64,
        "EPSG:4490",
        "EPSG:4542",
        "按 GBK 读",
        "2025-07-25",
        "边合区扩区条件",
        "GDAL",
    ):
        assert part in text
    shown.keyboard.press("Escape")
    assert not shown.is_visible("#zp-inputs")


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_it_fits_the_screen(report: Report, open_page: Open, size: tuple[int, int]) -> None:
    shown = open_page(report, size)
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    box = shown.locator("#map_zoneproof").bounding_box()
    assert box["width"] >= min(size[0], 700) and box["height"] >= 300
    pixels = shown.evaluate(
        "() => [...document.querySelectorAll('.leaflet-pane canvas')].map(c => { const d = c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data; let n = 0;"
        " for (let i = 3; i < d.length; i += 4) if (d[i]) n += 1; return n; })"
    )
    assert len(pixels) > 5 and sum(drawn > 30 for drawn in pixels) > 5


def test_print_shows_every_finding_and_the_inputs(report: Report, open_page: Open) -> None:
    shown = open_page(report)
    shown.emulate_media(media="print")
    assert all(body.is_visible() for body in shown.query_selector_all(".card-body"))
    assert shown.is_visible("#zp-inputs") and not shown.is_visible("#zp-search")
    assert shown.is_visible("#zp-internal")
    map_at, list_at = (shown.locator(name).bounding_box()["y"] for name in ("#map_zoneproof", "#zp-list"))
    assert map_at < list_at


def test_hostile_names_are_text(hostile_report: Report, open_page: Open) -> None:
    shown = open_page(hostile_report, name="{{ 7*7 }} '&%7B.html")
    name = hostile_report.zones[0].zone
    tidy = re.sub(r"\s+", " ", name)
    for selector in (
        ".card-head >> nth=0",
        ".evidence-line >> nth=0",
        "#zp-lang",
        "#zp-provenance",
    ):
        shown.click(selector)
    shown.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    west, south, east, north = hostile_report.zones[0].findings[0].outcome.evidence[0].bbox
    shown.evaluate(f"zoneproof.map.fire('click', {{latlng: L.latLng({(south + north) / 2}, {(west + east) / 2})}})")
    assert tidy in re.sub(r"\s+", " ", shown.inner_text("#zp-title"))
    assert tidy in re.sub(r"\s+", " ", shown.text_content(".leaflet-popup-content"))
    assert shown.evaluate("window.hit") is None
    assert shown.query_selector_all("img") == []
    assert len(shown.query_selector_all("script")) == len(re.findall("<script", page(page_data(hostile_report))))
    assert len(shown.query_selector_all(".card")) == 6


def test_names_reach_the_page_as_base64_alone(hostile_report: Report) -> None:
    html = page(page_data(hostile_report))
    assert "onerror=" not in re.sub(r"(?s)<script>.*?</script>", "", html)
    assert "window.hit" not in html and "7*7" not in html
    content = re.search(r'id="zp-data">([^<]*)<', html)
    assert content
    data = json.loads(gzip.decompress(base64.b64decode(content[1])))
    assert data["zones"][0]["name"] == hostile_report.zones[0].zone


def test_the_policy_comes_first_and_nothing_is_linked(report: Report) -> None:
    html = page(page_data(report))
    assert html.index('<head>\n<meta http-equiv="Content-Security-Policy"') < html.index("<title>")
    assert f'content="{POLICY}"' in html
    outside = re.sub(r"(?s)<script>.*?</script>|<style>.*?</style>", "", html)
    assert not re.search(r"<link|src=|href=|@import", outside)
    assert not re.search(r"@import|url\((?!#)", "".join(re.findall(r"(?s)<style>.*?</style>", html)))
    assert "__ZP_" not in html


def test_the_policy_stops_what_would_leave_the_page(report: Report, browser: Any, tmp_path: Path) -> None:
    html_map.write(report, tmp_path)
    context = browser.new_context(offline=True)
    shown = context.new_page()
    shown.goto((tmp_path / "map.html").as_uri())
    told = shown.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', error => 'refused')")
    blocked = shown.evaluate(
        "() => new Promise(done => { addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));"
        " const image = new Image(); image.src = 'http://127.0.0.1:9/x.png'; })"
    )
    context.close()
    assert (told, blocked) == ("refused", "img-src")


def test_own_scripts_keep_to_old_syntax_and_make_no_markup() -> None:
    own_scripts = {path.name for path in WEB.glob("*.js")}
    assert own_scripts == set(SCRIPTS)
    for name in sorted(own_scripts):
        text = (WEB / name).read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            name
        )
        assert not re.search(
            r"\?\?=|\|\|=|&&=|\.at\(|\.replaceAll\(|structuredClone|Object\.hasOwn|static \{|#\w+ =", text
        )
    styles = "".join((WEB / name).read_text(encoding="utf-8") for name in STYLES)
    assert not re.search(r":has\(|:is\(|:where\(|aspect-ratio|inset:|dvh|@container|@layer", styles)


def test_geometry_is_packed_in_micro_degrees() -> None:
    from shapely import from_wkt

    assert packed(from_wkt("POINT (99.4 23.5)")) == ["p", [[99_400_000, 23_500_000]]]
    assert packed(from_wkt("LINESTRING (0 0, 0.000001 0.000002, 0.0000011 0.000002)")) == ["l", [[0, 0, 1, 2]]]
    hole = from_wkt("POLYGON ((0 0, 1 0, 1 1, 0 0), (0.5 0.2, 0.6 0.2, 0.6 0.3, 0.5 0.2))")
    assert packed(hole) == [
        "a",
        [
            [
                [0, 0, 10**6, 0, 0, 10**6, -(10**6), -(10**6)],
                [500_000, 200_000, 100_000, 0, 0, 100_000, -100_000, -100_000],
            ]
        ],
    ]
    assert Shapes().number(from_wkt("POLYGON EMPTY")) is None
    assert Shapes().number(None) is None
