"""What is found in a file of each kind of table is what the full check of each of its rows finds, whatever is screened.

Samples of the kinds are mutated cell by cell, and read in small batches, so that what is remembered of one batch is
held against the next.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.formats import table_cut
from adapters.formats.csv_file import Row
from adapters.formats.table_part import PartCheck
from adapters.formats.table_record import RecordCheck
from adapters.formats.table_stretch import Stretch
from adapters.kinds.achievement.kind import AchievementsInCsv
from adapters.kinds.ao_results.kind import AoResultsCsv
from adapters.kinds.lrb.kind import LrbCsv
from adapters.kinds.tlevel.kind import TLevelAssessments, TLevelRegistrations, TLevelResults
from adapters.kinds.verify.kind import VerifyInCsv
from gateway.core.handover import Finding, SamplePlan
from gateway.core.model import CheckedRecord, Record
from gateway.core.ports.kinds import FileKind
from gateway.core.reference import Reference
from gateway.core.rules.rule import Context
from gateway.samples import people
from tests.fuzzing import times
from tests.golden.ao_files import NORTH, reference

KINDS: Sequence[type[FileKind]] = (
    AoResultsCsv,
    LrbCsv,
    AchievementsInCsv,
    VerifyInCsv,
    TLevelRegistrations,
    TLevelAssessments,
    TLevelResults,
)
MOMENT = datetime(2026, 9, 1, 14, 30, tzinfo=UTC)
ROWS = 40
ODD = (
    "", " ", "-2", "0", "1", "N", "A", "W", "U", "Q", "X", "M", "#", "ROMM", "9999999999", "1000000043", "1000000042",
    "123450230001W", "123450230001", "12345R230001A", "123450230000Y", "2009-02-30", "15/04/2009", "2098-01-01",
    "2999-12-31", "2027-08-20T08:00", "Zo\u00eb", "Zo\u00c3\u00ab", "a\u200bb", "a\tb", "\u00b2", "x" * 101,
    "601/8701/3", "60112347", "6G26", "June 2026", "a,b", 'a"b', "a\nb", " Ada ", "UNKNOWN", "Ada1", "CV1 2WT", "57.5",
    "-1",
)  # fmt: skip
EDITS = st.lists(
    st.tuples(st.integers(0, ROWS - 1), st.integers(0, 60), st.one_of(st.sampled_from(ODD), st.integers(0, ROWS - 1))),
    max_size=30,
)


@cache
def sample(kind: type[FileKind]) -> tuple[str, Sequence[Sequence[str]]]:
    """Return the name and the rows of a sample of a kind, the headings first."""
    plan = SamplePlan(organisation=NORTH, moment=MOMENT, bad_percent=10, seed=5)
    made = kind.from_settings({}).samples(islice(people(5, ROWS, MOMENT.date()), ROWS), plan)
    return made.name, list(csv.reader(StringIO(made.content.decode("utf-8-sig"), newline="")))


def edited(rows: Sequence[Sequence[str]], edits: Sequence[tuple[int, int, str | int]]) -> list[list[str]]:
    """Return rows in which cells hold something else: an odd value, or that of the same column in another row."""
    told = [list(row) for row in rows]
    for row, column, value in edits:
        cells = told[1 + row % (len(told) - 1)]
        other = value if isinstance(value, str) else told[1 + value % (len(told) - 1)][column % len(cells) :][:1]
        cells[column % len(cells)] = other if isinstance(other, str) else "".join(other)
    return told


def found(kind: type[FileKind], path: Path, lists: Reference, *, faults_only: bool) -> list[Finding]:
    context = Context(as_of=MOMENT.date(), file_name=path.name, reference=lists, faults_only=faults_only)
    return list(kind.from_settings({}).check(path, context))


def every_row(_: PartCheck, stretch: Stretch) -> set[int]:
    return set(range(stretch.size))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=times(25), deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(edits=EDITS, quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), knows_lists=st.booleans())
def test_no_screen_of_a_kind_changes_what_is_found(
    kind: type[FileKind], edits: Sequence[tuple[int, int, str | int]], quoting: int, *, knows_lists: bool
) -> None:
    name, rows = sample(kind)
    lists = reference() if knows_lists else Reference()
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=quoting).writerows(edited(rows, edits))
        patch.setattr(table_cut, "BATCH", 1000)
        quick = [found(kind, path, lists, faults_only=few) for few in (True, False)]
        patch.setattr(PartCheck, "doubtful", every_row)
        assert quick == [found(kind, path, lists, faults_only=few) for few in (True, False)]


@pytest.mark.parametrize("knows_lists", [False, True])
@pytest.mark.parametrize("kind", [AoResultsCsv, LrbCsv])
def test_a_row_in_which_nothing_is_found_is_passed_over(
    kind: type[FileKind], *, knows_lists: bool, tmp_path: Path
) -> None:
    """A rule that reads more than its fields, or whose list is not loaded, makes no record of such a row either."""
    name, rows = sample(kind)
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    made: list[int] = []
    record = RecordCheck.record

    def counted(check: RecordCheck, number: int, row: Row) -> Record:
        made.append(number)
        return record(check, number, row)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RecordCheck, "record", counted)
        told = found(kind, path, reference() if knows_lists else Reference(), faults_only=True)
    first, bad = 1, {it.record.number for it in told if isinstance(it, CheckedRecord)}
    assert bad
    assert set(made) == bad | {first}


def test_values_are_told_beside_those_of_the_rows_before(tmp_path: Path) -> None:
    """A value that was good beside all others so far is found wrong beside one that comes later."""
    name, rows = sample(AoResultsCsv)
    edits: Mapping[int, tuple[str, str]] = {5: ("Mark", "81"), 20: ("MaxMark", "80"), 30: ("Mark", "81")}
    told = [list(row) for row in rows]
    for at, (field, value) in edits.items():
        told[at][told[0].index(field)] = value
    told[30][told[0].index("MaxMark")] = "80"
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(told)
    lines = [notice.line for it in found(AoResultsCsv, path, Reference(), faults_only=True)
             for notice in getattr(it, "notices", ()) if notice.field == "Mark"]  # fmt: skip
    assert 31 in lines
