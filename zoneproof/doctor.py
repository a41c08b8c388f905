"""What this installation consists of, and what of it would spoil a check: `zoneproof doctor`.

It imports nothing of the other folders before it has looked whether they are ours: another package of the same name
would break them.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from zoneproof import __version__

State = Literal["ok", "missing", "wrong"]
OURS = ("geo", "layers", "checks", "maps", "zoneproof")
ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = (
    ("qgis", "打开 zoneproof.qgz", "opens zoneproof.qgz"),
    ("soffice", "打开或打印 report.docx、xlsx", "opens or prints report.docx and .xlsx"),
    ("ogr2ogr", "转换其他格式的图层", "converts layers of other formats"),
    ("chromium", "测试审查页", "tests of the review page"),
)
ELSEWHERE = {"chromium": ("chromium-browser", "google-chrome"), "soffice": ("libreoffice",), "qgis": ("qgis-bin",)}
OPTIONAL = (("distributed", "check --engine dask", "check --engine dask"),)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: its name, what was found, in both languages, and whether that is well."""

    name: str
    zh: str
    en: str
    state: State = "ok"

    def show(self, lang: str) -> str:
        """As it is printed."""
        mark = {"ok": "  ", "missing": "- ", "wrong": "! "}[self.state]
        told = self.zh if lang == "zh" or self.zh == self.en else self.en
        if lang == "both" and self.zh != self.en:
            told = f"{self.zh} | {self.en}"
        return f"{mark}{self.name:<14} {told}"


def examine(path: Sequence[str] | None = None) -> Iterator[Line]:
    """Everything in the order that it is printed in; `path` is where packages are looked for, default `sys.path`."""
    where = f"{platform.system()} {platform.release()}, {sys.executable}"
    yield Line("zoneproof", f"{__version__} ({ROOT})", f"{__version__} ({ROOT})")
    yield Line("python", f"{platform.python_version()}, {where}", f"{platform.python_version()}, {where}")
    yield from libraries()
    yield from packages()
    found = list(clashes(sys.path if path is None else path))
    yield from found
    if not found:
        yield Line("names", "没有同名的包", "no other package takes our names")
    yield fonts()
    yield from programs()


def libraries() -> Iterator[Line]:
    """GDAL (of pyogrio and of rasterio, which bring their own), GEOS and PROJ."""
    asked = (
        ("GDAL", "pyogrio", lambda module: ".".join(map(str, module.__gdal_version__))),
        ("GDAL raster", "rasterio", lambda module: module.__gdal_version__),
        ("GEOS", "shapely", lambda module: module.geos_version_string),
        ("PROJ", "pyproj", lambda module: f"{module.proj_version_str} ({module.datadir.get_data_dir()})"),
    )
    for name, package, told in asked:
        try:
            text = f"{told(importlib.import_module(package))} [{package}]"
        except Exception as error:
            reason = f"{package}: {type(error).__name__}: {' '.join(str(error).split())}"
            yield Line(name, f"无法载入({reason})", f"cannot be loaded ({reason})", "wrong")
        else:
            yield Line(name, text, text)


def packages() -> Iterator[Line]:
    """The packages that ours asks for, and those that only some options need."""
    for wanted in _required():
        try:
            text = version(wanted)
        except PackageNotFoundError:
            yield Line(
                wanted, "未安装: pip install -c constraints.txt .", "missing: pip install -c constraints.txt .", "wrong"
            )
        else:
            yield Line(wanted, text, text)
    for name, zh, en in OPTIONAL:
        if importlib.util.find_spec(name) is None:
            yield Line(name, f"未安装(仅 {zh} 需要)", f"missing (only {en} needs it)", "missing")
        else:
            yield Line(name, f"{version(name)}({zh})", f"{version(name)} ({en})")


def _required() -> list[str]:
    """The names in our own metadata that no extra stands before."""
    try:
        lines = requires("zoneproof") or []
    except PackageNotFoundError:
        lines = []
    plain = [line for line in lines if "extra ==" not in line]
    return ["".join(char if char.isalnum() or char in "-_." else " " for char in line).split()[0] for line in plain]


def clashes(path: Sequence[str]) -> Iterator[Line]:
    """Packages and modules on `path` that bear the name of one of ours and are not ours."""
    for name in OURS:
        for folder in dict.fromkeys(Path(entry or ".").resolve() for entry in path):
            if folder == ROOT:
                continue
            for found in (folder / name / "__init__.py", folder / f"{name}.py"):
                if found.is_file() and found.resolve() != ROOT / name / "__init__.py":
                    yield Line(
                        name,
                        f"另有同名的包 {found},请改名、移走或换用独立的虚拟环境",
                        f"another package has this name: {found}; rename or move it, or use an environment of its own",
                        "wrong",
                    )


def fonts() -> Line:
    """The font that figures write Chinese with."""
    try:
        found = importlib.import_module("maps.drawing").font()
    except Exception as error:
        reason = " ".join(str(error).split())
        return Line("fonts", f"无法查找({reason})", f"cannot be looked for ({reason})", "wrong")
    if found is None:
        return Line(
            "fonts",
            "没有中文字体,figures 中的汉字会缺失;请安装思源黑体(fonts-noto-cjk)或微软雅黑",
            "no font with Chinese characters: figures will lack them; install Noto Sans CJK (fonts-noto-cjk)",
            "missing",
        )
    return Line("fonts", found, found)


def programs() -> Iterator[Line]:
    """Programs beside ours that open or prepare files; none is needed for a check."""
    for name, zh, en in PROGRAMS:
        found = next(filter(None, map(shutil.which, (name, *ELSEWHERE.get(name, ())))), None)
        if found is None:
            yield Line(name, f"未找到(可选: {zh})", f"not found (optional: {en})", "missing")
        else:
            yield Line(name, f"{found}({zh})", f"{found} ({en})")
