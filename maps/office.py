"""What Word and Excel files have in common: text that XML can hold, and bytes that no clock shows in."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
STAMPS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")
MOST = 32_000
"""Excel takes no more characters in a cell."""


def plain(text: str) -> str:
    """A text without what XML can't hold, cut to what a cell takes."""
    return UNPRINTABLE.sub(" ", text)[:MOST]


def fixed_zip(path: Path, day: str) -> None:
    """Write an office file anew, its parts sorted and dated by `day` (YYYY-MM-DD) instead of now."""
    year, month, date = (int(part) for part in day.split("-"))
    moment = (max(year, 1980), month, date, 0, 0, 0)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    first = "[Content_Types].xml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != first, name)):
            content = parts[name]
            if name == "docProps/core.xml":
                content = STAMPS.sub(rb"\g<1>" + f"{day}T00:00:00Z".encode() + rb"\g<3>", content)
            info = zipfile.ZipInfo(name, moment)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(info, content)
