"""What a pupil of a transfer file is answered with: the return codes of the Learning Records Service (`lrs` 3.4)."""

from collections.abc import Iterable
from typing import Final

from adapters.kinds.lrb.answers import BY_FAULT, BY_OUTCOME, ULN_INVALID, Reply, UlnColumn
from gateway.core.model import Answer
from gateway.core.notices import Notice, Scope

_NULL_VALUES: Final = BY_FAULT["RC010"]
_INCORRECT_FORMAT: Final = BY_FAULT["RC011"]
_OF_ULN: Final = "C103"
_REGISTRATION: Final = "RC010"
_MAY_BE_MISSING: Final = frozenset({"C101", "C105", "C106", "C107", "C108"})


def reply_to(answer: Answer) -> Reply:
    """Return what a pupil is answered with: by the faults that refuse it, missing values first, else by the outcome."""
    refused = _reply_to_faults(notice for notice in answer.checked.notices if notice.refuses(Scope.RECORD))
    if refused:
        return refused
    if any(notice.code == _REGISTRATION for notice in answer.match.notices):
        return _NULL_VALUES
    return BY_OUTCOME[answer.match.outcome]


def uln_of(answer: Answer, reply: Reply) -> str:
    """Return the ULN that a pupil is answered with, where one was found or given; a duplicate has the first one's."""
    match = answer.match
    if reply.uln is UlnColumn.MASTER:
        return match.master_uln or match.uln or ""
    return match.uln or "" if reply.uln is UlnColumn.FOUND else ""


def _reply_to_faults(notices: Iterable[Notice]) -> Reply | None:
    found = list(notices)
    if not found:
        return None
    if any(notice.code in _MAY_BE_MISSING and not notice.value for notice in found):
        return _NULL_VALUES
    return ULN_INVALID if all(notice.code == _OF_ULN for notice in found) else _INCORRECT_FORMAT
