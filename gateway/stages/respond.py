"""Respond: one line for each record, in the order received, and the reports that go with every submission."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import repeat
from typing import TextIO

from gateway.core import csv_text, match_report, spool
from gateway.core.causes import CauseCollector
from gateway.core.documents import NotRun, Origin, Report, reported
from gateway.core.handover import Case, Part
from gateway.core.ids import mailbox_name
from gateway.core.model import Answer, Identity, Match, Submission
from gateway.core.notices import Notice, Notices
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports import Draft, Files, Gateway, Responder
from gateway.core.results import Checked, Identified, Matched, Response, verdict_of
from gateway.core.rules.engine import ENGINE
from gateway.core.rules.explained import explained
from gateway.core.rules.registry import Rulebook
from gateway.core.tally import counts_of

ERROR_COLUMNS = ("code", "severity", "line", "record", "key", "field", "value", "message", "fix")


def respond(
    submission: Submission, identified: Identified, checked: Checked, matched: Matched, gateway: Gateway
) -> Response:
    """Return the response set, written and kept; it is the same whenever it is written again."""
    parts = _Parts(submission, gateway.files)
    notices = Notices()
    notices.add(checked.file_notices)
    causes = CauseCollector()
    causes.add(checked.file_notices)
    with ExitStack() as stack:
        create = parts.creator(stack)
        writers = _writers(_case(submission, checked), identified, gateway, create)
        if "errors.csv" not in parts.drafts:  # a kind whose senders know another report of that name writes it itself
            writers.append(_ErrorReport(create("errors.csv"), checked.file_notices))
        for answer in _answers(checked, matched, gateway.files):
            notices.add(answer.notices)
            causes.add(answer.notices, answer.checked.record)
            for writer in writers:
                writer.write(answer)
        for writer in writers:
            writer.finish()
        report = _report(submission, identified, checked, matched, notices)
        texts = explained(notices.listed, ENGINE, *_rulebooks(identified, gateway))
        report = report.model_copy(update={"causes": causes.causes(), "explained": texts})
        create("report.json").write(report.to_json())
        create("report.html").write(gateway.page(report))
    return Response(parts=parts.kept(), verdict=report.verdict, counts=_counts(report))


@dataclass
class _Parts:
    """The response files being written, each a draft that is kept when all are complete."""

    submission: Submission
    files: Files
    drafts: dict[str, Draft] = field(default_factory=dict)

    def creator(self, stack: ExitStack) -> Callable[[str], TextIO]:
        def create(part: str) -> TextIO:
            draft = stack.enter_context(self.files.create(self.submission.id))
            self.drafts[part] = draft
            text = TextIOWrapper(draft.handle, encoding="utf-8", newline="")
            stack.callback(text.detach)
            return text

        return create

    def kept(self) -> dict[str, Part]:
        return {
            part: Part(
                name=mailbox_name(self.submission.name, self.submission.id, part), blob=draft.blob, size=draft.size
            )
            for part, draft in self.drafts.items()
        }


@dataclass
class _ErrorReport:
    """Writes `errors.csv`: what is said of the file first, then every notice of every record."""

    handle: TextIO
    file_notices: Iterable[Notice]

    def __post_init__(self) -> None:
        self._rows = csv_text.writer(self.handle, ERROR_COLUMNS)
        self._rows.writerows(map(_error_row, self.file_notices))

    def write(self, answer: Answer) -> None:
        self._rows.writerows(map(_error_row, answer.notices))

    def finish(self) -> None:
        """Write nothing: the error report has no last line."""


@dataclass
class _MatchReport:
    """Writes `match.csv` as one responder among the others."""

    handle: TextIO

    def __post_init__(self) -> None:
        self._rows = csv_text.writer(self.handle, match_report.COLUMNS)

    def write(self, answer: Answer) -> None:
        sent = answer.checked.record["ULN"]
        self._rows.writerow(match_report.row(answer, sent_uln=sent))

    def finish(self) -> None:
        """Write nothing: the match report has no last line."""


def _case(submission: Submission, checked: Checked) -> Case:
    return Case(submission=submission, header=checked.header, rejections=checked.rejections, records=checked.read)


def _writers(case: Case, identified: Identified, gateway: Gateway, create: Callable[[str], TextIO]) -> list[Responder]:
    if identified.kind is None:
        return []
    kind = gateway.kinds[identified.kind]
    writers: list[Responder] = [kind.responder(case, create)]
    if not case.rejections and kind.identity is not Identity.NONE:
        writers.append(_MatchReport(create("match.csv")))
    return writers


def _answers(checked: Checked, matched: Matched, files: Files) -> Iterator[Answer]:
    with ExitStack() as stack:
        records = spool.checked_records(checked, files, stack)
        matches: Iterator[Match] = repeat(Match(outcome=MatchOutcome.REFUSED))
        if matched.lines is not None:
            matches = spool.read(stack.enter_context(files.open(matched.lines)), spool.MATCHES)
        for record, match in zip(records, matches, strict=matched.lines is not None):
            yield Answer(checked=record, match=match)


def _rulebooks(identified: Identified, gateway: Gateway) -> list[Rulebook]:
    return [gateway.kinds[identified.kind].rulebook] if identified.kind else []


def _error_row(notice: Notice) -> list[object]:
    return [getattr(notice, column) for column in ERROR_COLUMNS]


def _report(
    submission: Submission, identified: Identified, checked: Checked, matched: Matched, notices: Notices
) -> Report:
    totals = matched.totals
    return Report(
        file=submission.name,
        sha256=submission.sha256,
        kind=identified.kind,
        verdict=verdict_of(totals),
        counts=counts_of(totals, notices, matched.outcomes),
        notices=reported(notices),
        not_run=_not_run(checked),
        rules=checked.rules,
        cut=notices.cut,
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
