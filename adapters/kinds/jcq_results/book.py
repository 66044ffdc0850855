"""The rulebook of results in the JCQ's style, and the faults that their reader finds (AR-01 to AR-11)."""

from typing import Final

from adapters.kinds.ao_results import rules_grades, rules_repeats, rules_settling
from adapters.kinds.ao_results.rules import RULES
from gateway.core.rules.registry import Rulebook

RULE_MODULES: Final = (rules_grades, rules_repeats, rules_settling)
"""The modules whose rules are in `RULES` beside its own: each registers them when it is imported."""
_OF_OTHERS: Final = frozenset(
    {
        "award_not_in_future",
        "birth_as_dated",
        "centre_or_provider",
        "change_reason_given",
        "learner_not_named",
        "reference_once",
        "same_organisation",
        "unit_named",
    }
)
"""Rules on fields that this layout lacks, or that cannot be broken in it."""
BOOK: Final = Rulebook(rules={name: rule for name, rule in RULES.rules.items() if name not in _OF_OTHERS})

TOO_LARGE = BOOK.describe(
    "too_large",
    "AR-06",
    """The file is too large.

    Why: a limit keeps one file from holding up everybody else's.
    Fix: split the file by centres and send the parts, each with the next number.
    Message: The file holds more than {limit}.
    """,
    scope="file",
)
UNREADABLE = BOOK.describe(
    "file_unreadable",
    "AR-02",
    """The file is not a text file of records.

    Why: only plain text in lines can be read; nothing is unpacked or converted.
    Fix: send the file as the examinations software wrote it, under its own name.
    Message: The file cannot be read as text{where}.
    """,
    scope="file",
)
WRONG_LENGTH = BOOK.describe(
    "records_wrong_length",
    "AR-02",
    """Too many records have the wrong length.

    Why: a file in which more than one record in twenty is too long is in another format, or is damaged.
    Fix: write records of {length} characters, each followed by a line end.
    Message: {count} of {all} records are longer than {length} characters.
    """,
    scope="file",
)
NO_HEADER = BOOK.describe(
    "header_missing",
    "AR-03",
    """The file does not begin with its header, the record R1.

    Why: the header says whose results they are and of which series.
    Fix: ask for the file again; do not edit it by hand.
    Message: The first record is not R1.
    """,
    scope="file",
)
HEADER_VALUE = BOOK.describe(
    "header_value",
    "AR-03",
    """A value of the header is missing or has the wrong form.

    Why: the header says whose results they are and of which series; with a doubtful one nothing is read.
    Fix: {what is asked for}
    Message: {what is wrong}
    """,
    scope="file",
)
SERIES_VALUE = BOOK.describe(
    "series_value",
    "AR-07",
    """The series in the header is none.

    Why: without its series nobody can tell where a file belongs; ?? is what some systems write for one unknown.
    Fix: ask for the file again, made for its series; do not edit it by hand.
    Message: The series in the header is {value}, which is no exam series.
    """,
    scope="file",
)
NO_RESULTS = BOOK.describe(
    "no_results",
    "AR-04",
    """The file holds no result.

    Why: a file without a record R5 is usually an export that failed.
    Fix: export the file again and see that it holds results.
    Message: There is no record R5 in the file.
    """,
    scope="file",
)
NO_TRAILER = BOOK.describe(
    "trailer_missing",
    "AR-05",
    """The file does not end with its trailer, the record R9.

    Why: a file that was cut off on its way lacks results, and nobody could tell which.
    Fix: ask for the file again; nothing may stand after R9.
    Message: The last record is not R9.
    """,
    scope="file",
)
SHORT = BOOK.describe(
    "records_padded",
    "SHORT_RECORDS",
    """Records lost the blanks at their end.

    Why: mail systems cut them off; the records were read as if the blanks were there.
    Fix: nothing needs to be done.
    Message: {count} records are shorter than {length} characters and were filled up with blanks.
    """,
    severity="info",
    scope="file",
)
LINE_ENDS = BOOK.describe(
    "line_ends",
    "LINE_ENDS",
    """Records do not end in CR LF.

    Why: they were read all the same; other systems may want CR LF.
    Fix: nothing needs to be done.
    Message: {count} records do not end in CR LF.
    """,
    severity="info",
    scope="file",
)
LONG = BOOK.describe(
    "record_too_long",
    "AR-11",
    """A record is too long, or of no known type.

    Why: with a character too many every later value stands in the wrong place.
    Fix: write records of {length} characters that begin with R1, R2, R4, R5 or R9.
    Message: {what is wrong}
    """,
)
CHARACTER = BOOK.describe(
    "character_not_allowed",
    "AR-10",
    """A record holds a character that may not stand there.

    Why: only the name may hold letters beyond A to Z; elsewhere such a character is damage.
    Fix: correct the character at place {place}.
    Message: At place {place} of the record stands a character that may not stand there.
    """,
)
STRAY = BOOK.describe(
    "character_between_fields",
    "AR-10",
    """A record holds a character where no field stands.

    Why: a value may have moved out of its place.
    Fix: see that every value stands in its place; the places without a field hold blanks.
    Message: At place {place} of the record stands a character, but no field.
    """,
    severity="warning",
)
VALUE = BOOK.describe(
    "value_format",
    "AR-10",
    """A value is missing or does not have the form that its field asks for.

    Why: a value in another form cannot be read with certainty, so it is not guessed.
    Fix: {what is asked for}
    Message: {what is wrong}
    """,
)
ORPHAN = BOOK.describe(
    "result_without_candidate",
    "AR-10",
    """A result does not stand below its candidate and centre.

    Why: a record R5 belongs to the R4 before it, and that to the R2 before it; the numbers must agree.
    Fix: put the records into their order: R2, then for each candidate R4 and its R5.
    Message: The result is of {the result's}, but stands below {the candidate's}.
    """,
)
