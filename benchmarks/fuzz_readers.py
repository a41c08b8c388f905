"""Broken files thrown at the readers: `python -m benchmarks.fuzz_readers --minutes 30`.

Small faithful files of every form are mutated (bits, blocks, lengths, numbers, cuts) and loaded as a project's layer or
table. Right is a layer, or problems told in words. Wrong, and kept with its seed: an exception, a dead or hanging
process, and a cut file of which some features are missing while nothing is said.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing as mp
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.fuzz_seeds import FORMS, Seed, make_seeds

ROWWISE = ("wkt.csv", "csv")
"""Text of which nobody can tell that whole rows are missing at its end."""
CASE_S = 60
MEMORY = 6 << 30
DOUBLES = (
    b"\x00\x00\x00\x00\x00\x00\xf8\x7f",
    b"\x00\x00\x00\x00\x00\x00\xf0\x7f",
    b"\xff\xff\xff\xff\xff\xff\xef\x7f",
    b"\x00\x00\x00\x00\x84\xd7\x97A",
)
COUNTS = (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x10\x00\x00\x00")
WORDS = (b"NaN", b"Infinity", b"1e308", b"-1e999", b"\xff\xfe", b"\x00", b"[[[[", b"&x;", b'"', b"<", b"99999999999999")


def mutated(content: bytes, dice: random.Random) -> tuple[bytes, bool]:
    """Other bytes made of these, and whether they were only cut."""
    if dice.random() < 0.15:
        return content[: dice.randrange(max(len(content), 1))], True
    work = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        at = dice.randrange(max(len(work), 1))
        match dice.randrange(7):
            case 0:
                work[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                work[at : at + 8] = dice.choice(DOUBLES)
            case 2:
                work[at : at + 4] = dice.choice(COUNTS)
            case 3:
                work[at:at] = dice.choice(WORDS)
            case 4:
                del work[at : at + dice.randrange(1, 64)]
            case 5:
                start = dice.randrange(max(len(work), 1))
                work[at:at] = work[start : start + dice.randrange(1, 256)]
            case _:
                work[at : at + 1] = bytes([work[at] ^ (1 << dice.randrange(8))]) if at < len(work) else b""
    return bytes(work), False


def spoil(seed: Seed, folder: Path, dice: random.Random) -> tuple[Path, bool]:
    """A copy of the seed with one of its files mutated, and whether that was only cut."""
    copy = folder / seed.path.name
    if seed.path.is_dir():
        shutil.copytree(seed.path, copy)
        files = sorted(file for file in copy.rglob("*") if file.is_file())
    else:
        for file in seed.path.parent.glob(f"{seed.path.stem}.*"):
            shutil.copyfile(file, folder / file.name)
        files = sorted(file for file in folder.iterdir() if file.is_file())
    main = [file for file in files if file == copy] or files
    file = dice.choice(main if dice.random() < 0.6 else files)
    content, cut = mutated(file.read_bytes(), dice)
    file.write_bytes(content)
    return copy, cut and file == copy


def outcome(seed: Seed, number: int, folder: Path) -> str:
    """What came of one case: `read`, `told`, or what is wrong."""
    from benchmarks.fuzz_seeds import load

    path, cut = spoil(seed, folder, random.Random(f"{seed.name}/{number}"))  # noqa: S311
    features, notes, codes = load(seed, path)
    if features is None:
        return "told" if codes else "neither read nor told"
    if cut and features < seed.features and not notes and seed.name not in ROWWISE:
        return f"{seed.features - features} of {seed.features} features gone without a word"
    return "read"


def work(seeds: list[Seed], scratch: Path, pipe: Connection) -> None:
    """Cases by number until there are no more; a limit on memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while (case := pipe.recv()) is not None:
        at, number = case
        folder = Path(tempfile.mkdtemp(dir=scratch))
        try:
            found = outcome(seeds[at], number, folder)
        except BaseException as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            found = f"{type(error).__name__} in {Path(where.filename).name}:{where.name}: {str(error)[:160]}"
        shutil.rmtree(folder, ignore_errors=True)
        pipe.send(found)


class Worker:
    """A process that may die of a case; another takes its place."""

    def __init__(self, seeds: list[Seed], scratch: Path) -> None:
        self.seeds, self.scratch = seeds, scratch
        self._start()

    def _start(self) -> None:
        context = mp.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=work, args=(self.seeds, self.scratch, other), daemon=True)
        self.process.start()
        other.close()

    def ask(self, at: int, number: int) -> str:
        """The outcome of a case, also where the process did not outlive it."""
        self.pipe.send((at, number))
        found = "hangs"
        try:
            if self.pipe.poll(CASE_S):
                return str(self.pipe.recv())
        except EOFError:
            self.process.join()
            found = f"process died with {self.process.exitcode}"
        self.process.kill()
        self.process.join()
        self._start()
        return found

    def close(self) -> None:
        """Let the process end."""
        self.pipe.send(None)
        self.process.join(10)


def fuzz(minutes: float, start: int, forms: list[str]) -> tuple[Counter[str], dict[str, list[str]]]:
    """Cases for so long: how many of each kind, and what was wrong → the cases that show it."""
    counts: Counter[str] = Counter()
    wrong: dict[str, list[str]] = {}
    until = time.monotonic() + minutes * 60
    with tempfile.TemporaryDirectory(prefix="zoneproof-fuzz-") as scratch:
        seeds = make_seeds(Path(scratch) / "seeds", forms)
        worker = Worker(seeds, Path(scratch))
        number = start
        while time.monotonic() < until:
            for at, seed in enumerate(seeds):
                found = worker.ask(at, number)
                counts[f"{seed.name} {found if found in ('read', 'told') else 'WRONG'}"] += 1
                if found not in ("read", "told"):
                    wrong.setdefault(f"{seed.name}: {found}", []).append(f"{seed.name}/{number}")
                if time.monotonic() > until:
                    break
            number += 1
        worker.close()
    return counts, wrong


def main() -> int:
    """Fuzz, and print what was found; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--start", type=int, default=0, help="number of the first case; the same cases come again")
    parser.add_argument("--forms", default=",".join(FORMS))
    arguments = parser.parse_args()
    counts, wrong = fuzz(arguments.minutes, arguments.start, arguments.forms.split(","))
    report = {"cases": sum(counts.values()), "counts": dict(sorted(counts.items())), "wrong": wrong}
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
