"""The rules of School Census returns, and to which pupils, terms and phases of schools each of them applies.

A rule is run only where its lists hold the return's own term and phase. Header and school are known to every rule under
the paths below, in the file's own record and in each pupil's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Final, ParamSpec, TypeVar, cast

from gateway.core.codes import CodeBook
from gateway.core.model import Record
from gateway.core.rules.registry import Rulebook
from schemas import text

COLLECTION: Final = "Header/CollectionDetails/Collection"
TERM: Final = "Header/CollectionDetails/Term"
YEAR: Final = "Header/CollectionDetails/Year"
REFERENCE_DATE: Final = "Header/CollectionDetails/ReferenceDate"
LEA: Final = "Header/Source/LEA"
ESTAB: Final = "Header/Source/Estab"
SERIAL: Final = "Header/Source/SerialNo"
DATE_TIME: Final = "Header/Source/DateTime"
PHASE: Final = "School/SchoolCharacteristics/Phase"
SCHOOL_TYPE: Final = "School/SchoolCharacteristics/SchoolType"
HIGHEST_YEAR: Final = "School/SchoolCharacteristics/HighestNCyear"
LOWEST_YEAR: Final = "School/SchoolCharacteristics/LowestNCyear"
INTAKE: Final = "School/SchoolCharacteristics/Intake"
GOVERNANCE: Final = "School/SchoolCharacteristics/Governance"
ACCOMMODATION: Final = "School/SchoolCharacteristics/SpecialSchool/Accommodation"
MEALS_TAKEN: Final = "School/Miscellaneous/FreeMealsTaken"
ELIGIBLE: Final = "pupils eligible for free meals"
"""Where the rules on the whole return find how many pupils on roll are eligible on census day."""
GIVEN: Final = (TERM, YEAR, REFERENCE_DATE, PHASE, SCHOOL_TYPE, INTAKE)
"""What every pupil's record is given of the header and the school."""

PHASES: Final = frozenset({"NS", "PS", "MP", "MS", "SS", "SP", "AT", "EY", "PR", "NO"})
NOT_NURSERY: Final = PHASES - {"NS"}
WITH_ULNS: Final = PHASES - {"NS", "PS", "MP"}
CODES: Final = CodeBook.model_validate_json(text("codes/school-census.json"))
BOOK: Final = Rulebook()

_Asked = ParamSpec("_Asked")
_Finding = TypeVar("_Finding")
_Rule = Callable[_Asked, Iterator[_Finding]]


class Roll(StrEnum):
    """Where a pupil stands in a return; each value is the name of the pupil's element."""

    ON = "PupilOnRoll"
    LEFT = "PupilNoLongerOnRoll"


@dataclass(frozen=True)
class Reach:
    """To which pupils, terms and phases a rule applies; None is all of them."""

    roll: Roll | None = None
    terms: frozenset[str] | None = None
    phases: frozenset[str] | None = None

    def holds(self, record: Record) -> bool:
        """Tell whether the return's own term and phase are among those of the rule."""
        in_term = self.terms is None or record[TERM] in self.terms
        return in_term and (self.phases is None or record[PHASE] in self.phases)


REACHES: Final[dict[str, Reach]] = {}
"""The reach of each rule by its name; a rule that is not here applies to all."""


def applies(
    roll: Roll | None = None, *, terms: frozenset[str] | None = None, phases: frozenset[str] | None = None
) -> Callable[[_Rule[_Asked, _Finding]], _Rule[_Asked, _Finding]]:
    """Bound the rule below to some pupils, terms and phases; it stands below the line that puts it into the book."""
    reach = Reach(roll, terms, phases)

    def bounded(rule: _Rule[_Asked, _Finding]) -> _Rule[_Asked, _Finding]:
        REACHES[rule.__name__] = reach

        @wraps(rule)
        def run(*asked: _Asked.args, **named: _Asked.kwargs) -> Iterator[_Finding]:
            if reach.holds(cast("Record", asked[-2])):
                yield from rule(*asked, **named)

        return run

    return bounded
