"""ILR files for the tests of the kind, and what the kind says of them."""

from datetime import date
from itertools import count
from pathlib import Path
from zlib import crc32

from adapters.kinds.ilr.kind import Ilr2526
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice, Scope
from gateway.core.rules.rule import Context

NAME = "ILR-10000001-2526-20260115-093000-01.xml"
DAY = date(2026, 1, 15)
KIND = Ilr2526.from_settings({})
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
