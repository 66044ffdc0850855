# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on what must not stand twice in an ILR file."""

from collections.abc import Iterator

from adapters.kinds.ilr.file_rules import BOOK
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Key


@BOOK.repeated("R_06", fields=["LearnRefNumber"])
def learner_reference_repeated(record: Record, _: Context) -> Iterator[Key]:
    """The same learner reference number stands on two learners.

    Why: the reference number is how a learner is known from file to file, so each learner has one of their own.
    Fix: leave out the copy, or give the other learner the right number; capital letters and spaces do not tell apart.
    Message: LearnRefNumber {LearnRefNumber} stands on another learner of this file too: {lines}.
    Bad: LearnRefNumber=A0001
    Good: LearnRefNumber=A0002
    """
    reference = "".join(record["LearnRefNumber"].split()).casefold()
    if reference:
        yield Key((reference,), field="LearnRefNumber")
