"""The words for a GeoPackage's columns, by the schema extension: Chinese as the name, English as the description."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from layers.text import Text

COLUMNS = (
    "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, "
    "description TEXT, mime_type TEXT, constraint_name TEXT, "
    "CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))"
)
CONSTRAINTS = (
    "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, "
    "value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT, "
    "CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))"
)
EXTENSION = ("gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema", "read-write")


def write_words(database: sqlite3.Connection, tables: Mapping[str, Mapping[str, Text]]) -> None:
    """Say what each column of these tables is called; columns that are not there are left out."""
    database.execute(COLUMNS)
    database.execute(CONSTRAINTS)
    for name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        database.execute("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)", (name, *EXTENSION))
    for table, words in tables.items():
        held = {str(row[0]) for row in database.execute("SELECT name FROM pragma_table_info(?)", (table,))}
        taken: set[str] = set()
        for column, text in words.items():
            if column in held:
                name = text.zh if text.zh not in taken else f"{text.zh}({column})"
                taken.add(name)
                database.execute(
                    "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)",
                    (table, column, name, name, text.en),
                )
