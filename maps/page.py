"""The shell of the HTML map: one file that loads nothing, with the data zipped so that no name can become markup.

folium compiles what it is given as a template, so it sees tokens alone; they are replaced after it has rendered.
"""

from __future__ import annotations

import re
from importlib.resources import files

import folium
from branca.element import Element, Figure

from maps.page_data import PageData

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
STYLES = ("vendor/leaflet/leaflet.css", "style.css", "cards.css", "map.css", "phone.css", "print.css")
SCRIPTS = (
    "words.js", "dom.js", "decode.js", "projection.js", "geodesy.js", "geometry.js", "canvas.js", "tiles.js",
    "labels.js", "state.js", "csv.js", "decisions.js", "charts.js", "card.js", "findings.js", "overview.js",
    "legend.js", "inputs.js", "evidence.js", "here.js", "measure.js", "controls.js", "map.js", "keys.js", "print.js",
    "main.js",
)  # fmt: skip
LANGUAGES = {"zh": "zh-CN", "en": "en"}


def page(data: PageData) -> str:
    """The page that shows `data` (see `maps.page_data`)."""
    told = data.told
    host = f" {told['basemap']['host']}" if told["basemap"] else ""
    blocks = "\n".join(f'<script type="text/plain" class="zp-block">{text}</script>' for text in data.blocks)
    parts = {
        "__ZP_TOP__": _read("top.html"),
        "</body>": f"{_read('panel.html')}</body>",  # folium puts its map last, print wants it before the list
        "__ZP_SCRIPT__": f"(function () {{\n'use strict';\n{_scripts()}\n}}());",
        "__ZP_DATA__": data.zipped(),
        "__ZP_BLOCKS__": blocks,
        "<html>": f'<html lang="{LANGUAGES[told["lang"]]}">',
        "<head>": f'<head>\n<meta http-equiv="Content-Security-Policy" content="{policy(host)}">',
        "</head>": f"<script>{_leaflet()}</script>\n"
        f'<script type="text/plain" id="zp-fflate">{_read("vendor/fflate/fflate.js")}</script>\n'
        f"<style>{_styles()}</style>\n</head>",  # after folium's own styles
    }
    html = re.sub(r",\s*maximum-scale=1.0, user-scalable=no", "", _shell())
    for token, text in parts.items():
        html = html.replace(token, text, 1)
    return html


def policy(host: str = "") -> str:
    """What the browser may load: nothing but what the page carries, and pictures from a base map's one host."""
    return POLICY.replace("img-src data: blob:", f"img-src data: blob:{host}")


def _shell() -> str:
    """What folium makes of a map without tiles, scripts or styles; ids are fixed, where folium draws them at random."""
    figure = Figure(title="Zoneproof")
    figure._id = "zoneproof"
    shell = folium.Map(
        tiles=None, zoom_control=False, prefer_canvas=True, attributionControl=False, fadeAnimation=False
    )
    shell._id = "zoneproof"
    shell.default_js, shell.default_css = [], []
    figure.add_child(shell)
    figure.html.add_child(Element("__ZP_TOP__"), name="zp_top", index=0)
    figure.script.add_child(Element("__ZP_SCRIPT__"), name="zp_script")
    return str(figure.render())


def _read(name: str) -> str:
    return files("maps").joinpath("web", *name.split("/")).read_text(encoding="utf-8")


def _styles() -> str:
    """Style sheets in one; Leaflet's pictures, which would be loaded from files, are left out."""
    return re.sub(r"url\((?!#|data:)[^)]*\)", "none", "\n".join(_lean(_read(name)) for name in STYLES))


def _scripts() -> str:
    return "\n".join(_lean(_read(name)) for name in SCRIPTS)


def _lean(text: str) -> str:
    """A script or style sheet without indentation and lines of comment, a tenth smaller."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not re.fullmatch(r"//.*|/\*\*.*\*/", line))


def _leaflet() -> str:
    return re.sub(r"//# sourceMappingURL=.*", "", _read("vendor/leaflet/leaflet.js"))
