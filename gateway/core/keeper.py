"""Settles the records of one submission by what is kept for their learners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.core.errors import StoreError
from gateway.core.keeping import Kept, RecordChange, RecordKey, Settled
from gateway.core.model import CheckedRecord, Match
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.kinds import Settling
from gateway.core.ports.submissions import Records


@dataclass
class Keeper:
    """Settles one submission's records batch by batch, in their order, so that a later one sees what an earlier did.

    With `stores` the changes are made as they are settled; else they are only seen by later records, as in a check or
    a test mailbox. With `waits` they are remembered for `store`: a file of which everything or nothing is accepted.
    """

    submission: str
    settling: Settling
    records: Records
    stores: bool
    waits: bool = False
    _changes: dict[int, Sequence[RecordChange]] = field(default_factory=dict)
    _seen: dict[RecordKey, Kept] = field(default_factory=dict)

    def settle(self, asked: Mapping[int, tuple[CheckedRecord, Match]]) -> dict[int, Match]:
        """Return the match of each record with what was done with it; what others changed meanwhile is seen."""
        settled: dict[int, Match] = {}
        waiting = asked
        while waiting:
            decided = self._decide(waiting)
            settled |= {number: one.match for number, one in decided.items()}
            late = self._made({number: one.changes for number, one in decided.items() if one.changes})
            waiting = {number: asked[number] for number in sorted(late)}
        return settled

    def store(self) -> None:
        """Make all remembered changes; raise StoreError where somebody else changed one of the records meanwhile."""
        if self._changes and self.records.put(self.submission, self._changes):
            raise StoreError("Records were changed by another submission at the same time; the step is run again.")

    def _made(self, changes: Mapping[int, Sequence[RecordChange]]) -> frozenset[int]:
        """Make changes now, or keep them in mind; return the records that must be decided again."""
        if self.stores:
            return self.records.put(self.submission, changes) if changes else frozenset()
        if self.waits:
            self._changes |= changes
        self._seen |= {change.key: change.kept for some in changes.values() for change in some}
        return frozenset()

    def _decide(self, asked: Mapping[int, tuple[CheckedRecord, Match]]) -> dict[int, Settled]:
        wanted = {number: self.settling.keys(checked, found) for number, (checked, found) in asked.items()}
        keys = list(dict.fromkeys(key for some in wanted.values() for key in some))
        kept = dict(self.records.kept(keys, self.submission)) if keys else {}
        kept |= {key: self._seen[key] for key in keys if key in self._seen}
        decided: dict[int, Settled] = {}
        for number, (checked, found) in asked.items():
            one = self.settling.settle(checked, found, {key: kept[key] for key in wanted[number] if key in kept})
            decided[number] = one
            kept |= {change.key: change.kept for change in one.changes}
        return decided


def refused(found: Match) -> Match:
    """Return the match of a good record in a file of which nothing is accepted because another record is refused."""
    return replace(found, outcome=MatchOutcome.REFUSED, effect=None, uln=None, master_uln=None, linked_uln=None)
