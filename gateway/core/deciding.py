"""Takes a sender's decisions on its own held records, tests each against the evidence, and answers it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.core.desk import Desk
from gateway.core.matching.by_uln import decide_by_uln
from gateway.core.model import CheckedRecord, Match, Possible
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.review import Deciding
from gateway.core.review import Claimed, Decision, Evidence, HeldRecord, Judgement, QuestionSort, RecordState
from gateway.core.review_words import CLAIM_CONTRADICTED
from gateway.core.rules.engine import DECISION_SETTLED, DECISION_UNKNOWN
from gateway.core.rules.rule import Rule
from gateway.core.submission import Job, Mode, Submission

_AGAINST: Final = frozenset({"different", "missing"})
_NAMED: Final = ("given_name", "family_name", "date_of_birth")
_SETTLED_AFTER_ALL: Final = frozenset({Judgement.CANNOT_TELL})
"""Decisions that a sender may still replace: it has learnt what nobody could tell."""


@dataclass
class DecisionDesk:
    """Answers the rows of one decision file; running it twice decides once and answers alike."""

    submission: Submission
    kind: Deciding
    gateway: Gateway

    def match(self, batch: Sequence[CheckedRecord]) -> Iterator[Match]:
        """Yield what becomes of each row, in order."""
        claims = {it.record.number: self.kind.claimed(it.record) for it in batch if it.learner is not None}
        places = [(claimed.submission, claimed.record) for claimed in claims.values()]
        held = self.gateway.review.supplements.held(self.submission.organisation.id, places)
        for checked in batch:
            claimed = claims.get(checked.record.number)
            if claimed is None:
                yield Match(outcome=checked.refused_as or MatchOutcome.NOT_MATCHED)
                continue
            record = held.get((claimed.submission, claimed.record))
            yield self._answer(checked, claimed, record)

    def _answer(self, checked: CheckedRecord, claimed: Claimed, held: HeldRecord | None) -> Match:
        source = f"{self.submission.id}/{checked.record.number}"
        if held is None:
            return _refused(checked, DECISION_UNKNOWN)
        if not _open(held, source):
            return _refused(checked, DECISION_SETTLED)
        stores = self.submission.job is Job.FULL and self.submission.mode is Mode.LIVE
        match = self._settled(claimed, held, source) if stores else Match(outcome=MatchOutcome.NOT_MATCHED)
        return replace(match, key=held.checked.record.key)

    def _settled(self, claimed: Claimed, held: HeldRecord, source: str) -> Match:
        review, place = self.gateway.review, (claimed.submission, claimed.record)
        if claimed.judgement is Judgement.WITHDRAW:
            review.supplements.withdraw(place, source)
            return Match(outcome=MatchOutcome.NOT_MATCHED, effect=Effect.WITHDRAWN)
        decision = Decision(
            judgement=claimed.judgement,
            by=self.submission.organisation.id,
            reason=claimed.reason,
            moment=self.gateway.clock(),
            uln=claimed.uln or None,
            source=source,
        )
        if self._contradicted(claimed, held, source):
            review.supplements.claim(held.question.id, decision)
            return Match(outcome=MatchOutcome.POSSIBLE_MATCH, guard=CLAIM_CONTRADICTED)
        review.reviews.decide(held.question.id, decision)
        return self._matched_again(held)

    def _contradicted(self, claimed: Claimed, held: HeldRecord, source: str) -> bool:
        """Tell whether a person must look: only the first claim on a question is tested, or numbers could be tried."""
        earlier, evidence = held.question.claim, held.question.evidence
        if claimed.judgement is Judgement.DIFFERENT:
            return not evidence.entries
        if earlier is not None and earlier.source != source:
            return True
        return contradicts(self._looked_up(evidence, held, claimed.uln), claimed.uln)

    def _looked_up(self, evidence: Evidence, held: HeldRecord, uln: str) -> Evidence:
        """Return the evidence; where too many fit for a list, beside the entry of that ULN."""
        if held.question.sort is not QuestionSort.MANY:
            return evidence
        return beside(evidence, uln, self.gateway)

    def _matched_again(self, held: HeldRecord) -> Match:
        """Return what the record is answered now, as its supplement will say."""
        kind = self.gateway.kinds[str(held.submission.kind)]
        desk = Desk(held.submission, kind, self.gateway, held.submission.agreement.policy)
        (found,) = desk.match([held.checked])
        return found


def _open(held: HeldRecord, source: str) -> bool:
    """Tell whether the row may decide: the record waits, or this very row decided on it before."""
    if held.state is RecordState.WITHDRAWN:
        return held.withdrawn_by == source
    decision = held.question.decision
    return decision is None or decision.source == source or decision.judgement in _SETTLED_AFTER_ALL


def contradicts(evidence: Evidence, uln: str) -> bool:
    """Tell whether the evidence speaks against a ULN: it is none of the entries', or names or birth date disagree."""
    listed = [one for one in evidence.entries if uln in {one.entry.uln, one.entry.master_uln}]
    return not any(all(one.levels.get(field) not in _AGAINST for field in _NAMED) for one in listed)


def beside(evidence: Evidence, uln: str, gateway: Gateway) -> Evidence:
    """Return the evidence with the live entry of a ULN as the one that is listed; none where there is no such entry."""
    entry = gateway.register.by_uln([uln]).get(uln)
    if entry is None:
        return replace(evidence, entries=())
    levels = decide_by_uln(replace(evidence.learner, uln=uln), entry).levels
    return replace(evidence, entries=(Possible(entry=entry, rule="ULN", levels=levels),))


def _refused(checked: CheckedRecord, rule: Rule) -> Match:
    return Match(outcome=MatchOutcome.REFUSED, notices=(rule.notice(checked.record),))
