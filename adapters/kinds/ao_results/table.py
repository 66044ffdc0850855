"""What the engine for tables must know of a results file in CSV, and in which rows its rules find nothing."""

from collections.abc import Iterable, Mapping
from typing import Final

from adapters.formats.table_kind import Columns, Table, any_filled, joined
from adapters.kinds.ao_results.fast_checks import doubtful_ucis, doubtful_ulns, numbers_right
from adapters.kinds.ao_results.faults import BOOK, TABLE_RULES
from adapters.kinds.ao_results.result import SCHEMA, learner
from adapters.kinds.ao_results.rules_files import COUNT, TRAILER, file_facts
from gateway.core.rules.rule import Context
from gateway.core.uln import TEMPORARY_ULN

_QAN_MARKS: Final = str.maketrans("", "", "/ ")
_UCI_BODY: Final = 12
_NO_NUMBER: Final = frozenset({"", "-2", TEMPORARY_ULN})


def _facts(context: Context) -> Mapping[str, str]:
    return file_facts(context, ".csv")


def _nowhere(_: Columns) -> Iterable[int]:
    """Return no row: another rule's screen names every row in which this rule may find something."""
    return ()


def _identified(columns: Columns) -> Iterable[int]:
    """Return the rows in which it is not certain that a candidate has an identifier."""
    certain = any_filled("UCI", "ULN", "CandidateIdentifierOther")
    doubtful = {value for value in columns.distinct("ULN") if TEMPORARY_ULN in value}
    rows = set(certain(columns))
    if doubtful:
        rows.update(row for row, value in enumerate(columns["ULN"]) if value in doubtful)
    for name in ("UCI", "ULN", "CandidateIdentifierOther"):
        vague = {value for value in columns.distinct(name) if value and value.strip() in {"", "-2"}}
        if vague:
            rows.update(row for row, value in enumerate(columns[name]) if value in vague)
    return rows


def _candidate_and_result(columns: Columns) -> Iterable[str]:
    """Return for each row a text that is the same wherever candidate and qualification are."""
    qans = {qan: f"/{qan.translate(_QAN_MARKS).upper()}" for qan in columns.distinct("QAN")}
    wanted = map(qans.__getitem__, columns["QAN"])
    ulns = columns.distinct("ULN")
    if TEMPORARY_ULN not in ulns and all(map(str.isdigit, ulns)):
        return map(str.__add__, columns["ULN"], wanted)
    known = map(_candidate, columns["ULN"], columns["UCI"], columns["CandidateIdentifierOther"])
    return (number and number + qan for number, qan in zip(known, wanted, strict=True))


def _candidate(uln: str, uci: str, other: str) -> str:
    for number in (uln.strip(), uci.strip()[:_UCI_BODY], other.strip()):
        if number not in _NO_NUMBER:
            return number
    return ""


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
        "uci_check_character_fits": numbers_right("UCI", doubtful_ucis),
        "uci_check_character_likely": _nowhere,
        "uci_completed": _nowhere,
        "uln_check_digit_fits": numbers_right("ULN", doubtful_ulns),
        "uln_is_placeholder": _nowhere,
        "candidate_identifier": _identified,
    },
    coarse={
        "reference_once": joined("RecordRef"),
        "result_once": _candidate_and_result,
        "result_copied": _candidate_and_result,
    },
)
"""The table of results files."""
