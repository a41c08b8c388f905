"""Copies in a temporary folder of what GDAL cannot read as it stands, or would write beside: inputs are never changed.

Companions of a copied file stand beside the copy as links.
"""

from __future__ import annotations

import codecs
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import numpy as np
import pyogrio

from geo.errors import ZoneproofError
from layers.encoding import Encoding, codec_of, dbf_encoding, text_codec
from layers.text import Text

AT_ONCE = 1 << 22
CHARSETS = {"gb18030": "WindowsSimpChinese", "cp950": "WindowsTradChinese", "utf-8": "Neutral"}
"""How MapInfo calls an encoding; what it calls Neutral GDAL hands on as it is."""
BINARY_DXF = b"AutoCAD Binary DXF"
UTF8_SINCE = 1021
"""The version of AutoCAD (2007) whose drawings are in UTF-8."""
_CHARSET = re.compile(rb'(charset\s+"?)(\w+)', re.IGNORECASE)
_DATA = re.compile(r"(<(?:\w+:)?Data\b[^<>]*?\bname\s*=\s*)(\"[^\"<>]*\"|'[^'<>]*')")
_ESCAPED = re.compile(r"_u([0-9a-f]{4,6})_")
_RESTORED = Text(
    "缺少 .shx,已由 .shp 重建(仅用于本次读取)", "the .shx is missing and was rebuilt from the .shp for this reading"
)


@dataclass(frozen=True)
class Copied:
    """The copy, the folder that it lives in, what to say of it, and whether fields have other names in it."""

    path: Path
    folder: TemporaryDirectory[str]
    notes: tuple[Text, ...] = ()
    renamed: bool = False


def copied(path: Path, encoding: str | None, place: str) -> Copied | None:
    """A copy that GDAL can read; None where the file itself will do.

    Raises ZoneproofError as `text_codec` for text in an encoding that is not found or not the stated one.
    """
    make = _MAKERS.get(path.suffix.lower())
    try:
        return make(path, encoding, place) if make else None
    except OSError as error:
        raise ZoneproofError("source-unreadable", place, message=str(error)) from error


def beside(path: Path, suffixes: tuple[str, ...]) -> Copied:
    """A plain copy of a file and of its companions with these endings."""
    folder = TemporaryDirectory(prefix="zoneproof-")
    for end in (path.name, *(path.stem + suffix for suffix in suffixes), path.name + "-wal"):
        if (file := path.with_name(end)).is_file():
            shutil.copyfile(file, Path(folder.name) / end)
    return Copied(Path(folder.name) / path.name, folder)


def unescaped(name: str) -> str:
    """A field's name of a KML copy as the file has it."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)


def _linked(path: Path, write: Callable[[BinaryIO], object] | None = None) -> Copied:
    """A folder with links to a file and its companions; the file itself written anew where `write` does that."""
    folder = TemporaryDirectory(prefix="zoneproof-")
    copy = Path(folder.name) / path.name
    for file in path.parent.iterdir():
        if file.stem == path.stem and file.is_file() and (write is None or file.name != path.name):
            (Path(folder.name) / file.name).symlink_to(file.resolve())
    if write is not None:
        with copy.open("wb") as out:
            write(out)
    return Copied(copy, folder)


def _shapefile(path: Path, encoding: str | None, place: str) -> Copied | None:
    del encoding
    if any(path.with_suffix(end).exists() for end in (".shx", ".SHX")):
        return None
    made = _linked(path)
    before = pyogrio.get_gdal_config_option("SHAPE_RESTORE_SHX")
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
    try:
        pyogrio.list_layers(made.path)
    except pyogrio.errors.DataSourceError as error:
        message = str(error).replace(f"{made.folder.name}/", "")
        raise ZoneproofError("source-unreadable", place, message=message) from error
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": before})
    return Copied(made.path, made.folder, (_RESTORED,))


def _json(path: Path, encoding: str | None, place: str) -> Copied | None:
    """GeoJSON in UTF-8 and as a collection."""
    codec = text_codec(path, encoding, place)
    bare = next(_decoded(path, codec.codec), "").lstrip("\ufeff \t\r\n").startswith("[")
    if codec.codec == "utf-8" and not bare:
        return None

    def write(out: BinaryIO) -> None:
        out.write(b'{"type":"FeatureCollection","features":' if bare else b"")
        for at, text in enumerate(_decoded(path, codec.codec)):
            out.write((text if at else text.lstrip("\ufeff")).encode("utf-8", "replace"))
        out.write(b"}" if bare else b"")

    made = _linked(path, write)
    return Copied(made.path, made.folder, (codec.note,) if codec.note else ())


def _csv(path: Path, encoding: str | None, place: str) -> Copied | None:
    """CSV in UTF-8; quotes that are never closed mean that its end is missing."""
    codec = text_codec(path, encoding, place)
    if sum(text.count('"') for text in _decoded(path, codec.codec)) % 2:
        raise ZoneproofError("source-cut-off", place)
    if codec.codec == "utf-8":
        return None

    def write(out: BinaryIO) -> None:
        for text in _decoded(path, codec.codec):
            out.write(text.encode("utf-8", "replace"))

    made = _linked(path, write)
    return Copied(made.path, made.folder, (codec.note,) if codec.note else ())


def _kml(path: Path, encoding: str | None, place: str) -> Copied | None:
    """KML whose untyped fields have ASCII names: GDAL makes every other letter of a name an underscore."""
    del encoding
    text = path.read_bytes()
    if not any(not found[2].isascii() for found in _DATA.finditer(text.decode("utf-8", "ignore"))):
        return None
    try:
        ascii_names = _DATA.sub(lambda found: found[1] + escaped(found[2]), text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ZoneproofError("source-unreadable", place, message=str(error)) from error
    made = _linked(path, lambda out: out.write(ascii_names.encode("utf-8")))
    return Copied(made.path, made.folder, renamed=True)


def escaped(name: str) -> str:
    """A field's name as a KML copy has it."""
    return "".join(char if char.isascii() else f"_u{ord(char):04x}_" for char in name)


def _mapinfo(path: Path, encoding: str | None, place: str) -> Copied | None:
    """MapInfo files that do not say their encoding, or not the stated one, with a header that does."""
    head = path.read_bytes() if path.suffix.lower() == ".tab" else _head_of_mif(path)
    found = _CHARSET.search(head)
    declared = found[2].decode("ascii", "replace").casefold() if found else "neutral"
    if encoding is None and declared != "neutral":
        return None
    codec = _mapinfo_codec(path, head, encoding, place)
    charset = CHARSETS.get(codec.codec)
    if charset is None:
        raise ZoneproofError("encoding-not-here", place, encoding=codec.codec)
    if charset.casefold() == declared:
        return None

    def write(out: BinaryIO) -> None:
        named = _CHARSET.sub(lambda told: told[1] + charset.encode(), head)
        out.write(named if found else b"!charset " + charset.encode() + b"\n" + head)
        with path.open("rb") as file:
            file.seek(len(head))
            shutil.copyfileobj(file, out)

    made = _linked(path, write)
    return Copied(made.path, made.folder, (codec.note,) if codec.note else ())


def _mapinfo_codec(path: Path, head: bytes, encoding: str | None, place: str) -> Encoding:
    wanted = path.with_suffix({".tab": ".dat", ".mif": ".mid"}[path.suffix.lower()]).name.casefold()
    data = next((file for file in path.parent.iterdir() if file.name.casefold() == wanted), None)
    if data is None or not data.stat().st_size:
        return text_codec(None, encoding, place, more=head)
    if path.suffix.lower() == ".mif":
        return text_codec(data, encoding, place, more=head)
    found = dbf_encoding(np.memmap(data, np.uint8, "r"), None, encoding, place)
    return found if found.found != "ascii" else text_codec(None, encoding, place, more=head)


def _dxf(path: Path, encoding: str | None, place: str) -> Copied | None:
    """A drawing with a header: without one GDAL takes no encoding. One that does not say where it ends was cut off."""
    del encoding
    with path.open("rb") as file:
        if file.read(len(BINARY_DXF)) == BINARY_DXF:
            return None
        file.seek(max(path.stat().st_size - 64, 0))
        if not file.read().rstrip().endswith(b"EOF"):
            raise ZoneproofError("source-cut-off", place)
        file.seek(0)
        if re.search(rb"^\s*2\s+HEADER\s", file.read(1 << 16), re.MULTILINE):
            return None

    def write(out: BinaryIO) -> None:
        out.write(b"  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n")
        with path.open("rb") as file:
            shutil.copyfileobj(file, out)

    return _linked(path, write)


def _head_of_mif(path: Path) -> bytes:
    """What stands before the geometry."""
    with path.open("rb") as file:
        lines: list[bytes] = []
        for line in file:
            lines.append(line)
            if line.strip().lower() == b"data" or len(lines) > 5_000:
                break
    return b"".join(lines)


def _decoded(path: Path, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    with path.open("rb") as file:
        while piece := file.read(AT_ONCE):
            yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def dxf_encoding(path: Path, encoding: str | None, place: str) -> str | None:
    """In which encoding a DXF's names and texts are; None where the file says it itself."""
    if encoding is not None:
        return (codec_of(encoding) or encoding).upper()
    with path.open("rb") as file:
        head = file.read(1 << 16)
    version = re.search(rb"\$ACADVER\s+1\s+AC(\d{4})", head)
    if version and int(version[1]) >= UTF8_SINCE:
        return "UTF-8"
    if re.search(rb"\$DWGCODEPAGE\s+3\s+ANSI_(?!1252)\w+", head):
        return None
    return text_codec(path, None, place).codec.upper()


_MAKERS: dict[str, Callable[[Path, str | None, str], Copied | None]] = {
    ".shp": _shapefile,
    ".geojson": _json,
    ".json": _json,
    ".csv": _csv,
    ".kml": _kml,
    ".tab": _mapinfo,
    ".mif": _mapinfo,
    ".dxf": _dxf,
}
