"""Writes the response files of an LRB file: OUT.CSV and DETAIL.CSV, or REJ.CSV where the file was refused."""

from collections.abc import Callable, Iterator, Mapping
from typing import TextIO

from adapters.kinds.lrb.answers import Reply, reply_to, uln_column
from adapters.kinds.lrb.forward import ForwardFile
from adapters.kinds.lrb.table import HEADER, SCHEMA
from gateway.core import csv_text
from gateway.core.handover import Case
from gateway.core.model import Answer, Possible
from gateway.core.outcomes import MatchOutcome
from gateway.core.response_parts import FORWARD

OUT_COLUMNS = (*SCHEMA.names, "ReturnCode")
_POSSIBLE_COLUMNS = (
    "CandidateRank",
    "CandidateULN",
    "CandidateGivenName",
    "CandidateFamilyName",
    "CandidateDateOfBirth",
    "CandidateGender",
    "CandidatePostCode",
    "MasterULN",
    "LinkedULNs",
)
DETAIL_COLUMNS = ("RecordNumber", "MISIdentifier", "Outcome", "ReturnCode", "Field", "Message", *_POSSIBLE_COLUMNS)
REJECTED_COLUMNS = ("Code", "Line", "Field", "Message")
MOST_POSSIBLE = 10
_NOT_SHARED = "2"


class LrbAnswers:
    """Answers a file that was processed: a row for each record in OUT.CSV, what was found in it in DETAIL.CSV."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        self._header: Mapping[str, str] = case.header
        self._details = case.discloses_details
        self._out = csv_text.writer(create("OUT.CSV"), OUT_COLUMNS, neutral=False, quoted=True)
        self._detail = csv_text.writer(create("DETAIL.CSV"), DETAIL_COLUMNS)
        self._forward = ForwardFile(create(FORWARD), case) if case.forwards else None

    def write(self, answer: Answer) -> None:
        """Write one record's row and its details."""
        reply = reply_to(answer)
        record = answer.checked.record
        row = {**record.values, **dict.fromkeys(HEADER, ""), **self._header, "ULN": uln_column(answer, reply)}
        self._header = {}  # it stands in the first row only
        if self._forward is not None and answer.match.outcome is MatchOutcome.NOT_FOUND:
            self._forward.write(record.values)
        self._out.writerow([*(row[name] for name in SCHEMA.names), reply.code])
        self._detail.writerows(detail_rows(answer, reply, discloses=self._details))

    def finish(self) -> None:
        """Write nothing: an LRB file has no last row."""


class LrbRejection:
    """Answers a file that was refused as a whole: one row for each reason in REJ.CSV."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        rows = csv_text.writer(create("REJ.CSV"), REJECTED_COLUMNS)
        for notice in case.rejections:
            rows.writerow((notice.code, notice.line, notice.field, f"{notice.message} {notice.fix}"))

    def write(self, answer: Answer) -> None:
        """Write nothing: no record of a refused file is processed."""

    def finish(self) -> None:
        """Write nothing: the reasons are written already."""


def detail_rows(answer: Answer, reply: Reply, *, discloses: bool) -> list[tuple[object, ...]]:
    """Return what DETAIL tells of a record: a row for each message and each learner who may be meant, at least one.

    `discloses` tells whether the organisation may see who may be meant.
    """
    record = answer.checked.record
    head = (record.number, record.key, reply.outcome, reply.code)
    nobody = (*[None] * 7, answer.match.master_uln, answer.match.linked_uln)
    lines: list[tuple[object, ...]] = [(*message, *nobody) for message in _messages(answer)]
    lines += [(None, None, *shown) for shown in _possible(answer)] if discloses else []
    return [(*head, *line) for line in lines or [(None, None, *nobody)]]


def _possible(answer: Answer) -> Iterator[tuple[object, ...]]:
    """Yield the learners who may be meant, where they let themselves be seen."""
    shared = answer.checked.record["AbilityToShare"] != _NOT_SHARED
    if not shared or answer.match.outcome is not MatchOutcome.POSSIBLE_MATCH:
        return
    for rank, possible in enumerate(answer.match.possible[:MOST_POSSIBLE], start=1):
        if possible.entry.learner.ability_to_share != _NOT_SHARED:
            yield rank, *_shown(possible)


def _messages(answer: Answer) -> Iterator[tuple[str | None, str]]:
    for notice in answer.notices:
        yield notice.field, f"{notice.message} {notice.fix}"


def _shown(possible: Possible) -> tuple[object, ...]:
    entry, learner = possible.entry, possible.entry.learner
    return (
        entry.uln,
        learner.given_name,
        learner.family_name,
        learner.date_of_birth,
        learner.sex,
        learner.postcode,
        entry.master_uln,
        ";".join(entry.linked_ulns),
    )
