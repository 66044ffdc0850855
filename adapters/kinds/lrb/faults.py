"""The faults of an LRB file that its reader finds: what stops the reading, what refuses a row, what only is told."""

from adapters.formats.csv_file import Stop
from adapters.formats.table_rules import TableRules
from adapters.formats.table_texts import TEXTS
from adapters.kinds.lrb.file_rules import BOOK
from gateway.core.rules.rule import Rule

HEADINGS = BOOK.describe(
    "headings",
    "GF004",
    """The headings are not the 30 headings of an LRB file.

    Why: the columns are known by their headings, in one order and one spelling, capital letters included.
    Fix: {how to mend them}
    Message: {what is wrong with the headings}
    """,
    scope="file",
)
NO_LEARNERS = BOOK.describe(
    "no_learners",
    "GF005",
    """The file holds no learner.

    Why: an empty file is usually an export that failed or a wrong selection.
    Fix: export the file again and see that there is at least one row below the headings.
    Message: There is no learner in the file: {what there is instead}.
    """,
    scope="file",
)
_FILE_TYPE = BOOK.describe(
    "file_type",
    "GF006",
    """The file is not a CSV text file.

    Why: only plain text can be read as CSV; nothing is unpacked or converted.
    Fix: save or export it as CSV, in a spreadsheet as "CSV UTF-8 (comma delimited)", and send that file.
    Message: The file is not a CSV text file: it seems to be {what}.
    """,
    scope="file",
)
_NUL = BOOK.describe(
    "nul_character",
    "GF006",
    """The file holds a NUL character.

    Why: no text holds one; it comes from a damaged file, or from one saved as "Unicode Text".
    Fix: export the file again as CSV in UTF-8.
    Message: There is a NUL character on line {line}, so the file is not plain text.
    """,
    scope="file",
)
_ENCODING = BOOK.describe(
    "text_encoding",
    "GF006",
    """The file's characters are neither UTF-8 nor Windows-1252.

    Why: names with accents would be read wrongly, and a wrong name finds the wrong learner.
    Fix: export the file again as CSV in UTF-8.
    Message: The text is neither UTF-8 nor Windows-1252; the first bytes in doubt are on line {line}.
    """,
    scope="file",
)
_OPEN_QUOTE = BOOK.describe(
    "open_quote",
    "GF006",
    """A quotation mark is opened and not closed where its value ends.

    Why: what follows seems to belong to the value, line after line, so no later row can be told from it.
    Fix: close the quotation mark on that line; one that belongs to the value is written twice.
    Message: A quotation mark that opens on line {line} is not closed where its value ends.
    """,
    scope="file",
)
TOO_LARGE = BOOK.describe(
    "file_too_large",
    "GF007",
    """The file is too large.

    Why: a limit keeps one file from holding up everybody else's.
    Fix: split the file and send the parts one after the other, each with its own name and count.
    Message: The file is larger than {limit}.
    """,
    scope="file",
)
TOO_MANY = BOOK.describe(
    "too_many_rows",
    "GF007",
    """The file holds too many rows.

    Why: a limit keeps one file from holding up everybody else's.
    Fix: split the file and send the parts one after the other, each with its own name and count.
    Message: The file holds more than {limit} {of what}.
    """,
    scope="file",
)
WINDOWS_TEXT = BOOK.describe(
    "windows_text",
    "FILE_ENCODING",
    """The file is written in Windows-1252 and not in UTF-8.

    Why: it was read as Windows-1252, which cannot write every name.
    Fix: export the file in UTF-8 from now on, in a spreadsheet as "CSV UTF-8 (comma delimited)".
    Message: The text is not UTF-8 from line {line} on, so the file was read as Windows-1252; look at accented names.
    """,
    severity="warning",
    scope="file",
)
BLANK_LINES = BOOK.describe(
    "blank_lines",
    "BLANK_LINES",
    """Rows without any value were ignored.

    Why: a row of empty cells holds no learner; spreadsheets leave such rows behind.
    Fix: nothing needs to be done; they are not counted as learners.
    Message: Rows without any value were ignored: {count}, the first on line {line}.
    """,
    severity="info",
    scope="file",
)
ROW_WIDTH = BOOK.describe(
    "row_width",
    "ROW_WIDTH",
    """A row has too few or too many columns.

    Why: with a column missing or added, every later value stands under the wrong heading.
    Fix: give the row 30 columns; a comma inside a value needs quotation marks round the value.
    Message: The row has {found} instead of 30.
    """,
)
ROW_QUOTE = BOOK.describe(
    "row_quote",
    "ROW_QUOTE",
    """A quotation mark stands in the wrong place.

    Why: after the closing quotation mark of a value only a comma or the line's end can follow.
    Fix: write a quotation mark that belongs to the value twice, and close every value that begins with one.
    Message: The quotation marks are wrong in {place}, so the row cannot be told apart into its columns.
    """,
)
VALUE_MISSING = BOOK.describe(
    "value_missing",
    "RC010",
    """A value that every learner needs is empty.

    Why: given name, family name, postcode, date of birth and gender are what a learner is looked for by.
    Fix: enter {title}.
    Message: {field} is empty.
    Bad: GivenName=
    Bad: FamilyName=" "
    Bad: LastKnownPostCode=
    Bad: DateOfBirth=
    Bad: Gender=
    Good: LastKnownPostCode="ZZ99 9ZZ"
    """,
)
VALUE_FORMAT = BOOK.describe(
    "value_format",
    "RC011",
    """A value does not have the form that its column asks for.

    Why: a value in another form, or longer than its column, cannot be registered as it is.
    Fix: {what the column asks for}
    Message: {what is wrong with the value}
    Bad: ULN=123456789
    Bad: DateOfBirth=31/05/2008
    Bad: DateOfBirth=1900-02-29
    Bad: LastKnownPostCode="CV1 2WC"
    Bad: EmailAddress=someone@example
    Bad: Gender=M
    Bad: Nationality=British
    Bad: ScottishCandidateNumber=12345678
    Bad: AbilityToShare=3
    Bad: VerificationType=8
    Bad: Title="A title that has many more characters than there are allowed"
    Good: DateOfBirth=2008-05-31
    Good: LastKnownPostCode="bfpo 12"
    Good: EmailAddress="o'brien+lrb@mail.example.org"
    Good: ULN=9000000024
    """,
)


def _in_the_engines_words(name: str) -> Rule:
    code, severity, scope, words = TEXTS[name]
    return BOOK.describe(name, code, words, severity=severity, scope=scope)


RULES = TableRules(
    stops={
        Stop.SIZE: TOO_LARGE,
        Stop.TYPE: _FILE_TYPE,
        Stop.NUL: _NUL,
        Stop.ENCODING: _ENCODING,
        Stop.OPEN_QUOTE: _OPEN_QUOTE,
    },
    headings=HEADINGS,
    delimiter=HEADINGS,
    empty=NO_LEARNERS,
    no_records=NO_LEARNERS,
    too_many=TOO_MANY,
    row_width=ROW_WIDTH,
    row_quote=ROW_QUOTE,
    long_row=_in_the_engines_words("long_row"),
    missing=VALUE_MISSING,
    wrong=VALUE_FORMAT,
    windows_text=WINDOWS_TEXT,
    blank_lines=BLANK_LINES,
    bare_quote=_in_the_engines_words("bare_quote"),
    line_ends=_in_the_engines_words("line_ends"),
)
"""Which of these the engine for tables tells for which fault."""
