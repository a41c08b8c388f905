"""A zone.toml for a folder of layers and tables: every guess with its reason, every doubt as a comment.

Names are hostile: each is written as a quoted TOML text, in comments too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from geo.errors import ZoneproofError
from layers.document import PROJECT_FILE
from layers.glimpse import Found, Unread, look_through
from layers.guess import Fit, facts, guess, known, named
from layers.model import Role
from layers.roles import roles
from layers.text import Lang, Text

GUESSED = Text(
    "由 zoneproof init 推测生成,每项附理由;请逐项核对后再运行 zoneproof check。",
    "Guessed by zoneproof init, each entry with its reason. Look through all of it before zoneproof check.",
)
AS_OF = Text("审查基准日;不填则“近两年”等规则无法判定", "the day the check speaks for; rules with a window need it")
CHOSEN = Text("选用", "chosen")
OTHER = Text("其他候选", "other candidate")
NO_CRS = Text('坐标系未知,请填 crs = "EPSG:…"', 'no CRS: add crs = "EPSG:…"')
ASK = Text("未找到。确实没有吗?若没有,去掉下一行的 #", "not found. Is there none? If so, take the # off the next line")
NO_FEATURES = Text(
    "找到的图层没有要素。若确实没有,去掉 #", "the layer found has no features. If there is none, take the # off"
)
NOT_FOUND = Text("未找到", "not found")
FIELDS_WANTED = Text(
    "缺必填字段;补 fields 或 set 后去掉 #", "needed fields are missing; give fields or set, then take the # off"
)
ZONES_WANTED = Text("未找到园区范围,必须填写", "no zones found; this one is needed")
UNPLACED = Text("未能归入任何角色", "could not be placed")
UNREAD = Text("未能读取", "could not be read")


def quoted(text: str) -> str:
    """A text as TOML writes it, with everything that doesn't print as an escape."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in plain)


def write_draft(folder: Path, *, force: bool, lang: Lang, skip: Callable[[Path], bool]) -> tuple[Path, int, int]:
    """Write `folder/zone.toml`; how many roles were found and how many things not placed or read.

    Raises ZoneproofError `init-folder`, `init-exists`, `init-unwritable`.
    """
    if not folder.is_dir():
        raise ZoneproofError("init-folder", str(folder))
    file = folder / PROJECT_FILE
    if os.path.lexists(file) and not force:
        raise ZoneproofError("init-exists", str(file))
    seen = list(look_through(folder, skip))
    items = [item for item in seen if isinstance(item, Found)]
    unread = [item for item in seen if isinstance(item, Unread)]
    fits, unplaced = guess(items)
    text = "\n".join(_lines(folder.resolve().name, fits, unplaced, unread, lang)) + "\n"
    try:
        _write(file, text, force=force)
    except FileExistsError:
        raise ZoneproofError("init-exists", str(file)) from None
    except OSError as error:
        raise ZoneproofError("init-unwritable", str(file), detail=error.strerror or str(error)) from error
    return file, len(fits), len(unplaced) + len(unread)


def _write(file: Path, text: str, *, force: bool) -> None:
    """The old file or the new one, whole: written beside it, then moved there."""
    with NamedTemporaryFile("wb", dir=file.parent, prefix=".zone-", suffix=".toml", delete=False) as new:
        new.write(text.encode("utf-8"))
    try:
        Path(new.name).chmod(0o644)
        if force:
            Path(new.name).replace(file)
        else:
            os.link(new.name, file)
    finally:
        Path(new.name).unlink(missing_ok=True)


def _lines(
    name: str, fits: Mapping[str, Sequence[Fit]], unplaced: Sequence[Found], unread: Sequence[Unread], lang: Lang
) -> Iterator[str]:
    yield f"# {GUESSED.show(lang)}"
    yield ""
    yield "[project]"
    yield f"name = {quoted(_utf8(name).strip() or PROJECT_FILE)}"
    yield f"# as_of = YYYY-MM-DD  # {AS_OF.show(lang)}"
    packs = {pack: bool(set(asked) & set(fits)) for pack, asked in known()["packs"].items()}
    chosen = [pack for pack, wanted in packs.items() if wanted] or list(packs)[:1]
    yield f"packs = [{', '.join(quoted(pack) for pack in chosen)}]"
    if others := [quoted(pack) for pack in packs if pack not in chosen]:
        yield f"# {Text('另有', 'others').show(lang)}: {', '.join(others)}"
    for section, forms in (("layers", ("vector", "raster")), ("tables", ("table",))):
        yield from ("", f"[{section}]")
        for role in roles().values():
            if role.form in forms:
                yield from _role(role, fits.get(role.name, ()), lang)
    if unplaced or unread:
        yield ""
    for item in unplaced:
        yield f"# {UNPLACED.show(lang)}: {quoted(item.text)} ({_told(item, lang)})"
    for broken in unread:
        yield f"# {UNREAD.show(lang)}: {quoted(broken.text)} ({quoted(broken.reason.show(lang))})"


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _role(role: Role, fits: Sequence[Fit], lang: Lang) -> Iterator[str]:
    head = f"# {role.name} {role.title.show(lang)}: "
    if not fits:
        asked = named()[role.name].asked
        wanted = ZONES_WANTED if role.name == "zones" else ASK if asked else NOT_FOUND
        yield head + wanted.show(lang)
        if asked:
            yield f"# {role.name} = {{empty = true}}"
        return
    several = named()[role.name].parts
    taken = [fit for fit in fits if _ready(fit)] if several else list(fits[:1])
    taken = taken or list(fits[:1])
    yield head.rstrip(": ")
    for fit in fits:
        told = CHOSEN if fit in taken else OTHER
        reasons = _plain(facts(fit).show(lang))
        yield f"#   {told.show(lang)}: {quoted(fit.item.text)} ({_told(fit.item, lang)}) {reasons}"
        if fit in taken and fit.item.crs is None and role.form != "table":
            yield f"#   {NO_CRS.show(lang)}"
    entries = ", ".join(_entry(fit) for fit in taken)
    line = f"{role.name} = " + (f"[{entries}]" if len(taken) > 1 else entries)
    yield from _active(role, taken[0], line, lang)


def _active(role: Role, fit: Fit, line: str, lang: Lang) -> Iterator[str]:
    """The entry, commented out where `check` could not open it as it is."""
    if fit.item.count == 0:
        yield from (f"#   {NO_FEATURES.show(lang)}", f"# {role.name} = {_entry(fit, empty=True)}")
    elif not _ready(fit):
        yield from (f"#   {FIELDS_WANTED.show(lang)}: {', '.join(fit.missing)}", f"# {line}")
    else:
        yield line


def _ready(fit: Fit) -> bool:
    return fit.item.count != 0 and not set(fit.missing) - set(fit.set)


def _entry(fit: Fit, *, empty: bool = False) -> str:
    keys = [f"path = {quoted(fit.item.text)}"]
    if fit.set:
        keys.append("set = {" + ", ".join(f"{key} = {quoted(value)}" for key, value in fit.set.items()) + "}")
    if empty:
        keys.append("empty = true")
    return quoted(fit.item.text) if len(keys) == 1 else "{" + ", ".join(keys) + "}"


def _told(item: Found, lang: Lang) -> str:
    facts_of: list[str] = [item.geometry or item.form]
    if item.count is not None:
        facts_of.append(Text(f"{item.count} 个要素", f"{item.count} features").show(lang))
    if item.form != "table":
        facts_of.append(item.crs or Text("坐标系未知", "CRS unknown").show(lang))
    if item.extent is not None:
        facts_of.append("{:.3f} {:.3f} {:.3f} {:.3f}".format(*item.extent))
    return _plain(", ".join(facts_of))


def _plain(text: str) -> str:
    """For a comment: on one line, nothing in it that doesn't print."""
    return quoted(text)[1:-1]
