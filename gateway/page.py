"""The report on one file as a page: a single HTML file, without script, that fetches nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from gateway.core.documents import Cause, Counts, NotRun, Origin, Report, ReportedNotice
from gateway.core.model import Job, Mode, Verdict
from gateway.core.notices import Severity
from gateway.core.outcomes import MatchOutcome, total_of

SHOWN: Final = 50
"""Notices of one code that the page lists; their number is always told in full."""
SHOWN_CAUSES: Final = 10
"""Causes that the page lists; the number of all is always told."""
LONGEST: Final = 500
"""Characters of one value that the page shows."""

_OPENINGS: Final = {
    Verdict.ACCEPTED: "The file was accepted",
    Verdict.PART: "Part of the file was accepted",
    Verdict.REJECTED: "The file was rejected",
}
_SEVERITIES: Final = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Information"}
_JOBS: Final = {Job.FULL: "Full processing", Job.CHECK: "Check only: nothing is registered"}
_MODES: Final = {Mode.LIVE: "Live", Mode.TEST: "Test: nothing is stored"}
_OUTCOMES: Final = {
    MatchOutcome.EXACT_MATCH: "Exact match",
    MatchOutcome.EXACT_MATCH_UPDATED: "Exact match with new details",
    MatchOutcome.CONFIDENT_MATCH: "Confident match",
    MatchOutcome.LINKED_LEARNER: "Linked learner, answered with the master ULN",
    MatchOutcome.POSSIBLE_MATCH: "Possible match, waits for a person",
    MatchOutcome.TOO_MANY_MATCHES: "Too many possible matches, waits for a person",
    MatchOutcome.NO_MATCH: "No match",
    MatchOutcome.NEW_ULN: "New ULN given",
    MatchOutcome.NOT_FOUND: "Not found, no ULN given",
    MatchOutcome.ULN_NOT_FOUND: "ULN not in the register",
    MatchOutcome.ULN_MISMATCH: "ULN of someone with another name",
    MatchOutcome.ULN_INVALID: "ULN not valid",
    MatchOutcome.UPDATE_REFUSED: "Update refused",
    MatchOutcome.DUPLICATE_IN_FILE: "Same learner earlier in the file",
    MatchOutcome.REFUSED: "Refused because of an error",
    MatchOutcome.NOT_MATCHED: "Not matched",
}
_COLUMNS: Final = ("line", "record", "key", "field", "value", "message", "fix")
_SENTENCES: Final = frozenset({"message", "fix"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of plain text under a caption; a cell is None where there is nothing to tell."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    figures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All notices of one code: `message` and `fix` where all listed share them, a table of what differs."""

    code: str
    severity: Severity | None
    count: int
    message: str | None
    fix: str | None
    table: Table | None
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One cause as the page shows it: what it is, how much it touches, what clears it, and where it begins."""

    title: str
    severity: Severity
    extent: str
    fix: str
    table: Table | None


def page(report: Report) -> str:
    """Return the report as one HTML page on which everything that a sender sent is plain, visible text."""
    return _template().render(
        report=report,
        verdict=_verdict(report),
        facts=_facts(report),
        tables=_tables(report.counts),
        causes=_causes(report),
        first_causes=[_block(cause) for cause in report.causes[:SHOWN_CAUSES]],
        groups=_groups(report),
        severities=_SEVERITIES,
        not_run=_not_run(report.not_run),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("gateway"),
        autoescape=True,
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(counted=counted, spelt=spelt)
    return environment.get_template("report.html.j2")


def visible(value: object) -> object:
    """Return a text in which each character that hides or reorders others is shown as its number, such as U+202E."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    mark = Markup('<span class="sign">{}</span>').format
    return Markup("").join(sign if sign.isprintable() else mark(spelt(sign)) for sign in value)


def spelt(text: str) -> str:
    """Return the same as `visible` without markup, for a page's title."""
    return "".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in text)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as «1 record» or «1,000 records»."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _verdict(report: Report) -> str:
    opening, counts = _OPENINGS[report.verdict], report.counts
    if not counts.read:
        return f"{opening}: no record was read"
    return f"{opening}: {counts.accepted:,} of {counted(counts.read, 'record')}"


def _facts(report: Report) -> list[tuple[str, str]]:
    return [
        ("File", report.file),
        ("Kind of file", report.kind or "Not known"),
        ("Ages and dates judged as of", _day(report.processing_date)),
        *_origin(report.submission),
        ("SHA-256 of the file", report.sha256),
    ]


def _origin(origin: Origin | None) -> list[tuple[str, str]]:
    if origin is None:
        return [("Submission", "None: checked offline, nothing was sent or stored")]
    received = origin.received_at.astimezone(UTC)
    return [
        ("Submission", origin.id),
        ("Organisation", origin.organisation),
        ("Received", f"{_day(received)}, {received:%H:%M:%S} UTC"),
        ("Job", _JOBS[origin.job]),
        ("Mailbox", _MODES[origin.mode]),
    ]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _tables(counts: Counts) -> list[Table]:
    totals = ("read", "accepted", "rejected", "held")
    records = [[total.capitalize(), f"{getattr(counts, total):,}"] for total in totals]
    outcomes = [
        [_OUTCOMES[outcome], total_of(outcome).capitalize(), f"{number:,}"]
        for outcome, number in counts.by_outcome.items()
        if number
    ]
    tables = [Table(caption="Records in the file", headings=("Total", "Records"), rows=records, figures=True)]
    if outcomes:
        headings = ("Outcome", "Counted as", "Records")
        tables.append(Table(caption="What became of the records", headings=headings, rows=outcomes, figures=True))
    return tables


def _causes(report: Report) -> str | None:
    """Return the heading over the causes; None where there is no error, so that nothing needs to be fixed."""
    if not report.causes or not report.counts.by_severity.get(Severity.ERROR):
        return None
    messages = counted(sum(report.counts.by_code.values()), "message")
    these = "this" if len(report.causes) == 1 else "these"
    return f"{messages}, {counted(len(report.causes), 'cause')}: fix {these} first"


def _block(cause: Cause) -> Block:
    places = [it for it in cause.examples if it.line is not None]
    columns = [name for name in ("line", "field", "value") if any(getattr(it, name) is not None for it in places)]
    rows = [[_cell(getattr(it, name)) for name in columns] for it in places]
    headings = [name.capitalize() for name in columns]
    caption = "Where it begins" if cause.messages > len(rows) else "Where it is"
    return Block(
        title=_clipped(cause.title),
        severity=cause.severity,
        extent=f"{counted(cause.messages, 'message')} on {counted(cause.records, 'record')}",
        fix=_clipped(cause.fix),
        table=Table(caption=caption, headings=headings, rows=rows) if rows else None,
    )


def _groups(report: Report) -> list[Group]:
    """Return the notices by code, errors first and the most frequent first; a code that is not listed comes last."""
    listed: dict[str, list[ReportedNotice]] = {code: [] for code in report.counts.by_code}
    for notice in report.notices:
        listed.setdefault(notice.code, []).append(notice)
    groups = [_group(code, notices, report.counts.by_code.get(code, 0)) for code, notices in listed.items()]
    weight = {severity: place for place, severity in enumerate([*Severity, None])}
    return sorted(groups, key=lambda group: (weight[group.severity], -group.count, group.code))


def _group(code: str, notices: Sequence[ReportedNotice], told: int) -> Group:
    count = max(told, len(notices))
    shared = {name for name in _SENTENCES if len({getattr(notice, name) for notice in notices}) == 1}
    columns = [name for name in _COLUMNS if name not in shared and _told(name, notices)]
    shown = notices[:SHOWN] if columns else notices
    return Group(
        code=code,
        severity=min((notice.severity for notice in notices), key=list(Severity).index, default=None),
        count=count,
        message=_clipped(notices[0].message) if "message" in shared else None,
        fix=_clipped(notices[0].fix) if "fix" in shared else None,
        table=_notice_table(code, columns, shown, count) if columns else None,
        more=count - len(shown),
    )


def _told(name: str, notices: Sequence[ReportedNotice]) -> bool:
    return any(getattr(notice, name) is not None for notice in notices)


def _notice_table(code: str, columns: Sequence[str], shown: Sequence[ReportedNotice], count: int) -> Table:
    extent = "" if len(shown) == count else f": the first {len(shown):,} of {count:,}"
    return Table(
        caption=f"Where {code} was found{extent}",
        headings=[name.capitalize() for name in columns],
        rows=[[_cell(getattr(notice, name)) for name in columns] for notice in shown],
    )


def _cell(value: str | int | None) -> str | None:
    return None if value is None else _clipped(str(value))


def _clipped(text: str) -> str:
    """Return a text no longer than the page shows, with its true length where it is cut."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({counted(len(text), 'character')} in all)"


def _not_run(checks: Sequence[NotRun]) -> Table | None:
    if not checks:
        return None
    rows = [[check.check, check.reason] for check in checks]
    return Table(caption="Checks that were not run", headings=("Check", "Why"), rows=rows)
