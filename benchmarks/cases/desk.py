"""Word with 500 problems and Excel with 10,000 findings; all desk outputs of a sample."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks import desk
from benchmarks.case import Bar
from benchmarks.data import Cache

OURS = "park: gpkg, qgz, docx, xlsx, figures"
SIDES = {
    OURS: desk.sample("park"),
    "expansion: the same": desk.sample("expansion"),
    "report.docx, 500 problems": desk.many("docx", 500),
    "report.xlsx, 10,000 findings": desk.many("xlsx", 10_000),
}
BARS: tuple[Bar, ...] = ()


def files(cache: Cache, *, small: bool) -> Mapping[str, Path]:
    """The sample projects."""
    from layers.samples import write_samples

    folder = cache.folder / "desk"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "park").exists():
        write_samples(folder)
    return {"samples": folder}
