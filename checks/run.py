"""A whole check: project file → layers → every rule on every zone → report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from checks.findings import findings_of
from checks.kinds_on_hand import load_kind
from checks.model import VERDICTS, Finding, Report, ZoneReport, overall
from checks.packs import load_packs
from checks.params import merged_rules
from checks.rule import Rule
from checks.site import Site, sites
from layers.document import project_file, read_document
from layers.problems import Problems
from layers.project import declared_packs, validate
from layers.roles import roles
from layers.text import Text

if TYPE_CHECKING:
    from checks.cluster.client import Cluster
    from layers.model import Inputs, Progress, Project

__all__ = ["check_project", "project_file"]


def check_project(
    project: Path,
    *,
    packs: Sequence[str] | None = None,
    as_of: date | None = None,
    sets: Sequence[str] = (),
    progress: Progress | None = None,
    cluster: Cluster | None = None,
) -> Report:
    """Check a zone.toml, or the one in a folder; nothing is written.

    `packs` goes before the project's list, `as_of` before its date, `sets` (`RULE.param=value`) before its parameters.
    `cluster`: where to check instead of in this process; its folder is kept, for the report reads it.
    Raises `InputError` with every problem of project, packs and inputs.
    """
    told = progress or silent
    problems = Problems()
    document = read_document(project)
    refs = declared_packs(document, problems, packs)
    loaded = load_packs(refs, Path() if packs else document.folder, problems, f"{document.file.name} [project] packs")
    known = roles(loaded.roles)
    valid = validate(document, known, problems, as_of=as_of, packs=packs, roles_complete=loaded.whole)
    rules, notes = merged_rules(loaded, valid.params, sets, known, problems, where=f"{document.file.name} [params]")
    zones: Sequence[ZoneReport]
    if cluster is None:
        inputs = _inputs(valid, rules, problems, told)
        found = sites(inputs)
        zones = judge_all(found, rules, told)
        counts = Counter(finding.verdict for zone in zones for finding in zone.findings)
    else:
        from checks.cluster.engine import check_on

        problems.stop()
        checked = check_on(cluster, valid, rules, reach(rules), told)
        inputs, zones, counts = checked.inputs, checked.zones, Counter(checked.verdicts)
        found = sites(inputs)
    return Report(
        inputs=inputs,
        packs=tuple(pack.id for pack in loaded.packs),
        pack_titles={pack.id: pack.title for pack in loaded.packs},
        zones=zones,
        summary={verdict: counts[verdict] for verdict in VERDICTS},
        verdict=overall(list(counts)),
        notes=notes,
        sites=found,
    )


def _inputs(valid: Project, rules: Sequence[Rule], problems: Problems, told: Progress) -> Inputs:
    from layers.load import load_inputs

    inputs = load_inputs(valid, reach(rules), problems, told)
    problems.stop()
    if inputs is None:
        message = "inputs were not read and no problem was told"
        raise RuntimeError(message)
    return inputs


def judge_all(found: Sequence[Site], rules: Sequence[Rule], progress: Progress) -> tuple[ZoneReport, ...]:
    """Every rule on every site. A `ZoneproofError` of a kind (a value it can't read) is gathered, ours goes through."""
    problems = Problems()
    what = Text("审查", "checking")
    zones = []
    for done, site in enumerate(found):
        progress(what, done, len(found))
        findings: list[Finding] = []
        for rule in rules:
            with problems.gather():
                findings += findings_of(site, rule)
        zones.append(ZoneReport(site.name, overall([finding.verdict for finding in findings]), tuple(findings)))
    progress(what, len(found), len(found))
    problems.stop()
    return tuple(zones)


def silent(what: Text, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def reach(rules: Iterable[Rule]) -> dict[str, float]:
    """How far around zones and expansions each role is read: the farthest that any rule looks."""
    wanted: dict[str, float] = {}
    for rule in rules:
        for need in load_kind(rule.kind).needs(rule.params):
            wanted[need.role] = max(wanted.get(need.role, 0.0), need.reach_m)
    return wanted
