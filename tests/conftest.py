"""What all tests share: where the real geodata lie, and which libraries read them."""

from __future__ import annotations

import os
from pathlib import Path

import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, settings

# how fast a machine is decides no test
settings.register_profile("zoneproof", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("zoneproof")

ROOT = Path(__file__).resolve().parents[1]


def pytest_report_header() -> str:
    gdal = ".".join(map(str, pyogrio.__gdal_version__))
    return f"GDAL {gdal}, GEOS {shapely.geos_version_string}, PROJ {pyproj.proj_version_str}"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real geodata: ZONEPROOF_DATA, else `../shared/data` beside the checkout; skips without it."""
    folder = Path(os.environ.get("ZONEPROOF_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real geodata in {folder} (set ZONEPROOF_DATA)")
    return folder
