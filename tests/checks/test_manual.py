"""What `zoneproof rules` shows, and that it is shown without loading GEOS and GDAL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from checks import manual
from checks.kinds_on_hand import kind_names
from checks.packs import builtin, builtin_ids
from layers.problems import InputError

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("shapely", "geopandas", "pandas", "pyogrio", "pyproj", "rasterio", "folium")
DRAFTS = [draft for pack in builtin_ids() for draft in builtin(pack).drafts]


def test_rules_are_shown_without_loading_geos_and_gdal() -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom checks import manual, packs, schema\n"
        "for lang in ('zh', 'en', 'both'):\n manual.listing(lang); manual.kinds(lang); manual.page('BEZ-1a', lang)\n"
        "packs.validate_pack(Path('checks/packs/border-expansion.toml')); schema.text()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_listing_names_every_rule_once() -> None:
    listing = manual.listing("en")
    for draft in DRAFTS:
        assert sum(line.split()[0] == draft.id for line in listing.splitlines() if line.startswith("  ")) == 1
        assert draft.title.en in listing


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.id)
def test_a_page_holds_all_that_belongs_to_the_rule(draft: manual.Rule) -> None:
    page = manual.page(draft.id, "zh")
    for text in (draft.title, *draft.texts.values()):
        assert text.zh in page
    for part in (draft.citation.document, draft.citation.clause, draft.citation.quote):
        assert part is None or part in page
    assert draft.kind in page
    assert manual.page(draft.id, "en") != page
    page.encode("gbk")


def test_a_page_shows_parameters_with_value_and_default() -> None:
    page = manual.page("BEZ-2g", "en")
    assert "gap_m = 50 m" in page
    assert "max_parts = not set" in page


def test_unknown_rules_are_told_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        manual.page("BEZ-2z", "en")
    assert "did you mean BEZ-2" in caught.value.lines("en")[0]


def test_a_rule_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[pack]\nid = "mine"\ntitle = "Mine"\n[[rule]]\nid = "M-1"\ntitle = "Off"\nkind = "no-overlap"\n'
        'params = {role = "green"}\n',
        encoding="utf-8",
    )
    page = manual.page("M-1", "en", extra=[file])
    assert "no document is cited" in page
    assert "green (green" in page.lower() or "green (" in page


def test_every_kind_is_listed() -> None:
    listing = manual.kinds("both")
    for name in kind_names():
        assert name in listing
