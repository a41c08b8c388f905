"""What each command does: it calls the folders to its left and says what came of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zoneproof.console import Console

if TYPE_CHECKING:
    from checks.cluster.client import Cluster
    from checks.model import Report
    from layers.text import Lang

STATUS = {"fail": 1, "undetermined": 3}
PROVINCE_OUTPUTS = ("json", "map", "xlsx", "gpkg", "qgis")
"""Of a whole province: figures of every failing finding and the report in Word would take longer than the check."""


def check(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof check`: judge, write the outputs whole, print the table."""
    from checks.run import check_project, project_file  # noqa: PLC0415
    from layers.problems import Problems  # noqa: PLC0415
    from maps.basemap import basemap  # noqa: PLC0415
    from maps.comments import Comment, matched, read_comments  # noqa: PLC0415
    from maps.write import check_out, chosen_outputs, write_outputs  # noqa: PLC0415
    from maps.zone_pages import chosen_zones  # noqa: PLC0415

    problems = Problems()
    tiles = None
    if arguments.basemap is not None:
        with problems.gather():
            tiles = basemap(arguments.basemap)
    comments: tuple[Comment, ...] = ()
    if arguments.comments is not None:
        with problems.gather():
            comments = read_comments(arguments.comments)
    out = arguments.out or project_file(arguments.project).parent / "zoneproof-out"
    only = chosen_outputs(arguments.only, problems)
    check_out(out, problems)
    progress = console.progress(arguments.lang, wanted=not (arguments.quiet or arguments.no_progress))
    cluster = _cluster(arguments, out)
    with problems.gather():
        report = check_project(
            arguments.project,
            packs=arguments.pack,
            as_of=arguments.as_of,
            sets=arguments.sets,
            progress=progress,
            cluster=cluster,
        )
    problems.stop()
    pages = chosen_zones(arguments.zone_pages, report, problems)
    problems.stop()
    lang_of = {"lang": arguments.lang}
    desk = {**lang_of, "comments": matched(comments, report)}
    write_outputs(
        report,
        out,
        only=only,
        progress=progress,
        options={
            "map": {"basemap": tiles, "zone_pages": pages},
            "figures": lang_of,
            "xlsx": desk,
            "docx": desk,
            "tables": lang_of,
        },
    )
    if cluster is not None:
        cluster.ledger.clear()
    lang: Lang = arguments.lang or report.inputs.project.lang
    if tiles is not None and tiles.shifted:
        console.note(tiles.warning.show(lang))
    if not arguments.quiet:
        _print(report, arguments.format, lang, console)
        _notes(report, lang, console, inputs=arguments.verbose)
        if arguments.format == "table":
            console.show(f"{_written(lang)} {out}")
    return STATUS.get(report.verdict, 0)


def _cluster(arguments: argparse.Namespace, out: Path) -> Cluster | None:
    """Where to check, if not in this process; what is finished stands beside OUT until all of it is."""
    if arguments.engine == "local":
        return None
    from checks.cluster.client import Cluster  # noqa: PLC0415

    parts = out.resolve().with_name(f"{out.name}.zoneproof-parts")
    return Cluster(parts, arguments.workers, arguments.scheduler)


def demo(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof demo`: write the two samples, or the province, check them, say where the outputs are."""
    from checks.run import check_project  # noqa: PLC0415
    from layers.samples import write_province, write_samples  # noqa: PLC0415
    from maps.terminal import table  # noqa: PLC0415
    from maps.write import write_outputs  # noqa: PLC0415

    progress = console.progress(arguments.lang, wanted=not (arguments.quiet or arguments.no_progress))
    written: list[Path] = []
    if arguments.province:
        projects = [write_province(arguments.folder or Path("province-demo"), arguments.parcels, progress)]
    else:
        projects = write_samples(arguments.folder or Path("gengma-demo"), progress)
    for project in projects:
        report = check_project(project, progress=progress)
        out = project.parent / "zoneproof-out"
        write_outputs(report, out, only=PROVINCE_OUTPUTS if arguments.province else None, progress=progress)
        lang: Lang = arguments.lang or report.inputs.project.lang
        if not arguments.quiet and not arguments.province:
            console.show(table(report, lang))
        written.append(out)
    lang = arguments.lang or "zh"
    console.show(_written(lang))
    for out in written:
        if arguments.province:
            console.show(f"  {out.parent / 'zone.toml'}")
        console.show(f"  {out / 'map.html'}")
    return 0


def init(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof init FOLDER`: look through a folder and write its zone.toml."""
    from layers.draft import write_draft  # noqa: PLC0415
    from layers.text import Text  # noqa: PLC0415
    from maps.inspection_write import written_here  # noqa: PLC0415

    lang: Lang = arguments.lang or "zh"
    file, placed, left = write_draft(arguments.folder, force=arguments.force, lang=lang, skip=written_here)
    told = Text(
        f"已写入 {file}: 找到 {placed} 个角色,{left} 项未能归入。请核对后运行 zoneproof check",
        f"written to {file}: {placed} roles found, {left} things not placed. Look through it, then zoneproof check",
    )
    console.show(told.show(lang))
    return 0


def inspect(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof inspect PROJECT`: 0 nothing found, 1 something is wrong, 3 something to look at."""
    from checks.inspection import inspect_project  # noqa: PLC0415
    from maps.inspection import table  # noqa: PLC0415
    from maps.inspection_write import check_folder, write_inspection  # noqa: PLC0415

    if arguments.out is not None:
        check_folder(arguments.out)
    progress = console.progress(arguments.lang, wanted=not (arguments.quiet or arguments.no_progress))
    found = inspect_project(arguments.project, progress)
    lang: Lang = arguments.lang or found.lang
    if arguments.out is not None:
        write_inspection(found, arguments.out, lang)
    if not arguments.quiet:
        console.show(table(found, lang))
        if arguments.out is not None:
            console.show(f"{_written(lang)} {arguments.out}")
    counts = found.counts
    return 1 if counts["error"] else 3 if counts["look"] else 0


def index(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof index SOURCE -o DIR`: a layer as an indexed data set."""
    from layers.index.build import Options, index  # noqa: PLC0415
    from layers.text import Text  # noqa: PLC0415

    options = Options(
        arguments.encoding, arguments.partition, arguments.part_rows, arguments.called, force=arguments.force
    )
    progress = console.progress(arguments.lang, wanted=not (arguments.quiet or arguments.no_progress))
    made = index(arguments.source, arguments.out, options, progress)
    found, broken = made.manifest, made.manifest.broken
    listed = ", ".join(f"{name} {count}" for name, count in broken.items() if count) or "0"
    listed += f" ({found.report.path})"
    told = [
        Text(f"已有索引 {made.folder},未改动", f"{made.folder} is there already and was left as it is")
        if made.before
        else Text(f"索引已写入 {made.folder}", f"index written to {made.folder}"),
        Text(
            f"  {found.features} 个要素,{len(found.parts)} 块;图形问题: {listed}",
            f"  {found.features} features in {len(found.parts)} parts; broken geometry: {listed}",
        ),
    ]
    if not arguments.quiet:
        for text in told:
            console.show(text.show(arguments.lang or "zh"))
    return 0


def doctor(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof doctor`: 0 where all is well, 2 where something would break a check."""
    from zoneproof.doctor import examine  # noqa: PLC0415

    lines = list(examine())
    for line in lines:
        console.show(line.show(arguments.lang or "both"))
    return 2 if any(line.state == "wrong" for line in lines) else 0


def export(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof export PROJECT --as FORM`: outlines of zones, expansions and evidence."""
    from checks.run import check_project, project_file  # noqa: PLC0415
    from layers.problems import Problems  # noqa: PLC0415
    from maps.exports.write import Wanted, check_export_out, chosen, write_export  # noqa: PLC0415

    problems = Problems()
    whats = chosen(arguments.form, arguments.what, problems)
    out = arguments.out or project_file(arguments.project).parent / f"zoneproof-{arguments.form}"
    check_export_out(out, problems)
    problems.stop()
    progress = console.progress(arguments.lang, wanted=not (arguments.quiet or arguments.no_progress))
    report = check_project(arguments.project, progress=progress)
    lang: Lang = arguments.lang or report.inputs.project.lang
    for note in write_export(report, Wanted(arguments.form, whats, arguments.dialect, lang), out):
        console.note(note.show(lang))
    if not arguments.quiet:
        _notes(report, lang, console, inputs=arguments.verbose)
        console.show(f"{_written(lang)} {out}")
    return 0


def rules_list(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof rules list`."""
    from checks import manual  # noqa: PLC0415

    console.show(manual.listing(arguments.lang or "zh"))
    return 0


def rules_show(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof rules show ID`."""
    from checks import manual  # noqa: PLC0415

    console.show(manual.page(arguments.id, arguments.lang or "zh", extra=[Path(file) for file in arguments.pack]))
    return 0


def rules_kinds(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof rules kinds`."""
    from checks import manual  # noqa: PLC0415

    console.show(manual.kinds(arguments.lang or "zh"))
    return 0


def rules_validate(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof rules validate FILE`."""
    from checks.packs import validate_pack  # noqa: PLC0415

    pack = validate_pack(Path(arguments.file))
    told = {"zh": "规则包有效", "en": "the pack is valid", "both": "规则包有效 | the pack is valid"}
    console.show(f"{pack}: {told[arguments.lang or 'both']}")
    return 0


def roles(arguments: argparse.Namespace, console: Console) -> int:
    """`zoneproof roles [ROLE]`."""
    from layers.roles_text import roles_text  # noqa: PLC0415

    console.show(roles_text(arguments.role, arguments.lang or "zh"))
    return 0


def _print(report: Report, form: str, lang: Lang, console: Console) -> None:
    from maps.markdown import markdown  # noqa: PLC0415
    from maps.outputs.findings import to_bytes  # noqa: PLC0415
    from maps.terminal import table  # noqa: PLC0415

    if form == "json":
        console.data(to_bytes(report))
    else:
        console.show(markdown(report, lang) if form == "md" else table(report, lang))


def _notes(report: Report, lang: Lang, console: Console, *, inputs: bool) -> None:
    notes: Sequence[str] = [note.show(lang) for note in report.notes]
    if inputs:
        notes = [
            *notes,
            *(
                f"{record.role} {record.source}: {note.show(lang)}"
                for record in report.inputs.records
                for note in record.notes
            ),
        ]
    for note in notes:
        console.note(note)


def _written(lang: Lang) -> str:
    return {"zh": "成果已写入", "en": "outputs written to", "both": "成果已写入 | outputs written to"}[lang]
