"""Writes a results file in the pipe-delimited form that UCAS reads (specification `awarding` 5.7); it goes out only.

One line for the header, one for each learner with all his or her subjects, one for the trailer, each ended by CR LF. A
value cannot hold a bar or a line end: there a blank is written.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TextIO

_SEXES: Final[Mapping[str, str]] = {"1": "M", "2": "F"}
_SHORT_GRADES: Final[Mapping[str, str]] = {
    "unclassified": "U",
    "partial achievement": "PARTACH",
    "x - no result": "X",
    "q - pending result": "Q",
    "distinction*": "D*",
}
_BETWEEN: Final = re.compile(r"[|\s]+")
_BEFORE_NAMES: Final = re.compile(r"[:|\s]+")


class UcasType(StrEnum):
    """What a file holds."""

    ENTRIES = "E"
    RESULTS = "R"
    AMENDMENTS = "A"


@dataclass(frozen=True, slots=True, kw_only=True)
class UcasHeader:
    """Who writes to whom, what, of which series, and when."""

    sender: str
    receiver: str
    type: UcasType
    month: int
    year: int
    written_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UcasSubject:
    """A learner's grade in one subject; `previous` is the one that it takes the place of, in a file of amendments."""

    subject: str
    grade: str
    previous: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UcasLearner:
    """One learner: the ULN stands where other awarding bodies write the candidate number; `sex` is an LRS code."""

    centre: str
    uln: str
    family_name: str
    given_name: str
    date_of_birth: date
    subjects: Sequence[UcasSubject]
    sex: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UcasWritten:
    """How many lines were written, header and trailer included, and the SHA-256 that goes with the file."""

    lines: int
    sha256: str


def write_ucas(handle: TextIO, header: UcasHeader, learners: Iterable[UcasLearner]) -> UcasWritten:
    """Write the file, learner by learner; the handle must write UTF-8 and leave line ends as they are."""
    digest = hashlib.sha256()
    lines = 1

    def put(cells: Iterable[str]) -> None:
        text = "|".join([*map(_cell, cells), "\r\n"])
        handle.write(text)
        digest.update(text.encode())

    ends = header.sender, header.receiver
    put(["H", *ends, header.type, f"{header.month:02}", f"{header.year:04}", f"{header.written_on:%d%m%Y}"])
    for learner in learners:
        put(["S", *ends, *_learner_cells(learner)])
        lines += 1
    lines += 1
    put(["T", *ends, str(lines), f"{header.month:02}{header.year:04}"])
    return UcasWritten(lines=lines, sha256=digest.hexdigest())


def short_grade(grade: str) -> str:
    """Return a grade in the short form that the file holds; one that has none is written as it is."""
    return _SHORT_GRADES.get(grade.strip().lower(), grade.strip())


def _learner_cells(learner: UcasLearner) -> list[str]:
    family = _BEFORE_NAMES.sub(" ", learner.family_name).strip()
    name = f"{family}:{learner.given_name}"
    cells = [learner.centre, learner.uln, name, _SEXES.get(learner.sex, ""), f"{learner.date_of_birth:%d%m%Y}"]
    for subject in learner.subjects:
        cells += ["_", subject.subject, short_grade(subject.grade), short_grade(subject.previous)]
    return [*cells, "_"]


def _cell(value: str) -> str:
    return _BETWEEN.sub(" ", value).strip()
