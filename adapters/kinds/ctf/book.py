"""The rulebook of Common Transfer Files, and the faults that their reader finds (specification `ctf` 6)."""

import re
from pathlib import PurePath
from typing import Final

from adapters.formats.xml_reading_rules import describe_location
from gateway.core.codes import CodeBook
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import value_at
from schemas import text

BOOK: Final = Rulebook()
CODES: Final = CodeBook.model_validate_json(text("codes/ctf.json"))
QUALIFIER: Final = "DocumentQualifier"
PARTIAL: Final = "partial"
"""The qualifier of a file that is sent to get ULNs: the profile CTF-ULN (specification `ctf` 5)."""
NOTICE_NOT_SEEN: Final = "0"
RELATIONSHIP_WITH_SCHOOL: Final = "1"
"""AbilityToShare and VerificationType of a pupil who is registered by a transfer file: our choice."""
EXTENSIONS: Final = frozenset({".xml", ".zip"})
_NAME: Final = re.compile(r"([0-9]{3}[0-9A-Z]{4})_[A-Z0-9]{2,4}_([0-9A-Z]{7})_([0-9]{3})", re.IGNORECASE | re.ASCII)


def name_values(file_name: str) -> dict[str, str]:
    """Return what the rules on the file are given of its name; a part that cannot be made out is absent."""
    path = PurePath(file_name)
    found = _NAME.fullmatch(path.stem) if path.suffix.lower() in EXTENSIONS else None
    if found is None:
        return {"file_name": file_name}
    sender, receiver, serial = found.groups()
    return {
        "file_name": file_name,
        "name_sender": sender.upper(),
        "name_receiver": receiver.upper(),
        "name_serial": serial,
    }


def at(record: Record, path: str) -> str:
    """Return what stands at a path below a pupil, without blanks at its ends; empty where nothing does."""
    return (value_at(record, path) or "").strip()


def is_partial(record: Record) -> bool:
    """Tell whether a pupil stands in a file that is sent to get ULNs."""
    return record[QUALIFIER] == PARTIAL


FILE_FORM = BOOK.describe(
    "file_form",
    "C001",
    """The file is not a Common Transfer File that can be read.

    Why: it must be well-formed XML with the root CTfile, a Header and CTFpupilData; else nothing can be told for sure.
    Fix: export the file again from your school's software and send it as it was written.
    Message: {what is wrong}
    """,
    scope="file",
)
UNKNOWN_ELEMENT = BOOK.describe(
    "element_known",
    "C112",
    """An element is unknown, stands too often, or stands in the wrong place.

    Why: what is not in the specification, or not in its place, may be read wrongly or not at all.
    Fix: ask your software's supplier; to get ULNs nothing needs to be done.
    Message: {what is wrong}
    """,
    severity="warning",
)
FIELD_FORM = BOOK.describe(
    "field_form",
    "FIELD_FORM",
    """A value does not have the form of its element.

    Why: the value cannot be passed on as it is; what is needed to get a ULN has codes of its own.
    Fix: correct the value; to get ULNs nothing needs to be done.
    Message: {what is wrong}
    """,
    severity="warning",
)
BIRTH_FORM = BOOK.describe(
    "birth_form",
    "C105",
    """The date of birth is not a date.

    Why: a learner is looked for by the date of birth, which is read in one form only.
    Fix: write the date as year, month and day, such as 2008-05-31.
    Message: {what is wrong}
    """,
)
NAME_FORM = BOOK.describe(
    "name_form",
    "C105",
    """A name is longer than 35 characters.

    Why: nothing is ever cut off, so a longer name cannot be registered.
    Fix: shorten the name as your school would write it on a form.
    Message: {what is wrong}
    """,
)
RECORD_TOO_LARGE = BOOK.describe(
    "record_too_large",
    "RECORD_TOO_LARGE",
    """A pupil's element is larger than any that is checked.

    Why: no pupil has so much to tell; it is a fault of the software, or an attack.
    Fix: ask your software's supplier why it is so large, or send the basic details and the address only.
    Message: {what is wrong}
    """,
)
REGISTRATION_DATA = BOOK.describe(
    "registration_data",
    "RC010",
    """The pupil lacks the postcode that is needed to get a ULN.

    Why: nobody is registered without a postcode; the rule counts only where nobody matches.
    Fix: enter the postcode of the pupil's home, ZZ99 9ZZ where it is not known, and send the pupil again.
    Message: There is too little data to create a ULN: PostCode is empty.
    """,
)
SCHEMA_LOCATION = describe_location(BOOK)
LOOKS_NOT_RUN = BOOK.describe(
    "looks_not_run",
    "LOOKS_NOT_RUN",
    """Not every pupil with an unknown element was looked at twice.

    Why: a second look finds what an unknown element hides; it is slow, so that their number is bounded.
    Fix: correct what is told; what is left shows when the file is sent again.
    Message: In {count} pupils with an unknown element further faults may be hidden.
    """,
    severity="info",
    scope="file",
)
