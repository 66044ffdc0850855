# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""The table of T Level results: its rules, in the order in which the T Level report tells them (`awarding` 5.3)."""

from collections.abc import Iterator
from itertools import product

import schemas
from adapters.formats.table_kind import Table
from adapters.kinds.tlevel.book import RULES, facts
from adapters.kinds.tlevel.report import Profile
from adapters.kinds.tlevel.standing import STANDING, STANDING_CODES
from adapters.kinds.tlevel.words import (
    RESULT_CORE,
    RESULT_SPECIALISMS,
    ULN,
    codes_of,
    grades_of,
    is_only_uln,
    repeated_codes,
)
from gateway.core.model import Learner, Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import TableSchema

SCHEMA = TableSchema.model_validate_json(schemas.text("csv/tlevel-results.json"))
BOOK = Rulebook(rules=dict(STANDING.rules))
CORE_CODE, CORE_SERIES, CORE_GRADE = RESULT_CORE
CODES, SERIES, GRADES = RESULT_SPECIALISMS


@BOOK.rule("CORE_CODE_NEEDED", fields=[CORE_CODE])
def core_code_needed(record: Record, _: Context) -> Iterator[Found]:
    """A series or a grade is given for the core component, but its code is not.

    Why: without the code nobody knows what was assessed.
    Fix: enter the core code, or leave the series and the grade of the core component empty.
    Message: ComponentCode (Core) is needed where a series or a grade of the core component is given.
    Bad: "ComponentCode (Core)=" "AssessmentSeries (Core)=Summer 2026"
    Bad: "ComponentCode (Core)=" "ComponentGrade (Core)=A"
    Good: "ComponentCode (Core)=61099016" "AssessmentSeries (Core)=Summer 2026" "ComponentGrade (Core)=A"
    """
    if not record[CORE_CODE] and (record[CORE_SERIES] or record[CORE_GRADE]):
        yield Found(CORE_CODE)


@BOOK.rule("ROW_EMPTY")
def row_with_only_uln(record: Record, _: Context) -> Iterator[Found]:
    """A row holds a ULN and nothing else.

    Why: such a row says nothing about the learner; a column may have been lost.
    Fix: enter the result of the core component, of the specialisms or of both, or take the row out.
    Message: The row holds no core code and no specialism code.
    Bad: "ULN=9000000024"
    Good: "ComponentCode (Core)=61099016" "AssessmentSeries (Core)=Summer 2026" "ComponentGrade (Core)=A"
    """
    if record[ULN] and is_only_uln(record):
        yield Found()


@BOOK.rule("CORE_SERIES_NEEDED", fields=[CORE_SERIES])
def core_series_needed(record: Record, _: Context) -> Iterator[Found]:
    """A code or a grade is given for the core component, but its series is not.

    Why: a component may be taken in several series, and each has a result of its own.
    Fix: enter the series such as Summer 2026.
    Message: AssessmentSeries (Core) is needed where a code or a grade of the core component is given.
    Bad: "ComponentCode (Core)=61099016" "ComponentGrade (Core)=A"
    Good: "ComponentCode (Core)=61099016" "AssessmentSeries (Core)=Summer 2026" "ComponentGrade (Core)=A"
    """
    if not record[CORE_SERIES] and (record[CORE_CODE] or record[CORE_GRADE]):
        yield Found(CORE_SERIES)


@BOOK.rule("SPECIALISM_CODE_NEEDED", fields=[CODES])
def specialism_code_needed(record: Record, _: Context) -> Iterator[Found]:
    """A series or a grade is given for specialisms, but no specialism code is.

    Why: without the codes nobody knows what was assessed.
    Fix: enter the specialism codes, or leave the series and the grades of specialisms empty.
    Message: ComponentCode (Specialisms) is needed where a series or a grade of specialisms is given.
    Bad: "AssessmentSeries (Specialisms)=Summer 2026"
    Bad: "AssessmentSeries (Specialisms)=Summer 2026" "ComponentGrade (Specialisms)=Merit"
    Good: "ComponentCode (Specialisms)=ZTLOS901" "AssessmentSeries (Specialisms)=Summer 2026"
    """
    if not record[CODES] and (record[SERIES] or record[GRADES]):
        yield Found(CODES)


@BOOK.rule("SPECIALISM_REPEATED")
def specialism_repeated(record: Record, _: Context) -> Iterator[Found]:
    """A specialism code stands more than once in its cell.

    Why: of two grades for one specialism it is not known which is right.
    Fix: keep each code once, with its grade at the same place among the grades.
    Message: ComponentCode (Specialisms) holds {codes} more than once.
    Bad: "ComponentCode (Specialisms)=ZTLOS901,ztlos901" "AssessmentSeries (Specialisms)=Summer 2026"
    Good: "ComponentCode (Specialisms)=ZTLOS901,ZTLOS902" "AssessmentSeries (Specialisms)=Summer 2026"
    """
    if codes := repeated_codes(record[CODES]):
        yield Found(CODES, {"codes": ", ".join(codes)})


@BOOK.rule("SPECIALISM_SERIES_NEEDED", fields=[SERIES])
def specialism_series_needed(record: Record, _: Context) -> Iterator[Found]:
    """A code or a grade is given for specialisms, but their series is not.

    Why: a specialism may be taken in several series, and each has a result of its own.
    Fix: enter the series such as Summer 2026.
    Message: AssessmentSeries (Specialisms) is needed where a code or a grade of specialisms is given.
    Bad: "ComponentCode (Specialisms)=ZTLOS901" "ComponentGrade (Specialisms)=Merit"
    Good: "ComponentCode (Specialisms)=ZTLOS901" "AssessmentSeries (Specialisms)=Summer 2026"
    """
    if not record[SERIES] and (record[CODES] or record[GRADES]):
        yield Found(SERIES)


@BOOK.rule("GRADE_COUNT")
def as_many_grades_as_codes(record: Record, _: Context) -> Iterator[Found]:
    """There are not as many grades as specialism codes.

    Why: each grade belongs to the code at the same place in its cell.
    Fix: give a grade for each code, with commas between them; leave a slot between commas empty where there is none.
    Message: ComponentGrade (Specialisms) holds {grades} for {codes} in ComponentCode (Specialisms).
    Bad: "ComponentCode (Specialisms)=ZTLOS901,ZTLOS902" "ComponentGrade (Specialisms)=Merit"
    Bad: "ComponentCode (Specialisms)=ZTLOS901" "ComponentGrade (Specialisms)=Merit,Pass"
    Good: "ComponentCode (Specialisms)=ZTLOS901,ZTLOS902" "ComponentGrade (Specialisms)=,Pass" "AssessmentSeries
        (Specialisms)=Summer 2026"
    """
    codes = len(codes_of(record[CODES]))
    grades = len(grades_of(record[GRADES], codes))
    if codes and grades != codes:
        words = {"grades": _counted(grades, "grade"), "codes": _counted(codes, "code")}
        yield Found(GRADES, words)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


ENTRY_MISSING = BOOK.describe(
    "no_assessment_entry",
    "ENTRY_MISSING",
    """The learner is not entered for the component.

    Why: a result belongs to an assessment entry that was sent before.
    Fix: send the assessment entry first, or correct the code.
    Message: The learner has no assessment entry for {codes}.
    """,
)
SERIES_OTHER = BOOK.describe(
    "series_not_entered",
    "SERIES_OTHER",
    """The learner is entered for the component in another series.

    Why: a result belongs to the series for which the learner is entered.
    Fix: correct the series, or send the assessment entry for it first.
    Message: {field} names {series}, but the learner is entered for {codes} in {entered}.
    """,
)
GRADE_UNKNOWN = BOOK.describe(
    "grade_unknown",
    "GRADE_UNKNOWN",
    """A grade is not one that the component has.

    Why: core components and specialisms have grades of their own.
    Fix: write one of {grades}.
    Message: {field} holds {wrong}, which is not a grade of this component.
    """,
)
AMENDED_LATE = BOOK.describe(
    "amended_after_window",
    "AMENDED_LATE",
    """A grade is changed after the last day on which results of its series may be changed.

    Why: after that day a grade changes only by a review of marking or an appeal.
    Fix: leave the grade as it is kept; if it is wrong, ask for a review.
    Message: The grade of {code} in {series} cannot be changed any more by a results file.
    """,
)
RESULT_FINAL = BOOK.describe(
    "result_is_final",
    "RESULT_FINAL",
    """A grade is changed that is final.

    Why: a result that has been reviewed for the last time stands.
    Fix: leave the grade as it is kept, or take the row out.
    Message: The grade of {code} in {series} is final.
    """,
)
RESULT_IN_REVIEW = BOOK.describe(
    "result_in_review",
    "RESULT_IN_REVIEW",
    """A grade is changed that is under review or appeal.

    Why: its review or appeal decides on it.
    Fix: wait for the outcome, and leave the grade as it is kept until then.
    Message: The grade of {code} in {series} is under review or appeal.
    """,
)
TABLE = Table(
    where="adapters.kinds.tlevel.results:TABLE",
    schema=SCHEMA,
    book=BOOK,
    rules=RULES,
    key=ULN,
    learner=lambda record: Learner(uln=record[ULN]),
    file_words="a T Level results file",
    facts=facts,
    empty_rows=True,
)
_SERIES_CODES = "SERIES_UNKNOWN", "SERIES_CLOSED", "SERIES_OTHER"
PROFILE = Profile(
    columns=len(SCHEMA.names),
    texts={
        ("REGISTRATION_WITHDRAWN", ULN): "Cannot add results to a withdrawn registration",
        **dict.fromkeys(
            product(("SERIES_CLOSED", "SERIES_OTHER"), (CORE_SERIES, SERIES)), "Incorrect Assessment series"
        ),
        ("GRADE_UNKNOWN", CORE_GRADE): "Core grade not valid",
        ("GRADE_UNKNOWN", GRADES): "Specialism grade not valid",
    },
    order=(
        ("FIELD_MISSING", ULN),
        ("FIELD_FORMAT", ULN),
        ("ULN_RANGE", ULN),
        ("FIELD_FORMAT", CORE_CODE),
        ("CORE_CODE_NEEDED", CORE_CODE),
        ("ROW_EMPTY", None),
        ("CORE_SERIES_NEEDED", CORE_SERIES),
        ("FIELD_FORMAT", CORE_SERIES),
        ("FIELD_FORMAT", CODES),
        ("SPECIALISM_CODE_NEEDED", CODES),
        ("SPECIALISM_REPEATED", CODES),
        ("SPECIALISM_SERIES_NEEDED", SERIES),
        ("FIELD_FORMAT", SERIES),
        ("GRADE_COUNT", GRADES),
        ("ULN_DUPLICATE", ULN),
        ("CORE_OTHER", CORE_CODE),
        *((code, field) for field in (CORE_SERIES, SERIES) for code in _SERIES_CODES),
        ("ENTRY_MISSING", CORE_CODE),
        ("ENTRY_MISSING", CODES),
        ("SPECIALISM_OTHER", CODES),
        ("GRADE_UNKNOWN", CORE_GRADE),
        ("GRADE_UNKNOWN", GRADES),
    ),
    third=STANDING_CODES | {"ENTRY_MISSING", "SERIES_OTHER", "GRADE_UNKNOWN"},
    fourth=frozenset({"AMENDED_LATE", "RESULT_FINAL", "RESULT_IN_REVIEW"}),
)
