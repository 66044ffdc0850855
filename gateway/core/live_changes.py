"""Lets new details of known learners go live at once where the sender's agreement names them (architecture 3.10)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.core.model import CheckedRecord, Match
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.review import IdentityChanges
from gateway.core.review import Decision, Judgement
from gateway.core.submission import Submission


@dataclass(frozen=True)
class LiveChanges:
    """Applies the changes of one submission that are agreed; all others stay proposals."""

    submission: Submission
    changes: IdentityChanges
    clock: Callable[[], datetime]

    def apply(self, batch: Sequence[CheckedRecord], found: Sequence[Match]) -> None:
        """Make live what the records of a batch brought in the fields that are agreed, once however often it runs."""
        agreement = self.submission.agreement
        if not agreement.live_changes:
            return
        updated = [
            checked.record.number
            for checked, one in zip(batch, found, strict=True)
            if one.outcome is MatchOutcome.EXACT_MATCH_UPDATED
        ]
        if updated:
            decision = Decision(
                judgement=Judgement.SAME,
                by=f"agreement {agreement.number}",
                reason="The agreement lets changes of these details go live at once.",
                moment=self.clock(),
            )
            self.changes.agreed(self.submission.id, updated, agreement.live_changes, decision)
