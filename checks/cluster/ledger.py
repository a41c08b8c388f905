"""What tasks have finished: a folder each, named after all that went into it, there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUMMARY = "summary.json"
NEW = ".new-"


def key_of(*facts: object) -> str:
    """A name that changes with any of the facts, which tell all that a task's result hangs on."""
    return hashlib.sha256(json.dumps(facts, default=str, ensure_ascii=True).encode()).hexdigest()


def digest(data: bytes) -> str:
    """SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Ledger:
    """The folder that client and workers share."""

    folder: Path

    def put(self, key: str, write: Callable[[Path], Mapping[str, Any] | None]) -> Mapping[str, Any] | None:
        """Let `write` fill a new folder and give its summary, None where nothing is to be kept of it.

        It counts once all of it is there.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=NEW, dir=self.folder))
        try:
            told = write(made)
            if told is None:
                return None
            summary = dict(told)
            summary["files"] = {file.name: [file.stat().st_size, _sha256(file)] for file in sorted(made.iterdir())}
            (made / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False), encoding="utf-8")
            _moved(made, self.folder / key)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return summary

    def found(self, key: str) -> Mapping[str, Any] | None:
        """The summary of a finished task, its files looked at byte for byte; None, and gone, where one is amiss."""
        folder = self.folder / key
        try:
            summary: dict[str, Any] = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
            whole = all(_sha256(folder / name) == sha for name, (_, sha) in summary["files"].items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if whole:
            return summary
        shutil.rmtree(folder, ignore_errors=True)
        return None

    def file(self, key: str, name: str) -> Path:
        """A file of a finished task. Raises FileNotFoundError where it is not there as it was written."""
        folder = self.folder / key
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        path = folder / name
        if name not in summary["files"] or path.stat().st_size != summary["files"][name][0]:
            raise FileNotFoundError(path)
        return path

    def has_file(self, key: str, name: str) -> bool:
        """Whether a finished task wrote such a file."""
        return name in json.loads((self.folder / key / SUMMARY).read_text(encoding="utf-8"))["files"]

    def clear(self) -> None:
        """Remove it all, once its outputs are written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _moved(made: Path, place: Path) -> None:
    """Put a folder in its place; where another worker was quicker, its result, the same, stays."""
    try:
        made.replace(place)
    except OSError:
        if not (place / SUMMARY).is_file():
            raise


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
