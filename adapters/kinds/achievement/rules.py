# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is asked of every achievement by itself, in CSV and in XML alike (specification `lrs` 5.4, 5.5, 5.7 and 6).

The first figure of a code tells the class of error: GA0 field data, GA1 learner data, GA2 business rule.
"""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.achievement.table import (
    ACHIEVEMENT,
    AWARDED,
    BORN,
    HEADER,
    NAMES,
    SCHEMA,
    SUBMISSION_TYPE,
    WITHDRAW,
    day,
)
from adapters.kinds.verify import values
from adapters.kinds.verify.rules import uln_words
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.rules.shared import age_on

RULES: Final = Rulebook()
"""The rules on records."""
ULN_INVALID: Final = "GA101"
_ULN: Final = "Uln"
_REST: Final = tuple(name for name in ACHIEVEMENT if name != _ULN)
_YOUNGEST: Final = 5


@RULES.rule("GA001", fields=ACHIEVEMENT, each=True)
def value_missing(record: Record, _: Context) -> Iterator[Found]:
    """A value that every achievement needs is empty.

    Why: without it the achievement cannot be placed in anybody's record.
    Fix: enter {title}.
    Message: {field} is empty.
    Bad: AchievementAwardDate=
    Bad: Action=
    Bad: ActionDate=
    Bad: FamilyName=" "
    Bad: GivenName=
    Bad: ProviderUkprn=
    Bad: Uln=
    Bad: UnitOrQualificationReferenceNumber=
    Good: DateofBirth= Gender= LearnerPostcode= LanguageForAssessment= MisIdentifier=
    """
    yield from values.missing(SCHEMA, ACHIEVEMENT, record)


@RULES.rule("GA002", fields=_REST, each=True)
def value_format(record: Record, _: Context) -> Iterator[Found]:
    """A value does not have the form that its field asks for.

    Why: a value in another form cannot be read with certainty.
    Fix: {what it must be}
    Message: {what is wrong}
    Bad: AchievementAwardDate=20/08/2026
    Bad: ActionDate=2026-02-30
    Bad: Action=6
    Bad: Action=create
    Bad: Gender=F
    Bad: LanguageForAssessment=FRA
    Bad: LearnerPostcode="CV1 2WC"
    Bad: ProviderUkprn=1000001
    Bad: UnitOrQualificationReferenceNumber=6012347
    Bad: FamilyName="A name that has many more characters than there are"
    Good: AchievementAwardDate=2026-08-20T09:30:00Z
    Good: UnitOrQualificationReferenceNumber=60112347 LearnerPostcode="bfpo 12"
    """
    yield from values.badly_formed(SCHEMA, _REST, record)


@RULES.rule("GA003", fields=NAMES, each=True)
def name_characters(record: Record, _: Context) -> Iterator[Found]:
    """A name holds a character that is not used in names.

    Why: letters of every alphabet, accents, spaces, apostrophes, hyphens, full stops and commas stand in names; a
        digit or another sign is a slip, and no name in the register has it.
    Fix: write the name as the learner writes it, without {character}.
    Message: {field} holds {character}.
    Bad: GivenName=Ada1
    Bad: FamilyName="Marlow (Reed)"
    Good: GivenName=Zoë-Anne FamilyName="O'Dell, Jr."
    """
    yield from values.not_names(NAMES, record)


@RULES.rule("NAME_PLACEHOLDER", fields=NAMES, each=True, severity="warning")
def name_placeholder(record: Record, _: Context) -> Iterator[Found]:
    """A name looks as if it only filled its place.

    Why: the register holds the learner's own name, so UNKNOWN or TEST agrees with nobody's.
    Fix: enter the learner's own name; if it really is the name, nothing needs to be done.
    Message: {field} looks like a place-holder and not like a name.
    Bad: GivenName=UNKNOWN
    Bad: FamilyName=N/A
    Good: FamilyName=Testa
    """
    yield from values.placeholders(NAMES, record)


@RULES.rule("GA004", fields=[AWARDED])
def awarded_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The achievement is dated in the future.

    Why: nothing is achieved before it is awarded, so the date is probably wrong.
    Fix: correct the date, or send the achievement when it is awarded.
    Message: AchievementAwardDate is after {day}, the day of processing.
    Bad: AchievementAwardDate=2026-09-02
    Good: AchievementAwardDate=2026-09-01
    """
    awarded = day(record, AWARDED)
    if awarded is not None and awarded > context.as_of:
        yield Found(AWARDED, {"day": context.as_of.isoformat()})


@RULES.rule("GA005", fields=[AWARDED, BORN])
def awarded_too_early(record: Record, _: Context) -> Iterator[Found]:
    """The achievement is dated before the learner's fifth birthday.

    Why: nobody of that age is awarded a qualification, so one of the two dates is wrong.
    Fix: correct AchievementAwardDate or DateofBirth.
    Message: On AchievementAwardDate the learner was not yet five years old.
    Bad: AchievementAwardDate=2014-05-30 DateofBirth=2009-05-31
    Good: AchievementAwardDate=2014-05-31 DateofBirth=2009-05-31
    """
    awarded, born = day(record, AWARDED), day(record, BORN)
    if awarded is not None and born is not None and age_on(born, awarded) < _YOUNGEST:
        yield Found(AWARDED)


@RULES.rule("GA006", fields=["ActionDate"])
def action_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The action is dated in the future.

    Why: what is to be done later cannot be done now.
    Fix: correct the date, or send the record on that day.
    Message: ActionDate is after {day}, the day of processing.
    Bad: ActionDate=2026-09-02
    Good: ActionDate=2026-09-01
    """
    acted = day(record, "ActionDate")
    if acted is not None and acted > context.as_of:
        yield Found("ActionDate", {"day": context.as_of.isoformat()})


@RULES.rule("GA007", fields=["Action", "ActionReason"])
def reason_given(record: Record, _: Context) -> Iterator[Found]:
    """An achievement is withdrawn without a reason.

    Why: what is taken out of somebody's record must be explained to whoever asks later.
    Fix: say in ActionReason why the achievement is withdrawn.
    Message: ActionReason is empty although Action is 3 (withdraw).
    Bad: Action=3 ActionReason=
    Good: Action=3 ActionReason="awarded by mistake"
    Good: Action=1 ActionReason=
    """
    if record["Action"] == WITHDRAW and not record["ActionReason"]:
        yield Found("ActionReason")


@RULES.rule(ULN_INVALID, fields=[_ULN])
def uln_invalid(record: Record, _: Context) -> Iterator[Found]:
    """The ULN cannot be anybody's.

    Why: a ULN is ten digits, the first of them not 0 and the last computed from the others; 9999999999 is nobody's.
    Fix: ask the learner's school or college for the ULN, and send the record again.
    Message: WSEC0136: the ULN {what is wrong}.
    Bad: Uln=900000002
    Bad: Uln=0123456789
    Bad: Uln=9000000025
    Bad: Uln=9999999999
    Good: Uln=9000000024
    """
    if record[_ULN] and (told := uln_words(record[_ULN])):
        yield Found(_ULN, {"what is wrong": told})


@RULES.rule("TEXT_MOJIBAKE", fields=ACHIEVEMENT, each=True, severity="warning")
def text_mojibake(record: Record, _: Context) -> Iterator[Found]:
    """A value's accented letters were damaged on their way.

    Why: an é that shows as Ã and © was written in UTF-8 and read as Windows-1252 by some program in between.
    Fix: export the value again from the system that holds it rightly.
    Message: {field} seems damaged: its accented letters have become two characters each.
    Bad: ActionReason="Caf\u00c3\u00a9"
    Good: ActionReason="Caf\u00e9"
    """
    yield from values.damaged(ACHIEVEMENT, record)


@RULES.rule("TEXT_INVISIBLE", fields=ACHIEVEMENT, each=True, severity="warning")
def text_invisible(record: Record, _: Context) -> Iterator[Found]:
    """A value holds a character that cannot be seen.

    Why: two values that look alike are then different; such characters come from web pages and documents.
    Fix: type the value afresh, or delete the character.
    Message: {field} holds the invisible character {character}.
    Bad: MisIdentifier="A\u200b1"
    Good: MisIdentifier=A1
    """
    yield from values.unseen(ACHIEVEMENT, record)


def header_repeated(record: Record, _: Context) -> Iterator[Found]:
    """The values of the file's header stand in a later row as well.

    Why: the first columns are read in the first row only; two files may have been joined.
    Fix: leave the first columns empty from the second row on.
    Message: {field} is filled in a row that is not the first; the value was not read.
    """
    filled = next((name for name in HEADER if record[name]), None)
    if record.number > 1 and filled:
        yield Found(filled)


def submission_type(record: Record, _: Context) -> Iterator[Found]:
    """The submission type is neither Provisional nor Final.

    Why: it says whether the achievements may still change.
    Fix: write Provisional or Final, in this spelling.
    Message: SubmissionType is "{SubmissionType}"; it must be Provisional or Final.
    Bad: SubmissionType=final
    Good: SubmissionType=Provisional
    """
    if record[SUBMISSION_TYPE] and SCHEMA[SUBMISSION_TYPE].check(record[SUBMISSION_TYPE]) is not None:
        yield Found(SUBMISSION_TYPE, line=record.line if record.line > 1 else None)
