# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on results that this layout alone can break: name, flag, options, grade codes (AR-10, AR-25)."""

from collections.abc import Iterator

from adapters.kinds.ao_results.result import AMEND
from adapters.kinds.jcq_results.book import BOOK
from gateway.core.identifiers.candidate_name import CandidateNameFault, candidate_name_fault
from gateway.core.model import Record
from gateway.core.rules.rule import Context, Found

_GRADED_TWICE, _MARKED, _UNIT = "E", "M", "U"
_NAME_WORDS = {
    CandidateNameFault.NO_COLON: "has no colon between family name and forenames",
    CandidateNameFault.NO_FAMILY_NAME: "has nothing before the colon",
    CandidateNameFault.LENGTH: "has more than 40 characters",
}


@BOOK.rule("AR-10", fields=["Name"])
def name_in_parts(record: Record, _: Context) -> Iterator[Found]:
    """The candidate's name cannot be told apart into family name and forenames.

    Why: the family name stands before the first colon, the forenames after it.
    Fix: write the name as in BLOGGS: ALEX SAM, with a colon at the end where there is no forename.
    Message: The name {why}.
    Bad: Name="ALEX BLOGGS"
    Bad: Name=": ALEX"
    Good: Name="BLOGGS: ALEX SAM"
    Good: Name=BLOGGS:
    """
    fault = candidate_name_fault(record["Name"])
    if fault:
        yield Found("Name", {"why": _NAME_WORDS[fault]})


@BOOK.rule("AR-10", fields=["Flag", "SecondGrade"])
def second_grade_flagged(record: Record, _: Context) -> Iterator[Found]:
    """A second grade stands beside a flag that allows none.

    Why: the flag tells how the places of grade and mark are to be read; E alone has a second grade.
    Fix: write the flag E, or leave the second grade blank.
    Message: The flag is {Flag}, but the second grade is {SecondGrade}.
    Bad: Flag=G SecondGrade=M
    Good: Flag=E SecondGrade=M
    """
    if record["SecondGrade"] and record["Flag"] != _GRADED_TWICE:
        yield Found("SecondGrade")


@BOOK.rule("AR-10", fields=["Flag", "Mark", "MaximumMark"])
def mark_flagged(record: Record, _: Context) -> Iterator[Found]:
    """The mark does not fit the flag.

    Why: the flags M and U tell that there is a mark, all others that there is none.
    Fix: write the flag M or U where there is a mark, and leave the mark blank where there is none.
    Message: The flag is {Flag}, but the mark is {mark}.
    Bad: Flag=G Mark=0057
    Bad: Flag=M Mark=
    Good: Flag=M Mark=0057 MaximumMark=0080
    Good: Flag=G Mark= MaximumMark=
    """
    marked = bool(record["Mark"] or record["MaximumMark"])
    if marked != (record["Flag"] in {_MARKED, _UNIT}):
        yield Found("Mark", {"mark": record["Mark"] or "empty"})


@BOOK.rule("AR-10", fields=["Action", "PreviousGrade"])
def previous_grade_of_amendment(record: Record, _: Context) -> Iterator[Found]:
    """A previous grade stands beside an action that replaces none.

    Why: only an amendment replaces a grade; the action or the grade is a mistake.
    Fix: write the action A, or leave the previous grade blank.
    Message: The action is {Action}, but the previous grade is {PreviousGrade}.
    Bad: Action=N PreviousGrade=6
    Good: Action=A PreviousGrade=6
    """
    if record["PreviousGrade"] and record["Action"] != AMEND:
        yield Found("PreviousGrade")


@BOOK.rule("AR-25", fields=["EnteredOption", "ResultOption"], severity="info")
def other_option(record: Record, _: Context) -> Iterator[Found]:
    """The result is for another option than was entered.

    Why: a tier or an award may change after entry; the result is stored for the option that it is returned against.
    Fix: nothing needs to be done; check the entry if it is a surprise.
    Message: The candidate was entered for {EnteredOption}, and the result is for {ResultOption}.
    Bad: EnteredOption=8700F ResultOption=8700H
    Good: EnteredOption=8700 ResultOption=8700
    """
    if record["EnteredOption"] != record["ResultOption"]:
        yield Found("ResultOption")


@BOOK.rule("GRADE_CODE", fields=["GradeCode"], severity="info")
def grade_decoded(record: Record, _: Context) -> Iterator[Found]:
    """The grade is a code for several grades.

    Why: two characters cannot hold the grades of a double or triple award, so each qualification has codes for them.
    Fix: nothing needs to be done; what the code means depends on the qualification, so check that if it is a surprise.
    Message: The grade {GradeCode} was read as {Grade}, as the codes of this qualification say.
    Bad: GradeCode=D1 Grade=D*D*D* QAN=60387014
    Good: GradeCode= Grade=7
    """
    if record["GradeCode"]:
        yield Found("Grade", {"value": record["GradeCode"]})
