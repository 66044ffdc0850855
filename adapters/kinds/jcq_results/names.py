"""The names of results files in the JCQ's style: `R1234599.X01` (`awarding` 2.1)."""

import re
from typing import Final, NamedTuple

_PLACE: Final = "[0-9]{5}|[0-9ABC?][A-Z?][0-9]{2}_"
_NAME: Final = re.compile(rf"([A-Z])({_PLACE})([0-9A-Z]{{2}})\.X([0-9]{{2}})", re.ASCII | re.IGNORECASE)
RESULTS: Final = "R"
SEVERAL: Final = "00000"


class JcqName(NamedTuple):
    """What a file's name tells: its data type, its centre or its series, whose it is, and its number."""

    type: str
    place: str
    organisation: str
    number: str

    @property
    def centre(self) -> str:
        """Return the centre that the header must name; a file of several centres has none of its own."""
        return SEVERAL if self.place.endswith("_") else self.place


def read_name(file_name: str) -> JcqName | None:
    """Return what a file's name tells, in capitals; None where it is not a name of this style."""
    found = _NAME.fullmatch(file_name)
    return JcqName(*(part.upper() for part in found.groups())) if found else None
