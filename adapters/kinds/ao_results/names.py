"""The names of results files: `AORES_<UKPRN>_<series>_<yyyymmddThhmmss>_<seq 3>` with .csv or .xml (`awarding` 6)."""

import re
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from adapters.kinds.ao_results.series import series_of

PREFIX: Final = "AORES_"
_NAME: Final = re.compile(
    r"AORES_([1-9][0-9]{7})_([^_]+)_([0-9]{8}T[0-9]{6})_([0-9]{3})(\.csv|\.xml)", re.ASCII | re.IGNORECASE
)


class ResultsName(NamedTuple):
    """What a results file's name tells: whose it is, of which series, and its number in the series."""

    ukprn: str
    series: str
    sequence: str
    extension: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Return what no two files of an awarding organisation may share: series and number."""
        return self.ukprn, series_of(self.series) or self.series, self.sequence


@lru_cache(maxsize=64)
def read_name(file_name: str) -> ResultsName | None:
    """Return what a file's name tells, or None where it is not the name of a results file."""
    found = _NAME.fullmatch(file_name)
    if not found or not _is_moment(found[3]):
        return None
    return ResultsName(found[1], found[2], found[4], found[5].lower())


def _is_moment(text: str) -> bool:
    try:
        datetime.strptime(text.upper(), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - only whether it exists
    except ValueError:
        return False
    return True
