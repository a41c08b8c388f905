"""Rule packs: the built-in ones in `checks/packs/`, and files of the user's own (contract §8)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, get_args

from checks.drafts import Draft, read_draft, read_id, read_title
from layers.keys import TABLE, Keys, shown
from layers.model import GeometryType, Role
from layers.problems import Problems, nearest
from layers.roles import role_from_table, roles
from layers.text import Text

PACK_FILE_KEYS = ("pack", "roles", "rule")
PACK_KEYS = ("id", "title")
SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack: its roles and rules, as far as they are in order; `declared` are the ids of all its rules."""

    id: str
    title: Text
    roles: Mapping[str, Role]
    drafts: tuple[Draft, ...]
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs of a run, in its order. `whole` is false where one could not be read at all."""

    packs: tuple[Pack, ...]
    whole: bool = True

    @property
    def roles(self) -> Mapping[str, Role]:
        """All roles that the packs declare."""
        return {name: role for pack in self.packs for name, role in pack.roles.items()}

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All rules, in the order of the packs."""
        return tuple(draft for pack in self.packs for draft in pack.drafts)


def builtin_ids() -> tuple[str, ...]:
    """Ids of the built-in packs, sorted: the names of their files."""
    folder = files("checks").joinpath("packs")
    return tuple(sorted(entry.name.removesuffix(SUFFIX) for entry in folder.iterdir() if entry.name.endswith(SUFFIX)))


@cache
def builtin(pack_id: str) -> Pack:
    """A built-in pack; a mistake in it is our own bug."""
    problems = Problems()
    pack = read_pack(files("checks").joinpath("packs", pack_id + SUFFIX), pack_id + SUFFIX, problems)
    problems.stop()
    if pack is None or pack.id != pack_id:
        message = f"checks/packs/{pack_id}{SUFFIX} holds another pack"
        raise RuntimeError(message)
    return pack


def load_packs(refs: Iterable[str], folder: Path, problems: Problems, where: str = "packs") -> Packs:
    """The packs that `refs` name: ids of built-in ones, or paths of .toml files from `folder` on.

    Every mistake is noted; a pack that can't be read is left out, a rule with mistakes too.
    """
    found: list[Pack] = []
    whole = True
    for ref in refs:
        pack = _load(ref, folder, problems, where)
        if pack is None:
            whole = False
        elif all(other.id != pack.id for other in found):
            found.append(pack)
        else:
            problems.add("pack-twice", where, pack=pack.id)
    _check_doubles(found, problems)
    return Packs(tuple(found), whole)


def validate_pack(path: Path) -> str:
    """The id of a pack without mistakes; raises `InputError` with all of them."""
    problems = Problems()
    pack = read_pack(path, path.name, problems)
    if pack is not None:
        _check_doubles([pack], problems)
    problems.stop()
    return pack.id if pack else path.name


def read_pack(path: Path | Traversable, name: str, problems: Problems) -> Pack | None:
    """The pack in a file; None where it is none at all. `name` stands for the file in messages."""
    table = _table(path, name, problems)
    if table is None:
        return None
    top = Keys(table, name, problems)
    top.known(PACK_FILE_KEYS)
    if top.lacks("pack", PACK_FILE_KEYS):
        problems.add("key-missing", name, key="[pack]")
    keys = top.inner("pack", f"{name} [pack]")
    keys.known(PACK_KEYS)
    pack_id = read_id(keys, PACK_KEYS) if "pack" in table else ""
    title = read_title(keys, PACK_KEYS, pack_id) if "pack" in table else Text(name, name)
    own = _roles(top, pack_id)
    declared = frozenset(rule["id"] for rule in _rules(top) if isinstance(rule.get("id"), str))
    return Pack(pack_id, title, own, _drafts(top, pack_id, {**_stand_ins(top), **roles(own)}), declared)


def _load(ref: str, folder: Path, problems: Problems, where: str) -> Pack | None:
    if ref.endswith(SUFFIX):
        return read_pack(folder / ref, ref, problems)
    if ref in builtin_ids():
        return builtin(ref)
    problems.add("pack-unknown", where, pack=ref, hint=nearest(ref, builtin_ids()))
    return None


def _table(path: Path | Traversable, name: str, problems: Problems) -> dict[str, object] | None:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        problems.add("pack-missing", name)
    except OSError as error:
        problems.add("file-unreadable", name, detail=str(error))
    except UnicodeDecodeError as error:
        problems.add("pack-broken", name, detail=f"utf-8: {error.reason}, byte {error.start}")
    except tomllib.TOMLDecodeError as error:
        problems.add("pack-broken", name, detail=str(error))
    except RecursionError:
        problems.add("pack-broken", name, detail="nested too deeply")
    return None


def _roles(top: Keys, pack_id: str) -> Mapping[str, Role]:
    inner = top.inner("roles", f"{top.where} [roles]")
    read = {
        name: role_from_table(name, table, pack_id, top.problems, inner.at(name)) for name, table in inner.table.items()
    }
    return {name: role for name, role in read.items() if role is not None}


def _stand_ins(top: Keys) -> Mapping[str, Role]:
    """Roles of any geometry for all that are declared, so that a mistake in one is not told again by every rule."""
    declared = top.table.get("roles")
    names = declared if isinstance(declared, dict) else {}
    return {name: Role(name, "vector", Text(name, name), get_args(GeometryType)) for name in names}


def _rules(top: Keys) -> list[dict[str, Any]]:
    given = top.table.get("rule")
    return [table for table in given if isinstance(table, dict)] if isinstance(given, list) else []


def _drafts(top: Keys, pack_id: str, known: Mapping[str, Role]) -> tuple[Draft, ...]:
    given = top.table.get("rule", [])
    if not isinstance(given, list) or not given:
        top.problems.add("pack-without-rules", top.where)
        return ()
    drafts = []
    for number, table in enumerate(given, 1):
        where = f"{top.where} [[rule]]"
        if not isinstance(table, dict):
            top.problems.add("key-type", f"{where} {number}", expected=TABLE, given=shown(table))
            continue
        own = table.get("id")
        keys = Keys(table, f"{where} {own if isinstance(own, str) else number}", top.problems)
        drafts.append(read_draft(keys, pack_id, known))
    return tuple(draft for draft in drafts if draft is not None)


def _check_doubles(packs: Sequence[Pack], problems: Problems) -> None:
    seen: dict[str, Draft] = {}
    for draft in (draft for pack in packs for draft in pack.drafts):
        if draft.id in seen:
            problems.add("rule-twice", draft.where, rule=draft.id, other=seen[draft.id].where)
        seen.setdefault(draft.id, draft)
    declared: dict[str, str] = {}
    for pack in packs:
        for role in pack.roles:
            if role in declared:
                problems.add("role-twice", f"{pack.id} [roles] {role}", role=role, other=declared[role])
            declared.setdefault(role, pack.id)
