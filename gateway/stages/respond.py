"""Respond: one line for each record, in the order received, and the reports that go with every submission."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import repeat
from typing import Final, TextIO

from gateway.core import spool
from gateway.core.agreement import Disclosure
from gateway.core.causes import CauseCollector
from gateway.core.covering import covered_set
from gateway.core.disclosure import disclosable, disclosed
from gateway.core.documents import NotRun, Origin, Proposed, Report, reported
from gateway.core.extract import Place
from gateway.core.handover import Case
from gateway.core.model import Answer, CheckedRecord, Identity, Match
from gateway.core.notices import Notices
from gateway.core.outcomes import MatchOutcome, Total
from gateway.core.ports.files import Files
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.kinds import FileKind, NamesUln, Responder
from gateway.core.ports.review import Deciding
from gateway.core.response_parts import ErrorReport, MatchReport, Parts
from gateway.core.results import Checked, Identified, Matched, Response, verdict_of
from gateway.core.rules.engine import ENGINE
from gateway.core.rules.explained import explained
from gateway.core.rules.registry import Rulebook
from gateway.core.submission import Job, Submission
from gateway.core.tally import counts_of

BATCH = 1000
"""Records whose possible matches are looked up together."""
Span = tuple[int, int]
_NOWHERE: Final[Span] = (-1, -1)
"""The place of a record that has none, which nothing can be copied from."""


def respond(
    submission: Submission, identified: Identified, checked: Checked, matched: Matched, gateway: Gateway
) -> Response:
    """Return the response set, written and kept; written again, it differs in the moment alone."""
    submission = checked.asked(submission)
    bare = identified.bare(submission)
    parts = Parts(submission, bare, gateway.files, supplement=checked.supplement)
    notices = Notices()
    notices.add(checked.file_notices)
    causes = CauseCollector()
    causes.add(checked.file_notices)
    with ExitStack() as stack:
        create = parts.creator(stack)
        writers = _writers(_case(bare, identified, checked, matched, gateway), identified, gateway, create)
        if "errors.csv" not in parts.drafts:  # a kind whose senders know another report of that name writes it itself
            writers.append(ErrorReport(create("errors.csv"), checked.file_notices))
        if matched.lines is not None:
            writers.append(parts.answered_ulns(stack))
        for answer in _disclosed(submission, checked, matched, gateway):
            notices.add(answer.notices)
            causes.add(answer.notices, answer.checked.record)
            for writer in writers:
                writer.write(answer)
        for writer in writers:
            writer.finish()
        _extract(parts, identified, checked, matched, gateway)
        report = _report(submission, identified, checked, matched, notices)
        texts = explained(notices.listed, ENGINE, *_rulebooks(identified, gateway))
        offered = _offered(identified, checked, notices, parts, gateway)
        report = report.model_copy(update={"causes": causes.causes(), "explained": texts, "proposed": offered})
        create("report.json").write(report.to_json())
        create("report.html").write(gateway.page(report))
    answered = parts.answered.blob if parts.answered else None
    sent = covered_set(parts.kept(), submission, gateway)
    return Response(parts=sent, verdict=report.verdict, counts=_counts(report), answered=answered)


def _offered(
    identified: Identified, checked: Checked, notices: Notices, parts: Parts, gateway: Gateway
) -> Proposed | None:
    """Offer a corrected file where anything was said of the file that was sent; a supplement offers none again."""
    if identified.kind is None or not notices.by_code or checked.supplement is not None:
        return None
    context = gateway.context(parts.bare, identified.kind)
    return parts.propose(gateway.kinds[identified.kind], context, parts.bare.blob)


def _extract(parts: Parts, identified: Identified, checked: Checked, matched: Matched, gateway: Gateway) -> None:
    """Write the accepted records as a file of their own, where the sender asks for it and their bytes are known."""
    if identified.kind is None or checked.rejections:
        return
    wanted = parts.submission.agreement.accepted_file
    accepted = matched.totals[Total.ACCEPTED]
    if wanted and accepted and next(_answers(checked, matched, gateway.files)).checked.span is not None:
        kind, answers = gateway.kinds[identified.kind], _answers(checked, matched, gateway.files)
        others = None if checked.supplement is None else _spans(parts.bare, kind, gateway)
        parts.extract(kind, checked.header, _places(answers, others), accepted)


def _places(answers: Iterator[Answer], others: Iterator[tuple[int, Span]] | None) -> Iterator[Place]:
    """Yield where each record of the file stands; of `others`, which are all, those without an answer are refused."""
    for answer in answers:
        number, accepted = answer.checked.record.number, answer.match.total is Total.ACCEPTED
        for other, span in others or ():
            if other == number:
                break
            yield Place(*span, accepted=False)
        yield Place(*(answer.checked.span or _NOWHERE), accepted=accepted)
    for _, span in others or ():
        yield Place(*span, accepted=False)


def _spans(submission: Submission, kind: FileKind, gateway: Gateway) -> Iterator[tuple[int, Span]]:
    """Yield the number and the place of each record of a file, read again: a supplement has some of them alone."""
    with gateway.files.local(submission.blob) as path:
        for found in kind.check(path, gateway.context(submission, kind.name)):
            if isinstance(found, CheckedRecord):
                yield found.record.number, found.span or _NOWHERE


def _case(submission: Submission, identified: Identified, checked: Checked, matched: Matched, gateway: Gateway) -> Case:
    return Case(
        submission=submission,
        responded_at=gateway.clock(),
        header=checked.header,
        rejections=checked.rejections,
        file_notices=checked.file_notices,
        records=checked.read,
        discloses_details=submission.agreement.disclosure is Disclosure.DETAILS,
        forwards=_forwards(submission, identified, matched, gateway),
    )


def _forwards(submission: Submission, identified: Identified, matched: Matched, gateway: Gateway) -> int:
    """Return how many learners a file to be sent on must hold: those whom this gateway may not register itself."""
    registers = identified.kind is not None and gateway.kinds[identified.kind].registers
    may_send = submission.job is Job.FULL and submission.organisation.ukprn is not None
    issuing = gateway.register.issuing and submission.agreement.registers
    if issuing or not registers or not may_send:
        return 0
    return matched.outcomes.get(MatchOutcome.NOT_FOUND, 0)


def _writers(case: Case, identified: Identified, gateway: Gateway, create: Callable[[str], TextIO]) -> list[Responder]:
    if identified.kind is None:
        return []
    kind = gateway.kinds[identified.kind]
    writers: list[Responder] = [kind.responder(case, create)]
    if not case.rejections and (kind.identity is not Identity.NONE or isinstance(kind, Deciding)):
        where = {"uln_field": kind.uln_field} if isinstance(kind, NamesUln) else {}
        writers.append(MatchReport(create("match.csv"), **where))
    return writers


def _answers(checked: Checked, matched: Matched, files: Files) -> Iterator[Answer]:
    with ExitStack() as stack:
        records = spool.checked_records(checked, files, stack)
        matches: Iterator[Match] = repeat(Match(outcome=MatchOutcome.REFUSED))
        if matched.lines is not None:
            matches = spool.read(stack.enter_context(files.open(matched.lines)), spool.MATCHES)
        for record, match in zip(records, matches, strict=matched.lines is not None):
            yield Answer(checked=record, match=match)


def _disclosed(submission: Submission, checked: Checked, matched: Matched, gateway: Gateway) -> Iterator[Answer]:
    """Yield the answers, each without what its organisation may not see of other learners."""
    agreement = submission.agreement
    for batch in spool.batches(_answers(checked, matched, gateway.files), BATCH):
        ulns = {uln for answer in batch for uln in disclosable(answer, agreement)}
        own = gateway.mailboxes.answered(submission, ulns) if ulns else frozenset()
        for answer in batch:
            yield disclosed(answer, agreement, own)


def _rulebooks(identified: Identified, gateway: Gateway) -> list[Rulebook]:
    return [gateway.kinds[identified.kind].rulebook] if identified.kind else []


def _report(
    submission: Submission, identified: Identified, checked: Checked, matched: Matched, notices: Notices
) -> Report:
    totals = matched.totals
    return Report(
        file=submission.name,
        sha256=submission.sha256,
        kind=identified.kind,
        verdict=verdict_of(totals, refused=bool(checked.rejections)),
        counts=counts_of(totals, notices, matched.outcomes),
        notices=reported(notices),
        not_run=_not_run(checked),
        rules=checked.rules,
        matching=matched.matching,
        cut=notices.cut,
        supplement=checked.supplement,
        processing_date=submission.processing_date,
        submission=Origin(
            id=submission.id,
            organisation=submission.organisation.id,
            received_at=submission.received_at,
            job=submission.job,
            mode=submission.mode,
        ),
    )


def _not_run(checked: Checked) -> list[NotRun]:
    if not checked.rejections:
        return list(checked.not_run)
    matching = NotRun(check="matching", reason="The file was rejected as a whole, so no record was looked for.")
    return [*checked.not_run, matching]


def _counts(report: Report) -> dict[str, int]:
    counts = report.counts
    outcomes = {str(outcome): count for outcome, count in counts.by_outcome.items()}
    return {
        "read": counts.read,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "held": counts.held,
    } | outcomes
