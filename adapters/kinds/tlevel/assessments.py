# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""The table of T Level assessment entries: its rules, in the order in which the T Level report tells them."""

from collections.abc import Iterator

import schemas
from adapters.formats.table_kind import Table
from adapters.kinds.tlevel.book import RULES, facts
from adapters.kinds.tlevel.report import Profile
from adapters.kinds.tlevel.standing import STANDING, STANDING_CODES
from adapters.kinds.tlevel.words import (
    CORE_CODE,
    CORE_ENTRY,
    SPECIALISM_CODES,
    SPECIALISM_ENTRY,
    ULN,
    is_only_uln,
    repeated_codes,
)
from gateway.core.model import Learner, Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import TableSchema

SCHEMA = TableSchema.model_validate_json(schemas.text("csv/tlevel-assessments.json"))
BOOK = Rulebook(rules=dict(STANDING.rules))


@BOOK.rule("CORE_CODE_NEEDED", fields=[CORE_CODE])
def core_code_needed(record: Record, _: Context) -> Iterator[Found]:
    """A series is given for the core component, but its code is not.

    Why: a series says when something is assessed, and the code says what.
    Fix: enter the core code, or leave the core assessment entry empty.
    Message: Core code is needed where a core assessment entry is given.
    Bad: "Core code=" "Core assessment entry=Summer 2026"
    Good: "Core code=61099016" "Core assessment entry=Summer 2026"
    """
    if not record[CORE_CODE] and record[CORE_ENTRY]:
        yield Found(CORE_CODE)


@BOOK.rule("ROW_EMPTY")
def row_with_only_uln(record: Record, _: Context) -> Iterator[Found]:
    """A row holds a ULN and nothing else.

    Why: such a row says nothing about the learner; a column may have been lost.
    Fix: enter the core component, the specialisms or both, or take the row out.
    Message: The row holds no core code and no specialism code.
    Bad: ULN=9000000024 "Core code=" "Core assessment entry=" "Specialism code(s)=" "Specialism assessment entry="
    Good: "Core code=61099016" "Core assessment entry=Summer 2026"
    """
    if record[ULN] and is_only_uln(record):
        yield Found()


@BOOK.rule("CORE_SERIES_NEEDED", fields=[CORE_ENTRY])
def core_entry_needed(record: Record, _: Context) -> Iterator[Found]:
    """The core component's code is given, but the series in which it is assessed is not.

    Why: an empty cell must not take an entry back unnoticed.
    Fix: enter the series such as Summer 2026, or leave the core code empty too.
    Message: Core assessment entry is needed where a core code is given.
    Bad: "Core code=61099016" "Core assessment entry="
    Good: "Core code=61099016" "Core assessment entry=Summer 2026"
    """
    if record[CORE_CODE] and not record[CORE_ENTRY]:
        yield Found(CORE_ENTRY)


@BOOK.rule("SPECIALISM_CODE_NEEDED", fields=[SPECIALISM_CODES])
def specialism_code_needed(record: Record, _: Context) -> Iterator[Found]:
    """A series is given for specialisms, but no specialism code is.

    Why: a series says when something is assessed, and the codes say what.
    Fix: enter the specialism codes, or leave the specialism assessment entry empty.
    Message: Specialism code(s) is needed where a specialism assessment entry is given.
    Bad: "Specialism code(s)=" "Specialism assessment entry=Summer 2026"
    Good: "Specialism code(s)=ZTLOS901" "Specialism assessment entry=Summer 2026"
    """
    if not record[SPECIALISM_CODES] and record[SPECIALISM_ENTRY]:
        yield Found(SPECIALISM_CODES)


@BOOK.rule("SPECIALISM_REPEATED")
def specialism_repeated(record: Record, _: Context) -> Iterator[Found]:
    """A specialism code stands more than once in its cell.

    Why: a learner is entered for an occupational specialism once.
    Fix: keep each code once.
    Message: Specialism code(s) holds {codes} more than once.
    Bad: "Specialism code(s)=ZTLOS901,ZTLOS901" "Specialism assessment entry=Summer 2026"
    Good: "Specialism code(s)=ZTLOS901,ZTLOS902" "Specialism assessment entry=Summer 2026"
    """
    if codes := repeated_codes(record[SPECIALISM_CODES]):
        yield Found(SPECIALISM_CODES, {"codes": ", ".join(codes)})


@BOOK.rule("SPECIALISM_SERIES_NEEDED", fields=[SPECIALISM_ENTRY])
def specialism_entry_needed(record: Record, _: Context) -> Iterator[Found]:
    """Specialism codes are given, but the series in which they are assessed is not.

    Why: an empty cell must not take an entry back unnoticed.
    Fix: enter the series such as Summer 2026, or leave the specialism codes empty too.
    Message: Specialism assessment entry is needed where specialism codes are given.
    Bad: "Specialism code(s)=ZTLOS901" "Specialism assessment entry="
    Good: "Specialism code(s)=ZTLOS901" "Specialism assessment entry=Summer 2026"
    """
    if record[SPECIALISM_CODES] and not record[SPECIALISM_ENTRY]:
        yield Found(SPECIALISM_ENTRY)


RESIT_TOO_EARLY = BOOK.describe(
    "resit_without_result",
    "RESIT_TOO_EARLY",
    """The learner is entered for a later series before there is a result of the earlier one.

    Why: a component is taken again only once there is a result of it.
    Fix: send the result of the earlier series first, or wait for it.
    Message: {codes} is entered for {earlier} already and has no result there, so that {series} cannot be entered.
    """,
)
TABLE = Table(
    where="adapters.kinds.tlevel.assessments:TABLE",
    schema=SCHEMA,
    book=BOOK,
    rules=RULES,
    key=ULN,
    learner=lambda record: Learner(uln=record[ULN]),
    file_words="a T Level assessment entries file",
    facts=facts,
    empty_rows=True,
)
_SERIES_CODES = "SERIES_UNKNOWN", "SERIES_CLOSED", "RESIT_TOO_EARLY"
PROFILE = Profile(
    columns=len(SCHEMA.names),
    texts={
        ("REGISTRATION_WITHDRAWN", ULN): "Cannot add assessment entries to a withdrawn registration",
    },
    order=(
        ("FIELD_MISSING", ULN),
        ("FIELD_FORMAT", ULN),
        ("ULN_RANGE", ULN),
        ("FIELD_FORMAT", CORE_CODE),
        ("CORE_CODE_NEEDED", CORE_CODE),
        ("ROW_EMPTY", None),
        ("CORE_SERIES_NEEDED", CORE_ENTRY),
        ("FIELD_FORMAT", CORE_ENTRY),
        ("FIELD_FORMAT", SPECIALISM_CODES),
        ("SPECIALISM_CODE_NEEDED", SPECIALISM_CODES),
        ("SPECIALISM_REPEATED", SPECIALISM_CODES),
        ("SPECIALISM_SERIES_NEEDED", SPECIALISM_ENTRY),
        ("FIELD_FORMAT", SPECIALISM_ENTRY),
        ("ULN_DUPLICATE", ULN),
        ("CORE_OTHER", CORE_CODE),
        *((code, CORE_ENTRY) for code in _SERIES_CODES),
        ("SPECIALISM_OTHER", SPECIALISM_CODES),
        *((code, SPECIALISM_ENTRY) for code in _SERIES_CODES),
    ),
    third=STANDING_CODES | {"RESIT_TOO_EARLY"},
)
