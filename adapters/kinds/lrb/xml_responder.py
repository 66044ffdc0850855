"""Writes the response files of an LRB file in XML: OUT.XML in the form of the request, DETAIL.CSV and DETAIL.XML."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from html import escape
from tempfile import TemporaryFile
from typing import Final, TextIO

from adapters.kinds.lrb.answers import Reply, reply_to, uln_column
from adapters.kinds.lrb.forward import ForwardFile
from adapters.kinds.lrb.responder import DETAIL_COLUMNS, detail_rows
from adapters.kinds.lrb.table import HEADER
from adapters.kinds.lrb.xml_reading import ROOT
from adapters.kinds.lrb.xml_shape import ELEMENTS, FILE, NAMESPACE, SOAP
from gateway.core import csv_text
from gateway.core.handover import Case
from gateway.core.model import Answer
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.kinds import Responder
from gateway.core.response_parts import FORWARD

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_REPLY: Final = "GetSubmitBatchOutputResponse"
SUCCESSFUL: Final = "WSRC0009"
_DUPLICATE: Final = "DUPLICATE_IN_FILE"
_NEW, _FOUND, _POSSIBLE, _UNKNOWN, _REJECTED = COUNTS = (
    "NewLearnersCount",
    "ExistsUpdatedLearnersCount",
    "PossibleMatchLearnersCount",
    "LearnersNotFoundCount",
    "RejectedLearnersCount",
)
"""The five counts of the job summary, in their order; they add up to the number of learners (`lrs` 3.3)."""
COUNTED_AS: Final[Mapping[str, str]] = {
    "NEW_ULN": _NEW,
    "EXACT_MATCH": _FOUND,
    "EXACT_MATCH_UPDATED": _FOUND,
    "CONFIDENT_MATCH": _FOUND,
    "LINKED_LEARNER": _FOUND,
    "POSSIBLE_MATCH": _POSSIBLE,
    "TOO_MANY_MATCHES": _POSSIBLE,
    "NOT_FOUND": _UNKNOWN,
    "ULN_NOT_FOUND": _UNKNOWN,
}
"""The count of each outcome; all others are rejected, and a duplicate counts as the first of its learner."""


class LrbXmlAnswers:
    """Answers a file that was processed: a Learner for each record, and what was found in it."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        self._out: Responder = (_Reply if case.header.get(ROOT) == SOAP.root else _File)(case, create("OUT.XML"))
        self._discloses = case.discloses_details
        self._rows = csv_text.writer(create("DETAIL.CSV"), DETAIL_COLUMNS)
        self._detail = create("DETAIL.XML")
        self._detail.write(f"{_DECLARATION}<Details>\n")
        self._forward = ForwardFile(create(FORWARD), case) if case.forwards else None

    def write(self, answer: Answer) -> None:
        """Write one record's learner and its details."""
        self._out.write(answer)
        if self._forward is not None and answer.match.outcome is MatchOutcome.NOT_FOUND:
            self._forward.write(answer.checked.record.values)
        rows = detail_rows(answer, reply_to(answer), discloses=self._discloses)
        self._rows.writerows(rows)
        for row in rows:
            told = zip(DETAIL_COLUMNS, row, strict=True)
            listed = "".join(_element(name, value) for name, value in told if value not in {None, ""})
            self._detail.write(f"  <Detail>{listed}</Detail>\n")

    def finish(self) -> None:
        """Close both documents."""
        self._out.finish()
        self._detail.write("</Details>\n")


class _File:
    """Writes the answer to a file of its own root: the header as it was sent, then the learners."""

    def __init__(self, case: Case, out: TextIO) -> None:
        self._out = out
        self._out.write(f'{_DECLARATION}<b:{FILE.root} xmlns:b="{NAMESPACE}">\n')
        self._out.writelines(f"  {_element(name, case.header.get(name, ''))}\n" for name in HEADER)

    def write(self, answer: Answer) -> None:
        """Write a learner."""
        self._out.write(_learner(answer, reply_to(answer)))

    def finish(self) -> None:
        """Close the document."""
        self._out.write(f"</b:{FILE.root}>\n")


class _Reply:
    """Writes the answer to a web service's request: the job summary, then the learners, who wait in a file till then.

    The job starts with the receipt and is finished when it is answered.
    """

    def __init__(self, case: Case, out: TextIO) -> None:
        self._out = out
        moments = case.submission.received_at, case.responded_at
        self._moments = [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments]
        self._learners = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - it closes in `finish`
        self._counts: Counter[str] = Counter()
        self._first: dict[tuple[str, ...], str] = {}

    def write(self, answer: Answer) -> None:
        """Count a learner and let it wait."""
        reply = reply_to(answer)
        who = _who(answer)
        counted = COUNTED_AS.get(reply.outcome, _REJECTED)
        if reply.outcome == _DUPLICATE:
            counted = self._first.get(who, _REJECTED)
        self._first.setdefault(who, counted)
        self._counts[counted] += 1
        self._learners.write(_learner(answer, reply))

    def finish(self) -> None:
        """Write the summary, and the learners behind it."""
        summary = {"ResponseCode": SUCCESSFUL, "JobStatus": "Successful"}
        summary |= {name: str(self._counts[name]) for name in COUNTS}
        summary |= dict(zip(("JobStartedDateTime", "JobFinishedDateTime"), self._moments, strict=True))
        self._out.write(f'{_DECLARATION}<b:{_REPLY} xmlns:b="{NAMESPACE}">\n')
        self._out.writelines(f"  {_element(name, value)}\n" for name, value in summary.items())
        with self._learners as learners:
            learners.seek(0)
            shutil.copyfileobj(learners, self._out)
        self._out.write(f"</b:{_REPLY}>\n")


def _who(answer: Answer) -> tuple[str, ...]:
    """Return what makes two records of a file the same learner: the five demographics, however they are written."""
    record = answer.checked.record
    names = (" ".join(record[name].casefold().split()) for name in ("GivenName", "FamilyName"))
    postcode = record["LastKnownPostCode"].replace(" ", "").upper()
    return *names, record["DateOfBirth"], record["Gender"], postcode


def _learner(answer: Answer, reply: Reply) -> str:
    """Return a learner as it was sent, with the answered ULN and the return code; an empty field is left out."""
    values = {**answer.checked.record.values, "ULN": uln_column(answer, reply)}
    fields = "".join(_element(element, values[name]) for name, element in ELEMENTS.items() if values[name])
    return f"  <Learner>{fields}{_element('ReturnCode', reply.code)}</Learner>\n"


def _element(name: str, value: object) -> str:
    return f"<{name}>{escape(_FORBIDDEN.sub(' ', str(value)), quote=False)}</{name}>"
