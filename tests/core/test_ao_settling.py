"""What becomes of a result: by whose it is, and by what is held under its key."""

from dataclasses import replace
from datetime import date

import pytest

from adapters.kinds.ao_results.result import learner
from adapters.kinds.ao_results.settling import ResultSettling, result_key
from gateway.core.keeping import Kept, Settled
from gateway.core.matching.verify import verify
from gateway.core.model import CheckedRecord, Entry, Match, Record
from gateway.core.outcomes import Effect, MatchOutcome, Total
from tests.golden.ao_files import ALEX, HEADINGS, NAME, REGISTER, RESULT, context_of

ULN = "9990000017"
AMENDED = {"Action": "A", "Grade": "8", "PreviousGrade": "7", "ChangeReason": "CLERICAL"}


def checked_of(**change: str) -> CheckedRecord:
    values = dict.fromkeys(HEADINGS, "") | RESULT | change
    record = Record(number=1, line=2, key="r1", values=values)
    return CheckedRecord(record=record, learner=learner(record))


def settled(checked: CheckedRecord, kept: Kept | None = None, match: Match | None = None, **told: object) -> Settled:
    settling = ResultSettling(context_of(NAME, **told))
    assert checked.learner is not None
    found = match or verify(checked.learner, entry_of(checked.learner.uln))
    keys = settling.keys(checked, found)
    return settling.settle(checked, found, {keys[0]: kept} if keys and kept else {})


def entry_of(uln: str) -> Entry | None:
    return next((entry for entry in REGISTER if entry.uln == uln), None)


def held(**change: str) -> Kept:
    (change_made,) = settled(checked_of(**change)).changes
    return change_made.kept


def test_the_key_has_organisation_learner_qualification_level_unit_and_series() -> None:
    record = checked_of(ResultLevel="U", UnitOrComponentCode="BIO1", QAN="601/8702/5").record
    key = result_key(record, ULN)
    assert (key.sort, key.owner) == ("ao-result", "10000101")
    assert key.parts == (ULN, "60187025", "U", "BIO1", "2026-06")


def test_a_result_of_a_linked_learner_is_kept_for_the_master() -> None:
    found = settled(checked_of(ULN="9990000033", FamilyName="Dawlish"))
    (change,) = found.changes
    assert (change.uln, change.key.parts[0]) == (ULN, ULN)


def test_an_embargo_is_kept_with_the_result() -> None:
    kept = held(EmbargoUntil="2026-09-20T08:00", AwardDate="2026-09-20")
    assert kept.values["EmbargoUntil"] == "2026-09-20T08:00"


def test_every_uci_of_a_result_is_kept() -> None:
    found = settled(checked_of(UCI="123450230002C"), held())
    assert found.match.effect is Effect.UNCHANGED
    (change,) = found.changes
    assert change.values["UCIs"] == "123450230001W;123450230002C"
    again = settled(checked_of(UCI="123450230001W"), change.kept)
    assert [notice.code for notice in again.match.notices] == ["AR-30"]


def test_a_withdrawn_result_keeps_its_values_and_its_reason() -> None:
    found = settled(checked_of(Action="W", Grade="", ChangeReason="MALPRACTICE"), held())
    (change,) = found.changes
    assert (change.effect, change.reason) == (Effect.WITHDRAWN, "MALPRACTICE")
    assert change.kept.withdrawn
    assert change.values["Grade"] == "7"


def test_a_withdrawn_result_can_be_sent_as_new() -> None:
    withdrawn = replace(held(), withdrawn=True)
    found = settled(checked_of(Grade="5"), withdrawn)
    assert found.match.effect is Effect.STORED
    (change,) = found.changes
    assert change.expects == withdrawn.version


@pytest.mark.parametrize(("day", "grade", "reason", "effect"), [
    (date(2026, 10, 30), "8", "CLERICAL", Effect.AMENDED),
    (date(2026, 10, 31), "8", "CLERICAL", None),
    (date(2026, 10, 31), "8", "APPEAL", Effect.AMENDED),
])  # fmt: skip
def test_after_the_last_day_of_appeals_a_result_is_final(
    day: date, grade: str, reason: str, effect: Effect | None
) -> None:
    found = settled(checked_of(**AMENDED | {"Grade": grade, "ChangeReason": reason}), held(), as_of=day)
    assert found.match.effect is effect


def test_a_result_under_review_is_changed_by_the_review_alone() -> None:
    (change,) = settled(checked_of(**AMENDED | {"Grade": "Q", "ChangeReason": "ROMM"}), held()).changes
    again = AMENDED | {"PreviousGrade": "Q"}
    assert [it.code for it in settled(checked_of(**again), change.kept).match.notices] == ["AR-29"]
    assert settled(checked_of(**again | {"ChangeReason": "ROMM"}), change.kept).match.effect is Effect.AMENDED


@pytest.mark.parametrize(("change", "code", "total"), [
    ({}, None, Total.ACCEPTED),
    ({"GivenNames": "A"}, "AR-21", Total.ACCEPTED),
    ({"GivenNames": "Bloggs", "FamilyName": "Alex"}, "AR-21", Total.ACCEPTED),
    ({"GivenNames": ""}, None, Total.ACCEPTED),
    ({"DateOfBirth": "2009-04-16"}, "AR-21", Total.ACCEPTED),
    ({"DateOfBirth": "2999-12-31"}, None, Total.ACCEPTED),
    ({"DateOfBirth": "2999-12-31", "FamilyName": "Quill"}, "AR-22", Total.HELD),
    ({"FamilyName": "Quill"}, "AR-22", Total.HELD),
    ({"Sex": "M"}, "AR-21", Total.ACCEPTED),
    ({"ULN": "9990000076"}, "AR-20", Total.REJECTED),
])  # fmt: skip
def test_a_learner_who_differs_a_little_is_warned_of_and_one_who_clearly_differs_waits(
    change: dict[str, str], code: str | None, total: Total
) -> None:
    found = settled(checked_of(**change))
    assert [notice.code for notice in found.match.notices] == ([code] if code else [])
    assert found.match.total is total
    assert (not found.changes) is (total is not Total.ACCEPTED)


@pytest.mark.parametrize(("outcome", "code", "total"), [
    (MatchOutcome.POSSIBLE_MATCH, "AR-23", Total.HELD),
    (MatchOutcome.TOO_MANY_MATCHES, "AR-23", Total.HELD),
    (MatchOutcome.NO_MATCH, "AR-20", Total.REJECTED),
])  # fmt: skip
def test_without_a_uln_nobody_is_guessed(outcome: MatchOutcome, code: str, total: Total) -> None:
    found = settled(checked_of(ULN=""), match=Match(outcome=outcome))
    assert [notice.code for notice in found.match.notices] == [code]
    assert found.match.total is total
    assert not found.changes


def test_given_names_are_one_text_wherever_the_register_parts_them() -> None:
    whole = Entry(uln=ULN, learner=replace(ALEX, given_name="Alex Sam", middle_name=""))
    checked = checked_of()
    assert checked.learner is not None
    found = settled(checked, match=verify(checked.learner, whole))
    assert (found.match.outcome, found.match.notices) == (MatchOutcome.CONFIDENT_MATCH, ())
