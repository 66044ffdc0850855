"""The words of the page for what reports write as codes."""

from collections.abc import Mapping
from typing import Final

from gateway.core.notices import Severity
from gateway.core.outcomes import Effect, MatchOutcome, total_of
from gateway.core.submission import Job, Mode, Verdict

OPENINGS: Final = {
    Verdict.ACCEPTED: "The file was accepted",
    Verdict.PART: "Part of the file was accepted",
    Verdict.REJECTED: "The file was rejected",
}
NONE_ACCEPTED: Final = "The file was read, but no record was accepted"
SEVERITIES: Final = {Severity.ERROR: "Error", Severity.WARNING: "Warning", Severity.INFO: "Information"}
JOBS: Final = {Job.FULL: "Full processing", Job.CHECK: "Check only: nothing is registered"}
MODES: Final = {Mode.LIVE: "Live", Mode.TEST: "Test: nothing is stored"}
OUTCOMES: Final[Mapping[MatchOutcome | Effect, str]] = {
    MatchOutcome.EXACT_MATCH: "Exact match",
    MatchOutcome.EXACT_MATCH_UPDATED: "Exact match with new details",
    MatchOutcome.CONFIDENT_MATCH: "Confident match",
    MatchOutcome.LINKED_LEARNER: "Linked learner, answered with the master ULN",
    MatchOutcome.POSSIBLE_MATCH: "Possible match, waits for a person",
    MatchOutcome.TOO_MANY_MATCHES: "Too many possible matches, waits for a person",
    MatchOutcome.NO_MATCH: "No match",
    MatchOutcome.NEW_ULN: "New ULN given",
    MatchOutcome.NOT_FOUND: "Not found, no ULN given",
    MatchOutcome.ULN_NOT_FOUND: "ULN not in the register",
    MatchOutcome.ULN_MISMATCH: "ULN of someone with another name",
    MatchOutcome.ULN_INVALID: "ULN not valid",
    MatchOutcome.UPDATE_REFUSED: "Update refused",
    MatchOutcome.DUPLICATE_IN_FILE: "Same learner earlier in the file",
    MatchOutcome.REFUSED: "Refused because of an error",
    MatchOutcome.NOT_MATCHED: "Not matched",
    Effect.STORED: "Stored",
    Effect.AMENDED: "Amended",
    Effect.UNCHANGED: "As it was before",
    Effect.WITHDRAWN: "Withdrawn",
    Effect.REINSTATED: "Brought back after a withdrawal",
    Effect.PROMOTED: "Made final",
    Effect.QUEUED: "Queued, waits for a person",
}


def counted_as(outcome: MatchOutcome | Effect) -> str:
    """Return the total that an outcome or an effect counts in, as a word."""
    total = total_of(MatchOutcome.NOT_MATCHED, outcome) if isinstance(outcome, Effect) else total_of(outcome)
    return total.capitalize()


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as «1 record» or «1,000 records»."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
