"""What the engine for tables must know of a results file in CSV, and in which rows its rules find nothing."""

from collections.abc import Iterable, Mapping
from itertools import compress
from operator import not_
from typing import Final

from adapters.formats.table_kind import Columns, Table, any_filled, joined
from adapters.formats.table_numbers import doubtful_ulns
from adapters.kinds.ao_results.faults import BOOK, TABLE_RULES
from adapters.kinds.ao_results.result import SCHEMA, learner
from adapters.kinds.ao_results.rules_files import COUNT, TRAILER, file_facts
from adapters.kinds.ao_results.uci_column import doubtful_ucis
from gateway.core.rules.rule import Context
from gateway.core.uln import TEMPORARY_ULN

_QAN_MARKS: Final = str.maketrans("", "", "/ ")
_MOST_QANS: Final = 10_000
_UCI_BODY: Final = 12
_NO_NUMBER: Final = frozenset({"", "-2", TEMPORARY_ULN})


def _facts(context: Context) -> Mapping[str, str]:
    return file_facts(context, ".csv")


def _without_uln(columns: Columns) -> Iterable[int]:
    """Return the rows in which no digits stand as ULN, or those of its place-holder."""
    ulns = columns["ULN"]
    are_digits = list(map(str.isdigit, ulns))
    rows = list(compress(range(columns.size), map(not_, are_digits))) if not all(are_digits) else []
    return rows + [row for row, uln in enumerate(ulns) if uln == TEMPORARY_ULN] if TEMPORARY_ULN in ulns else rows


def _numbers(columns: Columns, row: int) -> str:
    """Return by what a row's candidate is known, but for the check character of a UCI; empty where by nothing."""
    uci = columns["UCI"][row].strip()[:_UCI_BODY]
    numbers = columns["ULN"][row].strip(), uci, columns["CandidateIdentifierOther"][row].strip()
    return next((number for number in numbers if number not in _NO_NUMBER), "")


def _identified(columns: Columns) -> Iterable[int]:
    """Return the rows in which it is not certain that a candidate has an identifier."""
    return [row for row in _without_uln(columns) if not _numbers(columns, row)]


def _candidate_and_result(columns: Columns) -> Iterable[str]:
    """Return for each row a text that is the same wherever candidate and qualification are."""
    qans = list(map(_QANS.__getitem__, columns["QAN"]))
    texts = list(map(str.__add__, columns["ULN"], qans))
    for row in _without_uln(columns):
        number = _numbers(columns, row)
        texts[row] = number and number + qans[row]
    return texts


class _Qans(dict[str, str]):
    """QANs as they are compared, those that were asked for last remembered."""

    def __missing__(self, qan: str) -> str:
        if len(self) >= _MOST_QANS:
            self.clear()
        self[qan] = known = f"/{qan.translate(_QAN_MARKS).upper()}"
        return known


_QANS: Final = _Qans()


TABLE: Final = Table(
    where="adapters.kinds.ao_results.table:TABLE",
    schema=SCHEMA,
    book=BOOK,
    rules=TABLE_RULES,
    key="RecordRef",
    learner=learner,
    file_words="a results file",
    facts=_facts,
    header=("AwardingOrganisationUKPRN", "ExamSeries"),
    count=COUNT,
    trailer=TRAILER,
    screens={"candidate_identifier": _identified, "grade_given": any_filled("Grade")},
    numbers={"UCI": doubtful_ucis, "ULN": doubtful_ulns},
    coarse={
        "reference_once": joined("RecordRef"),
        "result_once": _candidate_and_result,
        "result_copied": _candidate_and_result,
    },
)
"""The table of results files."""
