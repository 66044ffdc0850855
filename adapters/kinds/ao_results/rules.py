# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on the fields of a result that must stand, and on who the candidate is (AR-10, AR-14, AR-15, AR-16)."""

from collections.abc import Iterator

from adapters.kinds.ao_results.names import read_name
from adapters.kinds.ao_results.result import AMEND, NEW, QUALIFICATION, birth_day, tolerates_birth
from gateway.core.identifiers.qan import QanFault, qan_fault
from gateway.core.identifiers.uci import UciFault, completed_uci, uci_fault
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.uln import TEMPORARY_ULN, UlnFault, uln_fault

RULES = Rulebook()
"""The rules on results, whatever carries them; each kind adds those of its own carrier."""


@RULES.rule("AR-10", fields=["CentreNumber", "ProviderUKPRN"])
def centre_or_provider(record: Record, _: Context) -> Iterator[Found]:
    """Neither the centre nor the provider is named.

    Why: a result is released to the centre or provider that entered the candidate, so one of them must be known.
    Fix: enter the centre number, the provider's UKPRN, or both.
    Message: Neither the centre number nor the provider's UKPRN is given.
    Bad: CentreNumber= ProviderUKPRN=
    Good: CentreNumber=12345 ProviderUKPRN=
    Good: CentreNumber= ProviderUKPRN=10012345
    """
    if not record["CentreNumber"] and not record["ProviderUKPRN"]:
        yield Found("CentreNumber")


@RULES.rule("AR-10", fields=["UCI", "ULN", "CandidateIdentifierOther"])
def candidate_identifier(record: Record, _: Context) -> Iterator[Found]:
    """The candidate has no identifier at all.

    Why: names and a date of birth alone may be those of two people; one identifier tells them apart.
    Fix: enter the ULN or the UCI, or another identifier of yours; 9999999999 is none.
    Message: None of ULN, UCI and other identifier is given.
    Bad: UCI= ULN= CandidateIdentifierOther=
    Bad: UCI= ULN=9999999999 CandidateIdentifierOther=
    Good: UCI=123450230001W ULN= CandidateIdentifierOther=
    Good: UCI= ULN= CandidateIdentifierOther=C-17
    """
    if not record["UCI"] and not record["CandidateIdentifierOther"] and record["ULN"] in {"", TEMPORARY_ULN}:
        yield Found("ULN")


@RULES.rule("AR-10", fields=["ResultLevel", "UnitOrComponentCode"])
def unit_named(record: Record, _: Context) -> Iterator[Found]:
    """The result of a unit or component does not say of which.

    Why: a qualification has several units, each with a result of its own.
    Fix: enter the code of the unit or component, or Q as the level where it is the qualification's own result.
    Message: The level is {ResultLevel}, but no unit or component is named.
    Bad: ResultLevel=U UnitOrComponentCode=
    Bad: ResultLevel=C UnitOrComponentCode=
    Good: ResultLevel=U UnitOrComponentCode=BIO1
    Good: ResultLevel=Q UnitOrComponentCode=
    """
    if record["ResultLevel"] != QUALIFICATION and not record["UnitOrComponentCode"]:
        yield Found("UnitOrComponentCode")


@RULES.rule("AR-10", fields=["Action", "PreviousGrade"])
def previous_grade_given(record: Record, _: Context) -> Iterator[Found]:
    """An amendment does not say which grade it replaces.

    Why: a result that was changed meanwhile must not be overwritten by a change that was meant for an earlier one.
    Fix: enter the grade that you sent before.
    Message: The result is to be amended, but the previous grade is empty.
    Bad: Action=A PreviousGrade= ChangeReason=ROMM
    Good: Action=A PreviousGrade=6 ChangeReason=ROMM
    Good: Action=N PreviousGrade=
    """
    if record["Action"] == AMEND and not record["PreviousGrade"]:
        yield Found("PreviousGrade")


@RULES.rule("AR-10", fields=["Action", "ChangeReason"])
def change_reason_given(record: Record, _: Context) -> Iterator[Found]:
    """A change of a result does not say why.

    Why: the learner, the centre and whoever used the old result may ask why it was changed.
    Fix: enter ROMM, APPEAL, CLERICAL, MALPRACTICE, LATE, UCI-MERGE or OTHER.
    Message: The action is {Action}, but the reason for the change is empty.
    Bad: Action=A PreviousGrade=6 ChangeReason=
    Bad: Action=W ChangeReason=
    Good: Action=W ChangeReason=CLERICAL
    Good: Action=N ChangeReason=
    """
    if record["Action"] not in {NEW, ""} and not record["ChangeReason"]:
        yield Found("ChangeReason")


@RULES.rule("AR-10", fields=["Mark", "MaxMark"])
def mark_within_maximum(record: Record, _: Context) -> Iterator[Found]:
    """The mark is higher than the highest that can be reached, or is negative.

    Why: one of the two is wrong, and nobody can tell which.
    Fix: correct the mark or the highest mark.
    Message: The mark is {Mark}, and the highest mark is {MaxMark}.
    Bad: Mark=81 MaxMark=80
    Bad: Mark=-1 MaxMark=80
    Good: Mark=80 MaxMark=80
    Good: Mark=57.5 MaxMark=
    """
    mark, most = record["Mark"], record["MaxMark"]
    if mark and (float(mark) < 0 or (most and float(mark) > float(most))):
        yield Found("Mark")


@RULES.rule("AR-10", fields=["AwardingOrganisationUKPRN"])
def same_organisation(record: Record, context: Context) -> Iterator[Found]:
    """A result is of another awarding organisation than the file.

    Why: a file holds the results of one awarding organisation, the one that its name tells.
    Fix: send the results of the other organisation in a file of its own, from its own mailbox.
    Message: The result is of {AwardingOrganisationUKPRN}, but the file is of {organisation}.
    Bad: AwardingOrganisationUKPRN=10000102
    Good: AwardingOrganisationUKPRN=10000101
    """
    name = read_name(context.file_name)
    if name and record["AwardingOrganisationUKPRN"] != name.ukprn:
        yield Found("AwardingOrganisationUKPRN", {"organisation": name.ukprn})


@RULES.rule("AR-10", fields=["DateOfBirth"])
def birth_in_past(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth is in the future.

    Why: nobody can hold a result before being born, and no learner is found by such a date.
    Fix: correct the date of birth; 2999-12-31 stands for one that is not known.
    Message: The date of birth {DateOfBirth} is in the future.
    Bad: DateOfBirth=2098-01-01
    Good: DateOfBirth=2009-04-15
    Good: DateOfBirth=2999-12-31
    """
    born = birth_day(record)
    if born and born > context.as_of:
        yield Found("DateOfBirth")


@RULES.rule("AR-10", fields=["DateOfBirth"], severity="info")
def birth_as_dated(record: Record, _: Context) -> Iterator[Found]:
    """The date of birth is written as day/month/year.

    Why: it was read as such; written with the year first it cannot be mistaken for month/day/year.
    Fix: nothing needs to be done; write the year first next time, as in 2009-04-15.
    Message: The date of birth {DateOfBirth} was read as day/month/year.
    Bad: DateOfBirth=15/04/2009
    Good: DateOfBirth=2009-04-15
    """
    if tolerates_birth(record):
        yield Found("DateOfBirth")


@RULES.rule("AR-14", fields=["UCI"])
def uci_check_character_fits(record: Record, _: Context) -> Iterator[Found]:
    """The UCI's check character is wrong, or its serial number is 0000.

    Why: the last character is computed from the other twelve, so one of them is wrong or two are swapped.
    Fix: look the UCI up again; where it is not known, leave it empty and give the ULN.
    Message: The UCI {UCI} cannot exist: {why}.
    Bad: UCI=123450230001X
    Bad: UCI=123450230000Y
    Good: UCI=123450230001W
    Good: UCI=
    """
    fault = uci_fault(record["UCI"]) if record["UCI"] else None
    if fault is UciFault.CHECK_CHARACTER:
        yield Found("UCI", {"why": "its last character does not fit the others"})
    elif fault is UciFault.SERIAL:
        yield Found("UCI", {"why": "its serial number is 0000"})


@RULES.rule("AR-14", fields=["UCI"], severity="warning")
def uci_check_character_likely(record: Record, _: Context) -> Iterator[Found]:
    """The check character of a UCI with a letter from Q to Z does not fit.

    Why: the boards' programs do not agree on how such a UCI is computed, so it may be right all the same.
    Fix: look the UCI up again; if it is right, nothing needs to be done.
    Message: The last character of the UCI {UCI} does not fit the others, as it is usually computed.
    Bad: UCI=12345R230001A
    Good: UCI=123450230001W
    """
    if record["UCI"] and uci_fault(record["UCI"]) is UciFault.CHECK_CHARACTER_DOUBTFUL:
        yield Found("UCI")


@RULES.rule("AR-14", fields=["UCI"], severity="info")
def uci_completed(record: Record, _: Context) -> Iterator[Found]:
    """The UCI came without its check character, which was filled in.

    Why: centres may leave the last character blank; files that are returned carry it.
    Fix: nothing needs to be done; write {whole} next time.
    Message: The UCI {UCI} lacks its last character and was read as {whole}.
    Bad: UCI=123450230001
    Good: UCI=123450230001W
    """
    uci = record["UCI"]
    if uci and uci_fault(uci) is UciFault.NO_CHECK_CHARACTER:
        yield Found("UCI", {"whole": completed_uci(uci)})


@RULES.rule("AR-15", fields=["ULN"])
def uln_check_digit_fits(record: Record, _: Context) -> Iterator[Found]:
    """The ULN's check digit is wrong.

    Why: the last digit is computed from the other nine, so a digit is wrong or two are swapped.
    Fix: look the ULN up again, or leave it empty so that the learner is looked for by name and date of birth.
    Message: The ULN {ULN} cannot exist: its last digit does not fit the other nine.
    Bad: ULN=9990000018
    Good: ULN=9990000017
    Good: ULN=
    """
    if record["ULN"] and uln_fault(record["ULN"]) is UlnFault.CHECK_DIGIT:
        yield Found("ULN")


@RULES.rule("AR-15", fields=["ULN"], severity="warning")
def uln_is_placeholder(record: Record, _: Context) -> Iterator[Found]:
    """The ULN is 9999999999, which stands for a learner without a ULN.

    Why: it is nobody's number, so the learner is looked for by name and date of birth.
    Fix: enter the learner's ULN, or leave it empty.
    Message: The ULN is the place-holder 9999999999 and was read as if it were empty.
    Bad: ULN=9999999999
    Good: ULN=9990000017
    """
    if record["ULN"] == TEMPORARY_ULN:
        yield Found("ULN")


@RULES.rule("AR-16", fields=["QAN"], severity="warning")
def qan_check_character_fits(record: Record, _: Context) -> Iterator[Found]:
    """The qualification number's check character does not fit.

    Why: its last character can be computed from the others; a few real numbers are exceptions.
    Fix: check the number; if it is right, nothing needs to be done.
    Message: The last character of the qualification number {QAN} does not fit the others.
    Bad: QAN=601/1234/8
    Good: QAN=601/1234/7
    """
    if qan_fault(record["QAN"]) is QanFault.CHECK_CHARACTER:
        yield Found("QAN")
