"""Makes achievement files of invented learners, with the truth about each record.

Nothing here is shared with what checks such files: the layout, the faults and their codes are written down afresh, so
that a mistake on one side shows on the other.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from io import StringIO
from random import Random
from typing import Final
from xml.sax.saxutils import escape

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_HEADER: Final = ("FileVersion", "FileName", "UKPRN", "RecordCount", "SubmissionType")
_ACHIEVEMENT: Final = (
    "AchievementAwardDate",
    "Action",
    "ActionDate",
    "ActionReason",
    "DateofBirth",
    "FamilyName",
    "Gender",
    "GivenName",
    "Grade",
    "LanguageForAssessment",
    "LearnerPostcode",
    "MisIdentifier",
    "ProviderUkprn",
    "Uln",
    "UnitOrQualificationReferenceNumber",
)
_NO_UKPRN: Final = "99999999"
_NO_ULN: Final = "9000000024"
_NAMESPACE: Final = "http://api.lrs.qcf.gov.uk/services"
_WRONG: Final[Sequence[tuple[str, Mapping[str, str]]]] = (
    ("GA001", {"AchievementAwardDate": ""}),
    ("GA001", {"Action": ""}),
    ("GA001", {"FamilyName": "  "}),
    ("GA001", {"ProviderUkprn": ""}),
    ("GA001", {"Uln": ""}),
    ("GA001", {"UnitOrQualificationReferenceNumber": ""}),
    ("GA002", {"Action": "6"}),
    ("GA002", {"ActionDate": "31/08/2026"}),
    ("GA002", {"Gender": "F"}),
    ("GA002", {"LearnerPostcode": "CV1 2WC"}),
    ("GA002", {"UnitOrQualificationReferenceNumber": "60112"}),
    ("GA003", {"GivenName": "R2D"}),
    ("GA004", {"AchievementAwardDate": "2098-08-20"}),
    ("GA006", {"ActionDate": "2098-08-20"}),
    ("GA007", {"Action": "3"}),
    ("GA101", {"Uln": "900000002"}),
    ("GA101", {"Uln": "9000000025"}),
    ("GA101", {"Uln": "9999999999"}),
    ("GA202", {"Grade": "Excellent"}),
)


def csv_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return an achievement file in CSV, so many per cent of its records broken, and the truth about each."""
    rows, truth = _records(learners, plan)
    text = StringIO()
    lines = csv.writer(text, quoting=csv.QUOTE_ALL)
    lines.writerow((*_HEADER, *_ACHIEVEMENT))
    header = _header(plan, len(rows))
    for row in rows:
        lines.writerow([*header, *(row[name] for name in _ACHIEVEMENT)])
        header = [""] * len(_HEADER)
    return Sample(name=f"{_stem(plan)}.CSV", content=text.getvalue().encode(), truth=truth)


def xml_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return the same file in XML."""
    rows, truth = _records(learners, plan)
    text = [f'<?xml version="1.0" encoding="UTF-8"?>\n<AchievementBatch xmlns="{_NAMESPACE}">\n']
    text += [f"  <{name}>{value}</{name}>\n" for name, value in zip(_HEADER, _header(plan, len(rows)), strict=True)]
    text.append("  <ArrayOfAchievement>\n")
    for row in rows:
        fields = [f"      <{name}>{escape(row[name])}</{name}>\n" for name in _ACHIEVEMENT if row[name]]
        text += ["    <Achievement>\n", *fields, "    </Achievement>\n"]
    content = "".join([*text, "  </ArrayOfAchievement>\n</AchievementBatch>\n"]).encode()
    return Sample(name=f"{_stem(plan)}.XML", content=content, truth=truth)


def _ukprn(plan: SamplePlan) -> str:
    return (plan.organisation.ukprn or _NO_UKPRN).upper()


def _stem(plan: SamplePlan) -> str:
    return f"QCF_{_ukprn(plan)}_{plan.moment:%Y-%m-%d}_{plan.seed % 1000:03}"


def _header(plan: SamplePlan, count: int) -> list[str]:
    return ["2A", f"sample-{plan.seed}", _ukprn(plan), str(count), "Final"]


def _records(learners: Iterable[Learner], plan: SamplePlan) -> tuple[list[dict[str, str]], list[str | None]]:
    """Return the records, some of them broken, each sort of fault once before any comes twice, and the truth."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    rows = [_record(learner, number, plan) for number, learner in enumerate(learners, start=1)]
    truth: list[str | None] = [None] * len(rows)
    faults = list(_WRONG)
    random.shuffle(faults)
    for turn, place in enumerate(random.sample(range(len(rows)), round(len(rows) * plan.bad_percent / 100))):
        code, wrong = faults[turn % len(faults)]
        rows[place] |= wrong
        truth[place] = code
    return rows, truth


def _record(learner: Learner, number: int, plan: SamplePlan) -> dict[str, str]:
    born = learner.date_of_birth
    return {
        "AchievementAwardDate": f"{plan.moment - timedelta(days=14):%Y-%m-%dT00:00:00}",
        "Action": "1",
        "ActionDate": f"{plan.moment:%Y-%m-%dT00:00:00}",
        "ActionReason": "",
        "DateofBirth": f"{born.isoformat()}T00:00:00" if born else "",
        "FamilyName": learner.family_name,
        "Gender": learner.sex,
        "GivenName": learner.given_name,
        "Grade": "7",
        "LanguageForAssessment": "ENG",
        "LearnerPostcode": learner.postcode,
        "MisIdentifier": f"A{number:06}",
        "ProviderUkprn": "10000001",
        "Uln": learner.uln or _NO_ULN,
        "UnitOrQualificationReferenceNumber": "601/1234/7",
    }
