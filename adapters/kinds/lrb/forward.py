"""A registration batch file that is ready to be sent on, where this gateway may not issue ULNs itself."""

from collections.abc import Mapping
from typing import TextIO

from adapters.kinds.lrb.table import HEADER, SCHEMA
from gateway.core import csv_text
from gateway.core.handover import Case

_VERSION = "2A"


class ForwardFile:
    """Writes learners whom nobody matches as an LRB file (specification `gateway-files` 9, `lrs` 2.2)."""

    def __init__(self, handle: TextIO, case: Case) -> None:
        self._rows = csv_text.writer(handle, SCHEMA.names, neutral=False, quoted=True)
        header = (_VERSION, case.submission.name, case.submission.organisation.ukprn or "", str(case.forwards))
        self._header: Mapping[str, str] = dict(zip(HEADER, header, strict=True))

    def write(self, values: Mapping[str, str]) -> None:
        """Write one learner, by the headings of an LRB file; it is sent without a ULN."""
        row = {**values, **dict.fromkeys(HEADER, ""), **self._header, "ULN": ""}
        self._header = {}  # it stands in the first row only
        self._rows.writerow(row.get(name, "") for name in SCHEMA.names)
