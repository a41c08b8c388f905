"""All area tables of a report, measured when they are first asked for, from what its rules read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checks.land import SUBJECT_ROLES, column
from checks.model import Finding, Report
from checks.tables import cents
from checks.tables.detail import MOST, balanced_detail, balanced_overlaps
from checks.tables.flow import flows
from checks.tables.issues import COVERAGE, crosswalk_issues, land_issues, number_issues
from checks.tables.land import LandUse, class_rows, land_use
from checks.tables.lines import LINES, against_lines
from checks.tables.model import Issue, Sentence, Tables, Taken
from checks.tables.ranges import ranges_of
from checks.tables.sentences import sentence
from layers.text import Text

if TYPE_CHECKING:
    from checks.site import Site
    from layers.model import Inputs, Progress

AGAINST_LINES = Text("地类与控制线", "classes against the lines")


def tables_of(report: Report, progress: Progress | None = None) -> Tables:
    """The tables, measured once for all outputs."""
    from checks.site import Sites

    if not isinstance(report.sites, Sites):
        return Tables()
    return report.sites.ground.once("tables", lambda: _measured(report, progress))


def sentences_of(report: Report) -> Sequence[Sentence]:
    """The sentence blocks; none where the project has neither land use nor a control line to speak of."""
    return tables_of(report).sentences if speaks(report.inputs) else ()


def speaks(inputs: Inputs) -> bool:
    """Whether a layer that the sentences speak of is given."""
    return any(role in inputs.layers for role in ("land_use", "urban_boundary", *LINES))


def _measured(report: Report, progress: Progress | None) -> Tables:
    tables = Tables()
    what = Text("面积表", "area tables")
    for done, site in enumerate(report.sites):
        if progress:
            progress(what, done, len(report.sites))
        for subject in SUBJECT_ROLES:
            if not site.land(subject).empty:
                _add(tables, site, subject)
        if site.layer("parcels") is not None:
            tables.issues += _parcel_numbers(site)
        findings = [finding for zone in report.zones if zone.zone == site.name for finding in zone.findings]
        tables.issues += _by_rules(site.name, findings)
    if len(report.sites) > 1:
        tables.issues += _shared_land(tables, report.sites[0])
    return tables


def _shared_land(tables: Tables, site: Site) -> list[Issue]:
    """Land that belongs to several zones or expansions, which a total over all of them counts more than once."""
    twice = sum(one.cents for one in tables.ranges) - cents.of_m2(site.plane.area_m2(site.ground.whole))
    if twice <= len(tables.ranges):
        return []
    area = f"{twice / 100:,.2f}"
    told = Text(f"园区之间重叠 {area} ㎡,合计中重复计入", f"zones overlap by {area} m2, which the totals count twice")
    return [Issue(site.inputs.project.name, COVERAGE, "zones", told)]


def _add(tables: Tables, site: Site, subject: str) -> None:
    """Measure one subject of one zone."""
    ranges = ranges_of(site, subject)
    project = site.inputs.project
    lined = against_lines(site, subject, ranges)
    tables.ranges += ranges.ranges
    tables.lines += lined.rows
    tables.taken += lined.taken
    if ranges.doubled:
        area = f"{ranges.doubled / 100:,.2f}"
        told = Text(
            f"片区互相重叠 {area} ㎡,计入名称在前的片区", f"areas overlap by {area} m2, counted in the first by name"
        )
        tables.issues.append(Issue(site.name, COVERAGE, SUBJECT_ROLES[subject], told))
    now = land_use(site, subject, "land_use", ranges) if site.layer("land_use") is not None else None
    plan = land_use(site, subject, "land_use_plan", ranges) if site.layer("land_use_plan") is not None else None
    classes = None
    if now is not None:
        classes = class_rows(site, now)
        tables.classes += classes
        tables.taken += _taken(site, now, MOST - len(tables.taken))
        tables.issues += land_issues(site, now)
    if plan is not None:
        tables.plan += class_rows(site, plan)
        tables.issues += land_issues(site, plan)
    if now is not None and plan is not None:
        own = flows(site, now, plan, project.other_grassland)
        tables.flows += own
        tables.issues += crosswalk_issues(site.name, own)
    places, grass = project.hectare_places, project.other_grassland
    tables.sentences.append(sentence(ranges.ranges, lined.rows, classes, grass, places))


def _taken(site: Site, found: LandUse, most: int) -> list[Taken]:
    rows = balanced_detail(site, found, max(most, 0))
    return rows + balanced_overlaps(site, found)


def _parcel_numbers(site: Site) -> list[Issue]:
    frame = site.inputs.layers["parcels"].frame
    if "id" not in frame:
        return []
    return number_issues(site.name, "parcels", column(frame.iloc[site.rows_on("zone", "parcels")], "id"))


def _by_rules(zone: str, findings: Sequence[Finding]) -> list[Issue]:
    """The features that a rule found on the wrong side of a control line (LINE-8)."""
    issues = []
    for finding in findings:
        if finding.kind != "classes-by-line":
            continue
        told: dict[tuple[str, str], list[str]] = {}
        for item in finding.outcome.evidence:
            if item.note is not None and not item.sliver:
                told.setdefault((item.note.zh, item.note.en), []).append(item.feature)
        for (zh, en), own in sorted(told.items()):
            names = tuple(dict.fromkeys(own))
            issues.append(Issue(zone, AGAINST_LINES, finding.rule, Text(zh, en), len(names), names[:8]))
    return issues
