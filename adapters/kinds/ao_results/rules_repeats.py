# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on what must not stand twice in a file (AR-12, AR-13)."""

from collections.abc import Iterator

from adapters.kinds.ao_results.result import candidate, content, result_parts
from adapters.kinds.ao_results.rules import RULES
from gateway.core.identifiers.uci import UciFault, uci_fault
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Key
from gateway.core.uln import uln_fault

_WRONG = frozenset({UciFault.CHECK_CHARACTER, UciFault.SERIAL})

RESULT_FIELDS = ("ULN", "UCI", "QAN", "ResultLevel", "ExamSeries")


def _key(record: Record) -> tuple[str, ...]:
    """Return what a result is known by in its file; nothing where its candidate's number is wrong."""
    number = candidate(record)
    wrong = uln_fault(number) if number == record["ULN"] else uci_fault(number) in _WRONG
    return () if not number or wrong else (number, *result_parts(record))


@RULES.repeated("AR-12", fields=["RecordRef"])
def reference_once(record: Record, _: Context) -> Iterator[Key]:
    """Your own reference stands on more than one result.

    Why: the answer to a result is found by its reference, so each must have its own.
    Fix: give each result a reference of its own.
    Message: The reference {RecordRef} stands on {lines} as well.
    """
    if record["RecordRef"]:
        yield Key((record["RecordRef"],), field="RecordRef")


@RULES.repeated("AR-13", fields=RESULT_FIELDS, compares=True)
def result_once(record: Record, _: Context) -> Iterator[Key]:
    """The same result stands in the file more than once, with different values.

    Why: nobody can tell which is right, so none of them is taken.
    Fix: leave the right one in the file, or correct learner, qualification, level, unit or series.
    Message: The result for the same candidate, qualification, level, unit and series stands on {lines} as well.
    """
    key = _key(record)
    if key:
        yield Key(key, (record["Action"], *content(record)), "QAN")


@RULES.repeated("AR-13", fields=RESULT_FIELDS, severity="warning", later_only=True)
def result_copied(record: Record, _: Context) -> Iterator[Key]:
    """The same result stands in the file more than once, with the same values.

    Why: one of them is enough; the others change nothing.
    Fix: nothing needs to be done; leave out the copies next time.
    Message: This result stands on {lines} already, with the same values.
    """
    key = _key(record)
    if key:
        yield Key((*key, record["Action"], *content(record)), field="QAN")
