"""Writes the rule violation report of an ILR file: one row for each notice, in 20 columns (specification `ilr` 6)."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from heapq import merge
from tempfile import TemporaryFile
from typing import Final, TextIO

from gateway.core import csv_text
from gateway.core.handover import Case
from gateway.core.model import Answer, Group, Record
from gateway.core.notices import Notice, Severity
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import value_at

COLUMNS: Final = (
    "Error\\Warning",
    "Learner Ref",
    "Unique Learner Number",
    "Family Name",
    "Given Names",
    "Rule Name",
    "Field Values",
    "Error Message",
    "Aim Sequence Number",
    "Aim Reference Number",
    "Software Supplier Aim ID",
    "Funding Model",
    "Subcontracted UKPRN",
    "Provider Specified Learner Monitoring A",
    "Provider Specified Learner Monitoring B",
    "Provider Specified Learning Delivery Monitoring A",
    "Provider Specified Learning Delivery Monitoring B",
    "Provider Specified Learning Delivery Monitoring C",
    "Provider Specified Learning Delivery Monitoring D",
    "OFFICIAL - SENSITIVE",
)
_LETTERS: Final = {Severity.ERROR: "E", Severity.WARNING: "W"}
_RULE: Final = COLUMNS.index("Rule Name")
_SCHEMA: Final = "Schema"
HELD: Final = 20_000
"""How many rows are held in memory."""
_MOST_RUNS: Final = 50
_NO_RECORD: Final = Record(number=0, line=0, key="", values={})


class IlrViolations:
    """Answers an ILR file: `violations.csv`, sorted by severity and rule name, in memory bounded by some rows."""

    def __init__(self, case: Case, create: Callable[[str], TextIO], book: Rulebook) -> None:
        self._rows = csv_text.writer(create("violations.csv"), COLUMNS)
        self._fields = {rule.code: (rule.group, rule.fields) for rule in reversed(book.rules.values())}
        self._sorted = _SortedRows()
        for notice in case.rejections:
            self._note(notice, _NO_RECORD)

    def write(self, answer: Answer) -> None:
        """Note a row for each error and warning of a record."""
        for notice in answer.notices:
            self._note(notice, answer.checked.record)

    def finish(self) -> None:
        """Write all rows in their order."""
        self._rows.writerows(self._sorted.rows())

    def _note(self, notice: Notice, record: Record) -> None:
        if notice.severity in _LETTERS:
            self._sorted.add([_LETTERS[notice.severity], *self._cells(notice, record)])

    def _cells(self, notice: Notice, record: Record) -> Iterator[str]:
        yield from (record["LearnRefNumber"], record["ULN"], record["FamilyName"], record["GivenNames"])
        yield from (notice.code, "".join(self._field_values(notice, record)), notice.message)
        delivery = _delivery(notice, record)
        for name in ("AimSeqNumber", "LearnAimRef", "SWSupAimId", "FundModel", "PartnerUKPRN"):
            yield delivery[name]
        yield from _monitoring(record.all("ProviderSpecLearnerMonitoring"), "ProvSpecLearnMon", "AB")
        yield from _monitoring(delivery.all("ProviderSpecDeliveryMonitoring"), "ProvSpecDelMon", "ABCD")
        yield ""

    def _field_values(self, notice: Notice, record: Record) -> Iterator[str]:
        """Yield `Name=value|` for each field of the rule, or for the one at fault where the schema found it.

        The line says where a fault of the tree stands, as providers know it of this rule.
        """
        group, fields = self._fields.get(notice.code, (None, ()))
        for field in fields:
            path = _path_of(field, notice, group)
            value = notice.value if path == notice.field else value_at(record, path)
            yield f"{path.rpartition('/')[2]}={value or ''}|"
        if not fields and notice.field:
            yield f"{notice.field.rpartition('/')[2].partition('[')[0]}={notice.value or ''}|"
        if notice.code == _SCHEMA and notice.line is not None:
            yield f"Line={notice.line}|"


def _path_of(field: str, notice: Notice, group: str | None) -> str:
    """Return where a rule's field stands in the record: in the group that the notice is about, where it is of one."""
    told = notice.field or ""
    if group:
        within = told.rpartition("/")[0]
        return field.removeprefix("/") if field.startswith("/") or not within else f"{within}/{field}"
    name, _, rest = field.partition("/")
    first = told.partition("/")[0]
    return f"{first}/{rest}" if rest and first.partition("[")[0] == name else field


def _delivery(notice: Notice, record: Record) -> Group:
    """Return the learning delivery that a notice is about, or an empty one."""
    step = (notice.field or "").partition("/")[0]
    found = (delivery for delivery in record.all("LearningDelivery") if delivery.path == step)
    return next(found, Group(values={}))


def _monitoring(groups: Sequence[Group], name: str, letters: str) -> Iterator[str]:
    """Yield the provider's own notes under each letter, empty where there is none."""
    noted = {group[f"{name}Occur"]: group[name] for group in groups}
    yield from (noted.get(letter, "") for letter in letters)


class _SortedRows:
    """Rows sorted by severity and rule name, those of one rule in the order of the file; many are kept on disk."""

    def __init__(self) -> None:
        self._held: list[list[str]] = []
        self._files = ExitStack()
        self._runs: list[TextIO] = []

    def add(self, row: list[str]) -> None:
        """Take a row."""
        self._held.append(row)
        if len(self._held) >= HELD:
            self._spill()

    def rows(self) -> Iterator[list[str]]:
        """Yield every row in order, and let go of the files."""
        with self._files:
            yield from self._merged()

    def _merged(self) -> Iterator[list[str]]:
        runs: list[Iterable[list[str]]] = [csv.reader(run) for run in self._runs]
        runs.append(sorted(self._held, key=_order))
        return merge(*runs, key=_order)

    def _spill(self) -> None:
        """Write the rows that are held to a file of their own, or with all before them where the files are many."""
        run = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - it is closed with all the others
        several = len(self._runs) >= _MOST_RUNS
        rows: Iterable[list[str]] = self._merged() if several else sorted(self._held, key=_order)
        csv.writer(run).writerows(rows)
        run.seek(0)
        if several:
            self._files.close()
            self._runs.clear()
        self._files.callback(run.close)
        self._runs.append(run)
        self._held.clear()


def _order(row: list[str]) -> tuple[str, str]:
    return row[0], row[_RULE]
