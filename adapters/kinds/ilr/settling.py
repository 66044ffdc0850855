"""Tells the learners whose ULN is nobody's, or somebody else's, once the register has been asked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from adapters.kinds.ilr.rules_register import ULN_05, ULN_MISMATCH
from gateway.core.keeping import Kept, RecordKey, Settled
from gateway.core.model import CheckedRecord, Match
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.rule import Found

_TOLD: Final = {MatchOutcome.ULN_NOT_FOUND: ULN_05, MatchOutcome.ULN_MISMATCH: ULN_MISMATCH}


class UlnSettling:
    """Keeps nothing, and says by the kind's own rules why a learner was not found under the ULN that was sent."""

    def keys(self, checked: CheckedRecord, found: Match) -> Sequence[RecordKey]:  # noqa: ARG002 - the port's
        """Return no key: nothing is kept for a learner."""
        return ()

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:  # noqa: ARG002
        """Return the match as it is, with the reason where the ULN is not this learner's."""
        rule = _TOLD.get(found.outcome)
        if rule is None:
            return Settled(match=found)
        return Settled(match=replace(found, notices=(*found.notices, rule.notice(checked.record, Found("ULN")))))
