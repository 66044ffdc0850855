"""Writes `census.csv`: every error and query of a return by rule number, return-level ones first (specification 5)."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TextIO

from adapters.kinds.school_census.pupil import FORENAME, SURNAME, UPN, at
from gateway.core import csv_text
from gateway.core.handover import Case
from gateway.core.model import Answer, Record
from gateway.core.notices import Notice, Severity
from gateway.core.response_parts import ERROR_COLUMNS

COLUMNS: Final = (*ERROR_COLUMNS, "upn", "surname", "forename")
TOTALS: Final = "#TOTALS"
_SHOWN: Final = frozenset({Severity.ERROR, Severity.WARNING})
_COUNTED: Final[Mapping[str, str]] = {
    "on_roll": "pupils_on_roll",
    "left": "pupils_no_longer_on_roll",
    "classes": "classes",
}
_NUMBER: Final = re.compile(r"(G?)([0-9]+)Q?")
_RETURN: Final = Record(number=0, line=0, key="", values={})


class _Order(NamedTuple):
    """What rows are sorted by: the whole return first, DfE's numbers before ours, and those before faults of form."""

    of_pupil: bool
    sort: int
    number: int
    code: str


class CensusReport:
    """Answers a return: a row for each error and query, sorted by rule number, and the totals as the last line."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        self._rows = csv_text.writer(create("census.csv"), COLUMNS)
        self._header = case.header
        self._found: list[tuple[_Order, list[object]]] = []
        self._counts = Counter[Severity]()
        for notice in case.file_notices:
            self._note(notice, _RETURN)

    def write(self, answer: Answer) -> None:
        """Note a row for each error and query of a pupil."""
        for notice in answer.notices:
            self._note(notice, answer.checked.record)

    def finish(self) -> None:
        """Write all rows in their order, then the totals."""
        self._found.sort(key=_order)
        self._rows.writerows(row for _, row in self._found)
        counted = {name: self._header[key] for key, name in _COUNTED.items() if key in self._header}
        totals = {"errors": self._counts[Severity.ERROR], "queries": self._counts[Severity.WARNING], **counted}
        self._rows.writerow([TOTALS, ";".join(f"{name}={count}" for name, count in totals.items())])

    def _note(self, notice: Notice, record: Record) -> None:
        if notice.severity in _SHOWN:
            self._counts[notice.severity] += 1
            cells = [getattr(notice, column) for column in ERROR_COLUMNS]
            who = [at(record, path) for path in (UPN, SURNAME, FORENAME)]
            self._found.append((_place(notice), [*cells, *who]))


def _place(notice: Notice) -> _Order:
    found = _NUMBER.fullmatch(notice.code)
    sort = 2 if found is None else int(found[1] == "G")
    return _Order(notice.record is not None, sort, int(found[2]) if found else 0, notice.code)


def _order(found: tuple[_Order, list[object]]) -> _Order:
    return found[0]
