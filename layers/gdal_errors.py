"""What GDAL, pyogrio and Arrow say of a broken source, turned into problems."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from geo.errors import ZoneproofError

_SLIP = UnboundLocalError
"""What pyogrio raises where a .prj cannot be turned into WKT."""
GDAL_ERRORS = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    GeometryError,
    OSError,
    pa.ArrowException,
    _SLIP,
)


@contextmanager
def told(place: str, where: str | None = None) -> Iterator[None]:
    """Turn what OGR says into a problem: of the condition where there is one (the layer itself opened before)."""
    expected = (*GDAL_ERRORS, UnicodeDecodeError) if where is None else (*GDAL_ERRORS, ValueError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            yield
    except expected as error:
        message = " ".join(str(error).split())
        if where is None:
            raise ZoneproofError("source-unreadable", place, message=message) from error
        raise ZoneproofError("where-invalid", place, condition=where, message=message) from error
