"""Asks the register about every learner of a submission and lets core/matching decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gateway.core.handover import Change
from gateway.core.matching.decide import changed_details, decide, decide_by_uln, update_refused
from gateway.core.matching.normalise import n1, postcode
from gateway.core.matching.policy import Policy
from gateway.core.matching.verify import verify
from gateway.core.model import CheckedRecord, Entry, Identity, Job, Learner, Match, Mode, Submission
from gateway.core.outcomes import ANSWERED_AS_SENT, MatchOutcome
from gateway.core.ports import FileKind, Register
from gateway.core.rules.engine import UPDATE_REFUSED
from gateway.core.rules.rule import Found

Remembered = Callable[[Mapping[int, CheckedRecord], Mapping[int, Match]], dict[int, Match]]
"""Returns the matches of records, those settled by what a person decided before."""


class Matcher:
    """Matches one submission batch by batch, remembering whom it has seen so that nobody is registered twice."""

    def __init__(
        self, submission: Submission, register: Register, kind: FileKind, policy: Policy, remembered: Remembered
    ) -> None:
        self._submission = submission
        self._register = register
        self.policy = policy
        self._updates = submission.job is Job.FULL and kind.registers
        self._stores = self._updates and submission.mode is Mode.LIVE
        self._registers = kind.registers
        self._issues = register.issuing and submission.agreement.registers
        self._identity = kind.identity
        self._judge: Callable[[Learner, Entry | None], Match] = (
            verify if kind.identity is Identity.VERIFY else decide_by_uln
        )
        self._remembered = remembered
        self._seen: dict[tuple[object, ...], int] = {}
        self._answered: dict[int, Match] = {}

    def match(self, batch: Sequence[CheckedRecord]) -> list[Match]:
        """Return a match for each record of the batch, in order."""
        if self._identity is Identity.NONE:
            return [_unasked(checked) for checked in batch]
        return self._registered(batch) if self._registers else self._reported(batch)

    def _reported(self, batch: Sequence[CheckedRecord]) -> list[Match]:
        """Answer each record for itself; a learner who stands in several, as with results, is looked for once."""
        firsts: dict[Learner, CheckedRecord] = {}
        for checked in batch:
            if checked.learner is not None:
                firsts.setdefault(checked.learner, checked)
        found = self._found({checked.record.number: checked for checked in firsts.values()})
        return [
            _unasked(checked)
            if checked.learner is None
            else _refused(found[firsts[checked.learner].record.number], checked)
            for checked in batch
        ]

    def _registered(self, batch: Sequence[CheckedRecord]) -> list[Match]:
        """Answer the first record of a learner as it is, and every later one of the same learner as its duplicate."""
        asked = {checked.record.number: checked for checked in batch if checked.learner is not None}
        firsts = self._firsts(asked)
        found = self._found({number: asked[number] for number, first in firsts.items() if first == number})
        for number, first in firsts.items():
            if first != number:
                found[number] = self._answered.get(first) or _repeated(found[first], asked[first])
            else:
                self._answered[number] = _repeated(found[number], asked[number])
        return [found.get(checked.record.number) or _unasked(checked) for checked in batch]

    def _firsts(self, asked: Mapping[int, CheckedRecord]) -> dict[int, int]:
        """Return for each record the number of the first one in the file with the same learner, often its own."""
        return {
            number: self._seen.setdefault(_identity(checked.learner), number)
            for number, checked in asked.items()
            if checked.learner is not None
        }

    def _found(self, asked: Mapping[int, CheckedRecord]) -> dict[int, Match]:
        learners = {number: checked.learner for number, checked in asked.items() if checked.learner is not None}
        found = self._by_uln({number: asked[number] for number, learner in learners.items() if learner.uln})
        found |= self._by_demographics({number: learner for number, learner in learners.items() if not learner.uln})
        found = self._remembered(asked, found)
        # After the look, so that whom an earlier run registered meanwhile is answered as new, as that run would.
        issued = self._register.issued(self._submission.id, list(learners))
        found |= {number: Match(outcome=MatchOutcome.NEW_ULN, uln=uln) for number, uln in issued.items()}
        nobody = {number: one.apart for number, one in found.items() if _nobody(one)}
        return found | self._unmatched({number: asked[number] for number in nobody}, nobody)

    def _by_demographics(self, learners: Mapping[int, Learner]) -> dict[int, Match]:
        if not learners:
            return {}
        near = self._register.near(list(learners.values()))
        return {number: decide(learners[number], entries) for number, entries in zip(learners, near, strict=True)}

    def _by_uln(self, asked: Mapping[int, CheckedRecord]) -> dict[int, Match]:
        sent = {number: checked.learner for number, checked in asked.items() if checked.learner is not None}
        entries = self._register.by_uln({learner.uln for learner in sent.values()}) if sent else {}
        found = {number: self._judge(learner, entries.get(learner.uln)) for number, learner in sent.items()}
        exact = [number for number, settled in found.items() if settled.outcome is MatchOutcome.EXACT_MATCH]
        # What an earlier run proposed may be in the register by now, and is an update of this submission all the same.
        proposed = self._register.proposed(self._submission.id, exact) if self._stores and exact else frozenset()
        changes: dict[int, Change] = {}
        for number in exact if self._registers else ():
            learner, entry = sent[number], entries[sent[number].uln]
            details = changed_details(learner, entry)
            if update_refused(learner, entry):
                notice = UPDATE_REFUSED.notice(asked[number].record, Found("AbilityToShare"))
                found[number] = replace(found[number], outcome=MatchOutcome.UPDATE_REFUSED, notices=(notice,))
            elif self._updates and (details or number in proposed):
                changes[number] = Change(uln=entry.uln, details=details)
                found[number] = replace(found[number], outcome=MatchOutcome.EXACT_MATCH_UPDATED)
        if self._stores:
            self._register.propose(self._submission.id, changes)
        return found

    def _unmatched(self, asked: Mapping[int, CheckedRecord], apart: Mapping[int, tuple[str, ...]]) -> dict[int, Match]:
        """Settle those whom nobody matches: registered where that is allowed, told why not where it is not.

        `apart` are the ULNs that are not a record's, because a person said so.
        """
        settled: dict[int, Match] = {}
        new: dict[int, Learner] = {}
        for number, checked in asked.items():
            if not self._registers:
                settled[number] = Match(outcome=MatchOutcome.NO_MATCH)
            elif checked.registration_bar and self._submission.job is Job.FULL:
                settled[number] = Match(outcome=MatchOutcome.REFUSED, notices=(checked.registration_bar,))
            elif self._stores and self._issues and checked.learner is not None:
                new[number] = checked.learner
            else:
                settled[number] = Match(outcome=MatchOutcome.NOT_FOUND)
        return settled | self._issue(new, {number: ulns for number, ulns in apart.items() if ulns})

    def _issue(self, new: Mapping[int, Learner], apart: Mapping[int, tuple[str, ...]]) -> dict[int, Match]:
        issued = self._register.issue(self._submission.id, new, apart) if new else {}
        found = {number: Match(outcome=MatchOutcome.NEW_ULN, uln=uln) for number, uln in issued.items()}
        # Somebody else, or this very batch, registered these a moment ago: look at them again, and do not register.
        return found | self._by_demographics(
            {number: learner for number, learner in new.items() if number not in found}
        )


def _identity(learner: Learner) -> tuple[object, ...]:
    """Return what makes two records of a file the same learner: the five demographics (`lrs` 2.4)."""
    names = n1(learner.given_name), n1(learner.family_name)
    return *names, learner.date_of_birth, learner.sex, postcode(learner.postcode)


def _nobody(found: Match) -> bool:
    return found.outcome is MatchOutcome.NO_MATCH


def _repeated(found: Match, first: CheckedRecord) -> Match:
    """Return what a later duplicate of a record is answered: the ULN that the first one's row holds (`lrs` 3.4)."""
    sent = first.learner.uln if first.learner and found.outcome in ANSWERED_AS_SENT else None
    return Match(outcome=MatchOutcome.DUPLICATE_IN_FILE, uln=found.uln or sent, master_uln=found.master_uln)


def _refused(found: Match, checked: CheckedRecord) -> Match:
    """Return who a learner is; where a rule refuses the record all the same, it stays refused."""
    return found if checked.refused_as is None else replace(found, refused=True)


def _unasked(checked: CheckedRecord) -> Match:
    """Return the match of a record that was not looked for because a rule refuses it."""
    return Match(outcome=checked.refused_as or MatchOutcome.NOT_MATCHED)
