"""What lies beside a Shapefile, in a folder or in a zip: its dbf and its .cpg, and so its encoding."""

from __future__ import annotations

import glob
from pathlib import Path

import numpy as np

from layers.archives import archive_at
from layers.datasets import Dataset
from layers.encoding import Encoding, dbf_encoding

SUFFIXES = (".shp", ".dbf")


def shapefile_encoding(dataset: Dataset, layer: str, stated: str | None, place: str) -> Encoding | None:
    """The encoding of a Shapefile's texts; None for other forms, whose encoding is their own affair, or without dbf."""
    if dataset.member is not None:
        return _in_zip(dataset.path, dataset.member, stated, place)
    file = dataset.path
    if file.is_dir() and any(file.glob(f"{glob.escape(layer)}.[sS][hH][pP]")):
        file = file / f"{layer}.shp"
    if file.suffix.lower() not in SUFFIXES:
        return None
    beside = {other.suffix.lower(): other for other in file.parent.iterdir() if other.stem == file.stem}
    if ".dbf" not in beside or not beside[".dbf"].stat().st_size:
        return None
    cpg = beside[".cpg"].read_text(encoding="ascii", errors="replace") if ".cpg" in beside else None
    return dbf_encoding(np.memmap(beside[".dbf"], np.uint8, "r"), cpg, stated, place)


def _in_zip(path: Path, member: str, stated: str | None, place: str) -> Encoding | None:
    with archive_at(path, place) as archive:
        beside = {name[-4:].lower(): name for name in archive.namelist() if name[:-4] == member[:-4]}
        if ".dbf" not in beside:
            return None
        cpg = archive.read(beside[".cpg"]).decode("ascii", "replace") if ".cpg" in beside else None
        return dbf_encoding(archive.read(beside[".dbf"]), cpg, stated, place)
