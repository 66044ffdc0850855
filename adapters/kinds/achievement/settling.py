"""Decides what becomes of an achievement: created, updated, withdrawn, reinstated, promoted, or refused and why.

An achievement is kept under awarding organisation, learner, unit or qualification, and the day of the award.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from adapters.kinds.achievement import rules_settling as told
from adapters.kinds.achievement.table import (
    AWARDED,
    CREATE,
    FINAL,
    PROMOTE,
    REFERENCE,
    REINSTATE,
    SUBMISSION_TYPE,
    UPDATE,
    WITHDRAW,
    day,
    reference_number,
)
from gateway.core.keeping import Kept, RecordChange, RecordKey, Settled
from gateway.core.model import CheckedRecord, Match, Record
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect
from gateway.core.rules.rule import Context, Found, Rule

SORT: Final = "achievement"
CONTENT: Final = ("Grade", "LanguageForAssessment", "ProviderUkprn")
"""What an achievement says beside its key; where all of it is the same, nothing is updated."""
_BESIDE: Final = ("MisIdentifier", "ActionReason")
_SIMILAR: Final = frozenset({"WSVRC003", "WSVRC004"})
_MATCHING: Final = frozenset({"WSVRC001", "WSVRC002"})
_DOES: Final = {UPDATE: "update", WITHDRAW: "withdraw", REINSTATE: "reinstate", PROMOTE: "promote"}


@dataclass(frozen=True)
class AchievementSettling:
    """How the achievements of one file are settled; `accept_similar` takes those of learners with similar names."""

    context: Context
    accept_similar: bool = False

    def keys(self, checked: CheckedRecord, found: Match) -> Sequence[RecordKey]:
        """Return the key of a record's achievement; none where its learner is not verified."""
        uln = self._uln(found)
        return () if uln is None else (self._key(checked.record, uln),)

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        """Decide on a record by its learner and by what is held under its key."""
        record, uln = checked.record, self._uln(found)
        notice = self._of_learner(record, found)
        known = replace(found, notices=(*found.notices, *([notice] if notice else [])))
        if uln is None:
            return Settled(match=replace(known, uln=None, master_uln=None))
        key = self._key(record, uln)
        return _Decision(record, known, key, kept.get(key), uln).settled()

    def _uln(self, found: Match) -> str | None:
        """Return the ULN that an achievement is kept under, the master's where there is one; None where refused."""
        accepted = _MATCHING | _SIMILAR if self.accept_similar else _MATCHING
        return found.uln if found.verified and found.verified.code in accepted else None

    def _key(self, record: Record, uln: str) -> RecordKey:
        sender = self.context.sender
        awarded = day(record, AWARDED)
        parts = (uln, reference_number(record[REFERENCE]), awarded.isoformat() if awarded else "")
        return RecordKey(SORT, (sender.ukprn or sender.id) if sender else "", parts)

    def _of_learner(self, record: Record, found: Match) -> Notice | None:
        """Return what is said of a record's learner, or None."""
        code, flags = (found.verified.code, found.verified.flags) if found.verified else ("WSVRC006", ())
        words = {"code": code, "flags": " ".join(flags), "master": found.uln or ""}
        similar = told.SIMILAR_TAKEN if self.accept_similar else told.SIMILAR
        rules = dict.fromkeys(_SIMILAR, similar) | {"WSVRC002": told.LINKED, "WSVRC005": told.DIFFERS}
        rules["WSVRC006"] = told.ULN_UNKNOWN
        return rules[code].notice(record, Found("Uln", words)) if code in rules else None


@dataclass(frozen=True)
class _Decision:
    """One achievement beside what is held under its key, which is None where nothing ever was."""

    record: Record
    match: Match
    key: RecordKey
    held: Kept | None
    uln: str

    def settled(self) -> Settled:
        """Return what becomes of the achievement."""
        action = self.record["Action"]
        if self.held is None:
            created = self._changed(Effect.STORED, self._sent())
            return created if action == CREATE else self._refused(told.NOT_HELD, do=_DOES[action])
        if action == WITHDRAW:
            return self._unchanged() if self.held.withdrawn else self._changed(Effect.WITHDRAWN, self._withdrawn())
        if action == REINSTATE:
            return self._changed(Effect.REINSTATED, self.held.values) if self.held.withdrawn else self._unchanged()
        return self._written(self.held)

    def _written(self, held: Kept) -> Settled:
        """Decide on an achievement that is created, updated or promoted where one is held."""
        action, is_final = self.record["Action"], held.values.get(SUBMISSION_TYPE) == FINAL
        if held.withdrawn:
            return self._refused(told.WITHDRAWN)
        if action == PROMOTE:
            return self._unchanged() if is_final else self._changed(Effect.PROMOTED, self._promoted(held))
        if is_final and self.record[SUBMISSION_TYPE] != FINAL:
            return self._refused(told.BACK_TO_PROVISIONAL)
        differing = [name for name in CONTENT if self.record[name] != held.values.get(name, "")]
        if not differing:
            becomes_final = self.record[SUBMISSION_TYPE] == FINAL and not is_final
            return self._changed(Effect.PROMOTED, self._promoted(held)) if becomes_final else self._unchanged()
        if action == CREATE:
            return self._refused(told.HELD_ALREADY, fields=", ".join(differing))
        return self._changed(Effect.AMENDED, self._sent())

    def _sent(self) -> dict[str, str]:
        """Return the achievement as it is kept: what was sent, without what describes the learner."""
        _, reference, awarded = self.key.parts
        acted = day(self.record, "ActionDate")
        values = {name: self.record[name] for name in (*CONTENT, *_BESIDE, SUBMISSION_TYPE)}
        values |= {AWARDED: awarded, REFERENCE: reference, "ActionDate": acted.isoformat() if acted else ""}
        return {name: value for name, value in values.items() if value}

    def _withdrawn(self) -> dict[str, str]:
        held = dict(self.held.values) if self.held else {}
        return held | {name: value for name, value in self._sent().items() if name in {"ActionReason", "ActionDate"}}

    def _promoted(self, held: Kept) -> dict[str, str]:
        return {**held.values, SUBMISSION_TYPE: FINAL}

    def _changed(self, effect: Effect, values: Mapping[str, str]) -> Settled:
        change = RecordChange(
            key=self.key,
            effect=effect,
            values=values,
            expects=self.held.version if self.held else 0,
            uln=self.uln,
            reason=self.record["ActionReason"],
        )
        return Settled(match=replace(self.match, effect=effect), changes=(change,))

    def _unchanged(self) -> Settled:
        notices = (*self.match.notices, told.UNCHANGED.notice(self.record, Found()))
        return Settled(match=replace(self.match, effect=Effect.UNCHANGED, notices=notices))

    def _refused(self, rule: Rule, **words: str) -> Settled:
        notices = (*self.match.notices, rule.notice(self.record, Found("Action", words)))
        return Settled(match=replace(self.match, notices=notices))
