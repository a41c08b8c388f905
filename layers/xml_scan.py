"""KML and GML looked through before GDAL opens them: whole, and without entities."""

from __future__ import annotations

from pathlib import Path
from xml.parsers import expat

from geo.errors import ZoneproofError

XML = (".kml", ".gml", ".xml")


def check_xml(path: Path, place: str) -> None:
    """Raises ZoneproofError `xml-entities` for entities of its own, `source-unreadable` where it is cut off or broken.

    No entity is expanded and nothing that the file points to is opened.
    """

    def refuse(*_: object) -> None:
        raise ZoneproofError("xml-entities", place)

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except (expat.ExpatError, LookupError, OSError, ValueError) as error:  # LookupError: an encoding that is none
        raise ZoneproofError("source-unreadable", place, message=" ".join(str(error).split())) from error
