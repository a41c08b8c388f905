"""A base map from the network, only where the user names one: the page then may ask that host alone for pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from geo.errors import ZoneproofError
from layers.text import Text

TIANDITU = "tianditu:"
TIANDITU_KEY = re.compile(r"[0-9A-Za-z]{16,64}")
SHIFTED = ("autonavi.com", "amap.com", "gtimg.com", "qq.com", "map.bdimg.com", "baidu.com")
"""Hosts whose tiles are on GCJ-02 or BD-09: 250 to 600 m off."""
PLACES = ("{x}", "{y}", "{z}")


@dataclass(frozen=True, slots=True)
class Basemap:
    """Tiles in Web Mercator: addresses with {x}, {y}, {z} from the bottom up, their host, who made them."""

    addresses: tuple[str, ...]
    host: str
    credit: str
    shifted: bool = False

    @property
    def warning(self) -> Text:
        """What is said where the tiles are shifted."""
        return Text(
            f"{self.credit} 的瓦片使用 GCJ-02 或 BD-09 坐标,与数据相差约 250-600 米,不可用于核对位置",
            f"tiles from {self.credit} are on GCJ-02 or BD-09, some 250-600 m off: not to be used to check places",
        )

    def told(self) -> dict[str, Any]:
        """As the page's script reads it."""
        return {"addresses": list(self.addresses), "host": self.host, "credit": self.credit, "shifted": self.shifted}


def basemap(text: str) -> Basemap:
    """What `--basemap` names: `tianditu:KEY`, or an http(s) address of XYZ or WMTS tiles; else a `ZoneproofError`."""
    if text.startswith(TIANDITU):
        key = text.removeprefix(TIANDITU)
        if not TIANDITU_KEY.fullmatch(key):
            raise ZoneproofError("basemap-key", "--basemap")
        return _tianditu(key)
    told = _address(text)
    if told is None:
        raise ZoneproofError("basemap-address", "--basemap", given=text)
    return told


def _tianditu(key: str) -> Basemap:
    """Tianditu's vector map and its Chinese names, on CGCS2000 without a shift."""
    host = "https://t0.tianditu.gov.cn"
    addresses = tuple(
        f"{host}/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default"
        f"&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
        for layer in ("vec", "cva")
    )
    return Basemap(addresses, host, "天地图 Tianditu")


def _address(text: str) -> Basemap | None:
    """An address with its three places; WMTS addresses may name them {TileCol}, {TileRow}, {TileMatrix}."""
    for theirs, ours in (("{TileCol}", "{x}"), ("{TileRow}", "{y}"), ("{TileMatrix}", "{z}")):
        text = text.replace(theirs, ours)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    name = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not re.fullmatch(r"[0-9A-Za-z.-]+", name):
        return None
    if not all(place in text for place in PLACES) or re.search(r"[\s\"'<>;,]", text) or parts.username:
        return None
    host = f"{parts.scheme}://{name}" + (f":{port}" if port else "")
    shifted = any(name == one or name.endswith(f".{one}") for one in SHIFTED)
    return Basemap((text,), host, name, shifted)
