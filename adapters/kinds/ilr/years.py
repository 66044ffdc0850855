"""The collection years of the ILR that are read here: one schema each, all else alike."""

import re
from dataclasses import dataclass
from datetime import date

_NAMESPACE = re.compile(r"E?SFA/ILR/(20[0-9]{2}-[0-9]{2})")


@dataclass(frozen=True)
class IlrYear:
    """A collection year: how files of it are named, in which namespace they are, and by which schema they are read."""

    name: str
    code: str
    namespace: str
    records: tuple[str, ...]
    begins: date
    ends: date

    @property
    def kind(self) -> str:
        """Return the name of the file kind."""
        return f"ilr-{self.name}"

    @property
    def schema(self) -> str:
        """Return the path of the year's schema below `schemas/`."""
        return f"xsd/{self.kind}/{self.kind}.xsd"


Y2526 = IlrYear("2025-26", "2526", "ESFA/ILR/2025-26", ("Learner",), date(2025, 8, 1), date(2026, 7, 31))
YEARS = (Y2526,)


def year_of(expected: IlrYear, namespace: str) -> str | None:
    """Say of which other year a namespace is, and which year is expected; None where it is of no ILR year."""
    found = _NAMESPACE.fullmatch(namespace)
    if found is None:
        return None
    known = ", ".join(year.name for year in YEARS)
    return f"The file is for the ILR year {found[1]}; {expected.name} is expected. The years read here are: {known}."
