"""The report on one file as a page: a single HTML file, without script, that fetches nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from functools import cache
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from gateway.core.documents import Cause, Origin, Report
from gateway.core.ids import mailbox_name
from gateway.core.notices import Scope, Severity
from gateway.core.submission import Verdict
from gateway.page_codes import anchors, groups_of
from gateway.page_tables import Table, cell, changed_table, clipped, count_tables, not_run_table, proposed_tables
from gateway.page_words import JOBS, MODES, NONE_ACCEPTED, OPENINGS, SEVERITIES, counted

SHOWN_CAUSES: Final = 10
"""Causes that the page lists; the number of all is always told."""
SHOWN_CODES: Final = 20
"""Codes that the page names under one cause."""
MOST: Final = 0.9
"""The share of the messages that is most of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One cause as the page shows it: what it is, how much it touches, what clears it, and where it begins."""

    title: str
    severity: Severity
    extent: str
    fix: str
    codes: Mapping[str, str]
    table: Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another file of the same response set, as it is named in the mailbox."""

    name: str
    address: str


def page(report: Report) -> str:
    """Return the report as one HTML page on which everything that a sender sent is plain, visible text."""
    groups = groups_of(report)
    places = anchors(groups)
    return _template().render(
        report=report,
        verdict=_verdict(report),
        summary=_summary(report),
        share=_share(report),
        facts=_facts(report),
        counts=count_tables(report.counts),
        first_causes=[_block(cause, places) for cause in report.causes[:SHOWN_CAUSES]] if _to_fix(report) else [],
        groups=groups,
        severities=SEVERITIES,
        proposed=proposed_tables(report.proposed),
        corrected=_corrected(report),
        not_run=not_run_table(report.not_run),
        changed=changed_table(report.rules),
        all_notices=_link(report, "errors.csv"),
        for_programs=_link(report, "report.json"),
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


def _verdict(report: Report) -> str:
    opening, counts = OPENINGS[report.verdict], report.counts
    if not counts.read:
        return f"{opening}: no record was read"
    if report.verdict is Verdict.REJECTED and not _is_refused_itself(report):
        opening = NONE_ACCEPTED
    return f"{opening}: {counts.accepted:,} of {counted(counts.read, 'record')}"


def _is_refused_itself(report: Report) -> bool:
    """Tell whether an error of the file, and not of its records alone, refused it; those are listed before others."""
    return any(it.severity is Severity.ERROR and it.scope is Scope.FILE for it in report.notices)


def _to_fix(report: Report) -> bool:
    """Tell whether there is an error, so that something needs to be fixed."""
    return bool(report.causes and report.counts.by_severity.get(Severity.ERROR))


def _summary(report: Report) -> str:
    messages = counted(sum(report.counts.by_code.values()), "message")
    return f"{messages}, {counted(len(report.causes), 'cause')}"


def _share(report: Report) -> str:
    """Return what a cause means for who mends the file, and how few make most of the messages where they are few."""
    total, made, first = sum(report.counts.by_code.values()), 0, 0
    while first < len(report.causes) and made < MOST * total:
        made += report.causes[first].messages
        first += 1
    if first > SHOWN_CAUSES:
        return "What clears a cause clears all of its messages."
    which = "first cause makes" if first == 1 else f"first {first} causes make"
    return f"The {which} {made:,} of {counted(total, 'message')}. What clears a cause clears all of its messages."


def _corrected(report: Report) -> Link | None:
    """Return where the corrected file is; None where there is none, or it was checked offline."""
    if report.proposed is None:
        return None
    return _link(report, f"proposed.{report.proposed.name.rpartition('.')[2]}")


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
        ("Job", JOBS[origin.job]),
        ("Mailbox", MODES[origin.mode]),
    ]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _link(report: Report, part: str) -> Link | None:
    if report.submission is None:
        return None
    name = mailbox_name(report.file, report.submission.id, part)
    return Link(name=name, address=quote(name, safe="", errors="replace"))


def _block(cause: Cause, places: Mapping[str, str]) -> Block:
    first = [it for it in cause.examples if it.line is not None]
    columns = [name for name in ("line", "field", "value") if any(getattr(it, name) is not None for it in first)]
    rows = [[cell(getattr(it, name)) for name in columns] for it in first]
    headings = [name.capitalize() for name in columns]
    caption = "Where it begins" if cause.messages > len(rows) else "Where it is"
    return Block(
        title=clipped(cause.title),
        severity=cause.severity,
        extent=f"{counted(cause.messages, 'message')} on {counted(cause.records, 'record')}",
        fix=clipped(cause.fix),
        codes={code: places[code] for code in cause.codes[:SHOWN_CODES] if code in places},
        table=Table(caption=caption, headings=headings, rows=rows) if rows else None,
    )
