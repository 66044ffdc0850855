"""Resettle: match records again that a person settled, so that a supplement can answer them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from gateway.core import spool
from gateway.core.asking import Asker
from gateway.core.audit import read_by
from gateway.core.desk import Desk
from gateway.core.handover import Late
from gateway.core.model import CheckedRecord, Match
from gateway.core.outcomes import Effect, MatchOutcome, Total
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.kinds import FileKind
from gateway.core.ports.review import Counting
from gateway.core.reads import reads_of
from gateway.core.results import Checked, Identified, Matched
from gateway.core.review import Supplement
from gateway.core.submission import Submission


def resettle(
    supplement: Supplement, identified: Identified, checked: Checked, gateway: Gateway
) -> tuple[Checked, Matched, dict[int, str]]:
    """Return the settled records and what became of each, as the steps of a whole file would leave them.

    Running it twice answers alike: a record that was registered or kept for a learner is so once.
    """
    submission = checked.asked(supplement.submission)
    kind = gateway.kinds[str(submission.kind)]
    desk = Desk(submission, kind, gateway, submission.agreement.policy)
    records = _as_listed(identified.bare(submission), supplement.records, kind, gateway)
    matches = list(desk.match(records))
    reads = reads_of(submission, kind.name, gateway)
    reads.add(read_by(matches))
    reads.end()
    questions = gateway.review.questions
    Asker(submission, questions, gateway.register, gateway.clock, sample_a_week=0).ask(records, matches)
    return (
        checked.model_copy(
            update={
                "header": _header(checked, kind, len(records)),
                "lines": _lines(submission, records, gateway),
                "late": None,
                "read": len(records),
                "file_notices": (),
                "not_run": (),
                "supplement": supplement.number,
            }
        ),
        _matched(desk, matches, gateway),
        {it.record.number: found.final for it, found in zip(records, matches, strict=True)},
    )


def _as_listed(
    submission: Submission, records: Sequence[CheckedRecord], kind: FileKind, gateway: Gateway
) -> Sequence[CheckedRecord]:
    """Return the records, those that an error kept waiting checked anew by the reference lists as they are now."""
    waiting = {it.record.number for it in records if it.waits}
    if not waiting:
        return records
    again: list[CheckedRecord] = []
    late: list[Late] = []
    with gateway.files.local(submission.blob) as path:
        for finding in kind.check(path, gateway.context(submission, kind.name)):
            if isinstance(finding, CheckedRecord) and finding.record.number in waiting:
                again.append(finding)
            elif isinstance(finding, Late) and finding.record in waiting:
                late.append(finding)
    checked = {it.record.number: it for it in spool.with_late(again, late)}
    return [checked.get(it.record.number, it) for it in records]


def _header(checked: Checked, kind: FileKind, records: int) -> Mapping[str, str]:
    return {**checked.header, kind.count_field: str(records)} if isinstance(kind, Counting) else checked.header


def _lines(submission: Submission, records: Sequence[CheckedRecord], gateway: Gateway) -> str:
    with gateway.files.create(submission.id) as draft:
        for checked in records:
            spool.write(draft.handle, spool.CHECKED, checked)
    return draft.blob


def _matched(desk: Desk, matches: list[Match], gateway: Gateway) -> Matched:
    with gateway.files.create(desk.submission.id) as draft:
        for found in matches:
            spool.write(draft.handle, spool.MATCHES, found)
    outcomes: Counter[MatchOutcome | Effect] = Counter(found.final for found in matches)
    totals = Counter(dict.fromkeys(Total, 0)) + Counter(found.total for found in matches)
    each = {total: totals[total] for total in Total}
    return Matched(lines=draft.blob, outcomes=outcomes, totals=each, matching=desk.rules)
