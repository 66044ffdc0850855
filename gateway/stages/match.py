"""Match: who each learner is, and what becomes of the records that are kept for them."""

import logging
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack

from gateway.core import spool
from gateway.core.asking import Asker
from gateway.core.audit import Gathered, read_by
from gateway.core.deciding import DecisionDesk
from gateway.core.desk import Desk
from gateway.core.keeper import refused
from gateway.core.matching import weights
from gateway.core.matching.policy import USUAL, Policy
from gateway.core.model import Identity, Match
from gateway.core.outcomes import Effect, MatchOutcome, Total
from gateway.core.ports.files import Draft
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.kinds import FileKind
from gateway.core.ports.review import Deciding
from gateway.core.reads import reads_of
from gateway.core.results import Checked, Identified, Matched
from gateway.core.submission import Job, Mode, Submission

log = logging.getLogger("gateway.match")

BATCH = 5000
"""Records that are looked for together: large enough for set-based SQL, small enough to bound memory."""


def match(
    submission: Submission, identified: Identified, checked: Checked, gateway: Gateway, policy: Policy = USUAL
) -> Matched:
    """Return what became of every record, one kept line for each, in order; a rejected file has none.

    The policy is that of the sender's agreement.
    """
    if checked.rejections or identified.kind is None:
        return Matched(lines=None, outcomes={}, totals={**dict.fromkeys(Total, 0), Total.REJECTED: checked.read})
    kind = gateway.kinds[identified.kind]
    submission = checked.asked(submission)
    if isinstance(kind, Deciding):
        return _decided(
            DecisionDesk(submission, kind, gateway), checked, gateway, reads_of(submission, kind.name, gateway)
        )
    settled = _settled(checked, kind, gateway, Desk(submission, kind, gateway, policy))
    if not kind.whole_file or not settled.totals[Total.REJECTED]:
        return settled
    return _withheld(submission, settled, gateway)


def _settled(checked: Checked, kind: FileKind, gateway: Gateway, desk: Desk) -> Matched:
    asker = _asker(desk.submission, kind, gateway)
    counts, reads = _Counts(desk.rules), reads_of(desk.submission, kind.name, gateway)
    with ExitStack() as stack, gateway.files.create(desk.submission.id) as draft:
        for batch in spool.batches(spool.checked_records(checked, gateway.files, stack), BATCH):
            matches = list(desk.match(batch))
            if asker is not None:
                asker.ask(batch, matches)
            reads.add(read_by(matches))
            counts.write(draft, matches)
    reads.end()
    _alert(desk.submission, desk.watch.stopped)
    if kind.whole_file and not counts.totals[Total.REJECTED]:
        desk.store()
    return counts.matched(draft)


def _decided(desk: DecisionDesk, checked: Checked, gateway: Gateway, reads: Gathered) -> Matched:
    counts = _Counts(weights.VERSION)
    with ExitStack() as stack, gateway.files.create(desk.submission.id) as draft:
        for batch in spool.batches(spool.checked_records(checked, gateway.files, stack), BATCH):
            matches = list(desk.match(batch))
            reads.add(read_by(matches))
            counts.write(draft, matches)
    reads.end()
    return counts.matched(draft)


def _asker(submission: Submission, kind: FileKind, gateway: Gateway) -> Asker | None:
    """Return what asks people about the records; nobody is asked for a check, or for a test mailbox."""
    live = submission.job is Job.FULL and submission.mode is Mode.LIVE
    if not live or kind.whole_file or kind.identity is Identity.NONE:
        return None
    review = gateway.review
    return Asker(submission, review.questions, gateway.register, gateway.clock, review.plan.sample_a_week)


def _alert(submission: Submission, stopped: int) -> None:
    """Tell the operator that an organisation asked about nearly the same people too often."""
    if stopped:
        facts = {"submission": submission.id, "organisation": submission.organisation.id, "count": stopped}
        log.warning("asked too often", extra=facts)


def _withheld(submission: Submission, settled: Matched, gateway: Gateway) -> Matched:
    """Answer a file of which nothing is accepted: its good records are refused too, and nothing of it is kept."""
    counts = _Counts(settled.matching)
    with gateway.files.open(str(settled.lines)) as lines, gateway.files.create(submission.id) as draft:
        counts.write(draft, map(refused, spool.read(lines, spool.MATCHES)))
    if draft.blob != settled.lines:  # of a file without a good record both are the same bytes
        gateway.files.remove(str(settled.lines))
    return counts.matched(draft)


class _Counts:
    """How many records came to which end."""

    def __init__(self, rules: str | None) -> None:
        self.rules = rules
        self.outcomes: Counter[MatchOutcome | Effect] = Counter()
        self.totals: Counter[Total] = Counter(dict.fromkeys(Total, 0))

    def write(self, draft: Draft, matches: Iterable[Match]) -> None:
        for found in matches:
            self.outcomes[found.final] += 1
            self.totals[found.total] += 1
            spool.write(draft.handle, spool.MATCHES, found)

    def matched(self, draft: Draft) -> Matched:
        return Matched(lines=draft.blob, outcomes=self.outcomes, totals=self.totals, matching=self.rules)
