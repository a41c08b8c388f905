"""In which encoding a dbf is, by every way that the order knows, and texts cut inside a character."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.errors import ZoneproofError
from layers.encoding import codec_of, dbf_encoding

GBK, UTF8, BIG5 = "耿马".encode("gbk"), "耿马".encode(), "國語".encode("big5")
NAME = (b"MC", "C", 20)


@pytest.mark.parametrize(
    ("written", "codec"),
    [
        ("GBK", "gb18030"),
        ("gb2312", "gb18030"),
        ("936", "gb18030"),
        ("CP936", "gb18030"),
        ("ANSI 936", "gb18030"),
        ("OEM 936", "gb18030"),
        ("65001", "utf-8"),
        ("UTF8", "utf-8"),
        ("UTF-8\n", "utf-8"),
        ("BIG5", "big5"),
        ("ISO-8859-1", "iso8859-1"),
        ("88591", "iso8859-1"),
        ("ANSI 1252", "cp1252"),
        ("klingon", None),
        ("", None),
    ],
)
def test_names_of_encodings(written: str, codec: str | None) -> None:
    assert codec_of(written) == codec


@pytest.mark.parametrize(
    ("text", "language", "cpg", "codec", "found"),
    [
        (GBK, 0, "GBK", "gb18030", "cpg"),
        (GBK, 0x4D, None, "gb18030", "language-id"),
        (BIG5, 0x4F, None, "cp950", "language-id"),
        (BIG5, 0, "BIG5", "big5", "cpg"),
        (UTF8, 0, None, "utf-8", "text"),
        (UTF8, 0x57, None, "utf-8", "text"),
        (UTF8, 0x03, None, "utf-8", "text"),
        (GBK, 0, None, "gb18030", "text"),
        (GBK, 0x57, None, "gb18030", "text"),
        (GBK, 0x4D, "UTF-8", "gb18030", "language-id"),  # a .cpg copied from elsewhere
        ("园".encode(), 0x4D, None, "utf-8", "text"),  # a language id that the text belies
        (b"caf\xe9", 0x03, None, "cp1252", "text"),
        (b"plain", 0, None, "utf-8", "ascii"),
    ],
)
def test_the_order(
    make_dbf: Callable[..., bytes], *, text: bytes, language: int, cpg: str | None, codec: str, found: str
) -> None:
    known = dbf_encoding(make_dbf([NAME], [[text]], language), cpg, None, "x")
    assert (known.codec, known.found) == (codec, found)
    assert (known.note is None) == (found != "text")


def test_what_fits_nothing_is_asked_for(make_dbf: Callable[..., bytes]) -> None:
    with pytest.raises(ZoneproofError) as told:
        dbf_encoding(make_dbf([NAME], [[b"caf\xe9"]]), None, None, "x.shp")
    assert told.value.code == "encoding-not-found"


@pytest.mark.parametrize(("stated", "code"), [("utf-8", "encoding-wrong"), ("klingon", "encoding-unknown")])
def test_a_stated_encoding_decides_and_must_fit(make_dbf: Callable[..., bytes], stated: str, code: str) -> None:
    with pytest.raises(ZoneproofError) as told:
        dbf_encoding(make_dbf([NAME], [[GBK]]), "GBK", stated, "x.shp")
    assert told.value.code == code
    assert dbf_encoding(make_dbf([NAME], [[GBK]]), "UTF-8", "gbk", "x").found == "stated"


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_a_text_cut_inside_a_character_is_no_error_only_where_it_fills_its_field(
    make_dbf: Callable[..., bytes], codec: str
) -> None:
    cut = make_dbf([("地类名称编码".encode(codec), "C", 20), (b"MC", "C", 5)], [[b"a", "中国人民".encode(codec)]])
    assert dbf_encoding(cut, None, None, "x").codec == ("utf-8" if codec == "utf-8" else "gb18030")
    assert dbf_encoding(cut, None, None, "x").cut
    broken = make_dbf([(b"MC", "C", 20)], [["中国".encode(codec)[:-1]]])
    with pytest.raises(ZoneproofError):
        dbf_encoding(broken, None, None, "x")
    assert dbf_encoding(broken, None, codec, "x").cut


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
@pytest.mark.parametrize("stated", [True, False])
def test_cut_names_and_texts_are_read(
    shapefile: Callable[..., Path], load: Callable[..., object], codec: str, stated: bool
) -> None:
    fields = [("a拟建地类名称".encode(codec), "C", 20), (b"MC", "C", 5), ("编号".encode(codec), "C", 8)]
    rows = [["工业".encode(codec), "中国人民".encode(codec), b"7"], ["住宅".encode(codec), b"a", b"8"]]
    shapefile("f.shp", fields, rows)
    encoding = f', encoding = "{codec}"' if stated else ""
    name = "a拟建地类" if codec == "gbk" else "a拟建地"  # what is whole of the first ten bytes
    inputs = load(
        f"industrial_redline = {{path = 'f.shp', where = '''\"{name}\" = '工业' ''', "
        f'fields = {{name = "MC", id = "编号"}}{encoding}}}'
    ).ok
    frame = inputs.layers["industrial_redline"].frame
    assert list(frame["feature"]) == ["7"]
    assert list(frame["name"]) == ["中国" if codec == "gbk" else "中"]


@pytest.mark.parametrize(("province", "name"), [("yunnan", "云南"), ("sichuan", "四川"), ("xizang", "西藏")])
def test_real_gbk_shapefiles_with_cut_names(
    real_data: Path, load: Callable[..., object], province: str, name: str
) -> None:
    path = (real_data / "chinese_encoding" / "oyl" / f"{province}.shp").as_posix()
    inputs = load(f'zones = {{path = "{path}", crs = "EPSG:4490", fields = {{zone = "地市名"}}}}').ok
    assert list(inputs.layers["zones"].frame["zone"]) == [name]
    assert inputs.records[0].notes == ()


def test_real_utf8_without_cpg_is_noted(real_data: Path, load: Callable[..., object]) -> None:
    path = (real_data / "france_plu/41175_PLU_20140603/Donnees_geographiques/ZONE_URBA.shp").as_posix()
    inputs = load(f'zones = {{path = "{path}", fields = {{zone = "LIBELLE", phase = "LIBELONG"}}}}').ok
    assert "UTF-8" in inputs.records[0].notes[0].en
    assert "Secteur de zone naturelle où l'évolution modéré du bâti existant est admis" in set(
        inputs.layers["zones"].frame["phase"]
    )


def test_real_big5(real_data: Path) -> None:
    folder = real_data / "chinese_encoding" / "mapshaper"
    assert dbf_encoding((folder / "big5.dbf").read_bytes(), "BIG5", None, "x").codec == "big5"
    assert dbf_encoding((folder / "gbk.dbf").read_bytes(), None, None, "x").codec == "gb18030"
