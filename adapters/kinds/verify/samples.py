"""Makes verify files of invented learners, with the truth about each record.

Nothing here is shared with what checks such files: the layout, the faults and their codes are written down afresh, so
that a mistake on one side shows on the other.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from random import Random
from typing import Final
from xml.sax.saxutils import escape

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_HEADER: Final = ("FileVersion", "FileName", "UKPRN", "LearnerRecordCount")
_LEARNER: Final = ("MISIdentifier", "ULN", "FamilyName", "GivenName", "DateOfBirth", "Gender")
_NO_UKPRN: Final = "99999999"
_NO_ULN: Final = "9000000024"
_WRONG: Final[Sequence[tuple[str, Mapping[str, str]]]] = (
    ("WSEC0136", {"ULN": ""}),
    ("WSEC0136", {"ULN": "900000002"}),
    ("WSEC0136", {"ULN": "0123456789"}),
    ("WSEC0136", {"ULN": "9000000025"}),
    ("WSEC0136", {"ULN": "9999999999"}),
    ("RC010", {"FamilyName": ""}),
    ("RC010", {"GivenName": "  "}),
    ("RC011", {"FamilyName": "A" * 36}),
    ("RC011", {"GivenName": "R2D"}),
    ("RC011", {"MISIdentifier": "M" * 129}),
    ("RC011", {"DateOfBirth": "31/05/2008"}),
    ("RC011", {"DateOfBirth": "2009-02-29"}),
    ("RC011", {"DateOfBirth": "2098-01-01"}),
    ("RC011", {"Gender": "M"}),
)


def csv_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return a verify file in CSV, so many per cent of its records broken, and the truth about each."""
    rows, truth = _records(learners, plan)
    text = StringIO()
    lines = csv.writer(text, quoting=csv.QUOTE_ALL)
    lines.writerow((*_HEADER, *_LEARNER))
    header = _header(plan, len(rows))
    for row in rows:
        lines.writerow([*header, *(row[name] for name in _LEARNER)])
        header = [""] * len(_HEADER)
    return Sample(name=f"{_stem(plan)}.CSV", content=text.getvalue().encode(), truth=truth)


def xml_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return the same file in XML."""
    rows, truth = _records(learners, plan)
    begin = '<?xml version="1.0" encoding="UTF-8"?>\n<b:LearnerVerificationBatch xmlns:b="{}">\n'
    text = [begin.format("http://api.lrs.miap.gov.uk/batchmsg")]
    text += [f"  <{name}>{value}</{name}>\n" for name, value in zip(_HEADER, _header(plan, len(rows)), strict=True)]
    for row in rows:
        fields = [f"    <{name}>{escape(row[name])}</{name}>\n" for name in _LEARNER if row[name]]
        text += ["  <Learner>\n", *fields, "  </Learner>\n"]
    content = "".join([*text, "</b:LearnerVerificationBatch>\n"]).encode()
    return Sample(name=f"{_stem(plan)}.XML", content=content, truth=truth)


def _ukprn(plan: SamplePlan) -> str:
    return (plan.organisation.ukprn or _NO_UKPRN).upper()


def _stem(plan: SamplePlan) -> str:
    return f"VER_{_ukprn(plan)}_{plan.moment:%d%m%Y%H%M}"


def _header(plan: SamplePlan, count: int) -> list[str]:
    return ["2A", f"sample-{plan.seed}", _ukprn(plan), str(count)]


def _records(learners: Iterable[Learner], plan: SamplePlan) -> tuple[list[dict[str, str]], list[str | None]]:
    """Return the records, some of them broken, each sort of fault once before any comes twice, and the truth."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    rows = [_record(learner, number) for number, learner in enumerate(learners, start=1)]
    truth: list[str | None] = [None] * len(rows)
    faults = list(_WRONG)
    random.shuffle(faults)
    for turn, place in enumerate(random.sample(range(len(rows)), round(len(rows) * plan.bad_percent / 100))):
        code, wrong = faults[turn % len(faults)]
        rows[place] |= wrong
        truth[place] = code
    return rows, truth


def _record(learner: Learner, number: int) -> dict[str, str]:
    return {
        "MISIdentifier": f"V{number:06}",
        "ULN": learner.uln or _NO_ULN,
        "FamilyName": learner.family_name,
        "GivenName": learner.given_name,
        "DateOfBirth": learner.date_of_birth.isoformat() if learner.date_of_birth else "",
        "Gender": learner.sex,
    }
