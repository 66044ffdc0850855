"""Says who the learners of one submission are, batch by batch, and settles what is kept for them."""

from collections.abc import Iterator, Sequence

from gateway.core.enquiries import Watch
from gateway.core.keeper import Keeper
from gateway.core.live_changes import LiveChanges
from gateway.core.matcher import Matcher
from gateway.core.matching import weights
from gateway.core.matching.policy import Policy
from gateway.core.memory import Memory
from gateway.core.model import CheckedRecord, Identity, Match
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.kinds import FileKind
from gateway.core.submission import Job, Mode, Submission


class Desk:
    """Matches the records of one submission, and settles those of a kind that keeps something for learners.

    `rules` is the version of the levels, weights and guards that they are matched by, None where nobody is looked for.
    """

    def __init__(self, submission: Submission, kind: FileKind, gateway: Gateway, policy: Policy) -> None:
        self.submission = submission
        self.rules = None if kind.identity is Identity.NONE else weights.VERSION
        settling = kind.settling(gateway.context(submission, kind.name))
        stores = submission.job is Job.FULL and submission.mode is Mode.LIVE
        review = gateway.review
        self._memory = Memory(submission.organisation.id, submission.id, review.questions, gateway.register)
        self._matcher = Matcher(submission, gateway.register, kind, policy, self._memory.remembered)
        self.watch = Watch(submission, review.enquiries, review.plan.most_variations)
        self._live = LiveChanges(submission, review.changes, gateway.clock) if stores and kind.registers else None
        self._keeper = None
        if settling is not None:
            at_once, later = stores and not kind.whole_file, stores and kind.whole_file
            self._keeper = Keeper(submission.id, settling, gateway.records, at_once, later)

    def match(self, batch: Sequence[CheckedRecord]) -> Iterator[Match]:
        """Yield what becomes of each record of the batch, in order."""
        matches = self._matcher.match(batch)
        if self._live is not None:
            self._live.apply(batch, matches)
        matches = self.watch.watched(batch, matches)
        if self._keeper is None:
            yield from matches
            return
        asked = {it.record.number: (it, found) for it, found in zip(batch, matches, strict=True) if it.learner}
        records = {number: checked for number, (checked, _) in asked.items()}
        settled = self._memory.awaited(records, self._keeper.settle(asked))
        for checked, found in zip(batch, matches, strict=True):
            yield settled.get(checked.record.number, found)

    def store(self) -> None:
        """Make the changes of a file of which everything is accepted, if it is one that changes anything."""
        if self._keeper is not None:
            self._keeper.store()
