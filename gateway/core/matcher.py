"""Asks the register about every learner of a submission and lets core/matching decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gateway.core.handover import Change
from gateway.core.matching.by_uln import changed_details, decide_by_uln, update_refused
from gateway.core.matching.file import FileMatching
from gateway.core.matching.policy import Policy
from gateway.core.matching.verify import verify
from gateway.core.model import CheckedRecord, Entry, Identity, Learner, Match
from gateway.core.outcomes import ANSWERED_AS_SENT, MatchOutcome
from gateway.core.ports.kinds import FileKind
from gateway.core.ports.register import Mark, Register
from gateway.core.rules.engine import UPDATE_REFUSED
from gateway.core.rules.rule import Found
from gateway.core.submission import Job, Mode, Submission

Remembered = Callable[[Mapping[int, CheckedRecord], Mapping[int, Match]], dict[int, Match]]
"""Returns the matches of records, those settled by what a person decided before."""


class Matcher:
    """Matches one submission batch by batch, remembering whom it has seen so that nobody is registered twice."""

    def __init__(
        self, submission: Submission, register: Register, kind: FileKind, policy: Policy, remembered: Remembered
    ) -> None:
        self._submission = submission
        self._register = register
        self._updates = submission.job is Job.FULL and kind.registers
        self._stores = self._updates and submission.mode is Mode.LIVE
        self._registers = kind.registers
        self._issues = register.issuing and submission.agreement.registers
        self._identity = kind.identity
        self._judge: Callable[[Learner, Entry | None], Match] = (
            verify if kind.identity is Identity.VERIFY else decide_by_uln
        )
        self._remembered = remembered
        self._file = FileMatching(register.candidates, policy)

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
        learners = {number: it.learner for number, it in asked.items() if it.learner is not None}
        firsts = self._file.firsts(learners)
        found = self._found({number: asked[number] for number, first in firsts.items() if first == number})
        self._file.answer({number: _repeated(match, learners[number]) for number, match in found.items()})
        repeated = {number: self._file.answered(first) for number, first in firsts.items() if first != number}
        found |= repeated
        return [found.get(checked.record.number) or _unasked(checked) for checked in batch]

    def _found(self, asked: Mapping[int, CheckedRecord]) -> dict[int, Match]:
        learners = {number: checked.learner for number, checked in asked.items() if checked.learner is not None}
        found = self._by_uln({number: asked[number] for number, learner in learners.items() if learner.uln})
        without = {number: learner for number, learner in learners.items() if not learner.uln}
        mark = self._register.mark() if self._stores and self._issues else None
        looked = self._file.look(without)
        # After the look, so that whom an earlier run registered meanwhile is answered as new, as that run would.
        issued = self._register.issued(self._submission.id, list(learners))
        self._file.claim(match.uln for match in found.values())
        self._file.registered(issued.values())
        found = self._remembered(asked, found | self._file.decide(looked))
        found |= {number: Match(outcome=MatchOutcome.NEW_ULN, uln=uln) for number, uln in issued.items()}
        nobody = {number: one.apart for number, one in found.items() if _nobody(one)}
        new = self._unmatched({number: asked[number] for number in nobody}, nobody, mark)
        decided = {number: found[number].decided for number in nobody if found[number].decided}
        return found | new | {number: replace(new[number], decided=by) for number, by in decided.items()}

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
        if self._stores and changes:
            self._register.propose(self._submission.id, changes)
        return found

    def _unmatched(
        self, asked: Mapping[int, CheckedRecord], apart: Mapping[int, tuple[str, ...]], looked: Mark | None
    ) -> dict[int, Match]:
        """Settle those whom nobody matches: registered where that is allowed, told why not where it is not.

        `apart` are the ULNs that are not a record's, because a person said so; with a mark registering is allowed,
        and they were looked for since.
        """
        if not self._registers:
            return dict.fromkeys(asked, Match(outcome=MatchOutcome.NO_MATCH))
        full = self._submission.job is Job.FULL
        settled = {
            number: Match(outcome=MatchOutcome.REFUSED, notices=(checked.registration_bar,))
            for number, checked in asked.items()
            if checked.registration_bar and full
        }
        left = (it for it in asked.items() if it[0] not in settled)
        new = {number: checked.learner for number, checked in left if checked.learner is not None}
        repeated = self._file.repeats(new)
        if looked is not None:
            return settled | self._issue(
                new, repeated, {number: ulns for number, ulns in apart.items() if ulns}, looked
            )
        return settled | dict.fromkeys(new, Match(outcome=MatchOutcome.NOT_FOUND)) | repeated

    def _issue(
        self,
        asked: Mapping[int, Learner],
        repeated: Mapping[int, Match],
        apart: Mapping[int, tuple[str, ...]],
        looked: Mark,
    ) -> dict[int, Match]:
        """Register newcomers, then look again for those who repeat one of them, or whom somebody registered just now.

        Whoever is nobody even then is what the file alone says.
        """
        new = {number: learner for number, learner in asked.items() if number not in repeated}
        claimed = self._file.claimed
        issued = self._register.issue(self._submission.id, new, claimed, apart, looked=looked) if new else {}
        self._file.registered(issued.values())
        found = {number: Match(outcome=MatchOutcome.NEW_ULN, uln=uln) for number, uln in issued.items()}
        left = {number: learner for number, learner in asked.items() if number not in found}
        again = self._file.decide(self._file.look(left))
        doubtful = Match(outcome=MatchOutcome.POSSIBLE_MATCH, guard="near-another-record")
        for number, match in again.items():
            found[number] = repeated.get(number, doubtful) if _nobody(match) else match
        return found


def _nobody(found: Match) -> bool:
    return found.outcome is MatchOutcome.NO_MATCH


def _repeated(found: Match, first: Learner) -> Match:
    """Return what a later duplicate of a record is answered: the ULN that the first one's row holds (`lrs` 3.4)."""
    sent = first.uln if found.outcome in ANSWERED_AS_SENT else None
    return replace(found, outcome=MatchOutcome.DUPLICATE_IN_FILE, uln=found.uln or sent)


def _refused(found: Match, checked: CheckedRecord) -> Match:
    """Return who a learner is; where a rule refuses the record all the same, it stays refused."""
    return found if checked.refused_as is None else replace(found, refused=True)


def _unasked(checked: CheckedRecord) -> Match:
    """Return the match of a record that was not looked for because a rule refuses it."""
    return Match(outcome=checked.refused_as or MatchOutcome.NOT_MATCHED)
