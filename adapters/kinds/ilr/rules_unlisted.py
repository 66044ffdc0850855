# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""A warning on codes whose list is known while no rule of the collection asks for it (specification `ilr` 5)."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from adapters.kinds.ilr.aims import facts_of, whole
from adapters.kinds.ilr.book import BOOK
from adapters.kinds.ilr.rules_codes import holds
from gateway.core.model import Group, Record
from gateway.core.rules.registry import groups_at
from gateway.core.rules.rule import Context, Found

_MONITORING: Final = "LearnerEmploymentStatus/EmploymentStatusMonitoring"


class _Listed(NamedTuple):
    """Where a code stands and on which list; a type stands before the code where both together are on the list."""

    codes: str
    group: str
    field: str
    type: str = ""


_LISTED: Final = (
    _Listed("Accom", "", "Accom"),
    _Listed("MathGrade", "", "MathGrade"),
    _Listed("EngGrade", "", "EngGrade"),
    _Listed("PriorAttain", "", "PriorAttain"),
    _Listed("PriorLevel", "PriorAttain", "PriorLevel"),
    _Listed("LLDDCat", "LLDDandHealthProblem", "LLDDCat"),
    _Listed("PrimaryLLDD", "LLDDandHealthProblem", "PrimaryLLDD"),
    _Listed("EmpStat", "LearnerEmploymentStatus", "EmpStat"),
    _Listed("ESM", _MONITORING, "ESMCode", type="ESMType"),
    _Listed("WorkPlaceMode", "LearningDelivery/LearningDeliveryWorkPlacement", "WorkPlaceMode"),
)


@BOOK.rule(
    "CODE_UNLISTED",
    fields=[f"{listed.group}/{listed.field}".lstrip("/") for listed in _LISTED],
    severity="warning",
    each=True,
)
def code_without_a_rule_listed(record: Record, context: Context) -> Iterator[Found]:
    """A code is not on the list of its field's codes.

    Why: each code has one meaning, and one that is not on the list has none; the collection itself does not refuse it.
    Fix: use a code of the specification of the year; if it is there, nothing needs to be done.
    Message: {place} is "{code}", which is not on the list of its codes held here.
    Bad: Accom=4
    Bad: MathGrade=H
    Bad: EngGrade=10
    Bad: PriorAttain[1]/PriorLevel=8
    Bad: LLDDandHealthProblem[1]/LLDDCat=18
    Bad: LLDDandHealthProblem[1]/LLDDCat=4 LLDDandHealthProblem[1]/PrimaryLLDD=2
    Bad: LearnerEmploymentStatus[1]/EmpStat=13
    Bad: LearnerEmploymentStatus[1]/EmploymentStatusMonitoring[1]/ESMType=SEI
      LearnerEmploymentStatus[1]/EmploymentStatusMonitoring[1]/ESMCode=2
    Bad: LearningDelivery[1]/LearningDeliveryWorkPlacement[1]/WorkPlaceMode=3
    Good: Accom=5 MathGrade=BB EngGrade=A* PriorAttain[1]/PriorLevel=13
    Good: LLDDandHealthProblem[1]/LLDDCat=99 LLDDandHealthProblem[1]/PrimaryLLDD=1
    Good: LearnerEmploymentStatus[1]/EmpStat=98
    Good: LearnerEmploymentStatus[1]/EmploymentStatusMonitoring[1]/ESMType=EII
      LearnerEmploymentStatus[1]/EmploymentStatusMonitoring[1]/ESMCode=8
    Good: LearningDelivery[1]/LearningDeliveryWorkPlacement[1]/WorkPlaceMode=2
    """
    year = facts_of(record, context).year
    for listed in _LISTED:
        for group in groups_at(record, listed.group) if listed.group else (record,):
            code = _code(group, listed)
            if code and not holds(listed.codes, code, year):
                place = f"{group.path}/{listed.field}" if group.path else listed.field
                yield Found(place, {"place": place, "code": code})


def _code(group: Group, listed: _Listed) -> str:
    """Return a code as its list has it; empty where it is not returned, or its type is not."""
    code = whole(group[listed.field])
    if not listed.type:
        return code
    return f"{group[listed.type]}{code}" if code and group[listed.type] else ""
