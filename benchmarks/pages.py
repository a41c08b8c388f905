"""Pages in headless Chromium: ours beside what folium makes of the same layer, opened and zoomed once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.case import Bar, Files, Side, Work
from benchmarks.data import CRS, Cache, side_m

LIMIT_MS = 150_000
SCREEN = {"width": 1366, "height": 768}
CLOCK = """(() => {
  const look = () => requestAnimationFrame(() => {
    if (!document.querySelector(READY)) look();
    else requestAnimationFrame(() => requestAnimationFrame(() => { window.drawnAt = performance.now(); }));
  });
  look();
})()"""
"""Put into every page before its own scripts: when what READY names is there and two frames more are drawn, in
milliseconds since the navigation began. The start of the browser is in none of the figures."""
DRAWN = (
    "() => new Promise(done => { const look = () => window.drawnAt ? done(window.drawnAt) : setTimeout(look, 20);"
    " look(); })"
)
ZOOM = (
    "() => { const map = Object.values(window).find(one => one instanceof L.Map); const from = performance.now();"
    " map.setZoom(map.getZoom() + 1, {animate: false});"
    " return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>"
    " done(performance.now() - from)))); }"
)
OURS, SVG, CANVAS = "zoneproof map.html", "folium, SVG", "folium, canvas"
SIDES: dict[str, str] = {OURS: "html[data-ready=yes]", SVG: "path.leaflet-interactive", CANVAS: "canvas"}
"""What has to be there before a page counts as open."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page as it was opened: milliseconds until drawn, the browser's CPU until then, and one zoom."""

    open_ms: float
    cpu_s: float
    zoom_ms: float


def sides(repeats: int = 5, most_mb: float | None = None) -> Mapping[str, Side]:
    """A side for each kind of page; `files` holds them under the sides' names."""
    theirs = {
        name: Side(_opening(name, ready), ("playwright",), repeats=repeats)
        for name, ready in SIDES.items()
        if name != OURS
    }
    return {OURS: ours(OURS, most_mb=most_mb), **theirs}


def ours(name: str, most_mb: float | None = None, most_s: float | None = None) -> Side:
    """A page of ours, under a name of its own, with the size and the time that it is held to."""
    return Side(_opening(name, SIDES[OURS], most_mb, most_s), ("playwright",), repeats=5)


def _held(value: float, most: float | None, unit: str) -> str:
    if most is None:
        return f"{value:.2f} {unit}"
    return f"{value:.2f} {unit} of {most:g}, {'kept' if value <= most else '**missed**'}"


def bars(faster: float) -> tuple[Bar, ...]:
    """Ours must open so many times as fast as what folium makes, as it comes and on canvas."""
    return (Bar(SVG, faster=faster), Bar(CANVAS, faster=faster))


def _opening(name: str, ready: str, most_mb: float | None = None, most_s: float | None = None):  # type: ignore[no-untyped-def]
    def start(files: Files) -> Work:
        from playwright.sync_api import Error, sync_playwright

        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = (
            sync_playwright()
            .start()
            .chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--no-first-run"])
        )
        page = browser.new_context(viewport=SCREEN, offline=True).new_page()  # type: ignore[arg-type]
        page.add_init_script(CLOCK.replace("READY", json.dumps(ready)))
        page.goto("about:blank")

        def job() -> Opened:
            before = _descendants_s()
            try:
                page.goto(Path(files[name]).as_uri(), timeout=LIMIT_MS)
                open_ms = float(page.evaluate(DRAWN))
                used_s = _descendants_s() - before
                return Opened(open_ms, used_s, float(page.evaluate(ZOOM)))
            except Error:  # out of time or memory: stopped, as at the limit of CPU
                os.kill(os.getpid(), signal.SIGXCPU)
                raise

        megabytes = Path(files[name]).stat().st_size / 1e6
        return Work(
            job,
            lambda _: {},
            cpu_s=lambda opened: opened.open_ms / 1000,
            told=lambda opened: (
                f"{_held(megabytes, most_mb, 'MB')}; open in {_held(opened.open_ms / 1000, most_s, 's')}; "
                f"zoom {opened.zoom_ms:.0f} ms; CPU {opened.cpu_s:.2f} s"
            ),
        )

    return start


def _descendants_s() -> float:
    """CPU seconds so far of every process that this one has started, however far down."""
    ticks: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                told = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks[int(folder.name)] = (int(told[1]), int(told[11]) + int(told[12]))
    family = {os.getpid()}
    for _ in ticks:
        grown = family | {process for process, (parent, _) in ticks.items() if parent in family}
        if grown == family:
            break
        family = grown
    return sum(ticks[process][1] for process in family - {os.getpid()} if process in ticks) / os.sysconf("SC_CLK_TCK")


def pages(cache: Cache, count: int, *, folium: bool = True) -> Mapping[str, Path]:
    """The same parcels as our page and as folium's, by the names of the sides."""
    name = f"pages-{count}"
    folder = cache.folder / name
    folder.mkdir(parents=True, exist_ok=True)
    parcels = cache.parcels(count, "fgb")
    for label, options in ((SVG, False), (CANVAS, True)):
        path = folder / f"{label.replace(', ', '-')}.html"
        if folium and not path.exists():
            _folium(parcels, path, canvas=options)
    project = folder / "zone.toml"
    zones = cache.zones(1, count, side_m(count) / 5)
    project.write_text(
        f'[project]\nname = "{count} parcels"\npacks = ["border-expansion"]\ncrs = "{CRS}"\n[layers]\n'
        f'zones = "{zones.as_posix()}"\nland_use = {{path = "{parcels.as_posix()}", '
        f'set = {{scheme = "survey-2020"}}}}\n[measure]\ncontext_m = 100000\n',
        encoding="utf-8",
    )
    call = [sys.executable, "-m", "zoneproof", "check", str(project), "-o", str(folder / "out"), "-q", "--only", "map"]
    done = subprocess.run(call, capture_output=True, check=False)
    if done.returncode == 2:
        raise RuntimeError(done.stderr.decode())
    return {
        OURS: folder / "out" / "map.html",
        SVG: folder / "folium-SVG.html",
        CANVAS: folder / "folium-canvas.html",
    }


def page_colours(codes: Iterable[str]) -> Mapping[str, str]:
    """A colour for each class, as our page has one."""
    return {code: f"#{(index * 4_000_037) % 0x1000000:06x}" for index, code in enumerate(sorted({*codes}))}


def _folium(parcels: Path, path: Path, *, canvas: bool) -> None:
    """What folium makes of the job, classes in colour and fields in a popup, but for Leaflet: that it would load from
    the network, and here it is put into the page.
    """
    import folium
    import geopandas as gpd
    from branca.element import Element

    from maps import page

    frame = gpd.read_file(parcels).to_crs(4326)
    west, south, east, north = frame.total_bounds
    shell = folium.Map(tiles=None, prefer_canvas=canvas, location=[(south + north) / 2, (west + east) / 2])
    shell.default_js, shell.default_css = [], []
    colours = page_colours(frame["DLBM"])
    folium.GeoJson(
        frame,
        style_function=lambda feature: {"fillColor": colours[feature["properties"]["DLBM"]], "weight": 1},
        popup=folium.GeoJsonPopup(["BSM", "DLBM"]),
    ).add_to(shell)
    shell.fit_bounds([[south, west], [north, east]])
    head = f"<script>{page._leaflet()}</script><style>{page._read('vendor/leaflet/leaflet.css')}</style>"
    shell.get_root().header.add_child(Element(f"{{% raw %}}{head}{{% endraw %}}"), name="leaflet")
    shell.save(str(path))
