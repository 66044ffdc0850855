"""What can become of a record, and the one total that each outcome counts in."""

from enum import StrEnum


class MatchOutcome(StrEnum):
    """What became of one record, as `match.csv` writes it (specification `gateway-files` 3)."""

    EXACT_MATCH = "exact_match"
    EXACT_MATCH_UPDATED = "exact_match_updated"
    CONFIDENT_MATCH = "confident_match"
    LINKED_LEARNER = "linked_learner"
    POSSIBLE_MATCH = "possible_match"
    TOO_MANY_MATCHES = "too_many_matches"
    NO_MATCH = "no_match"
    NEW_ULN = "new_uln"
    NOT_FOUND = "not_found"
    ULN_NOT_FOUND = "uln_not_found"
    ULN_MISMATCH = "uln_mismatch"
    ULN_INVALID = "uln_invalid"
    UPDATE_REFUSED = "update_refused"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    REFUSED = "refused"
    NOT_MATCHED = "not_matched"


class Effect(StrEnum):
    """What was done with a record that is kept for a learner, such as a result (`awarding` 8, `lrs` 5.5)."""

    STORED = "stored"
    AMENDED = "amended"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    PROMOTED = "promoted"
    QUEUED = "queued"


class Total(StrEnum):
    """The three totals that every outcome counts in exactly once: read = accepted + rejected + held."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    HELD = "held"


HELD_OUTCOMES = frozenset({MatchOutcome.POSSIBLE_MATCH, MatchOutcome.TOO_MANY_MATCHES})
REJECTED_OUTCOMES = frozenset(
    {
        MatchOutcome.REFUSED,
        MatchOutcome.ULN_INVALID,
        MatchOutcome.ULN_MISMATCH,
        MatchOutcome.ULN_NOT_FOUND,
        MatchOutcome.UPDATE_REFUSED,
    }
)
ANSWERED_AS_SENT = frozenset({MatchOutcome.ULN_NOT_FOUND, MatchOutcome.ULN_MISMATCH, MatchOutcome.UPDATE_REFUSED})
"""Outcomes that leave the ULN in a row as it was sent."""
ULN_OUTCOMES = frozenset(
    {
        MatchOutcome.EXACT_MATCH,
        MatchOutcome.EXACT_MATCH_UPDATED,
        MatchOutcome.CONFIDENT_MATCH,
        MatchOutcome.LINKED_LEARNER,
        MatchOutcome.NEW_ULN,
    }
)


def total_of(outcome: MatchOutcome, effect: Effect | None = None, *, refused: bool = False) -> Total:
    """Return the one total that a record counts in (specification `gateway-files` 10).

    What was done with a record goes before an error that was found late, and that before the outcome of matching.
    """
    if effect is not None:
        return Total.HELD if effect is Effect.QUEUED else Total.ACCEPTED
    if refused:
        return Total.REJECTED
    if outcome in HELD_OUTCOMES:
        return Total.HELD
    return Total.REJECTED if outcome in REJECTED_OUTCOMES else Total.ACCEPTED
