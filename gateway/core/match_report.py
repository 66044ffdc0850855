"""The match report `match.csv` (specification `gateway-files` 3)."""

from gateway.core.matching.guards import SENTENCES
from gateway.core.model import Answer
from gateway.core.outcomes import ULN_OUTCOMES, MatchOutcome
from gateway.core.review_words import REVIEW_GUARDS

LEVELS = ("given_name", "family_name", "date_of_birth", "sex", "postcode")
COLUMNS = (
    "line",
    "record",
    "key",
    "sent_uln",
    "outcome",
    "uln",
    "master_uln",
    "score",
    *LEVELS,
    "other_evidence",
    "guard",
    "next_step",
)
_TOLD_BY_GUARD = frozenset({MatchOutcome.ULN_MISMATCH, MatchOutcome.TOO_MANY_MATCHES})
_DECIDE = "Answer in the portal or by a decision file."
NEXT_STEP = {
    MatchOutcome.EXACT_MATCH: "Nothing to do.",
    MatchOutcome.EXACT_MATCH_UPDATED: "Nothing to do: the new details go live by your agreement or by review.",
    MatchOutcome.CONFIDENT_MATCH: "Nothing to do.",
    MatchOutcome.LINKED_LEARNER: "Use the master ULN from now on.",
    MatchOutcome.POSSIBLE_MATCH: _DECIDE,
    MatchOutcome.TOO_MANY_MATCHES: "Add previous family name or e-mail address and send the record again.",
    MatchOutcome.NO_MATCH: "Check the names, the date of birth and the postcode.",
    MatchOutcome.NEW_ULN: "Nothing to do; keep the new ULN with the learner.",
    MatchOutcome.NOT_FOUND: "Nobody matches; send the record for registration to get a ULN.",
    MatchOutcome.ULN_NOT_FOUND: "Check the ULN; leave it empty to look by name and date of birth.",
    MatchOutcome.ULN_MISMATCH: "Check the ULN and the names: this ULN belongs to somebody with other names.",
    MatchOutcome.ULN_INVALID: "Correct the ULN, or leave it empty to look by name and date of birth.",
    MatchOutcome.UPDATE_REFUSED: "AbilityToShare cannot go back to 0; send 1 or 2, or leave it empty.",
    MatchOutcome.DUPLICATE_IN_FILE: "Remove the second record of this learner.",
    MatchOutcome.REFUSED: "Correct the record as the error report says, and send it again.",
    MatchOutcome.NOT_MATCHED: "Nothing to do.",
}


def row(answer: Answer, *, sent_uln: str) -> list[str]:
    """Return one line of the match report: levels and ULNs, never a value of the register's."""
    found, record = answer.match, answer.checked.record
    shown = found.outcome in ULN_OUTCOMES
    return [
        str(record.line),
        str(record.number),
        found.key or record.key,
        sent_uln,
        found.outcome,
        found.uln or "" if shown else "",
        found.master_uln or "" if shown else "",
        "" if found.score is None else f"{found.score:.2f}",
        *(found.levels.get(field, "") for field in LEVELS),
        ";".join(found.other_evidence),
        found.guard or "",
        _next_step(answer),
    ]


def _next_step(answer: Answer) -> str:
    guard, first = answer.match.guard or "", answer.match.repeats
    if first is not None:
        return f"Record {first} is the same learner: remove one of the two."
    if guard in REVIEW_GUARDS:
        return REVIEW_GUARDS[guard]
    reason = SENTENCES.get(guard)
    step = NEXT_STEP[MatchOutcome.REFUSED if answer.match.refused else answer.match.outcome]
    if reason and answer.match.outcome in _TOLD_BY_GUARD:
        return reason
    return f"{reason} {step}" if reason else step
