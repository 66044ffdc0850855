"""What matching says of a result's learner: known for certain, nearly, in doubt, or not at all (AR-20 to AR-23)."""

from dataclasses import replace
from typing import Final, NamedTuple

from adapters.kinds.ao_results import rules_settling as told
from gateway.core.model import CheckedRecord, Learner, Match
from gateway.core.notices import Notice
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.rules.engine import ULN_OF_ANOTHER
from gateway.core.rules.rule import Found

_IDENTITY: Final = {"given_name": "given name", "family_name": "family name", "date_of_birth": "date of birth"}
_SEX: Final = {"sex": "sex"}
_SEXES: Final = frozenset({"1", "2"})
_CERTAIN: Final = frozenset({MatchOutcome.EXACT_MATCH, MatchOutcome.LINKED_LEARNER})
_UNCERTAIN: Final = frozenset({MatchOutcome.POSSIBLE_MATCH, MatchOutcome.TOO_MANY_MATCHES})


class Known(NamedTuple):
    """Whose result it is, and what is said of that; `uln` is None where nothing can be stored for anybody."""

    match: Match
    uln: str | None
    notices: tuple[Notice, ...] = ()


def known(checked: CheckedRecord, found: Match) -> Known:
    """Return whose result a record is, by what matching found."""
    if found.outcome is MatchOutcome.ULN_NOT_FOUND:
        return _nobody(found, told.ULN_UNKNOWN.notice(checked.record, Found("ULN")))
    settled = found.decided is not None and found.outcome is MatchOutcome.CONFIDENT_MATCH
    if settled or found.outcome in _CERTAIN:
        return Known(found, _master(found))
    if found.verified is not None:
        return _compared(checked, found)
    if not checked.record["FamilyName"]:
        return _queued(found, told.NOT_NAMED.notice(checked.record))
    if found.outcome is MatchOutcome.CONFIDENT_MATCH:
        # A result says where nobody lives: names and birthday alone never decide whose it is.
        found = replace(found, outcome=MatchOutcome.POSSIBLE_MATCH, guard="names-and-birthday-only")
    if found.outcome in _UNCERTAIN:
        return _queued(found, told.UNCERTAIN.notice(checked.record, Found("ULN", {"how many": _how_many(found)})))
    return _nobody(found, told.NOBODY.notice(checked.record, Found("ULN")))


def _compared(checked: CheckedRecord, found: Match) -> Known:
    """Return whose result it is where the ULN's learner differs in something from the one that was sent."""
    if found.decided is not None and found.guard is None:
        return _nobody(found, ULN_OF_ANOTHER.notice(checked.record, Found("ULN")))
    held = found.verified.held if found.verified else None
    learner = checked.learner or Learner()
    levels = dict(found.levels)
    if held and _all_given(learner) == _all_given(held.learner):
        levels["given_name"] = "same"
    differing = [word for field, word in _IDENTITY.items() if levels.get(field) not in {"same", "missing"}]
    contradicts = held is not None and {learner.sex, held.learner.sex} == _SEXES
    differing += [*_SEX.values()] if contradicts else []
    clearly = any(levels.get(field) == "different" for field in _IDENTITY)
    few = [field for field in ("family_name", "date_of_birth") if levels.get(field) == "missing"]
    words = {"fields": " and ".join(differing or ["names"])}
    if held is None or clearly or len(few) > 1:
        return _queued(found, told.DIFFERS.notice(checked.record, Found("ULN", words)))
    certain = replace(
        found, outcome=MatchOutcome.CONFIDENT_MATCH, uln=held.master_uln or held.uln, master_uln=held.master_uln
    )
    notice = told.DIFFERS_A_LITTLE.notice(checked.record, Found("ULN", words))
    return Known(certain, _master(certain), (notice,) if differing else ())


def _all_given(learner: Learner) -> str:
    """Return all given names as one text, for files and registers part them in different places."""
    return " ".join(f"{learner.given_name} {learner.middle_name}".casefold().split())


def _master(found: Match) -> str | None:
    return found.master_uln or found.uln


def _queued(found: Match, notice: Notice) -> Known:
    return Known(
        replace(found, effect=Effect.QUEUED, uln=None, master_uln=None, linked_uln=None, notices=(notice,)), None
    )


def _nobody(found: Match, notice: Notice) -> Known:
    return Known(replace(found, uln=None, master_uln=None, linked_uln=None, notices=(notice,)), None)


def _how_many(found: Match) -> str:
    if found.outcome is MatchOutcome.TOO_MANY_MATCHES:
        return "too many learners"
    return "one learner" if len(found.possible) <= 1 else f"{len(found.possible)} learners"
