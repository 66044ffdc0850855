"""The rules that the XML reader itself finds broken: what stops a file, and what a schema asks of its fields.

Each kind has them in its own rulebook under the same codes, unless it says by which rule of its own a fault is told.
"""

from collections.abc import Collection, Mapping
from typing import Final

from adapters.formats.xml_items import Elsewhere
from gateway.core.notices import Notice
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Found, Rule

LOCATION: Final = "SCHEMA_LOCATION"
_SHOWN: Final = 80
_FILE: Final = {
    "FILE_TYPE": (
        "The file is not an XML file.",
        "nothing is unpacked or converted, so only the XML itself can be read.",
        "send the XML file that your software writes, not a copy opened and saved by another program.",
    ),
    "FILE_ENCODING": (
        "The file's characters are not in the encoding that it declares, or that is accepted.",
        "names with accents would be read wrongly, and a wrong name finds the wrong learner.",
        "export the file again, or save it as UTF-8 with a declaration that says UTF-8 or nothing.",
    ),
    "FILE_DOCTYPE": (
        "The file holds a document type declaration (DOCTYPE).",
        "such a declaration can make a reader open other files or fill its memory, so none is ever read.",
        "take the line that begins with <!DOCTYPE out of the file.",
    ),
    "FILE_CHAR": (
        "The file holds a character that XML forbids.",
        "control characters come from damaged files, or from text pasted out of other programs.",
        "find the character on the line named and delete it, then export the file again.",
    ),
    "FILE_LIMIT": (
        "The file asks for more than is ever held at once.",
        "a text, comment, element or depth beyond all use fills the memory and is a fault or an attack.",
        "look at the place that is named; if it is right, ask your software's supplier.",
    ),
    "FILE_SYNTAX": (
        "The file is not well-formed XML.",
        "from the first fault of form on, nothing can be told apart with certainty.",
        "correct the line that is named; software that writes XML does not make such faults, editing by hand does.",
    ),
    "FILE_TRUNCATED": (
        "The file ends too early.",
        "a file that was cut off on its way lacks records, and nobody could tell which.",
        "export the file again, see that the upload runs to its end, and send the whole file.",
    ),
    "FILE_ROOT": (
        "The file's outermost element is another than this kind of file has.",
        "the outermost element tells what the file is.",
        "see that it is the right file for this collection and send that.",
    ),
    "FILE_NAMESPACE": (
        "The file is in another namespace than this kind of file.",
        "the namespace tells which specification, and which issue of it, the file follows.",
        "export the file for this collection; do not change the namespace by hand.",
    ),
}
_FIELD: Final = {
    "XSD_MISSING": (
        "A field that must be there is missing.",
        "without it the record cannot be used.",
        "add the field in its place; the fault says before which field it stands.",
        "Sex is missing (it stands before LLDDHealthProb).",
    ),
    "XSD_EMPTY": (
        "An element is there but empty.",
        "an empty element says neither a value nor that there is none.",
        "fill it in, or leave the element out where it may be absent.",
        "FamilyName is empty.",
    ),
    "XSD_UNEXPECTED": (
        "An element is unknown, or stands where it must not.",
        "elements have one order and one spelling, capital letters included.",
        "take it out, correct its name, or put it in the order of the specification.",
        "Surname is not a known element here.",
    ),
    "XSD_TOO_MANY": (
        "An element stands more often than it may.",
        "which of the copies counts cannot be told.",
        "leave out what stands beyond the number that is allowed.",
        "ULN stands 2 times or more; it may stand once.",
    ),
    "XSD_ENUM": (
        "A code is not in the list of its field.",
        "each code has one meaning, and others have none.",
        "use a code of the list, as it is written there.",
        'Sex is "Q"; it must be one of F, M.',
    ),
    "XSD_TYPE": (
        "A value is not of the sort that its field holds.",
        "a date or a number is read in one form only.",
        "write the value in that form; spreadsheets change dates and numbers when they save.",
        'DateOfBirth is "31/05/2008"; it must be a date, such as 2008-05-31.',
    ),
    "XSD_PATTERN": (
        "A value does not have the form of its field.",
        "a value of another form is a mistake or holds characters that other systems cannot take.",
        "write the value in the form that the fault names.",
        'TelNo is "01632-960000"; it must be at most 18 digits.',
    ),
    "XSD_MIN": (
        "A number is too small.",
        "the smallest number allowed is part of what the field means.",
        "check the number; a digit may be lost.",
        'ULN is "12"; it must be a whole number from 1000000000 to 9999999999.',
    ),
    "XSD_MAX": (
        "A number is too large.",
        "the largest number allowed is part of what the field means.",
        "check the number; a digit may stand twice.",
        'AimSeqNumber is "99"; it must be a whole number from 1 to 98.',
    ),
    "XSD_MINLEN": (
        "A text is too short.",
        "a shorter text is not complete.",
        "complete it.",
        "LearnFAMType has 0 characters; at least 1 are needed.",
    ),
    "XSD_MAXLEN": (
        "A text is too long.",
        "nothing is ever cut off, so what is too long cannot be kept.",
        "shorten it.",
        "AddLine1 has 80 characters; at most 50 are allowed.",
    ),
    "XSD_ATTRIBUTE": (
        "An attribute is missing, unknown or wrong.",
        "attributes are part of the specification as elements are.",
        "write the attributes of the element as the specification shows them.",
        "Result: an attribute is missing or is not allowed there.",
    ),
    "XSD_OTHER": (
        "An element is not as the schema asks.",
        "only what follows the specification can be read.",
        "write the element as the specification shows it.",
        "DateOfBirth is not as the schema asks.",
    ),
    "RECORD_TOO_LARGE": (
        "A record is larger than any that is checked.",
        "no learner has so much to tell; it is a fault of the software, or an attack.",
        "split it, or ask your software's supplier why it is so large.",
        "The Learner record is too large to be checked (2,000,000 bytes).",
    ),
}


def describe_files(book: Rulebook, told_otherwise: Collection[str] = ()) -> Mapping[str, Rule]:
    """Register what stops the reading of an XML file, but what a kind tells by a rule of its own; return it by code."""
    rules = {
        code: book.describe(code.lower(), code, form_text(title, why, fix, title), scope="file")
        for code, (title, why, fix) in _FILE.items()
        if code not in told_otherwise
    }
    looks = form_text(
        "Not every broken record was looked at twice.",
        "a second look finds what an unknown or missing element hides; it is slow, so that their number is bounded.",
        "correct what is told; what is left shows when the file is sent again.",
        "In {count} records with an unknown or missing element further faults may be hidden.",
    )
    last = book.describe("looks_not_run", "LOOKS_NOT_RUN", looks, severity="info", scope="file")
    location = describe_location(book)
    return {**rules, last.code: last, location.code: location}


def describe_location(book: Rulebook) -> Rule:
    """Register the rule on a file that says from where its schema could be fetched, and return it."""
    text = form_text(
        "The file names a place from which its schema could be fetched.",
        "nothing that a file names is ever fetched: it was checked against the gateway's own copy of the schema.",
        "nothing needs to be done; other software may fetch it, so leave xsi:schemaLocation out or name no place.",
        "The file says that its schema is at {place}; it was not fetched.",
    )
    return book.describe(LOCATION.lower(), LOCATION, text, severity="info", scope="file")


def location_notice(rule: Rule, found: Elsewhere) -> Notice:
    """Return what is said of the place that a file names."""
    place = found.place if len(found.place) <= _SHOWN else f"{found.place[:_SHOWN]}..."
    return rule.notice(found=Found(words={"place": place}, line=found.line))


def describe_fields(book: Rulebook) -> Mapping[str, Rule]:
    """Register what a schema asks of the fields of a record; return the rules by their codes."""
    return {code: book.describe(code.lower(), code, form_text(*text)) for code, text in _FIELD.items()}


def form_text(title: str, why: str, fix: str, message: str) -> str:
    """Return the public text of a fault of form; each notice says its own message and cure in place of these."""
    return f"{title}\n\nWhy: {why}\nFix: {fix}\nMessage: {message}\n"
