"""A candidate's name in one field, as JCQ entry files hold it: SURNAME: FORENAMES (specification `awarding` 1.5)."""

from enum import StrEnum, auto
from typing import NamedTuple, Self

_COLON = ":"
_MOST = 40


class CandidateNameFault(StrEnum):
    """What is wrong with a candidate's name; which characters a name holds is for `rules.shared.name_fault`."""

    NO_COLON = auto()
    """No colon parts the family name from the given names."""
    NO_FAMILY_NAME = auto()
    """Nothing stands before the first colon."""
    LENGTH = auto()
    """It has more than forty characters."""


class CandidateName(NamedTuple):
    """A family name and given names, which may be empty; its text is that of the field."""

    family_name: str
    given_names: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the names before and after the first colon, each trimmed; None where there is no colon."""
        family, colon, given = text.partition(_COLON)
        return cls(family.strip(), given.strip()) if colon else None

    def __str__(self) -> str:
        return f"{self.family_name}{_COLON} {self.given_names}".rstrip()


def candidate_name_fault(value: str) -> CandidateNameFault | None:
    """Return what is wrong with a trimmed value as a candidate's name, or None; no forename is no fault."""
    name = CandidateName.parse(value)
    if name is None:
        return CandidateNameFault.NO_COLON
    if not name.family_name:
        return CandidateNameFault.NO_FAMILY_NAME
    return CandidateNameFault.LENGTH if len(value) > _MOST else None
