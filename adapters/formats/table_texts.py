"""The public texts of the engine's rules on tables, by the name that a kind may put its own rule in place of."""

from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str, str, str]] = {
    "headings": (
        "FILE_HEADER",
        "error",
        "file",
        """The headings are not those of this kind of file.

        Why: the columns are known by their headings, so a value under a wrong heading would be read as another.
        Fix: {how to mend them}
        Message: {what is wrong with the headings}
        """,
    ),
    "delimiter": (
        "FILE_DELIMITER",
        "error",
        "file",
        """The columns are not separated by commas.

        Why: a file of this kind has commas between its columns, and nothing else before its headings.
        Fix: {how to mend them}
        Message: {what is wrong with the headings}
        """,
    ),
    "spelling": (
        "FILE_HEADER",
        "info",
        "file",
        """Headings were read that are written in another way.

        Why: blanks round a heading and capital or small letters make no difference here; other systems may refuse them.
        Fix: nothing needs to be done; write them as in {headings} to be safe.
        Message: Headings are written in another way than the specification does: {headings}.
        """,
    ),
    "empty": (
        "FILE_EMPTY",
        "error",
        "file",
        """The file holds no row at all.

        Why: an upload of nothing is usually an export that failed.
        Fix: export the file again, see that it is not empty, and send it.
        Message: The file holds nothing: {what there is instead}.
        """,
    ),
    "no_records": (
        "NO_RECORDS",
        "error",
        "file",
        """The file holds no record.

        Why: headings without a row below them are usually an export that failed or a wrong selection.
        Fix: export the file again and see that there is at least one row below the headings.
        Message: There is no row below the headings: {what there is instead}.
        """,
    ),
    "file_type": (
        "FILE_TYPE",
        "error",
        "file",
        """The file is not a CSV text file.

        Why: only plain text can be read as CSV; nothing is unpacked or converted.
        Fix: save or export it as CSV, in a spreadsheet as "CSV UTF-8 (comma delimited)", and send that file.
        Message: The file is not a CSV text file: it seems to be {what}.
        """,
    ),
    "nul_character": (
        "FILE_CHAR",
        "error",
        "file",
        """The file holds a NUL character.

        Why: no text holds one; it comes from a damaged file, or from one saved as "Unicode Text".
        Fix: export the file again as CSV in UTF-8.
        Message: There is a NUL character on line {line}, so the file is not plain text.
        """,
    ),
    "text_encoding": (
        "FILE_ENCODING",
        "error",
        "file",
        """The file's characters are not written in UTF-8.

        Why: names with accents would be read wrongly, and a wrong name finds the wrong learner.
        Fix: export the file again in UTF-8, in a spreadsheet as "CSV UTF-8 (comma delimited)".
        Message: The text is not UTF-8: {bytes in doubt}. Perhaps it was saved as Windows-1252 ("ANSI").
        """,
    ),
    "windows_text": (
        "FILE_ENCODING",
        "warning",
        "file",
        """The file is written in Windows-1252 and not in UTF-8.

        Why: it was read as Windows-1252, which cannot write every name.
        Fix: export the file in UTF-8 from now on, in a spreadsheet as "CSV UTF-8 (comma delimited)".
        Message: The text is not UTF-8 from line {line} on, so it was read as Windows-1252; look at accented names.
        """,
    ),
    "open_quote": (
        "FILE_QUOTE",
        "error",
        "file",
        """A quotation mark is opened and not closed.

        Why: everything after it would belong to one value, so no row after it can be told from another.
        Fix: close the quotation mark, or write one that belongs to the value twice.
        Message: The quotation mark that opens on line {line} is not closed; nothing after it was read.
        """,
    ),
    "long_row": (
        "FIELD_TOO_LONG",
        "error",
        "record",
        """A row or one of its values is too long to be read.

        Why: no value of this kind is near that length; the row is probably damaged, or a line end is missing.
        Fix: look at the line, put the value right, and send the record again.
        Message: The row cannot be read because {place} is too long.
        """,
    ),
    "too_large": (
        "FILE_LIMIT",
        "error",
        "file",
        """The file is too large.

        Why: a limit keeps one file from holding up everybody else's.
        Fix: split the file and send the parts one after the other, each with its own name.
        Message: The file is larger than {limit}.
        """,
    ),
    "too_many": (
        "FILE_LIMIT",
        "error",
        "file",
        """The file holds too many rows.

        Why: a limit keeps one file from holding up everybody else's.
        Fix: split the file and send the parts one after the other, each with its own name.
        Message: The file holds more than {limit} {of what}.
        """,
    ),
    "row_width": (
        "ROW_WIDTH",
        "error",
        "record",
        """A row has too few or too many columns.

        Why: with a column missing or added, every later value stands under the wrong heading.
        Fix: give the row {expected} columns; a comma inside a value needs quotation marks round the value.
        Message: The row has {found} instead of {expected}.
        """,
    ),
    "row_quote": (
        "ROW_QUOTE",
        "error",
        "record",
        """A quotation mark stands in the wrong place.

        Why: after the closing quotation mark of a value only a comma or the line's end can follow.
        Fix: write a quotation mark that belongs to the value twice, and close every value that begins with one.
        Message: The quotation marks are wrong in {place}, so the row cannot be told apart into its columns.
        """,
    ),
    "bare_quote": (
        "ROW_QUOTE",
        "warning",
        "record",
        """A value holds a quotation mark but does not stand in quotation marks.

        Why: the value was read as it is; other systems may take the mark for the beginning of a quoted value.
        Fix: put the whole value in quotation marks and write the mark inside it twice.
        Message: {field} holds a quotation mark that stands alone; the value was read as it is.
        """,
    ),
    "missing": (
        "FIELD_MISSING",
        "error",
        "record",
        """A value that every record needs is empty.

        Why: without it the record cannot be used.
        Fix: enter {title}.
        Message: {field} is empty.
        """,
    ),
    "wrong": (
        "FIELD_FORMAT",
        "error",
        "record",
        """A value does not have the form that its column asks for.

        Why: a value in another form, or longer than its column, cannot be read safely.
        Fix: {what the column asks for}
        Message: {what is wrong with the value}
        """,
    ),
    "blank_lines": (
        "BLANK_LINES",
        "info",
        "file",
        """Rows without any value were ignored.

        Why: a row of empty cells holds no record; spreadsheets leave such rows behind.
        Fix: nothing needs to be done; they are not counted as records.
        Message: Rows without any value were ignored: {count}, the first on line {line}.
        """,
    ),
    "line_ends": (
        "LINE_ENDS",
        "info",
        "file",
        """The rows of the file end in different ways.

        Why: the rows were read all the same; two files may have been joined, or a program has changed some lines.
        Fix: nothing needs to be done; other systems may want CR LF at the end of every row.
        Message: Some rows end in another way than others: {ends}.
        """,
    ),
}
