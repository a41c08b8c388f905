"""Lint the page's scripts and style sheets with Biome, a binary from PyPI: no node. Exit 1 where it finds anything.

The scripts share one scope, so they are looked at as the one script that the page holds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from maps.page import SCRIPTS, STYLES

WEB = Path(__file__).resolve().parents[3] / "maps" / "web"
SETTINGS = {
    "linter": {
        "enabled": True,
        "rules": {
            "recommended": True,
            "correctness": {
                "noUndeclaredVariables": "error",
                "noUnusedVariables": "error",
                "noUnusedFunctionParameters": "error",
                "noInvalidGridAreas": "off",
            },
            # areas on one line are misread; Object.hasOwn is younger than Chrome 86; control characters are meant
            "suspicious": {
                "noRedundantUseStrict": "off",
                "noPrototypeBuiltins": "off",
                "noControlCharactersInRegex": "off",
            },
            "style": {"useTemplate": "off", "useExponentiationOperator": "off"},
            "complexity": {"useArrowFunction": "off", "useOptionalChain": "off", "noImportantStyles": "off"},
        },
    },
    "formatter": {"enabled": False},
    "javascript": {"globals": ["L", "fflate"]},
}


def script() -> str:
    """All scripts as the page joins them."""
    return "(function () {\n'use strict';\n" + "\n".join(_read(name) for name in SCRIPTS) + "\n}());\n"


def own_styles() -> dict[str, str]:
    """Our style sheets, without Leaflet's."""
    return {name: _read(name) for name in STYLES if not name.startswith("vendor/")}


def _read(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")


def lint(texts: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What Biome says of these files; warnings count as errors."""
    biome = Path(sys.executable).parent / ("biome.exe" if sys.platform == "win32" else "biome")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**texts, "biome.json": json.dumps(SETTINGS)}.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        call = [str(biome), "lint", "--error-on-warnings", "--max-diagnostics=50", "--colors=off", "."]
        return subprocess.run(
            call, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
        )


def main() -> int:
    """Print what is found."""
    done = lint({"page.js": script(), **own_styles()})
    print(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
