"""A short run of the fuzzer of benchmarks/fuzz_readers.py: the same broken files each time, every form."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.fuzz_readers import outcome
from benchmarks.fuzz_seeds import FORMS, Seed, make_seeds

CASES = 12
FOUND = {
    "shp": (10, 93, 2182),
    "zip": (5, 29, 59, 1160, 6130),
    "xlsx": (1, 20, 32, 77),
    "wkt.csv": (4, 22, 32),
    "gml": (69, 81, 4255),
    "kml": (3382,),
    "mif": (64, 122, 1491, 2267, 3051),
    "dxf": (44, 1009),
    "tab": (1002, 1470),
    "fgb": (1011, 3600),
    "parquet": (1151,),
}
"""Cases that once broke: a traceback, an endless run, or features gone without a word."""


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seed]:
    return {seed.name: seed for seed in make_seeds(tmp_path_factory.mktemp("seeds"), list(FORMS))}


@pytest.mark.parametrize("form", FORMS)
def test_broken_files_are_read_or_told(seeds: dict[str, Seed], tmp_path: Path, form: str) -> None:
    for number in sorted({*range(CASES), *FOUND.get(form, ())}):
        folder = tmp_path / f"{form}-{number}"
        folder.mkdir()
        assert outcome(seeds[form], number, folder) in ("read", "told"), f"{form}/{number}"
