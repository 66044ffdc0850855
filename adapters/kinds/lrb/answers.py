"""What a record of an LRB file is answered with: one table of outcomes and return codes (specification `lrs` 3.4).

Codes that begin with RC are those of the Learning Records Service; GR codes are ours, for outcomes whose code is not
published, and can be replaced here alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from gateway.core.model import Answer
from gateway.core.notices import Notice, Severity
from gateway.core.outcomes import MatchOutcome


class UlnColumn(Enum):
    """What stands in the ULN column of an answered row."""

    SENT = auto()
    FOUND = auto()
    MASTER = auto()
    EMPTY = auto()


@dataclass(frozen=True, slots=True)
class Reply:
    """An outcome by the name that DETAIL.CSV writes, its return code, and its ULN column."""

    outcome: str
    code: str
    uln: UlnColumn


ULN_INVALID = Reply("ULN_INVALID", "GR110", UlnColumn.SENT)
_NOT_FOUND = Reply("NOT_FOUND", "GR107", UlnColumn.EMPTY)
_INCORRECT_FORMAT = Reply("INCORRECT_FORMAT", "RC011", UlnColumn.SENT)
_INSUFFICIENT_DATA = Reply("INSUFFICIENT_DATA", "RC006", UlnColumn.EMPTY)

BY_OUTCOME = {
    MatchOutcome.NEW_ULN: Reply("NEW_ULN", "GR101", UlnColumn.FOUND),
    MatchOutcome.EXACT_MATCH: Reply("EXACT_MATCH", "GR102", UlnColumn.FOUND),
    MatchOutcome.EXACT_MATCH_UPDATED: Reply("EXACT_MATCH_UPDATED", "GR103", UlnColumn.FOUND),
    MatchOutcome.LINKED_LEARNER: Reply("LINKED_LEARNER", "GR104", UlnColumn.MASTER),
    MatchOutcome.POSSIBLE_MATCH: Reply("POSSIBLE_MATCH", "GR105", UlnColumn.EMPTY),
    MatchOutcome.TOO_MANY_MATCHES: Reply("TOO_MANY_MATCHES", "GR106", UlnColumn.EMPTY),
    MatchOutcome.NOT_FOUND: _NOT_FOUND,
    MatchOutcome.NO_MATCH: _NOT_FOUND,
    MatchOutcome.NOT_MATCHED: _NOT_FOUND,
    MatchOutcome.ULN_NOT_FOUND: Reply("ULN_NOT_FOUND", "GR108", UlnColumn.SENT),
    MatchOutcome.ULN_MISMATCH: Reply("ULN_MISMATCH", "GR109", UlnColumn.SENT),
    MatchOutcome.ULN_INVALID: ULN_INVALID,
    MatchOutcome.DUPLICATE_IN_FILE: Reply("DUPLICATE_IN_FILE", "GR111", UlnColumn.MASTER),
    MatchOutcome.UPDATE_REFUSED: Reply("UPDATE_REFUSED", "GR112", UlnColumn.SENT),
    MatchOutcome.CONFIDENT_MATCH: Reply("CONFIDENT_MATCH", "GR113", UlnColumn.FOUND),
    MatchOutcome.REFUSED: Reply("REFUSED", "GR114", UlnColumn.SENT),
}
BY_FAULT = {
    "RC010": Reply("NULL_VALUES", "RC010", UlnColumn.SENT),
    "RC011": _INCORRECT_FORMAT,
    "ROW_WIDTH": _INCORRECT_FORMAT,
    "ROW_QUOTE": _INCORRECT_FORMAT,
    "FIELD_TOO_LONG": _INCORRECT_FORMAT,
    "GR110": ULN_INVALID,
    "RC013": Reply("AGE_RANGE", "RC013", UlnColumn.SENT),
}
"""Faults that refuse a record before it is looked for, the one that is answered first at the head."""
AFTER_MATCHING = {"RC006": _INSUFFICIENT_DATA}
"""Faults that count only where nobody matches."""

CODE_TEXTS = {
    "GR101": "A new ULN was given. Keep it with the learner.",
    "GR102": "The register holds the learner with the same details, and the ULN is filled in.",
    "GR103": "The register holds the learner; its new details go live by your agreement or by review.",
    "GR104": "The learner has several linked ULNs; the master ULN is filled in. Use it from now on.",
    "GR105": "Somebody in the register may be the learner; a person decides, and a supplement brings the answer.",
    "GR106": "Too many in the register may be the learner. Add previous family name or e-mail address and send again.",
    "GR107": "Nobody in the register matches, and no ULN was given. Send the record for registration to get one.",
    "GR108": "The ULN in the record is not in the register. Check it, or leave it empty to look by name.",
    "GR109": "The ULN in the record belongs to somebody with other names. Check the ULN and the names.",
    "GR110": "The ULN in the record cannot exist. Correct it, or leave it empty to look by name.",
    "GR111": "The same learner stands earlier in the file. Remove the second record.",
    "GR112": "The record would take back what the learner agreed to. Send AbilityToShare 1 or 2, or leave it empty.",
    "GR113": "The register holds the learner with nearly the same details, and the ULN is filled in.",
    "GR114": "The record was refused because of an error; the error report says which.",
}
"""What the codes say that are ours; `gateway explain` prints it."""
DETAIL_TEXTS = {
    "NULL_VALUES": "A field that registration needs is empty (RC010), in DETAIL.CSV. Fill it in and send again.",
    "INCORRECT_FORMAT": "A value does not have its form (RC011), in DETAIL.CSV; the error report says which.",
    "AGE_RANGE": "The learner's age is outside the permitted range (RC013), in DETAIL.CSV. Check the date of birth.",
    "INSUFFICIENT_DATA": "Nobody matches, and the record lacks what a registration needs (RC006), in DETAIL.CSV.",
}
"""What DETAIL.CSV says in place of an outcome where a fault refuses a record."""
ANSWER_TEXTS = {**CODE_TEXTS, **DETAIL_TEXTS}


def reply_to_faults(notices: Iterable[Notice]) -> Reply | None:
    """Return the reply to the fault of a record that comes first in the order of precedence, or None."""
    codes = {notice.code for notice in notices if notice.severity is Severity.ERROR}
    return next((reply for code, reply in BY_FAULT.items() if code in codes), None)


def reply_to(answer: Answer) -> Reply:
    """Return what a record is answered with."""
    refused = reply_to_faults(answer.checked.notices)
    if refused:
        return refused
    after = (AFTER_MATCHING.get(notice.code) for notice in answer.match.notices)
    return next((reply for reply in after if reply), BY_OUTCOME[answer.match.outcome])


def uln_column(answer: Answer, reply: Reply) -> str:
    """Return what the ULN column of an answered row holds; that of a duplicate is the first one's."""
    match, record = answer.match, answer.checked.record
    columns = {
        UlnColumn.SENT: record.values["ULN"],
        UlnColumn.FOUND: match.uln or "",
        UlnColumn.MASTER: match.master_uln or match.uln or "",
        UlnColumn.EMPTY: "",
    }
    return columns[reply.uln]
