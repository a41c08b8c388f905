"""What a QGIS project says of itself and of its layers: title, what it rests on, keywords, source and hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from checks.model import Report
from layers.model import InputRecord
from layers.text import Text
from maps import labels
from maps.outputs.findings import TOOL
from maps.qml import printable


@dataclass(frozen=True, slots=True)
class Metadata:
    """Title, abstract, keywords and the day that a project speaks for."""

    title: str
    abstract: str
    keywords: Sequence[str] = ()
    day: str = ""


def of_project(report: Report) -> Metadata:
    """The project's name, as-of date, packs, counts of verdicts, and that software made it."""
    lines = (
        Text("内部资料", labels.INTERNAL.en),
        Text(f"基准日 {labels.as_of(report).zh}", f"as of {labels.as_of(report).en}"),
        Text(f"规则包:{labels.packs(report).zh}", f"packs: {labels.packs(report).en}"),
        labels.counts(report),
        labels.DISCLAIMER,
    )
    words = [line.zh for line in lines] + [line.en for line in lines]
    day = f"{labels.as_of_or_epoch(report)}T00:00:00"
    return Metadata(report.inputs.project.name, "\n".join(words), [TOOL, *report.packs], day)


def of_role(report: Report, role: str) -> str:
    """Where a role's layer comes from: each source with its CRS and SHA-256."""
    return "\n".join(
        f"{record.source or '-'} · {record.crs or '-'}{_shifted(record)} · SHA-256 {record.sha256 or '-'}"
        for record in report.inputs.records
        if record.role == role
    )


def _shifted(record: InputRecord) -> str:
    told = labels.shifted(record)
    return "" if told is None else f" · {told.zh} {told.en}"


def project_into(root: ET.Element, told: Metadata) -> None:
    """Put the project's metadata into its XML."""
    element = ET.SubElement(root, "projectMetadata")
    _described(element, told.title, told.abstract, told.title)
    if told.keywords:
        words = ET.SubElement(element, "keywords", vocabulary="gmd:topicCategory")
        for word in told.keywords:
            ET.SubElement(words, "keyword").text = printable(word)
    ET.SubElement(element, "links")
    ET.SubElement(element, "author").text = TOOL
    ET.SubElement(element, "creation").text = told.day


def layer_into(parent: ET.Element, identifier: str, title: str, abstract: str) -> None:
    """Put a layer's metadata into its element."""
    element = ET.SubElement(parent, "resourceMetadata")
    _described(element, identifier, abstract, title)
    ET.SubElement(element, "links")


def _described(element: ET.Element, identifier: str, abstract: str, title: str) -> None:
    for name, text in (
        ("identifier", identifier), ("parentidentifier", ""), ("language", "zh-CN"), ("type", "dataset"),
        ("title", title), ("abstract", abstract),
    ):  # fmt: skip
        ET.SubElement(element, name).text = "\n".join(printable(line) for line in text.split("\n"))
