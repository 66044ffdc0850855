"""What a check of an installation finds."""

from collections.abc import Iterator
from enum import StrEnum


class Weight(StrEnum):
    """Whether a finding needs mending, or is only worth knowing."""

    OK = "ok"
    NOTICE = "notice"
    FAULT = "fault"


Told = Iterator[tuple[Weight, str, str]]
"""Weight, what is wrong, how to mend it; nothing where all is well."""
