"""No response file tells what the register holds of another person: tried through every kind and every part."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.core.handover import SamplePlan
from gateway.core.model import Entry, Identity, Learner
from gateway.core.ports.kinds import FileKind
from gateway.core.review import Judgement
from gateway.core.submission import Organisation, OrganisationKind, Submission
from gateway.core.uln import ulns_between
from gateway.pipeline import process
from tests.desk import MOMENT, Desk, desk_of
from tests.review_desk import decide, questions, supplemented, texts

KINDS = {name: kind for name, kind in bootstrap.file_kinds().items() if kind.identity is not Identity.NONE}
SCHOOL = Organisation(id="school", name="School", kind=OrganisationKind.SCHOOL, ukprn="10000011", urn="100000",
                      estab="2011234")  # fmt: skip
COLLEGE = Organisation(id="college", name="College", kind=OrganisationKind.COLLEGE, ukprn="10000012")
BOARD = Organisation(id="board", name="Board", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10000013")
ULNS = [str(uln) for _, uln in zip(range(10), ulns_between(9_300_000_000, 9_300_000_999), strict=False)]


def held(number: int, given: str, family: str) -> Learner:
    """Return a person of whom nothing can be guessed from another."""
    letter = "ABCDE"[number]
    return Learner(
        given_name=given,
        family_name=family,
        date_of_birth=date(2006, 10, 13 + number),
        sex="2",
        postcode=f"SW{number}A 2AA",
        middle_name=f"Xanthippe{letter}",
        preferred_given_name=f"Wilhelmina{letter}",
        previous_family_name=f"Yardley{letter}",
        family_name_at_16=f"Vexford{letter}",
        email=f"secret.person@{letter}.example",
        upn=f"A12345678901{number}B",
        former_postcodes=(f"EC{number}A 1BB",),
        ability_to_share="1",
    )


MOVED, DATED, GIVEN, FAMILY, FORMER = (
    held(number, *names)
    for number, names in enumerate(
        [("Zenobia", "Quill"), ("Ottoline", "Marrow"), ("Peregrine", "Hatch"), ("Isolde", "Wexham"), ("Una", "Thrale")]
    )
)
TWIN = replace(GIVEN, given_name="Cordelia", email="", upn="")
PLAIN = {"middle_name": "", "preferred_given_name": "", "previous_family_name": "", "family_name_at_16": "",
         "email": "", "upn": "", "former_postcodes": ()}  # fmt: skip
ASKED = [
    replace(MOVED, **PLAIN | {"given_name": "Quill", "family_name": "Zenobia", "postcode": "LS1 4AB"}),
    replace(DATED, **PLAIN | {"date_of_birth": date(1990, 3, 24)}),
    replace(GIVEN, **PLAIN | {"given_name": "P"}),
    replace(FAMILY, **PLAIN | {"family_name": "Wexhum", "sex": "1", "postcode": "LS1 4AB"}),
    replace(FORMER, **PLAIN | {"family_name": FORMER.previous_family_name, "postcode": "LS1 4AB"}),
]
"""Each has a detail of a person's otherwise than the register, and none of what only the register knows.

The last is found by a former name, and may be answered with the number.
"""
SECRETS = [
    *(word for word in ("Xanthippe", "Wilhelmina", "Vexford", "secret.person", "A12345678901", "1BB")),
    *(f"Yardley{letter}" for letter in "ABCD"),
    *("SW0A", "SW0 A", "SW4A", "2006-10-14", "14/10/2006", "14102006", "20061014"),
    *("Peregrine", "Cordelia", "Wexham", "Thrale"),
    *(uln for uln in ULNS[:6] if uln != ULNS[4]),
]
"""What no answer may hold: values of the register's and its ULNs."""


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    for organisation in (SCHOOL, COLLEGE, BOARD):
        made.record.organisations.add(organisation)
    people = (MOVED, DATED, GIVEN, FAMILY, FORMER, TWIN)
    made.record.register_keeping.load(Entry(uln=uln, learner=it) for uln, it in zip(ULNS, people, strict=False))
    made.gateway = replace(made.gateway, kinds=bootstrap.file_kinds())
    yield made
    made.record.close()


def sender_of(kind: FileKind) -> Organisation:
    for organisation in (COLLEGE, SCHOOL, BOARD):
        if organisation.kind in kind.senders:
            return organisation
    return BOARD


def asked(desk: Desk, kind: FileKind, *learners: Learner) -> Submission:
    sender = sender_of(kind)
    plan = SamplePlan(organisation=sender, moment=MOMENT, bad_percent=0, seed=1)
    sample = kind.samples(learners, plan)
    return process(desk.take(sample.name, sample.content, sender), desk.gateway)


def tells(told: dict[str, str], secrets: Iterable[str]) -> list[tuple[str, str]]:
    """Return each part with the secret that it tells."""
    return [(part, secret) for part, content in told.items() for secret in secrets if secret in content]


@pytest.mark.parametrize("name", KINDS)
def test_no_part_of_any_answer_tells_a_value_or_a_uln_of_the_registers(desk: Desk, name: str) -> None:
    told = texts(desk, asked(desk, KINDS[name], *ASKED))
    assert {"report.json", "report.html", "match.csv"} <= told.keys()
    if KINDS[name].identity is Identity.MATCH:
        assert "possible_match" in told["match.csv"]
    assert tells(told, SECRETS) == []


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.identity is Identity.VERIFY])
def test_whoever_knows_a_uln_alone_learns_nothing_of_its_owner(desk: Desk, name: str) -> None:
    stranger = Learner(given_name="Tom", family_name="Marlow", date_of_birth=date(2001, 2, 3), sex="1", uln=ULNS[0])
    told = texts(desk, asked(desk, KINDS[name], stranger))
    assert tells(told, ["Zenobia", "Quill", "2006-10-13", "13102006", *SECRETS[:12], *ULNS[1:6]]) == []


@pytest.mark.parametrize("judgement", [Judgement.DIFFERENT, Judgement.CANNOT_TELL])
def test_a_supplement_tells_no_more_than_the_answer_did(desk: Desk, judgement: Judgement) -> None:
    submission = asked(desk, KINDS["lrb-csv"], *ASKED)
    for question in questions(desk):
        decide(desk, question, judgement)
    supplemented(desk)
    told = texts(desk, submission)
    assert {"supplement-1.match.csv", "supplement-1.OUT.CSV", "supplement-1.DETAIL.CSV"} <= told.keys()
    assert tells(told, SECRETS) == []


def test_a_supplement_on_the_same_person_tells_that_uln_and_nothing_else(desk: Desk) -> None:
    submission = asked(desk, KINDS["lrb-csv"], ASKED[0])
    decide(desk, questions(desk)[0], Judgement.SAME, ULNS[0])
    supplemented(desk)
    told = texts(desk, submission)
    assert ULNS[0] in told["supplement-1.OUT.CSV"]
    assert tells(told, set(SECRETS) - {ULNS[0]}) == []
