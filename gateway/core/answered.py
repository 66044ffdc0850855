"""Which ULNs an organisation is answered with, under which of its own keys: who must hear when a number changes."""

import csv
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, TextIO

from gateway.core.model import Answer
from gateway.core.outcomes import ULN_OUTCOMES

_COLUMNS = ("uln", "key")


class AnsweredUln(NamedTuple):
    """A ULN that a record was answered with, and the sender's own key of the record."""

    uln: str
    key: str


class AnsweredUlns:
    """Lists the ULNs of a response set as one responder among the others."""

    def __init__(self, handle: TextIO) -> None:
        self._rows = csv.writer(handle)
        self._rows.writerow(_COLUMNS)

    def write(self, answer: Answer) -> None:
        """Write a line for each number that the record is answered with."""
        for uln in answered_with(answer):
            self._rows.writerow((uln, answer.checked.record.key))

    def finish(self) -> None:
        """Write nothing: the list has no last line."""


def read_answered(handle: BinaryIO) -> Iterator[AnsweredUln]:
    """Yield what was listed, in its order."""
    rows = csv.reader(line.decode() for line in handle)
    next(rows)
    return (AnsweredUln(uln, key) for uln, key in rows)


def answered_with(answer: Answer) -> list[str]:
    """Return the numbers that a record is answered with as its learner's: as found, as hit, its master, and as sent.

    A later duplicate in a file is answered like the first record of its learner, which alone counts.
    """
    match, learner = answer.match, answer.checked.learner
    if match.uln is None or (match.verified is None and match.outcome not in ULN_OUTCOMES):
        return []
    found = match.uln, match.linked_uln, match.master_uln, learner.uln if learner else None
    return sorted({uln for uln in found if uln})
