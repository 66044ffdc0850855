"""Turns records that only a person can settle into questions, and draws automatic links for the weekly sample."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import nsmallest

from gateway.core.matching import weights
from gateway.core.matching.memory import Numbers
from gateway.core.model import CheckedRecord, Learner, Match, Possible
from gateway.core.outcomes import MatchOutcome, Total
from gateway.core.ports.register import Register
from gateway.core.ports.review import Questions
from gateway.core.review import Asked, Bound, Drawn, Evidence, QuestionSort, is_automatic
from gateway.core.review_cost import expected_cost
from gateway.core.review_facts import draw, entries_of, facts_of, link_facts, question_id
from gateway.core.submission import Submission

Pairs = Sequence[tuple[CheckedRecord, Match]]


@dataclass
class Asker:
    """Asks about the records of one submission, batch by batch; running it twice asks once."""

    submission: Submission
    questions: Questions
    register: Register
    clock: Callable[[], datetime]
    sample_a_week: int
    _bar: int | None = field(default=None, init=False)
    _told: Numbers = field(default_factory=Numbers, init=False)
    """Which records hear of a decision, 1 for each."""

    def ask(self, batch: Sequence[CheckedRecord], matches: Sequence[Match]) -> None:
        """Keep a question for each record that is held, and the links that are drawn for the week's sample."""
        pairs = list(zip(batch, matches, strict=True))
        held = [pair for pair in pairs if is_question(*pair)]
        for checked, _ in held:
            self._told[checked.record.number] = 1
        numbers = [checked.record.number for checked in batch]
        asked = [self._asked(*pair) for pair in held]
        self.questions.ask(self.submission.id, numbers, asked, list(self._bound(pairs)))
        self._sample(pairs)

    def _bound(self, pairs: Pairs) -> Iterator[Bound]:
        """Yield the records that a remembered decision answered, and those that repeat one that hears of a decision."""
        for checked, found in pairs:
            number = checked.record.number
            if self._told[number]:
                continue
            if found.decided is not None:
                self._told[number] = 1
                yield Bound(checked=checked, answer=found.final, question=found.decided)
            elif found.repeats is not None and self._told[found.repeats]:
                yield Bound(checked=checked, answer=found.final, repeats=found.repeats)

    def _asked(self, checked: CheckedRecord, found: Match) -> Asked:
        if found.awaits is not None:
            missing = Evidence(learner=Learner(), outcome=MatchOutcome.NOT_MATCHED)
            return self._question(QuestionSort.REFERENCE, found.awaits, (checked, found), missing)
        many = found.outcome is MatchOutcome.TOO_MANY_MATCHES
        sort = QuestionSort.MANY if many else QuestionSort.POSSIBLE
        facts = facts_of(checked, found, self.submission.id)
        return self._question(sort, facts, (checked, found), _evidence(checked, found, entries_of(found)))

    def _question(self, sort: QuestionSort, facts: str, pair: tuple[CheckedRecord, Match], evidence: Evidence) -> Asked:
        checked, found = pair
        organisation = self.submission.organisation.id
        question = question_id(organisation, facts)
        return Asked(
            id=question,
            sort=sort,
            organisation=organisation,
            facts=facts,
            cost=expected_cost(sort, evidence),
            evidence=evidence,
            checked=checked,
            moment=self.clock(),
            day=self.submission.processing_date,
            settled=found.decided == question,
        )

    def _sample(self, pairs: Pairs) -> None:
        """Hand over the links of the batch that the week's draw may let in."""
        links = [pair for pair in pairs if is_automatic(*pair)]
        drawn = [(draw(self.submission.id, checked.record.number), checked, found) for checked, found in links]
        if self._bar is not None:
            drawn = [it for it in drawn if it[0] < self._bar]
        lowest = nsmallest(self.sample_a_week, drawn, key=lambda it: it[0])
        if lowest:
            self._bar = self.questions.sample(list(self._drawn(lowest)), self.sample_a_week)

    def _drawn(self, lowest: Sequence[tuple[int, CheckedRecord, Match]]) -> Iterator[Drawn]:
        entries = self.register.by_uln({str(found.uln) for _, _, found in lowest})
        for place, checked, found in lowest:
            entry = entries.get(str(found.uln))
            if entry is not None:
                listed = (Possible(entry=entry, rule="LINK", levels=found.levels),)
                facts = link_facts(checked.learner or Learner(), entry.uln)
                evidence = _evidence(checked, found, listed)
                asked = self._question(QuestionSort.SAMPLE, facts, (checked, found), evidence)
                week = week_of(self.submission.processing_date)
                yield Drawn(asked=asked, submission=self.submission.id, week=week, draw=place)


def is_question(checked: CheckedRecord, found: Match) -> bool:
    """Tell whether the record waits for a person to say who its learner is, or for a row of a reference list."""
    if found.awaits is not None:
        return True
    about_learner = found.effect is None or found.outcome not in {MatchOutcome.EXACT_MATCH, *_LINKS}
    return found.total is Total.HELD and checked.learner is not None and about_learner


def _evidence(checked: CheckedRecord, found: Match, entries: tuple[Possible, ...]) -> Evidence:
    return Evidence(
        learner=checked.learner or Learner(),
        outcome=found.outcome,
        entries=entries,
        levels=found.levels,
        other_evidence=found.other_evidence,
        score=found.score,
        guard=found.guard,
        rules=weights.VERSION,
    )


_LINKS = frozenset({MatchOutcome.CONFIDENT_MATCH, MatchOutcome.LINKED_LEARNER})


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
