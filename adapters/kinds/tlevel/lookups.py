"""What T Level rows are judged by beside what is kept: series, qualifications and grades."""

from collections.abc import Iterable
from datetime import date

import schemas
from gateway.core.codes import CodeBook
from gateway.core.reference import Reference
from gateway.core.rules.rule import Context

_CODES = CodeBook.model_validate_json(schemas.text("codes/tlevel.json"))
_GRADES = {"core": _CODES["CoreGrade"], "specialism": _CODES["SpecialismGrade"]}
_ANY = "any"


class Lookups:
    """Answers for one file, on its day; without a reference list nothing is found wrong by it."""

    def __init__(self, context: Context) -> None:
        self._reference: Reference = context.reference
        self._day: date = context.as_of
        self._sender = (context.sender.ukprn if context.sender else None) or ""

    def series_known(self, series: str, component: str) -> bool:
        """Tell whether there is a series of that name for a sort of component."""
        return not self._reference.loaded("series") or self._in_series(series, component, None)

    def series_open(self, series: str, component: str) -> bool:
        """Tell whether results of a series may be sent on the day."""
        return not self._reference.loaded("series") or self._in_series(series, component, self._day)

    def _in_series(self, series: str, component: str, day: date | None) -> bool:
        return any(self._reference.lookup("series", (series, which), day) for which in (component, _ANY))

    def core_known(self, code: str) -> bool:
        """Tell whether a core component is one of the sender's own."""
        if not self._reference.loaded("qualifications"):
            return True
        found = self._reference.lookup("qualifications", code)
        return found is not None and found["awarding_organisation"] in {"", self._sender}

    def not_of_core(self, codes: Iterable[str], core: str) -> list[str]:
        """Return the specialisms that do not belong to a core component."""
        if not self._reference.loaded("qualifications"):
            return []
        return [code for code in codes if not self._belongs(code, core)]

    def _belongs(self, code: str, core: str) -> bool:
        found = self._reference.lookup("qualifications", code)
        return found is not None and found["belongs_to"].upper() == core

    def spelt(self, grade: str, component: str) -> str:
        """Return a grade as it is listed, in whatever case it was written; one that is not listed as it is."""
        listed = {known.casefold(): known for known in self.grades(component)}
        return listed.get(grade.casefold(), grade)

    def unknown_grades(self, grades: Iterable[str], component: str) -> list[str]:
        """Return the grades that a sort of component does not have; an empty one is no grade and never wrong."""
        return [grade for grade in grades if grade and not _GRADES[component].valid(grade, self._day)]

    def grades(self, component: str) -> list[str]:
        """Return the grades of a sort of component."""
        return [code.code for code in _GRADES[component].listed(self._day)]
