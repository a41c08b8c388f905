"""Real zones against real layers, with packs a user would write; the known figures were taken another way.

Planar figures on the files' UTM come from geopandas overlays outside this project; ours are ellipsoidal.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import zoneproof
from checks.model import Report

PACKS = Path(__file__).parent / "packs"


def project(folder: Path, pack: str, layers: dict[str, str], name: str) -> Path:
    lines = [f"{role} = {source}" for role, source in layers.items()]
    file = folder / "zone.toml"
    file.write_text(
        f'[project]\nname = "{name}"\npacks = ["{(PACKS / pack).as_posix()}"]\n[layers]\n' + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    return file


@pytest.fixture(scope="module")
def novi_sad(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    landuse = (real_data / "novisad_osm" / "landuse.shp").as_posix()
    natural = (real_data / "novisad_osm" / "natural.shp").as_posix()

    def of(path: str, kind: str) -> str:
        return f'{{path = "{path}", where = "type = \'{kind}\'", fields = {{id = "osm_id"}}}}'

    layers = {
        "zones": of(landuse, "industrial").replace("fields = {", 'fields = {zone = "osm_id", '),
        "farmland": of(landuse, "farmland"),
        "dwellings": of(landuse, "residential"),
        "water": of(natural, "water"),
    }
    return zoneproof.check(project(tmp_path_factory.mktemp("novisad"), "industrial-siting.toml", layers, "Novi Sad"))


@pytest.mark.parametrize(("rule", "pairs", "hectares"), [("IS-1", 5, 19.10), ("IS-2", 10, 6.84), ("IS-3", 4, 0.80)])
def test_novi_sad_overlaps_are_the_known_ones(novi_sad: Report, rule: str, pairs: int, hectares: float) -> None:
    findings = [finding for zone in novi_sad.zones for finding in zone.findings if finding.rule == rule]
    shares = [item.area_m2 for finding in findings for item in finding.outcome.evidence if (item.area_m2 or 0) > 1]
    assert (
        len(
            {
                (finding.id, item.feature)
                for finding in findings
                for item in finding.outcome.evidence
                if (item.area_m2 or 0) > 1
            }
        )
        == pairs
    )
    assert sum(shares) / 1e4 == pytest.approx(hectares, rel=1e-3, abs=0.006)
    assert all((finding.verdict == "fail") == (finding.outcome.measures["overlap_m2"] > 0) for finding in findings)


def test_novi_sad_has_98_zones_named_by_osm_id(novi_sad: Report) -> None:
    assert len({zone.zone for zone in novi_sad.zones}) == 98
    assert all(zone.zone.isdigit() for zone in novi_sad.zones)


def test_swellendam_counts_overlapping_farms_once(real_data: Path, tmp_path: Path) -> None:
    base = real_data / "swellendam_za"
    layers = {
        "zones": f'{{path = "{(base / "protected_areas.shp").as_posix()}", fields = {{zone = "name"}}}}',
        "farms": f'"{(base / "farms_33S.shp").as_posix()}"',
    }
    report = zoneproof.check(project(tmp_path, "farms-in-protected-areas.toml", layers, "Swellendam"))
    findings = [finding for zone in report.zones for finding in zone.findings]
    union = sum(finding.outcome.measures["overlap_m2"] for finding in findings)
    shares = sum(item.area_m2 for finding in findings for item in finding.outcome.evidence if not item.sliver)
    assert union / 1e4 == pytest.approx(11382, rel=5e-4)
    assert shares / 1e4 == pytest.approx(22267, rel=5e-4)
    assert all(
        finding.outcome.measures["shares_m2"] > finding.outcome.measures["overlap_m2"]
        for finding in findings
        if finding.verdict == "fail"
    )


@pytest.mark.parametrize("types", [("U",), ("U", "AUc", "AUs"), ("N",)])
def test_a_french_plan_against_an_equal_area_projection(
    real_data: Path, tmp_path: Path, types: tuple[str, ...]
) -> None:
    """Zones of a real local plan against what it protects; the second way is geopandas on an equal-area projection."""
    import geopandas as gpd
    import shapely

    folder = real_data / "france_plu" / "30014_PLU_20171013"
    zones, protected = (next(folder.rglob(f"*{name}*.shp")) for name in ("ZONE_URBA", "PRESCRIPTION_SURF"))
    chosen = " OR ".join(f"TYPEZONE = '{one}'" for one in types)
    layers = {
        "zones": f'{{path = "{zones.as_posix()}", where = "{chosen}"}}',
        "protected": f'{{path = "{protected.as_posix()}"}}',
    }
    report = zoneproof.check(project(tmp_path, "plan-protection.toml", layers, "30014"))
    (zone,) = report.zones
    overlap, share = (finding.outcome for finding in zone.findings)

    def united(path: Path, kept: tuple[str, ...] | None = None) -> shapely.Geometry:
        frame = gpd.read_file(path)
        frame = frame[frame["TYPEZONE"].isin(kept)] if kept else frame
        frame = frame.to_crs("+proj=laea +lat_0=43.8 +lon_0=4.3 +ellps=GRS80")
        return shapely.union_all(shapely.make_valid(shapely.force_2d(frame.geometry.to_numpy())))

    land, surfaces = united(zones, types), united(protected)
    both = land.intersection(surfaces).area
    assert overlap.value is not None and overlap.value > 0
    assert overlap.value + overlap.measures["sliver_m2"] == pytest.approx(both, rel=2e-5, abs=0.5)
    assert share.value == pytest.approx(both / land.area, rel=2e-4)
    assert zone.findings[0].verdict == "fail"
