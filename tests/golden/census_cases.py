"""What the examples of the census's rules are judged by: a header, small reference lists, and the rules themselves."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from adapters.kinds.school_census.kind import SchoolCensus
from gateway.core.model import Record
from gateway.core.reference import HeldList, ListVersion, Reference, ReferenceRow, by_key, reference_key
from gateway.core.rules.rule import Context, Rule
from tests.examples import record_of

BOOK = SchoolCensus.rulebook
DAY = date(2026, 2, 1)
NAME = "8234321_SC1_823LL26_001.xml"
HEADER = {
    "Header/CollectionDetails/Collection": "SC",
    "Header/CollectionDetails/Term": "SPR",
    "Header/CollectionDetails/Year": "2026",
    "Header/CollectionDetails/ReferenceDate": "2026-01-15",
    "Header/Source/LEA": "823",
    "Header/Source/Estab": "4321",
    "Header/Source/SerialNo": "001",
    "School/SchoolCharacteristics/Phase": "SS",
    "School/SchoolCharacteristics/SchoolType": "46",
    "file_name": NAME,
}
ONCE = frozenset(
    [
        "PupilIdentifiers",
        "PupilCharacteristics",
        "FSMeligibility",
        "LearnerSupport",
        "PupilStatus",
        "SpecialEducationalNeeds",
        "SENneeds",
        "Exclusions",
        "Attendance",
        "TermlyAttendance",
        "SummerHalfTerm2Attendance",
        "AnnualAttendance",
        "SessionDetails",
        "HomeInformation",
        "LearningAims",
        "ProgrammeAims",
        "APProvisionDetail",
        "SchoolArrangedAP",
        "SchoolArrangedAPDetail",
    ]
)
"""The groups that stand once in a pupil, or once in the group above."""
LISTS: dict[str, tuple[tuple[str, ...], int, list[tuple[str, ...]]]] = {
    "qualifications": (("qan", "title"), 1, [("601/1234/7", "Bricklaying")]),
    "collections": (
        ("kind", "collection", "reference_date", "window_from", "window_to"),
        2,
        [
            ("school-census", "2025-AUT", "2025-10-02", "2025-05-16", "2025-10-02"),
            ("school-census", "2026-SPR", "2026-01-15", "2025-10-03", "2026-01-15"),
            ("school-census", "2026-SUM", "2026-05-21", "2026-01-16", "2026-05-21"),
        ],
    ),
}


def reference() -> Reference:
    """Return small lists of qualifications and collections."""
    return Reference(
        HeldList(
            ListVersion(
                name=name,
                columns=columns,
                rows=len(rows),
                digest="1",
                source=f"{name}.csv",
                loaded_at=datetime(2026, 1, 1, tzinfo=UTC),
            ),
            by_key(ReferenceRow(2, reference_key(cells[:keys]), None, None, cells) for cells in rows),
        )
        for name, (columns, keys, rows) in LISTS.items()
    )


CONTEXT = Context(as_of=DAY, file_name=NAME, reference=reference())


def pupil(values: Mapping[str, str], number: int = 1) -> Record:
    """Return the record of an example, with the header that every pupil's rules are given."""
    return record_of({**HEADER, **values}, number=number, once=ONCE)


OURS: list[Rule] = [rule for rule in BOOK.rules.values() if not rule.is_found_by_reader]
