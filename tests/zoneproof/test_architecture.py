"""The folders are the architecture: what the import contract can't say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("geo", "layers", "checks", "maps", "zoneproof")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
VAGUE = {"utils", "helpers", "manager", "base", "common", "misc", "util", "helper"}


def test_the_five_packages_are_the_whole_product() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"benchmarks"}
    assert found == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES[:-1])
def test_init_is_one_docstring_line(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert len(tree.body) == 1
    assert ast.get_docstring(tree) and "\n" not in str(ast.get_docstring(tree))


def test_no_module_has_a_vague_name() -> None:
    assert [str(path) for path in SOURCES if path.stem in VAGUE] == []


def test_tests_are_no_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def opens_text_without_encoding(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    binary = any(isinstance(item, ast.Constant) and "b" in str(item.value) for item in node.args[:2])
    if name == "open" and (binary or isinstance(node.func, ast.Attribute)):
        return False
    return name in ("read_text", "write_text", "open") and "encoding" not in {word.arg for word in node.keywords}


def test_every_open_names_its_encoding() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"  # type: ignore[attr-defined]
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if opens_text_without_encoding(node)
    ]
    assert found == []


def test_no_registry_address_in_any_tracked_file() -> None:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    if not names[0]:
        pytest.skip("not a git checkout")
    address = re.compile(r"(pypi\.(org|python)|files\.pythonhosted|registry\.npmjs|deb\.debian)" + r"\.?")
    found = []
    for name in filter(None, names):
        path = ROOT / name
        if path.is_file() and path != Path(__file__) and address.search(path.read_text("utf-8", "replace")):
            found.append(name)
    assert found == []


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom zoneproof.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = ('numpy', 'shapely', 'geopandas', 'pandas', 'pyogrio', 'folium', 'rasterio')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_holds_only_the_five_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_wheel_holds_every_data_file(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert data - names == set()


def test_versions_agree() -> None:
    import zoneproof

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert zoneproof.__version__ == declared
    assert f"## {declared}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_dependency_is_constrained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        re.split(r"[><=\[]", line)[0] for line in [*project["dependencies"], *project["optional-dependencies"]["test"]]
    }
    pinned = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    assert wanted - pinned == set()
