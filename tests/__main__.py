"""All checks of the project in one command: lint, format, types, import contract, tests.

`python tests` runs them all and says at the end which failed; what follows the command goes to pytest.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def steps(pytest_arguments: list[str]) -> dict[str, list[str]]:
    """What is run, in order: name → command."""
    return {
        "lint": [sys.executable, "-m", "ruff", "check", "."],
        "format": [sys.executable, "-m", "ruff", "format", "--check", "."],
        "types": [sys.executable, "-m", "mypy"],
        "imports": [str(BIN / "lint-imports")],
        "page": [sys.executable, str(ROOT / "tests" / "maps" / "page" / "lint.py")],
        "tests": [sys.executable, "-m", "pytest", "-n", "2", *pytest_arguments],
    }


def main() -> int:
    """Run every step, also after one failed; 1 if any did."""
    failed = []
    for name, command in steps(sys.argv[1:]).items():
        print(f"== {name}: {' '.join(command[1:])}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"== failed: {', '.join(failed)}" if failed else "== all checks passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
