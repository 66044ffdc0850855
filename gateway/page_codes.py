"""What the page says of each code: what is wrong, why it matters, how to put it right, and where it was found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.core.documents import Explained, Report, ReportedNotice
from gateway.core.notices import Severity
from gateway.page_tables import Table, cell, clipped

SHOWN: Final = 50
"""Notices of one code that the page lists; their number is always told in full."""
SHOWN_IN_ALL: Final = 1000
"""Notices that the page lists of all codes together, where there are many codes."""
FEWEST: Final = 3

_COLUMNS: Final = ("line", "record", "key", "field", "value", "message", "fix")
_SENTENCES: Final = frozenset({"message", "fix"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All notices of one code: its anchor, its texts, a table of what differs, and how many more there are.

    `message` and `fix` are None where the notices that are listed do not share them; the table then holds them.
    """

    anchor: str
    code: str
    severity: Severity | None
    count: int
    texts: Sequence[Explained]
    message: str | None
    fix: str | None
    table: Table | None
    more: int


def groups_of(report: Report) -> list[Group]:
    """Return the notices by code, errors first and the most frequent first; a code that is not listed comes last."""
    listed: dict[str, list[ReportedNotice]] = {code: [] for code in report.counts.by_code}
    for notice in report.notices:
        listed.setdefault(notice.code, []).append(notice)
    weights = {code: (_weight(notices), -_count(report, code, notices), code) for code, notices in listed.items()}
    shown = max(FEWEST, min(SHOWN, SHOWN_IN_ALL // max(1, len(listed))))
    return [
        _group(report, code, listed[code], (f"code-{place}", shown))
        for place, code in enumerate(sorted(listed, key=weights.__getitem__), start=1)
    ]


def anchors(groups: Iterable[Group]) -> Mapping[str, str]:
    """Return where on the page each code is told of."""
    return {group.code: group.anchor for group in groups}


def _severity(notices: Sequence[ReportedNotice]) -> Severity | None:
    return min((notice.severity for notice in notices), key=list(Severity).index, default=None)


def _weight(notices: Sequence[ReportedNotice]) -> int:
    return [*Severity, None].index(_severity(notices))


def _count(report: Report, code: str, notices: Sequence[ReportedNotice]) -> int:
    return max(report.counts.by_code.get(code, 0), len(notices))


def _group(report: Report, code: str, notices: Sequence[ReportedNotice], place: tuple[str, int]) -> Group:
    anchor, most = place
    count = _count(report, code, notices)
    shared = {name for name in _SENTENCES if len({getattr(notice, name) for notice in notices}) == 1}
    columns = [name for name in _COLUMNS if name not in shared and _told(name, notices)]
    shown = notices[:most] if columns else notices
    return Group(
        anchor=anchor,
        code=code,
        severity=_severity(notices),
        count=count,
        texts=[text for text in report.explained if text.code == code],
        message=clipped(notices[0].message) if "message" in shared else None,
        fix=clipped(notices[0].fix) if "fix" in shared else None,
        table=_table(code, columns, shown, count) if columns else None,
        more=count - len(shown),
    )


def _told(name: str, notices: Sequence[ReportedNotice]) -> bool:
    return any(getattr(notice, name) is not None for notice in notices)


def _table(code: str, columns: Sequence[str], shown: Sequence[ReportedNotice], count: int) -> Table:
    extent = "" if len(shown) == count else f": the first {len(shown):,} of {count:,}"
    return Table(
        caption=f"Where {code} was found{extent}",
        headings=[name.capitalize() for name in columns],
        rows=[[cell(getattr(notice, name)) for name in columns] for notice in shown],
    )
