# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is asked of every learner in an LRB file, beyond the form of each value."""

from collections.abc import Iterator

from adapters.kinds.lrb.file_rules import BOOK
from adapters.kinds.lrb.table import HEADER, LEARNER, NAMES, SCHEMA
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found
from gateway.core.rules.shared import age_on, invisible, is_mojibake, is_placeholder, name_fault
from gateway.core.tables import read_date
from gateway.core.uln import UlnFault, uln_fault

YOUNGEST, OLDEST = 13, 110
_LONGEST_OLD_ENDING = 6
TO_REGISTER_CODE = "RC006"
_TO_REGISTER = ("VerificationType", "AbilityToShare")


@BOOK.rule("TEXT_MOJIBAKE", fields=LEARNER, each=True, severity="warning")
def text_mojibake(record: Record, _: Context) -> Iterator[Found]:
    """A value's accented letters were damaged on their way.

    Why: an é that shows as Ã and © was written in UTF-8 and read as Windows-1252 by some program in between.
    Fix: export the value again from the system that holds it rightly.
    Message: {field} seems damaged: its accented letters have become two characters each.
    Bad: LastKnownAddressTown="Caf\u00c3\u00a9 Corner"
    Good: LastKnownAddressTown="Caf\u00e9 Corner"
    """
    if "".join(record.values.values()).isascii():
        return
    for name in LEARNER:
        if is_mojibake(record[name]):
            yield Found(name)


@BOOK.rule("GR110", fields=["ULN"])
def uln_check_digit(record: Record, _: Context) -> Iterator[Found]:
    """The ULN's check digit is wrong.

    Why: the last digit is computed from the other nine, so a digit is wrong or two are swapped.
    Fix: look the ULN up again, or leave it empty so that the learner is looked for by name and date of birth.
    Message: The ULN cannot exist: its last digit does not fit the other nine.
    Bad: ULN=9000000025
    Bad: ULN=1234567890
    Good: ULN=9000000024
    Good: ULN=
    """
    if record["ULN"] and uln_fault(record["ULN"]) is UlnFault.CHECK_DIGIT:
        yield Found("ULN")


@BOOK.rule("ULN_TEMPORARY", fields=["ULN"], severity="warning")
def uln_temporary(record: Record, _: Context) -> Iterator[Found]:
    """The ULN is 9999999999, which stands for a learner without a ULN.

    Why: it is nobody's number, so the record is treated as one whose ULN is empty.
    Fix: nothing needs to be done; leave the ULN empty next time.
    Message: The ULN 9999999999 was read as empty; the learner is looked for by name and date of birth.
    Bad: ULN=9999999999
    Good: ULN=
    """
    if record["ULN"] and uln_fault(record["ULN"]) is UlnFault.TEMPORARY:
        yield Found("ULN")


@BOOK.rule("RC011", fields=NAMES, each=True)
def person_name_characters(record: Record, _: Context) -> Iterator[Found]:
    """A name holds a character that is not used in names.

    Why: letters of every alphabet, accents, spaces, apostrophes, hyphens, full stops and commas stand in names; a
        digit or another sign is a slip, and the learner would be registered with it.
    Fix: write the name as the learner writes it, without {character}.
    Message: {field} holds {character}.
    Bad: GivenName=Ada1
    Bad: FamilyName="Marlow (Reed)"
    Bad: PreviousFamilyName=Chloé©
    Bad: MiddleOtherName="Ro\u200bwan"
    Good: GivenName="Zoë-Anne" FamilyName="O'Dell, Jr."
    Good: FamilyName="D\u2019Arcy"
    Good: GivenName=Łucja FamilyName=李
    """
    for name in NAMES:
        value = record[name]
        if value and (character := name_fault(value)) and not is_placeholder(value):
            yield Found(name, {"character": character})


@BOOK.rule("NAME_PLACEHOLDER", fields=NAMES, each=True, severity="warning")
def name_placeholder(record: Record, _: Context) -> Iterator[Found]:
    """A name looks as if it only filled its place.

    Why: a learner called UNKNOWN or TEST is found by nobody later, and may be registered a second time.
    Fix: enter the learner's own name; if it really is the name, nothing needs to be done.
    Message: {field} looks like a place-holder and not like a name.
    Bad: GivenName=UNKNOWN
    Bad: FamilyName=N/A
    Bad: FamilyName=Test
    Bad: MiddleOtherName="-"
    Good: FamilyName=Testa
    """
    for name in NAMES:
        value = record[name]
        if value and is_placeholder(value):
            yield Found(name)


@BOOK.rule("RC011", fields=["DateOfBirth"])
def birth_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth is in the future.

    Why: nobody is born after the day on which the file is processed, so the year is probably wrong.
    Fix: correct the date of birth.
    Message: DateOfBirth is after {day}, the day of processing.
    Bad: DateOfBirth=2026-09-02
    Good: DateOfBirth=2010-09-01
    """
    born = read_date(record["DateOfBirth"])
    if born is not None and born > context.as_of:
        yield Found("DateOfBirth", {"day": context.as_of.isoformat()})


@BOOK.rule("RC013", fields=["DateOfBirth"])
def age_range(record: Record, context: Context) -> Iterator[Found]:
    """The learner's age is outside the permitted range of 13 to 110 years.

    Why: ULNs are given to learners of 13 to 110 years, counted in whole years on the day of processing.
    Fix: check the date of birth; a younger learner can be sent again from the 13th birthday on.
    Message: The learner is {age} years old on {day}; the permitted ages are 13 to 110.
    Bad: DateOfBirth=2013-09-02
    Bad: DateOfBirth=1915-09-01
    Good: DateOfBirth=2013-09-01
    Good: DateOfBirth=1915-09-02
    """
    born = read_date(record["DateOfBirth"])
    if born is not None and not YOUNGEST <= (age := age_on(born, context.as_of)) <= OLDEST:
        yield Found("DateOfBirth", {"age": str(age), "day": context.as_of.isoformat()})


@BOOK.rule("RC010", fields=["VerificationType", "OtherVerificationDescription"])
def other_verification_described(record: Record, _: Context) -> Iterator[Found]:
    """VerificationType is 999 but what was checked is not described.

    Why: 999 means "other", and without a description nobody can tell how the learner's identity was checked.
    Fix: describe in OtherVerificationDescription what was checked, or choose another VerificationType.
    Message: OtherVerificationDescription is empty although VerificationType is 999.
    Bad: VerificationType=999
    Good: VerificationType=999 OtherVerificationDescription="birth certificate"
    """
    if record["VerificationType"] == "999" and not record["OtherVerificationDescription"]:
        yield Found("OtherVerificationDescription")


@BOOK.rule("EMAIL_ENDING", fields=["EmailAddress"], severity="warning")
def email_ending(record: Record, _: Context) -> Iterator[Found]:
    """The e-mail address ends in more than six letters.

    Why: the learner record's own form allows six letters at most, so other systems may refuse the address.
    Fix: check the ending; if it is right, nothing needs to be done.
    Message: EmailAddress ends in .{ending}, which has more than six letters.
    Bad: EmailAddress=ada@mail.education
    Good: EmailAddress=ada@mail.museum
    """
    ending = record["EmailAddress"].rpartition(".")[2]
    if len(ending) > _LONGEST_OLD_ENDING:
        yield Found("EmailAddress", {"ending": ending})


@BOOK.rule("NATIONALITY_UNKNOWN", fields=["Nationality"], severity="warning")
def nationality_known(record: Record, _: Context) -> Iterator[Found]:
    """The nationality is not a known country code.

    Why: the code should be one of ISO 3166-1 with three letters, or XXX where it is not known.
    Fix: use the three-letter code, such as GBR or IRL, or XXX.
    Message: Nationality is "{Nationality}", which is not a three-letter country code.
    Bad: Nationality=GB
    Bad: Nationality=ENG
    Good: Nationality=GBR
    Good: Nationality=XXX
    """
    if record["Nationality"] and record["Nationality"].upper() not in SCHEMA["Nationality"].meanings:
        yield Found("Nationality")


@BOOK.rule("HEADER_REPEATED", fields=HEADER, severity="warning")
def header_repeated(record: Record, _: Context) -> Iterator[Found]:
    """The values of the file's header stand in a later row as well.

    Why: the first four columns are read in the first learner's row only; two files may have been joined.
    Fix: leave the first four columns empty from the second learner's row on.
    Message: {field} is filled in a row that is not the first learner's; the value was not read.
    """
    if record.number > 1:
        filled = next((name for name in HEADER if record[name]), None)
        if filled:
            yield Found(filled)


@BOOK.rule("TEXT_INVISIBLE", fields=LEARNER, each=True, severity="warning")
def text_invisible(record: Record, _: Context) -> Iterator[Found]:
    """A value holds a character that cannot be seen.

    Why: two values that look alike are then different; such characters come from web pages and documents.
    Fix: type the value afresh, or delete the character.
    Message: {field} holds the invisible character {character}.
    Bad: LastKnownAddressTown="Little\u00a0Marlow"
    Bad: SchoolAtAge16="Riverside\u200b School"
    Good: LastKnownAddressTown="Little Marlow"
    """
    if "".join(record.values.values()).isprintable():
        return
    for name in LEARNER:
        if character := invisible(record.values[name]):
            yield Found(name, {"character": character})


@BOOK.rule(TO_REGISTER_CODE, fields=_TO_REGISTER)
def registration_data(record: Record, _: Context) -> Iterator[Found]:
    """The record lacks what is needed to give the learner a ULN.

    Why: nobody is registered without VerificationType and AbilityToShare; the rule counts only where nobody matches.
    Fix: fill {missing} and send the record again.
    Message: There is too little data to create a ULN: {missing} is empty.
    Bad: VerificationType=
    Bad: AbilityToShare=
    Good: VerificationType=0 AbilityToShare=0
    """
    missing = [name for name in _TO_REGISTER if not record[name]]
    if missing:
        yield Found(missing[0], {"missing": " and ".join(missing)})
