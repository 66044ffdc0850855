"""The collection years of the ILR that are read here: one schema each, all else alike."""

import re
from dataclasses import dataclass

_NAMESPACE = re.compile(r"E?SFA/ILR/(20[0-9]{2}-[0-9]{2})")
_NAMED = re.compile(r"ILR-[^-]*-([0-9]{4})-", re.IGNORECASE)
LEARNER, DESTINATION = "Learner", "LearnerDestinationandProgression"
_WITH_DESTINATIONS = (LEARNER, DESTINATION)


@dataclass(frozen=True)
class IlrYear:
    """A collection year: how files of it are named, in which namespace they are, and what records they hold."""

    name: str
    code: str
    namespace: str
    records: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return the name of the file kind."""
        return f"ilr-{self.name}"

    @property
    def schema(self) -> str:
        """Return the path of the year's schema below `schemas/`."""
        return f"xsd/{self.kind}/{self.kind}.xsd"


Y1819 = IlrYear("2018-19", "1819", "ESFA/ILR/2018-19", _WITH_DESTINATIONS)
Y2021 = IlrYear("2020-21", "2021", "ESFA/ILR/2020-21", _WITH_DESTINATIONS)
Y2526 = IlrYear("2025-26", "2526", "ESFA/ILR/2025-26", (LEARNER,))
YEARS = (Y1819, Y2021, Y2526)
"""The years in their order; files that name none of them are read as those of the last."""


def year_of(expected: IlrYear, namespace: str) -> str | None:
    """Say of which other year a namespace is, and which year is expected; None where it is of no ILR year."""
    found = _NAMESPACE.fullmatch(namespace)
    if found is None:
        return None
    known = ", ".join(year.name for year in YEARS)
    return f"The file is for the ILR year {found[1]}; {expected.name} is expected. The years read here are: {known}."


def named_year(file_name: str) -> IlrYear:
    """Return the year that a file's name speaks of; the last where it speaks of none that is read here."""
    found = _NAMED.match(file_name)
    return next((year for year in YEARS if found and year.code == found[1]), YEARS[-1])
