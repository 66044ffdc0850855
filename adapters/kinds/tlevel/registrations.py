# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""The table of T Level registrations: its rules, in the order in which the T Level report tells what they find."""

from collections.abc import Iterator

import schemas
from adapters.formats.table_kind import Table
from adapters.kinds.tlevel.book import COMMON, RULES, facts, needing
from adapters.kinds.tlevel.report import Profile
from adapters.kinds.tlevel.words import CORE_CODE, SPECIALISM_CODES, ULN, repeated_codes
from gateway.core.model import Learner, Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import TableSchema

SCHEMA = TableSchema.model_validate_json(schemas.text("csv/tlevel-registrations.json"))
BOOK = Rulebook(rules=dict(COMMON.rules))


@BOOK.rule("DATE_FUTURE", fields=["Date of birth"])
def birth_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth is not in the past.

    Why: a learner was born before the day on which the file came.
    Fix: correct the date of birth; day and month may be swapped.
    Message: Date of birth {Date of birth} is not in the past.
    Bad: "Date of birth=31052098"
    Good: "Date of birth=31052008"
    """
    born = SCHEMA["Date of birth"].day(record["Date of birth"])
    if born is not None and born >= context.as_of:
        yield Found("Date of birth")


@BOOK.rule("ACADEMIC_YEAR", fields=["Academic year"])
def academic_year(record: Record, _: Context) -> Iterator[Found]:
    """The two years of the academic year do not follow each other.

    Why: an academic year runs from one year into the next, as 2025/26 does.
    Fix: write the year in which the course begins, a stroke, and the last two digits of the next year.
    Message: Academic year {Academic year} does not run from one year into the next.
    Bad: "Academic year=2025/27"
    Good: "Academic year=2025/26"
    Good: "Academic year=2099/00"
    """
    begins, _stroke, ends = record["Academic year"].partition("/")
    if begins and (int(begins) + 1) % 100 != int(ends):
        yield Found("Academic year")


@BOOK.rule("SPECIALISM_REPEATED")
def specialism_repeated(record: Record, _: Context) -> Iterator[Found]:
    """A specialism code stands more than once in its cell.

    Why: a learner takes an occupational specialism once.
    Fix: keep each code once.
    Message: Specialism code(s) holds {codes} more than once.
    Bad: "Specialism code(s)=ZTLOS901,ZTLOS901"
    Good: "Specialism code(s)=ZTLOS901,ZTLOS902"
    """
    if codes := repeated_codes(record[SPECIALISM_CODES]):
        yield Found(SPECIALISM_CODES, {"codes": ", ".join(codes)})


CORE_UNKNOWN = needing(
    BOOK,
    BOOK.describe(
        "core_unknown",
        "CORE_UNKNOWN",
        """The core code is not that of a T Level of the awarding organisation.

        Why: learners are registered for the awarding organisation's own T Levels.
        Fix: look the code up in the awarding organisation's list of T Levels; it has eight characters.
        Message: Core code {Core code} is not one of the awarding organisation's core components.
        """,
    ),
    "qualifications",
)
SPECIALISM_OTHER = needing(
    BOOK,
    BOOK.describe(
        "specialism_of_other_core",
        "SPECIALISM_OTHER",
        """A specialism does not belong to the core component.

        Why: each T Level has its own occupational specialisms.
        Fix: use a specialism of this T Level, or correct the core code.
        Message: {codes} in Specialism code(s) is no specialism of the core component {Core code}.
        """,
    ),
    "qualifications",
)


def _learner(record: Record) -> Learner:
    return Learner(
        given_name=record["First name"],
        family_name=record["Last name"],
        date_of_birth=SCHEMA["Date of birth"].day(record["Date of birth"]),
        uln=record[ULN],
    )


TABLE = Table(
    where="adapters.kinds.tlevel.registrations:TABLE",
    schema=SCHEMA,
    book=BOOK,
    rules=RULES,
    key=ULN,
    learner=_learner,
    file_words="a T Level registrations file",
    facts=facts,
    empty_rows=True,
)
PROFILE = Profile(
    columns=len(SCHEMA.names),
    order=(
        *(("FIELD_MISSING", name) for name in (ULN,)),
        ("FIELD_FORMAT", ULN),
        ("ULN_RANGE", ULN),
        *((code, name) for name in SCHEMA.names[1:3] for code in ("FIELD_MISSING", "FIELD_FORMAT")),
        ("FIELD_MISSING", "Date of birth"),
        ("FIELD_FORMAT", "Date of birth"),
        ("DATE_FUTURE", "Date of birth"),
        ("FIELD_MISSING", "UKPRN"),
        ("FIELD_FORMAT", "UKPRN"),
        ("FIELD_MISSING", "Academic year"),
        ("FIELD_FORMAT", "Academic year"),
        ("ACADEMIC_YEAR", "Academic year"),
        ("FIELD_MISSING", CORE_CODE),
        ("FIELD_FORMAT", CORE_CODE),
        ("FIELD_FORMAT", SPECIALISM_CODES),
        ("SPECIALISM_REPEATED", SPECIALISM_CODES),
        ("ULN_DUPLICATE", ULN),
        ("CORE_UNKNOWN", CORE_CODE),
        ("SPECIALISM_OTHER", SPECIALISM_CODES),
    ),
    third=frozenset({"CORE_UNKNOWN", "SPECIALISM_OTHER"}),
)
