"""Validate: every record read, every fault found, one decision on the file."""

from collections.abc import Iterator, Mapping

from gateway.core import spool
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord, Refusal, Submission
from gateway.core.ports import FileKind, Files
from gateway.core.recognise import unknown_file
from gateway.core.results import Checked, Identified
from gateway.core.rules.engine import SENDER_SUSPENDED
from gateway.core.rules.registry import Context
from gateway.core.tally import Tally


def validate(submission: Submission, identified: Identified, files: Files, kinds: Mapping[str, FileKind]) -> Checked:
    """Return what was found, with every checked record kept as a line for the steps that follow."""
    tally = Tally()
    with files.create(submission.id) as draft:
        for finding in _findings(submission, identified, files, kinds):
            tally.add(finding)
            if isinstance(finding, CheckedRecord):
                spool.write(draft.handle, spool.CHECKED, finding)
    return Checked(
        header=tally.header,
        rejections=tally.rejections,
        file_notices=tuple(tally.file_notices),
        read=tally.read,
        lines=draft.blob,
    )


def _findings(
    submission: Submission, identified: Identified, files: Files, kinds: Mapping[str, FileKind]
) -> Iterator[Finding]:
    if submission.refusal is Refusal.SUSPENDED:
        yield SENDER_SUSPENDED.notice()
    elif identified.kind is None:
        yield from unknown_file(submission.size, kinds)
    else:
        context = Context(as_of=submission.processing_date, file_name=submission.name, sender=submission.organisation)
        with files.local(submission.blob) as path:
            yield from kinds[identified.kind].check(path, context)
