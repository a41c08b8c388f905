"""In which encoding a Shapefile's dbf is written.

What the project states decides. Else what the `.cpg` and then the dbf's language id declare, then UTF-8, then GB18030:
the first in which every name and text decodes strictly. A dbf cuts at a byte, also inside a character: such a tail is
no error where the text fills its field, or where the project states the encoding.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from geo.errors import ZoneproofError
from layers.text import Text

Found = Literal["stated", "cpg", "language-id", "text", "ascii"]
LANGUAGE_IDS: Mapping[int, str] = {0x4D: "gb18030", 0x4F: "cp950", 0x78: "cp950", 0x7A: "gb18030"}
WESTERN_ID = 0x03
"""Written by default by some programs whatever the text is: believed only where neither UTF-8 nor GB18030 fits."""
GB_FAMILY = {"gb2312", "gbk", "cp936", "hz", "gb18030"}
NAME_BYTES = 10
_CHUNK_ROWS = 200_000
_PIECE = 1 << 22


@dataclass(frozen=True, slots=True)
class Encoding:
    """The codec, how it was found, and whether some text was cut inside a character."""

    codec: str
    found: Found
    cut: bool = False

    @property
    def note(self) -> Text | None:
        """What to tell the user where the encoding was only guessed from the text."""
        if self.found != "text":
            return None
        name = self.codec.upper()
        return Text(f"未声明编码,按文本推断为 {name}", f"encoding not stated; judged from its text to be {name}")


@dataclass(frozen=True, slots=True)
class _Dbf:
    """The header of a dbf: language id, (name, start, width) of its text fields, names of all."""

    language: int
    names: tuple[bytes, ...]
    texts: tuple[tuple[int, int], ...]
    rows: int
    start: int
    width: int


def codec_of(name: str) -> str | None:
    """Python's name of an encoding as projects and .cpg files write it (`GBK`, `936`, `ANSI 936`, `65001`, `UTF8`)."""
    text = re.sub(r"^(ansi|oem|ldid/)\s*", "", name.strip().lower())
    if digits := re.fullmatch(r"(?:cp|windows-?)?(\d{3,5})", text):
        number = digits[1]
        text = {"65001": "utf-8", "54936": "gb18030", "88591": "iso8859-1"}.get(number, f"cp{number}")
    try:
        codec = codecs.lookup(text).name
    except (LookupError, ValueError):
        return None
    return "gb18030" if codec in GB_FAMILY else codec


def text_codec(path: Path | None, stated: str | None, where: str, more: bytes = b"") -> Encoding:
    """The encoding of a text file (and of `more` beside it): what is stated, a byte-order mark, UTF-8, then GB18030.

    Raises as `dbf_encoding`, and OSError.
    """
    if stated is not None and codec_of(stated) is None:
        raise ZoneproofError("encoding-unknown", where, encoding=stated)
    start = b""
    if path is not None:
        with path.open("rb") as file:
            start = file.read(4)
    if stated is not None:
        candidates: list[tuple[str, Found]] = [(codec_of(stated) or stated, "stated")]
    elif start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        candidates = [("utf-16", "stated")]
    else:
        candidates = [("utf-8", "stated"), ("gb18030", "text")]
    for codec, found in candidates:
        if _decodes(path, more, codec):
            return Encoding(codec, found)
    if stated is not None:
        raise ZoneproofError("encoding-wrong", where, encoding=stated)
    raise ZoneproofError("encoding-not-found", where)


def _decodes(path: Path | None, more: bytes, codec: str) -> bool:
    """Whether all of a file is in an encoding; a piece of it is held at a time."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        if path is not None:
            with path.open("rb") as file:
                while piece := file.read(_PIECE):
                    decoder.decode(piece)
        decoder.decode(b"", final=True)
        more.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def dbf_encoding(dbf: bytes | np.memmap, cpg: str | None, stated: str | None, where: str) -> Encoding:
    """The encoding of a dbf's bytes.

    Raises ZoneproofError `encoding-unknown` for a stated name that is no encoding, `encoding-wrong` where the text is
    not in the stated one, `encoding-not-found` where nothing fits.
    """
    header = _header(dbf)
    if stated is not None:
        return _stated(dbf, header, stated, where)
    candidates: list[tuple[str, Found]] = []
    if cpg and (codec := codec_of(cpg.split("\n")[0])):
        candidates.append((codec, "cpg"))
    if header.language in LANGUAGE_IDS:
        candidates.append((LANGUAGE_IDS[header.language], "language-id"))
    texts = frozenset(_texts(dbf, header))
    candidates += [("utf-8", "text"), ("gb18030", "text")]
    if header.language == WESTERN_ID:
        candidates.append(("cp1252", "text"))
    for codec, found in candidates:
        fit = _fit(texts, codec)
        if fit is not None:
            return Encoding(codec, found if texts else "ascii", fit)
    raise ZoneproofError("encoding-not-found", where)


def _stated(dbf: bytes | np.memmap, header: _Dbf, stated: str, where: str) -> Encoding:
    codec = codec_of(stated)
    if codec is None:
        raise ZoneproofError("encoding-unknown", where, encoding=stated)
    fit = _fit(frozenset((text, True) for text, _ in _texts(dbf, header)), codec)
    if fit is None:
        raise ZoneproofError("encoding-wrong", where, encoding=stated)
    return Encoding(codec, "stated", fit)


def _header(dbf: bytes | np.memmap) -> _Dbf:
    head = bytes(dbf[:32]).ljust(32, b"\0")
    rows, start, width = struct.unpack("<IHH", head[4:12])
    fields = bytes(dbf[32:start])
    names, texts, at = [], [], 1
    for offset in range(0, len(fields) - 31, 32):
        field = fields[offset : offset + 32]
        if field[0] in (0x0D, 0x00):
            break
        names.append(field[:11].split(b"\0")[0])
        size = field[16] + (field[17] << 8 if field[11:12] == b"C" else 0)
        if field[11:12] == b"C":
            texts.append((at, size))
        at += size
    return _Dbf(head[29], tuple(names), tuple(texts), rows, start, width)


def _texts(dbf: bytes | np.memmap, header: _Dbf) -> Iterator[tuple[bytes, bool]]:
    """Each distinct name and text that is not ASCII, with whether it fills its field."""
    for name in header.names:
        if not name.isascii():
            yield name, len(name) >= NAME_BYTES
    if not header.width:
        return
    flat = np.frombuffer(dbf, np.uint8)[header.start :]
    rows = min(header.rows, len(flat) // header.width)
    table = flat[: rows * header.width].reshape(rows, header.width)
    for begin in range(0, rows, _CHUNK_ROWS):
        for start, size in header.texts:
            cells = table[begin : begin + _CHUNK_ROWS, start : start + size]
            high = cells[(cells >= 0x80).any(axis=1)]
            for raw in {cell.tobytes() for cell in high}:
                text = raw.rstrip(b" \0")
                yield text.split(b"\0")[0], len(text) == size


def _fit(texts: frozenset[tuple[bytes, bool]], codec: str) -> bool | None:
    """Whether some text is cut inside a character; None where the texts are not in this encoding."""
    cut = False
    for text, full in texts:
        decoder = codecs.getincrementaldecoder(codec)("strict")
        try:
            decoder.decode(text, final=False)
        except UnicodeDecodeError:
            return None
        if decoder.getstate()[0]:
            if not full:
                return None
            cut = True
    return cut
