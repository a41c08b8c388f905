"""The two Gengma sample projects: real figures from one public document, on geometry that is made up.

`park/` is the park's own development, `expansion/` the border zone that would take the park in. Geometry is drawn with
a fixed seed and needs neither network nor data; areas, lengths, floor areas and counts are those that the document has.
"""

from __future__ import annotations

from pathlib import Path

from layers.model import Progress


def write_samples(folder: Path, progress: Progress | None = None) -> list[Path]:
    """Write `park/` and `expansion/` with their data into `folder` and return the two project files.

    Files of the samples are overwritten, others left alone; the same bytes come out every time.
    """
    from layers.samples.write import write  # noqa: PLC0415 - the geometry stack is slow to import and rarely needed

    return write(folder, progress)


def write_province(folder: Path, parcels: int | None = None, progress: Progress | None = None) -> Path:
    """Write a made-up province of about so many parcels (one million) into `folder`; its project file."""
    from layers.samples import province  # noqa: PLC0415

    return province.write_province(folder, parcels or province.PARCELS, progress)
