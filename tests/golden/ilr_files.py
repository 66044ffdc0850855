"""ILR files for the tests of the kind, and what the kind says of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from zlib import crc32

from adapters.kinds.ilr.kind import Ilr, Ilr1819, Ilr2021, Ilr2526
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord, Match
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.rule import Context, RuleSettings
from gateway.core.submission import Organisation, OrganisationKind
from tests.golden.ilr_rule_cases import CONTEXT

NAME = "ILR-10000001-2526-20260115-093000-01.xml"
DAY = date(2026, 1, 15)
KIND = Ilr2526.from_settings({})
COLLEGE = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn="10000001")
YEARS: dict[str, type[Ilr]] = {kind.name: kind for kind in (Ilr1819, Ilr2021, Ilr2526)}
DAYS = {"ilr-2018-19": date(2019, 2, 1), "ilr-2020-21": date(2021, 2, 1), "ilr-2025-26": date(2026, 2, 1)}
"""The days on which the fixtures of a year are read."""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Message xmlns="ESFA/ILR/2025-26">
<Header><CollectionDetails><Collection>ILR</Collection><Year>2526</Year>
<FilePreparationDate>2026-01-15</FilePreparationDate></CollectionDetails>
<Source><ProtectiveMarking>OFFICIAL-SENSITIVE-Personal</ProtectiveMarking><UKPRN>10000001</UKPRN>
<SerialNo>01</SerialNo><DateTime>2026-01-15T09:30:00</DateTime></Source></Header>
<LearningProvider><UKPRN>10000001</UKPRN></LearningProvider>
"""
TAIL = "</Message>\n"
DELIVERY = (
    "<LearningDelivery><LearnAimRef>ZWRKX001</LearnAimRef><AimType>4</AimType><AimSeqNumber>1</AimSeqNumber>"
    "<LearnStartDate>2025-09-01</LearnStartDate><LearnPlanEndDate>2026-07-17</LearnPlanEndDate>"
    "<FundModel>99</FundModel><DelLocPostCode>ZZ99 9ZZ</DelLocPostCode><CompStatus>1</CompStatus></LearningDelivery>"
)
FIELDS = {
    "LearnRefNumber": "A0001",
    "ULN": "1000000043",
    "FamilyName": "Marlow",
    "GivenNames": "Ada",
    "DateOfBirth": "2008-05-31",
    "Ethnicity": "31",
    "Sex": "F",
    "LLDDHealthProb": "2",
    "PostcodePrior": "ZZ99 9ZZ",
    "Postcode": "ZZ99 9ZZ",
    "AddLine1": "1 High Street",
}
LEARNER_RULES = {
    rule.code for rule in KIND.rulebook.rules.values() if rule.scope is Scope.RECORD and not rule.is_found_by_reader
} - {"R_06"}
"""The codes of the rules on learners, which have tests of their own."""


def uln_of(ref: str) -> str:
    """Return a right ULN, another one for each reference."""
    for number in count(100_000_000 + crc32(ref.encode()) % 800_000_000):
        remainder = sum(int(digit) * weight for digit, weight in zip(str(number), range(10, 1, -1), strict=True)) % 11
        if remainder:
            return f"{number}{10 - remainder}"
    raise AssertionError


def learner(ref: str = "A0001", *, inside: str = "", more: str = DELIVERY, **wrong: str) -> str:
    """Return one learner on 13 lines; `inside` stands before Ethnicity, `more` behind the address."""
    uln = FIELDS["ULN"] if ref == FIELDS["LearnRefNumber"] else uln_of(ref)
    fields = {**FIELDS, "LearnRefNumber": ref, "ULN": uln, **wrong}
    lines = [f"{inside * (name == 'Ethnicity')}<{name}>{value}</{name}>\n" for name, value in fields.items()]
    return f"<Learner>\n{''.join(lines)}{more}</Learner>\n"


def message(*parts: str) -> bytes:
    """Return a file of these parts between its head and its end; the first begins on line 8."""
    return (HEAD + "".join(parts) + TAIL).encode()


def check(folder: Path, data: bytes, name: str = NAME, context: Context | None = None) -> list[Finding]:
    """Return all that the kind finds in these bytes."""
    path = folder / "given"
    path.write_bytes(data)
    return list(KIND.check(path, context or Context(as_of=DAY, file_name=name)))


def notices(found: list[Finding]) -> list[Notice]:
    """Return the notices of a file in the order given, without those of rules on learners."""
    every = (it for one in found for it in ([one] if isinstance(one, Notice) else getattr(one, "notices", ())))
    return [notice for notice in every if notice.code not in LEARNER_RULES]


def codes(found: list[Finding]) -> list[str]:
    """Return the codes of the notices in the order given."""
    return [notice.code for notice in notices(found)]


def records(found: list[Finding]) -> list[CheckedRecord]:
    """Return the checked records."""
    return [one for one in found if isinstance(one, CheckedRecord)]


def case_notices(case: Path, kind: str) -> list[Notice]:
    """Return all that is said of a fixture in its order; what only the register shows follows each learner.

    `case.json` may hold settings, the names of earlier files, the sender's UKPRN, the outcome of matching, and
    the codes of rules that are switched `off` because they would stop the one that is shown.
    """
    about = case / "case.json"
    told = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
    (given,) = (path for path in case.iterdir() if path.name not in {"notices.csv", "case.json"})
    made = YEARS[kind].from_settings(told.get("settings", {}))
    sender = replace(COLLEGE, ukprn=told["ukprn"]) if "ukprn" in told else None
    context = replace(
        CONTEXT,
        as_of=DAYS[kind],
        file_name=given.name,
        sender=sender,
        earlier=tuple(told.get("earlier", ())),
        settings=RuleSettings(tuple((code, None) for code in told.get("off", ()))),
    )
    outcome = MatchOutcome(told.get("outcome", MatchOutcome.NO_MATCH))
    return [notice for finding in made.check(given, context) for notice in _said(made, finding, context, outcome)]


def _said(kind: Ilr, finding: Finding, context: Context, outcome: MatchOutcome) -> Iterator[Notice]:
    yield from [finding] if isinstance(finding, Notice) else getattr(finding, "notices", ())
    settling = kind.settling(context)
    if settling is not None and isinstance(finding, CheckedRecord) and finding.learner is not None:
        yield from settling.settle(finding, Match(outcome=outcome), {}).match.notices
