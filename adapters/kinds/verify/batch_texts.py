"""The public texts of the rules on the batch files of awarding organisations, for each kind in its own words."""

from collections.abc import Mapping
from typing import Final

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "file_name": (
        "GF001",
        """The file's name is not that of %kind%.

        Why: the name says which kind of file it is, who sends it and of which moment it is.
        Fix: name it %form% with your own UKPRN, such as %example%.
        Message: The name {file_name} does not have the form %form% with a real date.
        Bad: file_name="%wrong%"
        Good: file_name=%example%
        """,
    ),
    "file_extension": (
        "GF002",
        """The file's extension is not the right one in capital letters.

        Why: files of this kind are known by their name, capital letters included.
        Fix: rename the file so that it ends as in %example%; what is inside can stay as it is.
        Message: The name {file_name} does not end in %extension% in capital letters.
        Bad: file_name=%lower%
        Good: file_name=%example%
        """,
    ),
    "header_value_missing": (
        "WSEC0001",
        """A value of the file's header is empty.

        Why: the header says whose file it is and how many records it holds.
        Fix: fill in {field}, in a table in the first row below the headings.
        Message: {field} is empty.
        Bad: FileVersion=
        Bad: FileName=
        Bad: UKPRN=
        Bad: %count%=
        Good: FileName="any reference of your own"
        """,
    ),
    "header_value_format": (
        "WSEC0001",
        """A value of the file's header does not have the right form.

        Why: a UKPRN has eight digits or letters, and the count of records is a whole number.
        Fix: correct {field}: write {what}.
        Message: {field} is not {what}.
        Bad: UKPRN=1000010
        Bad: %count%=one
        Good: UKPRN=%ukprn%
        """,
    ),
    "file_version": (
        "GF003",
        """The file's version is not known.

        Why: the version says which fields the file has.
        Fix: write {known} as FileVersion, and see that the file has the fields of that version.
        Message: FileVersion is "{FileVersion}"; the versions read here are {known}.
        Bad: FileVersion=7Z
        Good: FileVersion=2A
        """,
    ),
    "ukprn_of_sender": (
        "WSEC0003",
        """The UKPRN in the file is not the one of the organisation that sends it.

        Why: an awarding organisation sends its own files only.
        Fix: write your own UKPRN; if it is right, ask the gateway's operator which one is on record.
        Message: UKPRN is {UKPRN}, which is not the UKPRN of the mailbox that the file came from.
        """,
    ),
    "ukprn_in_file_name": (
        "WSEC0003",
        """The UKPRN in the file's name is not the one inside the file.

        Why: the two say whose file it is, so they must agree with each other and with the mailbox.
        Fix: correct the UKPRN in the file's name or in the file, whichever is wrong.
        Message: The file's name has the UKPRN {name_ukprn}, but {where} has {other}.
        Bad: file_name=%other%
        Good: file_name=%example%
        """,
    ),
    "record_count": (
        "%count code%",
        """The number of records in the header is not the number in the file.

        Why: a count that differs is how a file that was cut off on its way is noticed.
        Fix: see that no record was lost or added, then write {records} as %count%.
        Message: %count% is {count}, but the file holds {records}.
        Bad: %count%=2
        Good: %count%=1
        """,
    ),
}
NO_RECORDS: Final = """The file holds no record.

    Why: an empty file is usually an export that failed or a wrong selection.
    Fix: export the file again and see that it holds at least one record.
    Message: There is no record in the file: {what there is instead}.
    """
TOO_MANY: Final = """The file holds too many records.

    Why: a limit keeps one file from holding up everybody else's.
    Fix: split the file and send the parts one after the other, each with its own name and count.
    Message: The file holds more than {limit} {of what}.
    """


def texts(words: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return code and text of each rule by its name, with the words of a kind in their places."""
    return {name: (_filled(code, words), _filled(text, words)) for name, (code, text) in _TEXTS.items()}


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"%{name}%", word)
    return text
