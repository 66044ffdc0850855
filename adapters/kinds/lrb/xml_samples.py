"""Makes LRB files in XML of invented learners, with the truth about each record.

Nothing here is shared with what checks such files: the layout, the faults and their codes are written down afresh, so
that a mistake on one side shows on the other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Final
from xml.sax.saxutils import escape

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_NO_UKPRN: Final = "99999999"
_ROOT: Final = "LearnerRegistrationBatch"
_NAMESPACE: Final = "http://api.lrs.miap.gov.uk/batchmsg"
_WRONG_VALUES: Final[Sequence[tuple[str, Mapping[str, str]]]] = (
    ("RC010", {"GivenName": ""}),
    ("RC010", {"LastKnownPostCode": ""}),
    ("RC010", {"DateOfBirth": ""}),
    ("RC010", {"VerificationType": "999"}),
    ("RC011", {"ULN": "0123456789"}),
    ("RC011", {"FamilyName": "R2D"}),
    ("RC011", {"FamilyNameAtAge16": "A" * 36}),
    ("RC011", {"LastKnownPostCode": "CV1 2WC"}),
    ("RC011", {"DateOfBirth": "31/05/2008"}),
    ("RC011", {"DateOfBirth": "2009-02-29"}),
    ("RC011", {"Gender": "M"}),
    ("RC011", {"AbilityToShare": "3"}),
    ("GR110", {"ULN": "9000000025"}),
    ("RC013", {"DateOfBirth": "1899-12-31"}),
)

Fault = Callable[[Mapping[str, str]], str]
"""Makes a learner's element wrong."""


def lrb_xml_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return an LRB file of complete learners aged 13 to 110, so many per cent of them broken, and the truth."""
    fields = [_fields(learner, number) for number, learner in enumerate(learners, start=1)]
    ukprn = plan.organisation.ukprn or _NO_UKPRN
    broken = _broken(len(fields), plan)
    parts = [broken[place][1](one) if place in broken else _learner(one) for place, one in enumerate(fields)]
    header = {
        "FileVersion": "2A",
        "FileName": f"sample-{plan.seed}",
        "UKPRN": ukprn,
        "LearnerRecordCount": str(len(fields)),
    }
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<b:{_ROOT} xmlns:b="{_NAMESPACE}">\n'
    return Sample(
        name=f"LRB_{ukprn.upper()}_{plan.moment:%d%m%Y%H%M}.XML",
        content="".join([head, _elements(header, "  "), *parts, f"</b:{_ROOT}>\n"]).encode(),
        truth=[broken[place][0] if place in broken else None for place in range(len(fields))],
    )


def _broken(count: int, plan: SamplePlan) -> dict[int, tuple[str, Fault]]:
    """Return which learners are broken, from 0, and how: each sort of fault once before any comes twice."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    places = random.sample(range(count), round(count * plan.bad_percent / 100))
    faults: list[tuple[str, Fault]] = [(code, _with_values(wrong)) for code, wrong in _WRONG_VALUES]
    faults += [("RC010", _without("Gender")), ("RC011", _with_unknown), ("RC011", _turned)]
    random.shuffle(faults)
    return {place: faults[turn % len(faults)] for turn, place in enumerate(places)}


def _fields(learner: Learner, number: int) -> dict[str, str]:
    return {
        "ULN": learner.uln,
        "MISIdentifier": f"MIS{number:07}",
        "GivenName": learner.given_name,
        "PreferredGivenName": learner.preferred_given_name,
        "MiddleOtherName": learner.middle_name,
        "FamilyName": learner.family_name,
        "PreviousFamilyName": learner.previous_family_name,
        "FamilyNameAtAge16": learner.family_name_at_16,
        "LastKnownPostCode": learner.postcode,
        "DateOfBirth": learner.date_of_birth.isoformat() if learner.date_of_birth else "",
        "EmailAddress": learner.email,
        "Gender": learner.sex,
        "AbilityToShare": learner.ability_to_share or "1",
        "VerificationType": "1",
    }


def _learner(fields: Mapping[str, str]) -> str:
    filled = {name: value for name, value in fields.items() if value}
    return f"  <Learner>\n{_elements(filled, '    ')}  </Learner>\n"


def _elements(fields: Mapping[str, str], indent: str) -> str:
    return "".join(f"{indent}<{name}>{escape(value)}</{name}>\n" for name, value in fields.items())


def _with_values(wrong: Mapping[str, str]) -> Fault:
    return lambda fields: _learner({**fields, **wrong})


def _without(name: str) -> Fault:
    return lambda fields: _learner({field: value for field, value in fields.items() if field != name})


def _with_unknown(fields: Mapping[str, str]) -> str:
    return _learner({**fields, "Surname": "Marlow"})


def _turned(fields: Mapping[str, str]) -> str:
    return _learner({name: fields[name] for name in reversed(list(fields))})
