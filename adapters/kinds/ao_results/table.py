"""What the engine for tables must know of a results file in CSV, and in which rows its rules find nothing."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.formats.table_cells import sign_of
from adapters.formats.table_kind import Columns, Signs, Table, any_filled
from adapters.formats.table_numbers import doubtful_ulns
from adapters.kinds.ao_results.faults import BOOK, TABLE_RULES
from adapters.kinds.ao_results.result import SCHEMA, learner
from adapters.kinds.ao_results.rules_files import COUNT, TRAILER, file_facts
from adapters.kinds.ao_results.uci_column import doubtful_ucis
from gateway.core.rules.rule import Context
from gateway.core.uln import TEMPORARY_ULN

_QAN_MARKS: Final = str.maketrans("", "", "/ ")
_UCI_BODY: Final = 12
_ALL: Final = 40
_NO_NUMBERS: Final = [np.uint64(sign_of(text.encode())) for text in ("", "-2", TEMPORARY_ULN)]


def _facts(context: Context) -> Mapping[str, str]:
    return file_facts(context, ".csv")


def _first(columns: Columns, *fields: tuple[str, int]) -> Signs:
    """Return a number for each row by the first of some fields in which a number stands, by its first signs; else 0."""
    found = np.zeros(columns.size, np.uint64)
    for name, most in reversed(fields):
        signs = columns.signs(name, most)
        is_number = np.logical_and.reduce([signs != none for none in _NO_NUMBERS])
        found = np.where(is_number, signs, found)
    return found


def _numbers(columns: Columns) -> Signs:
    """Return by what each row's candidate is known, but for the check character of a UCI; 0 where by nothing."""
    return _first(columns, ("ULN", _ALL), ("UCI", _UCI_BODY), ("CandidateIdentifierOther", _ALL))


def _unplaced(columns: Columns) -> Iterable[int]:
    """Return the rows that name neither centre nor provider."""
    return _rows(_first(columns, ("CentreNumber", _ALL), ("ProviderUKPRN", _ALL)) == 0)


def _rows(told: NDArray[np.bool_]) -> Iterable[int]:
    rows: list[int] = np.flatnonzero(told).tolist()
    return rows


def _identified(columns: Columns) -> Iterable[int]:
    """Return the rows in which it is not certain that a candidate has an identifier."""
    return _rows(_numbers(columns) == 0)


def _candidate_and_result(columns: Columns) -> Signs:
    """Return for each row a number that is the same wherever candidate and qualification are."""
    numbers = _numbers(columns)
    return np.where(numbers > 0, numbers + columns.signs_of("QAN", _of_qan), 0)


@lru_cache(maxsize=1 << 12)
def _of_qan(qan: str) -> int:
    return sign_of(qan.translate(_QAN_MARKS).upper().encode())


def _reference(columns: Columns) -> Signs:
    return columns.signs("RecordRef", _ALL)


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
    screens={
        "candidate_identifier": _identified,
        "centre_or_provider": _unplaced,
        "grade_given": any_filled("Grade"),
    },
    numbers={"UCI": doubtful_ucis, "ULN": doubtful_ulns},
    coarse={
        "reference_once": _reference,
        "result_once": _candidate_and_result,
        "result_copied": _candidate_and_result,
    },
)
"""The table of results files."""
