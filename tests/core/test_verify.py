"""A verify batch's codes and flags, by the worked cases of the specification (`lrs` 5.2)."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.core.matching.verify import verify
from gateway.core.model import Entry, Learner
from gateway.core.outcomes import MatchOutcome, Total

BORN = date(2007, 3, 4)
HELD = Learner(given_name="ANNA", family_name="SMITH", previous_family_name="JONES", date_of_birth=BORN, sex="2")
ENTRY = Entry(uln="1000000043", learner=HELD)
LINKED = replace(ENTRY, master_uln="9276308686")


def asked(given: str, family: str, born: date | None = None, sex: str = "") -> Learner:
    return Learner(given_name=given, family_name=family, date_of_birth=born, sex=sex, uln="1000000043")


@pytest.mark.parametrize(("learner", "code", "flags"), [
    (asked("ANNA", "SMITH"), "WSVRC001", ""),
    (asked("Anna", " smith ", BORN, "2"), "WSVRC001", ""),
    (asked("SMITH", "ANNA"), "WSVRC003", "VRF1 VRF3 VRF5 VRF6"),
    (asked("ANNA", "JONES"), "WSVRC003", "VRF2 VRF3 VRF4 VRF5"),
    (asked("ANNA", "SMITH", date(2007, 4, 3)), "WSVRC005", "VRF7"),
    (asked("BOB", "SMITH"), "WSVRC005", "VRF1 VRF2 VRF3 VRF4 VRF6"),
    (asked("ANNA", "SMITH", BORN, "1"), "WSVRC005", "VRF8"),
    (asked("ANNE", "SMITH"), "WSVRC003", "VRF1 VRF2 VRF3 VRF4 VRF6"),
    (asked("A", "SMITH", BORN, "2"), "WSVRC003", "VRF1 VRF2 VRF3 VRF4 VRF6"),
    (asked("ANNE", "SMITH", date(2007, 3, 5)), "WSVRC005", "VRF1 VRF2 VRF3 VRF4 VRF6 VRF7"),
])  # fmt: skip
def test_a_uln_is_verified_by_the_worked_cases(learner: Learner, code: str, flags: str) -> None:
    found = verify(learner, ENTRY)
    assert found.verified is not None
    assert (found.verified.code, " ".join(found.verified.flags)) == (code, flags)
    assert found.verified.held == ENTRY


@pytest.mark.parametrize(("given", "code", "outcome", "uln"), [
    ("ANNA", "WSVRC002", MatchOutcome.LINKED_LEARNER, "9276308686"),
    ("ANNE", "WSVRC004", MatchOutcome.POSSIBLE_MATCH, "9276308686"),
    ("BOB", "WSVRC005", MatchOutcome.ULN_MISMATCH, None),
])  # fmt: skip
def test_a_linked_uln_is_answered_with_its_master(given: str, code: str, outcome: MatchOutcome, uln: str) -> None:
    found = verify(asked(given, "SMITH"), LINKED)
    assert found.verified is not None
    assert (found.verified.code, found.outcome, found.uln, found.master_uln) == (code, outcome, uln, uln)


def test_a_uln_that_nobody_has_is_told_without_flags() -> None:
    found = verify(asked("ANNA", "SMITH"), None)
    assert found.verified is not None
    assert (found.verified.code, found.verified.flags, found.outcome) == ("WSVRC006", (), MatchOutcome.ULN_NOT_FOUND)


@pytest.mark.parametrize(("given", "born", "total", "guard"), [
    ("ANNA", None, Total.ACCEPTED, None),
    ("ANNE", None, Total.HELD, "names-do-not-verify"),
    ("BOB", None, Total.REJECTED, "names-do-not-verify"),
    ("ANNA", date(2001, 1, 1), Total.REJECTED, "similar-names-contradicted"),
])  # fmt: skip
def test_every_code_counts_in_one_total(given: str, born: date | None, total: Total, guard: str | None) -> None:
    found = verify(asked(given, "SMITH", born), ENTRY)
    assert (found.total, found.guard) == (total, guard)
