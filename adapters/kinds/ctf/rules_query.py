# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""What is only queried of a pupil in a Common Transfer File: it stands in the way of no ULN (specification `ctf` 6)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.ctf.book import BOOK, at, is_partial
from gateway.core.identifiers.uci import UciFault, uci_fault
from gateway.core.identifiers.upn import UpnFault, upn_faults
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import read_date

FORMER_UPN: Final = "BasicDetails/FormerUPN"
OTHERS: Final = (
    "UCI",
    "BasicDetails",
    "FSMhistory",
    "NAWdetails",
    "LookedAfter",
    "SENhistory",
    "Phones",
    "Email",
    "Contacts",
    "Attendance",
    "StageAssessments",
    "SchoolHistory",
    "ServiceChild",
    "PLAA",
    "YoungCarer",
)
"""What a pupil may have beside all that a partial file is sent for."""


@BOOK.rule("C109", fields=["UCI"], severity="warning")
def uci_fits(record: Record, _: Context) -> Iterator[Found]:
    """The UCI does not have the form of one, or its last letter does not fit.

    Why: exam results find the pupil by it.
    Fix: look the UCI up again; to get ULNs nothing needs to be done.
    Message: UCI {UCI} cannot exist: a character is wrong or missing.
    Bad: UCI=12345
    Bad: UCI=123450230001A
    Good: UCI=123450230001W
    """
    if record["UCI"] and uci_fault(record["UCI"]) not in {None, UciFault.CHECK_CHARACTER_DOUBTFUL}:
        yield Found("UCI")


@BOOK.rule("C110", fields=["UPN", FORMER_UPN], severity="warning")
def former_upn_likely(record: Record, _: Context) -> Iterator[Found]:
    """The former UPN is the present one, or cannot exist.

    Why: it would say that nothing has changed, or point at nobody.
    Fix: correct FormerUPN or take it out; to get ULNs nothing needs to be done.
    Message: FormerUPN {former} is the present UPN, or its characters do not fit together.
    Bad: BasicDetails/FormerUPN=Q823432100008
    Bad: BasicDetails/FormerUPN=B823432100008
    Good: BasicDetails/FormerUPN=
    """
    former = at(record, FORMER_UPN)
    wrong = [fault for fault in upn_faults(former) if fault is not UpnFault.LA_UNKNOWN] if former else []
    if former and (wrong or former == record["UPN"]):
        yield Found(FORMER_UPN, {"former": former})


@BOOK.rule("PARTIAL_IGNORED", severity="info")
def others_ignored(record: Record, _: Context) -> Iterator[Found]:
    """The file asks for ULNs, and the pupil has elements that are not used for that.

    Why: in a partial file only UPN, UniqueLearnerNumber, Surname, Forename, DOB, Gender or Sex, and Address are used.
    Fix: nothing needs to be done; leave them out, and less is sent of the pupil than need be.
    Message: Not used in a partial file: {elements}.
    Bad: UCI=123450230001W
    Bad: BasicDetails/FormerUPN=A823432100009
    Good: UniqueLearnerNumber=1000000043
    Good: UCI=123450230001W DocumentQualifier=full
    """
    others = [name for name in OTHERS if record[name] or record.all(name)] if is_partial(record) else []
    if others:
        yield Found(words={"elements": ", ".join(others)})


def _ends_early(group: Group, begin: str, end: str) -> Iterator[Found]:
    first, last = read_date(group[begin]), read_date(group[end])
    if first is not None and last is not None and last < first:
        yield Found(end)


@BOOK.group_rule("C111", "FSMhistory/FSMinstance", fields=["FSMstartDate", "FSMendDate"], severity="warning")
def meals_end(group: Group, _record: Record, _: Context) -> Iterator[Found]:
    """A time of free school meals ends before it starts.

    Why: one of the two dates is wrong.
    Fix: correct the dates; to get ULNs nothing needs to be done.
    Message: FSMendDate {FSMendDate} is before FSMstartDate {FSMstartDate}.
    Bad: FSMhistory/FSMinstance[1]/FSMstartDate=2020-02-01 FSMhistory/FSMinstance[1]/FSMendDate=2020-01-01
    Good: FSMhistory/FSMinstance[1]/FSMstartDate=2020-02-01 FSMhistory/FSMinstance[1]/FSMendDate=2020-02-01
    """
    yield from _ends_early(group, "FSMstartDate", "FSMendDate")


@BOOK.group_rule("C111", "SENhistory/SEN", fields=["StartDate", "EndDate"], severity="warning")
def support_ends(group: Group, _record: Record, _: Context) -> Iterator[Found]:
    """A time of special educational needs support ends before it starts.

    Why: one of the two dates is wrong.
    Fix: correct the dates; to get ULNs nothing needs to be done.
    Message: EndDate {EndDate} is before StartDate {StartDate}.
    Bad: SENhistory/SEN[1]/StartDate=2020-02-01 SENhistory/SEN[1]/EndDate=2020-01-01
    Good: SENhistory/SEN[1]/StartDate=2020-02-01 SENhistory/SEN[1]/EndDate=2020-02-01
    """
    yield from _ends_early(group, "StartDate", "EndDate")


@BOOK.group_rule("C111", "SchoolHistory/School", fields=["EntryDate", "LeavingDate"], severity="warning")
def school_left(group: Group, _record: Record, _: Context) -> Iterator[Found]:
    """A pupil left a school before entering it.

    Why: one of the two dates is wrong.
    Fix: correct the dates; to get ULNs nothing needs to be done.
    Message: LeavingDate {LeavingDate} is before EntryDate {EntryDate}.
    Bad: SchoolHistory/School[1]/EntryDate=2020-02-01 SchoolHistory/School[1]/LeavingDate=2020-01-01
    Good: SchoolHistory/School[1]/EntryDate=2020-02-01 SchoolHistory/School[1]/LeavingDate=2020-02-01
    """
    yield from _ends_early(group, "EntryDate", "LeavingDate")
