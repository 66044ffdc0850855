"""Makes ILR files of invented learners, with the truth about each record.

Nothing here is shared with what checks such files: the layout, the faults and their codes are written down afresh, so
that a mistake on one side shows on the other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

from adapters.kinds.ilr.sample_destinations import EVERY, FAULTS, Wrong, destination
from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_NO_UKPRN: Final = "99999999"
_HEAD: Final = """<?xml version="1.0" encoding="utf-8"?>
<Message xmlns="ESFA/ILR/{year}">
  <Header>
    <CollectionDetails>
      <Collection>ILR</Collection>
      <Year>{code}</Year>
      <FilePreparationDate>{day}</FilePreparationDate>
    </CollectionDetails>
    <Source>
      <ProtectiveMarking>OFFICIAL-SENSITIVE-Personal</ProtectiveMarking>
      <UKPRN>{ukprn}</UKPRN>
      <SoftwareSupplier>Sample Software</SoftwareSupplier>
      <SerialNo>01</SerialNo>
      <DateTime>{day}T{time}</DateTime>
    </Source>
  </Header>
  <LearningProvider>
    <UKPRN>{ukprn}</UKPRN>
  </LearningProvider>
"""
_DELIVERY: Final = """    <LearningDelivery>
      <LearnAimRef>ZWRKX001</LearnAimRef>
      <AimType>4</AimType>
      <AimSeqNumber>1</AimSeqNumber>
      <LearnStartDate>20{first}-09-01</LearnStartDate>
      <LearnPlanEndDate>20{first}-09-04</LearnPlanEndDate>
      <FundModel>70</FundModel>
      <DelLocPostCode>ZZ99 9ZZ</DelLocPostCode>
      <CompStatus>1</CompStatus>
    </LearningDelivery>
"""
"""A course of four days: for longer ones the default ULN, which many learners of a sample have, is a fault."""
_WRONG_VALUES: Final[Sequence[tuple[str, Mapping[str, str]]]] = (
    ("FD_ULN_AR", {"ULN": "900000002"}),
    ("FD_ULN_AP", {"ULN": "90000A0002"}),
    ("FD_ULN_MA", {"ULN": ""}),
    ("FD_FamilyName_AP", {"FamilyName": "R2D"}),
    ("FD_GivenNames_AL", {"GivenNames": "A" * 101}),
    ("FD_DateOfBirth_AP", {"DateOfBirth": "31/05/2008"}),
    ("FD_DateOfBirth_AP", {"DateOfBirth": "2009-02-29"}),
    ("FD_Ethnicity_AL", {"Ethnicity": "100"}),
    ("FD_Sex_AL", {"Sex": "Male"}),
    ("FD_LLDDHealthProb_AP", {"LLDDHealthProb": "no"}),
    ("FD_Postcode_AL", {"Postcode": "BN1 1AA 99"}),
)
_MISSING: Final = ("ULN", "Ethnicity", "Sex", "LLDDHealthProb", "PostcodePrior", "Postcode")
_SEXES: Final = {"1": "M", "2": "F"}

_RIGHT: Final[tuple[None, None]] = (None, None)

Fault = Callable[[Mapping[str, str], str], str]
"""Makes the element of a learner wrong, who has the delivery given."""


def ilr_sample(
    learners: Iterable[Learner], plan: SamplePlan, year: str = "2025-26", *, destinations: bool = False
) -> Sample:
    """Return an ILR file of complete learners, so many per cent of its records broken, and the truth about each.

    With `destinations` every other learner has a record of what became of him or her, behind all learners.
    """
    first, last = year[2:4], year[5:]
    delivery = _DELIVERY.format(first=first)
    fields = [_fields(learner, number) for number, learner in enumerate(learners, start=1)]
    followed = fields[::EVERY] if destinations else []
    broken = _broken(len(fields), len(followed), plan)
    parts = [_learner_part(one, delivery, broken.learners.get(place)) for place, one in enumerate(fields)]
    parts += [
        destination(one, place, first, broken.destinations.get(place, _RIGHT)[1]) for place, one in enumerate(followed)
    ]
    ukprn = plan.organisation.ukprn or _NO_UKPRN
    moment = {"day": f"{plan.moment:%Y-%m-%d}", "time": f"{plan.moment:%H:%M:%S}"}
    head = _HEAD.format(ukprn=ukprn, year=year, code=first + last, **moment)
    return Sample(
        name=f"ILR-{ukprn}-{first}{last}-{plan.moment:%Y%m%d-%H%M%S}-01.xml",
        content="".join([head, *parts, "</Message>\n"]).encode(),
        truth=[
            *(broken.learners[place][0] if place in broken.learners else None for place in range(len(fields))),
            *(broken.destinations.get(place, _RIGHT)[0] for place in range(len(followed))),
        ],
    )


class _Broken(NamedTuple):
    """Which learners and which records of destinations are broken, each from 0, with the code and how."""

    learners: Mapping[int, tuple[str, Fault]]
    destinations: Mapping[int, tuple[str, Wrong]]


def _broken(learners: int, destinations: int, plan: SamplePlan) -> _Broken:
    """Return which records are broken, and how: each sort of fault once before any comes twice."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    count = learners + destinations
    places = random.sample(range(count), round(count * plan.bad_percent / 100))
    faults: list[tuple[str, Fault]] = [(code, _with_values(wrong)) for code, wrong in _WRONG_VALUES]
    faults += [(f"FD_{name}_MA", _without(name)) for name in _MISSING]
    faults += [("Schema", _with_unknown), ("FD_LearningDelivery_EO", _without_delivery)]
    faults.append(("FD_LearnRefNumber_AP", _with_stroke))
    random.shuffle(faults)
    ours = [place for place in places if place < learners]
    theirs = [place - learners for place in places if place >= learners]
    return _Broken(
        {place: faults[turn % len(faults)] for turn, place in enumerate(ours)},
        {place: FAULTS[turn % len(FAULTS)] for turn, place in enumerate(theirs)},
    )


def _learner_part(fields: Mapping[str, str], delivery: str, broken: tuple[str, Fault] | None) -> str:
    return broken[1](fields, delivery) if broken else _learner(fields, delivery)


def _fields(learner: Learner, number: int) -> dict[str, str]:
    fields = {
        "LearnRefNumber": f"L{number:07}",
        "ULN": learner.uln or "9999999999",
        "FamilyName": learner.family_name,
        "GivenNames": learner.given_name,
        "DateOfBirth": learner.date_of_birth.isoformat() if learner.date_of_birth else "",
        "Ethnicity": "31",
        "Sex": _SEXES.get(learner.sex, "F"),
        "LLDDHealthProb": "2",
        "PostcodePrior": learner.postcode or "ZZ99 9ZZ",
        "Postcode": learner.postcode or "ZZ99 9ZZ",
        "AddLine1": f"{number} Sample Street",
    }
    return {name: value for name, value in fields.items() if value}


def _learner(fields: Mapping[str, str], delivery: str) -> str:
    lines = [f"    <{name}>{escape(value)}</{name}>\n" for name, value in fields.items()]
    return "".join(["  <Learner>\n", *lines, delivery, "  </Learner>\n"])


def _with_values(wrong: Mapping[str, str]) -> Fault:
    def fault(fields: Mapping[str, str], delivery: str) -> str:
        return _learner({**fields, **wrong}, delivery)

    return fault


def _without(name: str) -> Fault:
    def fault(fields: Mapping[str, str], delivery: str) -> str:
        return _learner({field: value for field, value in fields.items() if field != name}, delivery)

    return fault


def _with_unknown(fields: Mapping[str, str], delivery: str) -> str:
    return _learner(fields, f"    <Surname>Marlow</Surname>\n{delivery}")


def _without_delivery(fields: Mapping[str, str], _delivery: str) -> str:
    return _learner(fields, "")


def _with_stroke(fields: Mapping[str, str], delivery: str) -> str:
    return _learner({**fields, "LearnRefNumber": fields["LearnRefNumber"].replace("L", "L/")}, delivery)
