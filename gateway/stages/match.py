"""Match: who each learner is, and what becomes of the records that are kept for them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from gateway.core import spool
from gateway.core.keeper import Keeper, refused
from gateway.core.matcher import Matcher
from gateway.core.matching.policy import USUAL, Policy
from gateway.core.model import CheckedRecord, Job, Match, Mode, Submission
from gateway.core.outcomes import Effect, MatchOutcome, Total
from gateway.core.ports import Draft, FileKind, Gateway
from gateway.core.results import Checked, Identified, Matched

BATCH = 1000
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
    settled = _settled(checked, kind, gateway, _Desk(checked.asked(submission), kind, gateway, policy))
    if not kind.whole_file or not settled.totals[Total.REJECTED]:
        return settled
    return _withheld(submission, settled, gateway)


def _settled(checked: Checked, kind: FileKind, gateway: Gateway, desk: "_Desk") -> Matched:
    counts = _Counts()
    with ExitStack() as stack, gateway.files.create(desk.submission.id) as draft:
        for batch in spool.batches(spool.checked_records(checked, gateway.files, stack), BATCH):
            for found in desk.match(batch):
                counts.add(found)
                spool.write(draft.handle, spool.MATCHES, found)
    if kind.whole_file and not counts.totals[Total.REJECTED]:
        desk.store()
    return counts.matched(draft)


def _withheld(submission: Submission, settled: Matched, gateway: Gateway) -> Matched:
    """Answer a file of which nothing is accepted: its good records are refused too, and nothing of it is kept."""
    counts = _Counts()
    with gateway.files.open(str(settled.lines)) as lines, gateway.files.create(submission.id) as draft:
        for found in spool.read(lines, spool.MATCHES):
            counts.add(refused(found))
            spool.write(draft.handle, spool.MATCHES, refused(found))
    if draft.blob != settled.lines:  # of a file without a good record both are the same bytes
        gateway.files.remove(str(settled.lines))
    return counts.matched(draft)


class _Counts:
    """How many records came to which end."""

    def __init__(self) -> None:
        self.outcomes: Counter[MatchOutcome | Effect] = Counter()
        self.totals: Counter[Total] = Counter(dict.fromkeys(Total, 0))

    def add(self, found: Match) -> None:
        self.outcomes[found.final] += 1
        self.totals[found.total] += 1

    def matched(self, draft: Draft) -> Matched:
        return Matched(lines=draft.blob, outcomes=self.outcomes, totals=self.totals)


class _Desk:
    """Matches the records of one submission, and settles those of a kind that keeps something for learners."""

    def __init__(self, submission: Submission, kind: FileKind, gateway: Gateway, policy: Policy) -> None:
        self.submission = submission
        settling = kind.settling(gateway.context(submission, kind.name))
        stores = submission.job is Job.FULL and submission.mode is Mode.LIVE
        self._matcher = Matcher(submission, gateway.register, kind, policy)
        self._keeper = None
        if settling is not None:
            at_once, later = stores and not kind.whole_file, stores and kind.whole_file
            self._keeper = Keeper(submission.id, settling, gateway.records, at_once, later)

    def match(self, batch: Sequence[CheckedRecord]) -> Iterator[Match]:
        """Yield what becomes of each record of the batch, in order."""
        matches = self._matcher.match(batch)
        if self._keeper is None:
            yield from matches
            return
        asked = {it.record.number: (it, found) for it, found in zip(batch, matches, strict=True) if it.learner}
        settled = self._keeper.settle(asked)
        for checked, found in zip(batch, matches, strict=True):
            yield settled.get(checked.record.number, found)

    def store(self) -> None:
        """Make the changes of a file of which everything is accepted, if it is one that changes anything."""
        if self._keeper is not None:
            self._keeper.store()
