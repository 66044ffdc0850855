"""Validate: every record read, every fault found, one decision on the file."""

from collections.abc import Iterator
from contextlib import ExitStack

from gateway.core import spool
from gateway.core.handover import Finding, Late
from gateway.core.model import CheckedRecord
from gateway.core.ports.files import Draft
from gateway.core.ports.gateway import Gateway
from gateway.core.recognise import sender_faults, unknown_file
from gateway.core.results import Checked, Identified
from gateway.core.rules.effective import rule_set, unavailable
from gateway.core.rules.engine import FILE_INFECTED, SENDER_SUSPENDED
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.submission import Refusal, Submission
from gateway.core.tally import Tally


def validate(submission: Submission, identified: Identified, gateway: Gateway) -> Checked:
    """Return what was found, with every checked record kept as a line for the steps that follow."""
    submission = identified.bare(submission)
    tally, late = Tally(), None
    context = gateway.context(submission, identified.kind or "")
    with ExitStack() as stack:
        lines = stack.enter_context(gateway.files.create(submission.id))
        for finding in _findings(submission, identified, context, gateway):
            tally.add(finding)
            if isinstance(finding, CheckedRecord):
                spool.write(lines.handle, spool.CHECKED, finding)
            elif isinstance(finding, Late):
                late = late or stack.enter_context(gateway.files.create(submission.id))
                spool.write(late.handle, spool.LATE, finding)
    return _checked(tally, lines, late, gateway.kinds[identified.kind].rulebook if identified.kind else None, context)


def _checked(tally: Tally, lines: Draft, late: Draft | None, book: Rulebook | None, context: Context) -> Checked:
    return Checked(
        header=tally.header,
        rejections=tally.rejections,
        file_notices=tuple(tally.file_notices),
        read=tally.read,
        lines=lines.blob,
        late=late.blob if late else None,
        job=tally.job,
        not_run=(*tally.not_run, *(unavailable(book, context) if book else ())),
        rules=rule_set(book, context) if book else None,
    )


def _findings(submission: Submission, identified: Identified, context: Context, gateway: Gateway) -> Iterator[Finding]:
    if submission.refusal is Refusal.SUSPENDED:
        yield SENDER_SUSPENDED.notice()
    elif identified.refused is not None:
        yield identified.refused
    elif identified.infected:
        yield FILE_INFECTED.notice()
    elif identified.kind is None:
        yield from unknown_file(submission.size, gateway.kinds)
    else:
        kind = gateway.kinds[identified.kind]
        yield from sender_faults(kind.senders, submission.organisation)
        with gateway.files.local(submission.blob) as path:
            yield from kind.check(path, context)
