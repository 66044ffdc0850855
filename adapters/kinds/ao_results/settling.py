"""Decides what becomes of a result: stored, amended, unchanged, withdrawn, queued or refused (`awarding` 6 and 8).

A result is kept under awarding organisation, learner, QAN, level, unit and series. An embargo is kept with it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from adapters.kinds.ao_results import rules_settling as told
from adapters.kinds.ao_results.learners import Known, known
from adapters.kinds.ao_results.result import AMEND, CONTENT, NEW, PENDING, WITHDRAW, award_day, qan, result_parts, uci
from adapters.kinds.ao_results.rules_grades import QUALIFICATIONS, SERIES, sitting
from gateway.core.keeping import Kept, RecordChange, RecordKey, Settled
from gateway.core.model import CheckedRecord, Match, Record
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect
from gateway.core.reference import reference_key
from gateway.core.rules.rule import Context, Found, Rule
from gateway.core.tables import read_date

SORT: Final = "ao-result"
_REVIEWS: Final = frozenset({"ROMM", "APPEAL"})
_KEPT_AS_SENT: Final = (
    "RecordRef",
    "CentreNumber",
    "ProviderUKPRN",
    "CandidateNumber",
    "CandidateIdentifierOther",
    "ChangeReason",
)
_KEPT: Final = (*_KEPT_AS_SENT, *CONTENT)


@dataclass(frozen=True)
class ResultSettling:
    """How the results of one file are settled; `implicit_amend` are those whose new results may replace held ones."""

    context: Context
    implicit_amend: Collection[str] = ()

    def keys(self, checked: CheckedRecord, found: Match) -> Sequence[RecordKey]:
        """Return the key of a record's result; none where it is not certain whose result it is."""
        who = known(checked, found)
        return () if who.uln is None else (result_key(checked.record, who.uln),)

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        """Decide on a record by its learner and by what is held under its key."""
        who = known(checked, found)
        if who.uln is None:
            return Settled(match=who.match)
        if checked.waits:
            return Settled(match=_waiting(checked.record, who))
        key = result_key(checked.record, who.uln)
        return _Decision(self, checked.record, who, key, kept.get(key)).settled()

    def amends_implicitly(self) -> bool:
        """Tell whether a new result of this sender's may replace one that is held."""
        return self.context.sender is not None and self.context.sender.id in self.implicit_amend


def result_key(record: Record, uln: str) -> RecordKey:
    """Return under what a learner's result is kept."""
    return RecordKey(SORT, record["AwardingOrganisationUKPRN"], (uln, *result_parts(record)))


def _waiting(record: Record, who: Known) -> Match:
    """Return the match of a result whose qualification is not on the list: nothing is said of its learner."""
    return replace(
        who.match,
        effect=Effect.QUEUED,
        notices=who.notices,
        uln=None,
        master_uln=None,
        linked_uln=None,
        awaits=f"{QUALIFICATIONS}/{reference_key(record['QAN'])}",
    )


@dataclass(frozen=True)
class _Decision:
    """One result beside what is held under its key, which is None where nothing ever was."""

    rules: ResultSettling
    record: Record
    who: Known
    key: RecordKey
    held: Kept | None

    def settled(self) -> Settled:
        """Return what becomes of the result."""
        if self._is_the_same():
            return self._unchanged()
        refusal = self._refusal()
        if refusal is not None:
            return Settled(match=self._match(None, (refusal,)))
        if self.record["Action"] == WITHDRAW:
            return self._changed(Effect.WITHDRAWN)
        return self._changed(Effect.STORED if self._live is None else Effect.AMENDED)

    @property
    def _live(self) -> Kept | None:
        """Return the result that is held, unless it was withdrawn."""
        return None if self.held is None or self.held.withdrawn else self.held

    def _is_the_same(self) -> bool:
        """Tell whether the result is held as it was sent, or was withdrawn before as it is to be now."""
        if self.record["Action"] == WITHDRAW:
            return self.held is not None and self.held.withdrawn
        live = self._live
        return live is not None and all(live.values.get(name, "") == it for name, it in self._sent(CONTENT).items())

    def _sent(self, names: Sequence[str]) -> dict[str, str]:
        """Return what was sent in these fields, the day of the award in the one form in which it is kept."""
        given = self.record.values
        values = {name: given.get(name, "").strip() for name in names}
        day = award_day(self.record)
        values["AwardDate"] = day.isoformat() if day else ""
        return values

    def _refusal(self) -> Notice | None:
        """Return why the result cannot be taken, or None."""
        action, live = self.record["Action"], self._live
        if live is None:
            return None if action == NEW else self._notice(told.NOT_HELD, None)
        grade = live.values.get("Grade", "")
        if action == NEW and not self.rules.amends_implicitly():
            return self._notice(told.HELD_ALREADY, "Grade", held=grade or "empty")
        previous = self.record["PreviousGrade"]
        if (action == AMEND or previous) and previous != grade:
            return self._notice(told.OTHER_GRADE_HELD, "PreviousGrade", held=grade or "an empty grade")
        state = self._state(live)
        if state and self.record["ChangeReason"] not in _REVIEWS:
            return self._notice(told.FINAL, "ChangeReason", state=state)
        return None

    def _state(self, live: Kept) -> str:
        """Return why only a review or an appeal may change the result; empty where anything may."""
        if live.values.get("Grade") == PENDING and live.values.get("ChangeReason") in _REVIEWS:
            return "under review"
        context = self.rules.context
        row = sitting(self.record["ExamSeries"], context) if context.reference.loaded(SERIES) else None
        last: date | None = read_date(row["appeal_end"]) if row else None
        return "final" if last and context.as_of > last else ""

    def _unchanged(self) -> Settled:
        ucis = self._ucis()
        notices = (*self._other_uci(), self._notice(told.UNCHANGED, None))
        match = self._match(Effect.UNCHANGED, notices)
        if self._live is None or ucis == self._live.values.get("UCIs", ""):
            return Settled(match=match)
        values = {**self._live.values, "UCI": self._uci, "UCIs": ucis}
        return Settled(match=match, changes=(self._change(Effect.UNCHANGED, values),))

    def _changed(self, effect: Effect) -> Settled:
        values = self._sent(_KEPT)
        values |= {"QAN": qan(self.record["QAN"]), "UCI": self._uci, "UCIs": self._ucis()}
        if effect is Effect.WITHDRAWN and self._live is not None:
            values = {**self._live.values, "ChangeReason": self.record["ChangeReason"]}
        kept = {name: value for name, value in values.items() if value}
        return Settled(match=self._match(effect, self._other_uci()), changes=(self._change(effect, kept),))

    def _change(self, effect: Effect, values: Mapping[str, str]) -> RecordChange:
        return RecordChange(
            key=self.key,
            effect=effect,
            values=values,
            expects=self.held.version if self.held else 0,
            uln=self.who.uln,
            reason=self.record["ChangeReason"],
        )

    @property
    def _uci(self) -> str:
        return uci(self.record["UCI"])

    def _ucis(self) -> str:
        """Return every UCI that the result was sent under, the first one first: none is ever overwritten."""
        held = self.held.values.get("UCIs", "").split(";") if self.held else []
        return ";".join(dict.fromkeys(filter(None, [*held, self._uci])))

    def _other_uci(self) -> tuple[Notice, ...]:
        held = self.held.values.get("UCIs", "") if self.held else ""
        return (self._notice(told.OTHER_UCI, "UCI"),) if self._uci and held and self._uci not in held.split(";") else ()

    def _notice(self, rule: Rule, field: str | None, **words: str) -> Notice:
        return rule.notice(self.record, Found(field, words))

    def _match(self, effect: Effect | None, notices: tuple[Notice, ...]) -> Match:
        return replace(self.who.match, effect=effect, notices=(*self.who.notices, *notices))
