"""The command line: arguments in, exit codes out, one place that turns a user's mistakes into lines.

Exit status: 0 nothing fails and nothing is undetermined, 1 a rule fails, 3 something is undetermined, 2 the command,
the project or an input is wrong; 70 the program itself broke, 130 it was interrupted, 141 nobody reads its output.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from zoneproof import __version__, commands
from zoneproof.console import Console

CRASHED = 70
"""Exit status where the program itself broke (sysexits: internal software error)."""


def parser() -> argparse.ArgumentParser:
    """The whole command line, without anything heavy imported."""
    top = argparse.ArgumentParser(
        prog="zoneproof",
        description="Check an industrial zone against its planning rules. 依规则审查产业园区的用地、控制线与扩区条件。",
    )
    top.add_argument("--version", action="version", version=f"zoneproof {__version__}")
    calls = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _demo(calls)
    _init(calls)
    _inspect(calls)
    _check(calls)
    _rules(calls)
    _roles(calls)
    _export(calls)
    _index(calls)
    _doctor(calls)
    return top


if TYPE_CHECKING:
    Calls = argparse._SubParsersAction[argparse.ArgumentParser]


def _lang(call: argparse.ArgumentParser) -> None:
    call.add_argument("--lang", choices=("zh", "en", "both"), help="language of what is printed 输出语言")
    call.add_argument("-v", "--verbose", action="store_true", help="more notes; the traceback of a crash 显示详情")


def _quietness(call: argparse.ArgumentParser) -> None:
    call.add_argument("--no-progress", action="store_true", help="no progress on stderr 不显示进度")
    call.add_argument("-q", "--quiet", action="store_true", help="print nothing but mistakes 只报错误")


def _demo(calls: Calls) -> None:
    call = calls.add_parser("demo", help="write and check the two Gengma sample projects, or a province 生成并审查示例")
    call.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="default: gengma-demo or province-demo")
    call.add_argument(
        "--province", action="store_true", help="a made-up province of 120 zones instead 虚构省,120个园区"
    )
    call.add_argument("--parcels", type=_count, metavar="N", help="parcels of the province; default: 1000000 图斑数")
    _lang(call)
    _quietness(call)
    call.set_defaults(run=commands.demo)


def _init(calls: Calls) -> None:
    call = calls.add_parser(
        "init", help="guess which files play which role, write zone.toml 推测图层角色并生成项目文件"
    )
    call.add_argument("folder", type=Path, metavar="FOLDER", help="a folder of layers and tables 资料文件夹")
    call.add_argument("--force", action="store_true", help="replace the zone.toml that is there 覆盖已有项目文件")
    _lang(call)
    call.set_defaults(run=commands.init)


def _inspect(calls: Calls) -> None:
    call = calls.add_parser("inspect", help="what was read and what is wrong with it 检查数据质量")
    call.add_argument("project", type=Path, metavar="PROJECT", help="a zone.toml, or the folder that holds one")
    call.add_argument("-o", "--out", type=Path, metavar="DIR", help="write report and map of flaws here 输出目录")
    _lang(call)
    _quietness(call)
    call.set_defaults(run=commands.inspect)


def _check(calls: Calls) -> None:
    call = calls.add_parser("check", help="check a project and write its outputs 审查项目并输出成果")
    call.add_argument("project", type=Path, metavar="PROJECT", help="a zone.toml, or the folder that holds one")
    call.add_argument("-o", "--out", type=Path, help="output folder; default: zoneproof-out by the project 输出目录")
    call.add_argument("--pack", action="append", metavar="ID|FILE", help="rule pack instead of the project's 规则包")
    call.add_argument("--as-of", type=_date, metavar="YYYY-MM-DD", help="date the check speaks for 审查基准日")
    call.add_argument("--set", action="append", default=[], dest="sets", metavar="RULE.param=value", help="参数")
    call.add_argument("--format", choices=("table", "json", "md"), default="table", help="what stdout gets 打印格式")
    call.add_argument("--only", metavar="json,map,…", help="write only these outputs 只输出这些成果")
    call.add_argument("--zone-pages", action="append", default=[], metavar="NAME|all", help="pages of zones 分园区页面")
    call.add_argument("--comments", type=Path, metavar="FILE", help="reviewers' CSV, into Word and Excel 审查意见")
    call.add_argument("--engine", choices=("local", "dask"), default="local", help="where to check 运行方式")
    call.add_argument("--workers", type=_count, default=2, metavar="N", help="processes of --engine dask 进程数")
    call.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler that runs already 已有的调度器地址")
    call.add_argument("--basemap", metavar="tianditu:KEY|URL", help="tiles under the map, from the network 网络底图")
    _lang(call)
    _quietness(call)
    call.set_defaults(run=commands.check)


def _rules(calls: Calls) -> None:
    call = calls.add_parser("rules", help="the rule packs on hand 规则包")
    steps = call.add_subparsers(dest="step", required=True, metavar="STEP")
    for name, argument, run, told in (
        ("list", None, commands.rules_list, "every pack and rule 全部规则"),
        ("show", "id", commands.rules_show, "one rule: clause, wording, formula, inputs, parameters 单条规则"),
        ("kinds", None, commands.rules_kinds, "the kinds of check that packs are made of 检查方法"),
        ("validate", "file", commands.rules_validate, "check a pack of your own 校验自定义规则包"),
    ):
        step = steps.add_parser(name, help=told)
        if argument:
            step.add_argument(argument, metavar=argument.upper())
        if name == "show":
            step.add_argument("--pack", action="append", default=[], metavar="FILE", help="your own pack 自定义规则包")
        _lang(step)
        step.set_defaults(run=run)


def _roles(calls: Calls) -> None:
    call = calls.add_parser("roles", help="the roles that a layer or table can play 图层与表格的角色")
    call.add_argument("role", nargs="?", metavar="ROLE")
    _lang(call)
    call.set_defaults(run=commands.roles)


def _export(calls: Calls) -> None:
    call = calls.add_parser("export", help="outlines as coordinate files, tables, CAD 导出界址坐标、成果表、CAD 等")
    call.add_argument("project", type=Path, metavar="PROJECT", help="a zone.toml, or the folder that holds one")
    call.add_argument("--as", dest="form", required=True, choices=("txt", "shp", "dxf", "kmz", "points"), help="形式")
    call.add_argument("-o", "--out", type=Path, help="default: zoneproof-FORM by the project 输出目录")
    call.add_argument("--what", metavar="zones,expansion,evidence", help="which outlines 导出内容")
    call.add_argument(
        "--dialect",
        choices=("baopi", "gongdi", "yizhangtu", "zhifa", "zengjian", "jinchu"),
        default="baopi",
        help="of --as txt: 报批 供地 一张图 执法 增减挂钩 进出平衡",
    )
    _lang(call)
    _quietness(call)
    call.set_defaults(run=commands.export)


def _index(calls: Calls) -> None:
    call = calls.add_parser("index", help="a layer of any size as a data set read part by part 大图层建索引,分块读取")
    call.add_argument("source", metavar="SOURCE", help="path, path#layer or s3://…; what zone.toml takes 图层")
    call.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="the data set's folder 输出目录")
    call.add_argument("--as", dest="called", metavar="TEXT", help="its name in findings; default: SOURCE 来源名称")
    call.add_argument("--encoding", metavar="NAME", help="of a Shapefile's text, such as gbk 文字编码")
    call.add_argument(
        "--partition", metavar="FIELD|none", help="field with county codes; default: XZQDM … 县级代码字段"
    )
    call.add_argument("--part-rows", type=_count, metavar="N", help="smaller parts, of about N features 每块要素数")
    call.add_argument("--force", action="store_true", help="replace another data set of ours there 覆盖已有数据集")
    _lang(call)
    _quietness(call)
    call.set_defaults(run=commands.index)


def _doctor(calls: Calls) -> None:
    call = calls.add_parser("doctor", help="versions, fonts, name clashes, optional programs 检查安装环境")
    _lang(call)
    call.set_defaults(run=commands.doctor)


def _count(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    message = f"{text!r} is no whole number above 0 应为正整数"
    raise argparse.ArgumentTypeError(message)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no date; write YYYY-MM-DD 日期格式应为 YYYY-MM-DD"
        raise argparse.ArgumentTypeError(message) from None


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    console = Console(sys.stdout, sys.stderr)
    arguments = parser().parse_args(argv)
    try:
        return _run(arguments, console)
    except KeyboardInterrupt:
        console.note("interrupted 已中断")
        return 130
    except BrokenPipeError:
        console.discard()
        return 141
    except Exception as error:
        console.crash(error, arguments.lang, verbose=arguments.verbose)
        return CRASHED


def _run(arguments: argparse.Namespace, console: Console) -> int:
    if arguments.command == "doctor":  # runs also where another package has taken the name of one of ours
        return int(arguments.run(arguments, console))
    from geo.errors import ZoneproofError  # noqa: PLC0415 (kept off the path of --help)

    try:
        return int(arguments.run(arguments, console))
    except ZoneproofError as error:
        console.mistake(error, arguments.lang)
        return 2
