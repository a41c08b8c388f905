"""An inspection as people and programs read it: the table of the terminal, Markdown, JSON, places as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from layers.inspection.model import Fact, Flaw, Inspection, Level, Seen, Spot
from layers.text import Lang, Text
from maps import figures
from maps.outputs.findings import tool

SCHEMA_VERSION = "1"
IN_TERMINAL, IN_MARKDOWN = 5, 200
"""So many places of a flaw are printed and written down; inspect.json lists up to 1,000."""
WORDS: dict[Level, Text] = {"error": Text("错误", "wrong"), "look": Text("待核", "look"), "note": Text("提示", "note")}
CLEAN = Text("未发现问题", "nothing found")
MORE = Text("……另有 {} 处", "... and {} more")


def table(found: Inspection, lang: Lang) -> str:
    """Every source with what was read of it and its flaws, for a terminal."""
    blocks = [Text(f"{found.name}: 数据检查", f"{found.name}: inspection of the data").show(lang)]
    blocks += [f"! {problem.text.show(lang)}" for problem in found.problems]
    for seen in found.sources:
        lines = [f"{_safe(seen.title.show(lang))} ({seen.role})  {_safe(seen.source or '-')}"]
        lines.append("    " + " · ".join(text.show(lang) for text in facts(seen)))
        for flaw in seen.flaws:
            lines.append(f"  [{WORDS[flaw.level].show(lang)}] {_safe(headline(flaw).show(lang))}")
            lines += [f"      {_safe(line)}" for line in _spots(flaw, IN_TERMINAL, lang)]
        if not seen.flaws:
            lines.append(f"  {CLEAN.show(lang)}")
        blocks.append("\n".join(lines))
    blocks.append(totals(found).show(lang))
    return "\n\n".join(blocks)


def totals(found: Inspection) -> Text:
    """How many kinds of flaws there are, by level."""
    counts = found.counts
    zh = "，".join(f"{WORDS[level].zh} {counts[level]} 类" for level in WORDS)
    en = ", ".join(f"{counts[level]} {WORDS[level].en}" for level in WORDS)
    return Text(f"合计: {zh}", f"in all: {en}")


def facts(seen: Seen) -> Iterator[Text]:
    """What is known of a source: form, encoding, CRS, datum, counts, area."""
    if seen.form:
        yield Text(seen.form, seen.form)
    for word, fact in ((Text("编码", "encoding"), seen.encoding), (Text("坐标系", "CRS"), seen.crs)):
        if fact is not None:
            yield Text(f"{word.zh} {_told(fact).zh}", f"{word.en} {_told(fact).en}")
    if seen.features is not None:
        yield Text(f"{seen.features} 条", f"{seen.features} features")
    if seen.area_m2 is not None:
        area = figures.figure(seen.area_m2, "m2")
        yield Text(f"面积 {area.zh}", f"area {area.en}")
    yield from seen.notes


def _told(fact: Fact) -> Text:
    if fact.found is None:
        return fact.value
    return Text(f"{fact.value.zh}({fact.found.zh})", f"{fact.value.en} ({fact.found.en})")


def headline(flaw: Flaw) -> Text:
    """What is wrong, how often, how to mend it; one line."""
    return Text(f"{flaw.what.zh}: {flaw.count} 处；{flaw.mend.zh}", f"{flaw.what.en}: {flaw.count}; {flaw.mend.en}")


def spot_text(flaw: Flaw, spot: Spot) -> Text:
    """One place: the feature, where, the figure, its own words."""
    parts = [Text(spot.feature, spot.feature)]
    if spot.lonlat is not None:
        place = f"{spot.lonlat[0]:.7f}, {spot.lonlat[1]:.7f}"
        parts.append(Text(place, place))
    if spot.value is not None:
        parts.append(value_text(flaw, spot.value))
    if spot.note is not None:
        parts.append(spot.note)
    return Text("  ".join(part.zh for part in parts), "  ".join(part.en for part in parts))


def value_text(flaw: Flaw, value: float) -> Text:
    """A flaw's figure with its unit."""
    if flaw.unit == "m2":
        return figures.figure(value, "m2")
    signs = {"deg": "°", "km": " km", "m": " m"}
    told = f"{value:.2f}{signs.get(flaw.unit or '', '')}"
    return Text(told, told)


def _spots(flaw: Flaw, most: int, lang: Lang) -> list[str]:
    lines = [spot_text(flaw, spot).show(lang) for spot in flaw.spots[:most]]
    rest = flaw.count - len(lines)
    if lines and rest > 0:
        lines.append(Text(MORE.zh.format(rest), MORE.en.format(rest)).show(lang))
    return lines


def markdown(found: Inspection, lang: Lang) -> str:
    """The same as a Markdown report, with more places."""
    lines = [f"# {_marked(Text(f'{found.name} 数据检查', f'{found.name}: inspection of the data').show(lang))}", ""]
    lines += [totals(found).show(lang), ""]
    lines += [f"- **{WORDS['error'].show(lang)}** {_marked(problem.text.show(lang))}" for problem in found.problems]
    for seen in found.sources:
        lines += ["", f"## {_marked(seen.title.show(lang))} ({seen.role}): {_marked(seen.source or '-')}", ""]
        lines += [f"- {_marked(text.show(lang))}" for text in facts(seen)]
        if not seen.flaws:
            lines += ["", CLEAN.show(lang)]
        for flaw in seen.flaws:
            lines += ["", f"### {WORDS[flaw.level].show(lang)}: {_marked(headline(flaw).show(lang))}", ""]
            lines += [f"- {_marked(line)}" for line in _spots(flaw, IN_MARKDOWN, lang)]
    return "\n".join(lines) + "\n"


def to_json(found: Inspection) -> dict[str, Any]:
    """Everything, as plain values; `listed` places of the `count` that there are."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": tool(),
        "kind": "inspection",
        "project": {"name": found.name},
        "problems": [_both(problem.text) for problem in found.problems],
        "sources": [_source(seen) for seen in found.sources],
        "counts": dict(found.counts),
    }


def _source(seen: Seen) -> dict[str, Any]:
    return {
        "role": seen.role, "source": seen.source, "form": seen.form,
        "encoding": _fact(seen.encoding), "crs": _fact(seen.crs),
        "datum": None if seen.datum is None else _both(seen.datum),
        "features": seen.features, "area_m2": None if seen.area_m2 is None else round(seen.area_m2, 2),
        "bbox": None if seen.bbox is None else [round(value, 7) for value in seen.bbox],
        "notes": [_both(note) for note in seen.notes],
        "flaws": [_flaw(flaw) for flaw in seen.flaws],
    }  # fmt: skip


def _fact(fact: Fact | None) -> dict[str, Any] | None:
    return (
        None if fact is None else {"value": fact.value.en, "found": None if fact.found is None else _both(fact.found)}
    )


def _flaw(flaw: Flaw) -> dict[str, Any]:
    return {
        "code": flaw.code, "level": flaw.level, "what": _both(flaw.what), "mend": _both(flaw.mend),
        "unit": flaw.unit, "count": flaw.count, "listed": len(flaw.spots),
        "places": [
            {
                "feature": spot.feature, "lonlat": _place(spot),
                "value": None if spot.value is None else round(spot.value, 4),
                "note": None if spot.note is None else _both(spot.note),
            }
            for spot in flaw.spots
        ],
    }  # fmt: skip


def _place(spot: Spot) -> list[float] | None:
    return None if spot.lonlat is None else [round(value, 7) for value in spot.lonlat]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def geojson(found: Inspection) -> dict[str, Any]:
    """Every listed place as a point in degrees, for any GIS."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": _place(spot)},
                "properties": {
                    "role": seen.role, "source": seen.source, "feature": spot.feature, "code": flaw.code,
                    "level": flaw.level, "what": flaw.what.zh, "what_en": flaw.what.en,
                    "value": None if spot.value is None else round(spot.value, 4), "unit": flaw.unit,
                    "note": None if spot.note is None else spot.note.zh,
                },
            }
            for seen in found.sources for flaw in seen.flaws for spot in flaw.spots if spot.lonlat is not None
        ],
    }  # fmt: skip


def to_bytes(content: dict[str, Any]) -> bytes:
    """JSON as UTF-8, one way only."""
    return (json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode("utf-8", "replace")


def _safe(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text)


def _marked(text: str) -> str:
    """Text that Markdown and HTML leave as it is."""
    safe = _safe(text).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{char}" if char in "\\`*_[]|#!" else char for char in safe)
