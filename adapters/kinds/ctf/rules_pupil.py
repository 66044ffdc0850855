# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is asked of every pupil in a Common Transfer File (specification `ctf` 5 and 6)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.ctf.book import BOOK, CODES, at, is_partial
from gateway.core.identifiers.postcode import postcode_fault
from gateway.core.identifiers.upn import UpnFault, upn_faults
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found, Key
from gateway.core.tables import read_date
from gateway.core.uln import UlnFault, uln_fault

POSTCODE: Final = "Address/PostCode"
ULN: Final = "UniqueLearnerNumber"
_LINE: Final = "Address/AddressLines/AddressLine1"
_PARTS: Final = "Address/BS7666Address"
_PLACES: Final = ("Locality", "Town", "AdministrativeArea")
_OLDEST_YEAR: Final = 1900
_UPN_WORDS: Final = {
    UpnFault.LENGTH: "must have 13 characters",
    UpnFault.FIRST_LETTER: "must begin with a capital letter other than I, O and S",
    UpnFault.LA_DIGITS: "must have three digits behind its first letter",
    UpnFault.MIDDLE_DIGITS: "must have digits as characters 5 to 12",
    UpnFault.LAST_CHARACTER: "must end in a digit or in a capital letter other than I, O and S",
    UpnFault.CHECK_LETTER: "has a first letter that does not fit the other characters",
    UpnFault.LA_UNKNOWN: "holds the number of no local authority as characters 2 to 4",
}


@BOOK.rule("C101", fields=["UPN"])
def upn_given(record: Record, _: Context) -> Iterator[Found]:
    """The pupil has no UPN.

    Why: your software finds the pupil by the UPN when it reads the answer.
    Fix: give the pupil a UPN, permanent or temporary, and export the file again.
    Message: UPN is missing.
    Bad: UPN=
    Good: UPN=Q823432100008
    """
    if not record["UPN"]:
        yield Found("UPN")


@BOOK.rule("C101", fields=["UPN"])
def upn_fits(record: Record, _: Context) -> Iterator[Found]:
    """The UPN cannot exist.

    Why: its first letter is computed from the other characters, and characters 2 to 4 name a local authority.
    Fix: look the UPN up again in the pupil's file; a digit is wrong or two are swapped.
    Message: UPN {UPN} {fault}.
    Bad: UPN=B823432100008
    Bad: UPN=A82343210000
    Bad: UPN=q823432100008
    Good: UPN=Q823432100008
    """
    if record["UPN"]:
        yield from (Found("UPN", {"fault": _UPN_WORDS[fault]}) for fault in upn_faults(record["UPN"])[:1])


@BOOK.repeated("C102", fields=["UPN"])
def upn_once(record: Record, _: Context) -> Iterator[Key]:
    """The same UPN stands with several pupils.

    Why: a UPN is one pupil's own, so the answer could not be read back.
    Fix: find out whose UPN it is, and leave the pupil out who stands here twice.
    Message: UPN {UPN} stands with other pupils as well: {lines}.
    """
    if record["UPN"] and not upn_faults(record["UPN"]):
        yield Key((record["UPN"],), field="UPN")


@BOOK.rule("C103", fields=[ULN])
def uln_fits(record: Record, _: Context) -> Iterator[Found]:
    """The ULN cannot exist.

    Why: a ULN has ten digits, the first not 0 and the last computed from the others; 9999999999 is nobody's.
    Fix: look the ULN up again, or take the element out so that the pupil is looked for by name and date of birth.
    Message: UniqueLearnerNumber {UniqueLearnerNumber} {fault}.
    Bad: UniqueLearnerNumber=9000000025
    Bad: UniqueLearnerNumber=12345
    Bad: UniqueLearnerNumber=9999999999
    Good: UniqueLearnerNumber=9000000024
    Good: UniqueLearnerNumber=
    """
    fault = uln_fault(record[ULN]) if record[ULN] else None
    if fault is not None:
        words = "is not allowed here: it stands for no ULN" if fault is UlnFault.TEMPORARY else str(fault)
        yield Found(ULN, {"fault": words})


@BOOK.repeated("C104", fields=[ULN])
def uln_once(record: Record, _: Context) -> Iterator[Key]:
    """The same ULN stands with several pupils.

    Why: a ULN is one learner's own for life.
    Fix: find out whose ULN it is, and take it out with the others.
    Message: UniqueLearnerNumber {UniqueLearnerNumber} stands with other pupils as well: {lines}.
    """
    if record[ULN] and uln_fault(record[ULN]) is None:
        yield Key((record[ULN],), field=ULN)


@BOOK.rule("C105", fields=["Surname", "Forename", "DOB"], each=True)
def person_given(record: Record, _: Context) -> Iterator[Found]:
    """A name or the date of birth is missing.

    Why: a learner is looked for by both names and the date of birth, among others.
    Fix: enter {field} for the pupil and export the file again.
    Message: {field} is missing.
    Bad: Surname=
    Bad: Forename=
    Bad: DOB=
    Good: Surname=MARLOW Forename=ADA
    """
    for name in ("Surname", "Forename", "DOB"):
        if not record[name]:
            yield Found(name)


@BOOK.rule("C105", fields=["DOB"])
def birth_likely(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth is in the future or before 1900.

    Why: no pupil is born then, so the year is probably wrong.
    Fix: correct the date of birth.
    Message: DOB is {DOB}; it must be from 1900 on and not after {day}.
    Bad: DOB=2030-01-01
    Bad: DOB=1899-12-31
    Good: DOB=2008-05-31
    """
    born = read_date(record["DOB"])
    if born is not None and (born.year < _OLDEST_YEAR or born > context.as_of):
        yield Found("DOB", {"day": context.as_of.isoformat()})


@BOOK.rule("C106", fields=["Gender", "Sex"])
def sex_given(record: Record, _: Context) -> Iterator[Found]:
    """The pupil's sex is missing.

    Why: a learner is looked for by it, among others.
    Fix: enter the pupil's sex; older versions have it in Gender, newer ones in Sex.
    Message: Neither Gender nor Sex is there.
    Bad: Gender= Sex=
    Good: Gender=F Sex=
    Good: Gender= Sex=M
    """
    if not record["Gender"] and not record["Sex"]:
        yield Found("Sex")


@BOOK.rule("C106", fields=["Gender", "Sex"], each=True)
def sex_known(record: Record, _: Context) -> Iterator[Found]:
    """The pupil's sex is not one of the codes.

    Why: each code has one meaning, and others have none.
    Fix: use M or F, or U where it is not known.
    Message: {field} is "{code}"; it must be M, F or U.
    Bad: Sex=X
    Bad: Gender=Female Sex=
    Good: Sex=U
    """
    for name in ("Gender", "Sex"):
        if record[name] and not CODES["Sex"].known(record[name]):
            yield Found(name, {"code": record[name]})


@BOOK.rule("C106", fields=["Gender", "Sex"])
def sex_once(record: Record, _: Context) -> Iterator[Found]:
    """Gender and Sex stand both.

    Why: the one has taken the other's place, so which of them counts cannot be told.
    Fix: leave out Gender in a file of version 24.0 or later, and Sex in an older one.
    Message: Gender and Sex stand both; only one of them may.
    Bad: Gender=F Sex=F
    Good: Gender=F Sex=
    """
    if record["Gender"] and record["Sex"]:
        yield Found("Sex")


@BOOK.rule("C107", fields=[POSTCODE])
def postcode_needed(record: Record, _: Context) -> Iterator[Found]:
    """The postcode is missing in a file that is sent to get ULNs.

    Why: the postcode shows whether the pupil has a ULN already; without it the pupil is answered RC010.
    Fix: enter the postcode of the pupil's home, ZZ99 9ZZ where it is not known.
    Message: PostCode is missing.
    Bad: Address/PostCode=
    Good: Address/PostCode= DocumentQualifier=full
    Good: Address/PostCode="CV1 2WT"
    """
    if is_partial(record) and not at(record, POSTCODE):
        yield Found(POSTCODE)


@BOOK.rule("C107", fields=[POSTCODE])
def postcode_fits(record: Record, _: Context) -> Iterator[Found]:
    """The postcode does not have the form of one, in a file that is sent to get ULNs.

    Why: a wrong postcode finds the wrong learner or nobody.
    Fix: correct the postcode; it looks like CV1 2WT.
    Message: PostCode is "{code}", which is no postcode.
    Bad: Address/PostCode="CV1 2WC"
    Good: Address/PostCode="CV1 2WC" DocumentQualifier=full
    Bad: Address/PostCode=CV12WT
    Good: Address/PostCode="CV1 2WT"
    """
    postcode = at(record, POSTCODE)
    if is_partial(record) and postcode and postcode_fault(postcode):
        yield Found(POSTCODE, {"code": postcode})


@BOOK.rule("C107", fields=[POSTCODE], severity="warning")
def postcode_likely(record: Record, _: Context) -> Iterator[Found]:
    """The postcode is missing or wrong in a file that holds the whole record.

    Why: without it the pupil may not be found, and gets no ULN.
    Fix: enter the postcode of the pupil's home; it looks like CV1 2WT.
    Message: PostCode is "{code}", which is no postcode.
    Bad: Address/PostCode="CV1 2WC" DocumentQualifier=full
    Bad: Address/PostCode= DocumentQualifier=full
    Good: Address/PostCode="CV1 2WT" DocumentQualifier=full
    """
    postcode = at(record, POSTCODE)
    if not is_partial(record) and (not postcode or postcode_fault(postcode)):
        yield Found(POSTCODE, {"code": postcode})


@BOOK.rule("C108", fields=["Address"])
def address_needed(record: Record, _: Context) -> Iterator[Found]:
    """The address is missing or not complete, in a file that is sent to get ULNs.

    Why: the national service asks for the first line of the address, or for its parts.
    Fix: enter AddressLine1, or PAON and Street and one of Locality, Town and AdministrativeArea.
    Message: There is neither AddressLine1 nor PAON and Street with Locality, Town or AdministrativeArea.
    Bad: Address/AddressLines/AddressLine1=
    Good: Address/AddressLines/AddressLine1= DocumentQualifier=full
    Bad: Address/AddressLines/AddressLine1= Address/BS7666Address/PAON=1 Address/BS7666Address/Street="High Street"
    Good: Address/AddressLines/AddressLine1="1 High Street"
    Good: Address/AddressLines/AddressLine1= Address/BS7666Address/PAON=1 Address/BS7666Address/Street="High Street"
        Address/BS7666Address/Town=Marlow
    """
    parts = {name: at(record, f"{_PARTS}/{name}") for name in ("PAON", "Street", *_PLACES)}
    complete = parts["PAON"] and parts["Street"] and any(parts[name] for name in _PLACES)
    if is_partial(record) and not at(record, _LINE) and not complete:
        yield Found("Address")
