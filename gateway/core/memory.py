"""Remembers what people decided: a question whose facts have not changed is answered and not asked again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from gateway.core.model import CheckedRecord, Entry, Learner, Match, Verified
from gateway.core.outcomes import HELD_OUTCOMES, MatchOutcome
from gateway.core.ports.register import Register
from gateway.core.ports.review import Questions
from gateway.core.review import Decision, Judgement, is_automatic
from gateway.core.review_facts import entries_of, facts_of, link_facts, question_id
from gateway.core.review_words import CANNOT_BE_MATCHED
from gateway.core.rules.engine import LISTED_NOWHERE

_VERIFIED = {False: "WSVRC001", True: "WSVRC002"}
"""The code of a verified ULN, by whether it is a linked one (`lrs` 5.2)."""


@dataclass
class Memory:
    """What was decided on questions of one organisation; `submission` is the one whose records are matched now."""

    organisation: str
    submission: str
    questions: Questions
    register: Register

    def remembered(self, asked: Mapping[int, CheckedRecord], found: Mapping[int, Match]) -> dict[int, Match]:
        """Return the matches, those settled by what a person decided before on the same facts."""
        facts = {number: facts_of(asked[number], one, self.submission) for number, one in found.items() if _asks(one)}
        standing = self.questions.standing(self.organisation, list(facts.values())) if facts else {}
        decided = {number: standing[fact] for number, fact in facts.items() if fact in standing}
        settled = {
            number: self._settled(found[number], decision, question_id(self.organisation, facts[number]))
            for number, decision in decided.items()
        }
        return {**found, **settled, **self._refuted(asked, found)}

    def awaited(self, asked: Mapping[int, CheckedRecord], found: Mapping[int, Match]) -> dict[int, Match]:
        """Return the matches; what waits for a row of a reference list is refused where a person said so."""
        facts = {number: one.awaits for number, one in found.items() if one.awaits is not None}
        standing = self.questions.standing(self.organisation, list({*facts.values()})) if facts else {}
        decided = {
            number: self._awaited(asked[number], found[number], standing[fact])
            for number, fact in facts.items()
            if fact in standing
        }
        return {**found, **decided}

    def _awaited(self, checked: CheckedRecord, found: Match, decision: Decision) -> Match:
        found = replace(found, decided=question_id(self.organisation, str(found.awaits)))
        if decision.judgement is not Judgement.DIFFERENT:
            return found
        notices = (*found.notices, LISTED_NOWHERE.notice(checked.record))
        return replace(found, effect=None, awaits=None, notices=notices)

    def _settled(self, found: Match, decision: Decision, question: str) -> Match:
        if decision.judgement is Judgement.SAME:
            return self._same(found, str(decision.uln), question)
        if decision.judgement is Judgement.DIFFERENT:
            apart = tuple(sorted({one.entry.uln for one in entries_of(found)}))
            return Match(outcome=_nobody(found), apart=apart, decided=question, verified=_unverified(found))
        return replace(found, guard=CANNOT_BE_MATCHED, decided=question)

    def _same(self, found: Match, uln: str, question: str) -> Match:
        """Return the link that a person made; where the ULN is no longer live the question stays as it is."""
        entry = self.register.by_uln([uln]).get(uln)
        return found if entry is None else linked(found, entry, question)

    def _refuted(self, asked: Mapping[int, CheckedRecord], found: Mapping[int, Match]) -> dict[int, Match]:
        """Return nobody for links that a person found wrong when they were drawn for the sample."""
        if not self._wrong:
            return {}
        links = {number: one for number, one in found.items() if is_automatic(asked[number], one)}
        facts = {number: link_facts(asked[number].learner or Learner(), str(it.uln)) for number, it in links.items()}
        return {
            number: Match(
                outcome=MatchOutcome.NO_MATCH,
                apart=(str(links[number].uln),),
                decided=question_id(self.organisation, fact),
            )
            for number, fact in facts.items()
            if fact in self._wrong
        }

    @cached_property
    def _wrong(self) -> frozenset[str]:
        return self.questions.refuted(self.organisation)


def linked(found: Match, entry: Entry, question: str) -> Match:
    """Return the match with an entry that a person says is the learner."""
    listed = next((one for one in entries_of(found) if one.entry.uln == entry.uln), None)
    master = entry.master_uln
    return replace(
        found,
        outcome=MatchOutcome.LINKED_LEARNER if master else MatchOutcome.CONFIDENT_MATCH,
        uln=master or entry.uln,
        master_uln=master,
        linked_uln=entry.uln if master else None,
        levels=listed.levels if listed else found.levels,
        guard=None,
        possible=(),
        decided=question,
        verified=Verified(code=_VERIFIED[master is not None], held=entry) if found.verified else None,
    )


def _asks(found: Match) -> bool:
    """Tell whether a person may have been asked about the record: it is held, or its ULN belongs to somebody else."""
    contradicted = found.outcome is MatchOutcome.ULN_MISMATCH and found.verified is not None
    return found.outcome in HELD_OUTCOMES or contradicted


def _nobody(found: Match) -> MatchOutcome:
    return MatchOutcome.ULN_MISMATCH if found.verified else MatchOutcome.NO_MATCH


def _unverified(found: Match) -> Verified | None:
    """Return what verification answers of a ULN that a person says is somebody else's."""
    return replace(found.verified, code="WSVRC005") if found.verified else None
