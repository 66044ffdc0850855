"""Records that are kept for learners, through the pipeline: decided in order, stored once, or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.kinds.lrb.kind import LrbCsv
from gateway.core.errors import StoreError
from gateway.core.handover import FileHeader, Finding
from gateway.core.keeper import Keeper
from gateway.core.keeping import Kept, RecordChange, RecordKey, Settled
from gateway.core.model import CheckedRecord, Learner, Match, Record
from gateway.core.notices import Notice, Scope, Severity
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.ports.kinds import Settling
from gateway.core.rules.rule import Context
from gateway.core.submission import Job, Submission
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, TESTING, Desk, desk_of

NOT_ALLOWED = Notice(
    code="NO", severity=Severity.ERROR, scope=Scope.RECORD, message="Not allowed.", fix="Leave it out."
)
PEOPLE = [replace(ADA, given_name=name, middle_name=name) for name in ("Ada", "Bea", "Cora")]


class Places:
    """Keeps the postcode of everybody by family name; a second one amends the first, and Zoe is not allowed."""

    def keys(self, checked: CheckedRecord, _found: Match) -> Sequence[RecordKey]:
        return [RecordKey("place", "kingsway", (checked.record["FamilyName"],))]

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        if checked.record["GivenName"] == "Zoe":
            return Settled(match=replace(found, notices=(*found.notices, NOT_ALLOWED)))
        (key,) = self.keys(checked, found)
        values = {"place": checked.record["MiddleOtherName"]}
        held = kept.get(key)
        if held is not None and held.values == values:
            return Settled(match=replace(found, effect=Effect.UNCHANGED))
        effect = Effect.AMENDED if held else Effect.STORED
        change = RecordChange(key=key, effect=effect, values=values, expects=held.version if held else 0)
        return Settled(match=replace(found, effect=effect), changes=(change,))


class PlacesAndNames(Places):
    """Keeps the given name of everybody as well, under a key of its own."""

    def keys(self, checked: CheckedRecord, found: Match) -> Sequence[RecordKey]:
        (place,) = super().keys(checked, found)
        return [place, place._replace(sort="name")]

    def settle(self, checked: CheckedRecord, found: Match, kept: Mapping[RecordKey, Kept]) -> Settled:
        settled = [self._one(key, checked.record, kept.get(key)) for key in self.keys(checked, found)]
        changes = tuple(change for change in settled if change is not None)
        return Settled(match=replace(found, effect=Effect.AMENDED if changes else Effect.UNCHANGED), changes=changes)

    def _one(self, key: RecordKey, record: Record, held: Kept | None) -> RecordChange | None:
        values = {"value": record["MiddleOtherName" if key.sort == "place" else "GivenName"]}
        if held is not None and held.values == values:
            return None
        return RecordChange(key=key, effect=Effect.STORED, values=values, expects=held.version if held else 0)


class KeepsPlaces(LrbCsv):
    """A kind that keeps something for learners."""

    registers = False

    def settling(self, context: Context) -> Settling:
        assert context.sender is not None
        return Places()


class OnlyChecks(KeepsPlaces):
    """The same, of a file that says itself that it is only to be checked."""

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        for finding in super().check(path, context):
            yield replace(finding, job=Job.CHECK) if isinstance(finding, FileHeader) else finding


class AllOrNothing(KeepsPlaces):
    """The same, where nothing is accepted when any record is refused."""

    whole_file = True


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False, kind=KeepsPlaces)
    yield made
    made.record.close()


@pytest.fixture
def strict(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False, kind=AllOrNothing)
    yield made
    made.record.close()


def effects(desk: Desk, submission: Submission) -> dict[str, int]:
    shown = desk.record.submissions.show(submission.id)
    assert shown is not None
    return dict(shown.counts)


def places(desk: Desk) -> list[tuple[object, ...]]:
    return desk.rows_of("select version, content ->> 'place' from record_version order by version")


def test_a_later_record_of_a_file_sees_what_an_earlier_one_did(desk: Desk) -> None:
    counts = effects(desk, process(desk.send(PEOPLE), desk.gateway))
    assert counts == {"read": 3, "accepted": 3, "rejected": 0, "held": 0, "stored": 1, "amended": 2}
    assert places(desk) == [(1, "Ada"), (2, "Bea"), (3, "Cora")]


@pytest.mark.parametrize(("sender", "job"), [(TESTING, Job.FULL), (COLLEGE, Job.CHECK)])
def test_a_check_and_a_test_mailbox_are_answered_alike_and_nothing_is_kept(
    desk: Desk, sender: object, job: Job
) -> None:
    counts = effects(desk, process(desk.send(PEOPLE, sender=sender, job=job), desk.gateway))  # type: ignore[arg-type]
    assert (counts["stored"], counts["amended"]) == (1, 2)
    assert places(desk) == []


def test_a_file_that_asks_to_be_checked_is_not_more_than_checked(database: str, tmp_path: Path) -> None:
    desk = desk_of(database, tmp_path, issuing=False, kind=OnlyChecks)
    submission = process(desk.send(PEOPLE), desk.gateway)
    assert effects(desk, submission)["stored"] == 1
    assert places(desk) == []
    desk.record.close()


def test_a_second_run_answers_as_the_first_and_changes_nothing(desk: Desk) -> None:
    submission = process(desk.send(PEOPLE), desk.gateway)
    first = effects(desk, submission)
    desk.run_again(submission)
    assert effects(desk, submission) == first
    assert len(places(desk)) == 3


def test_an_error_that_is_found_late_refuses_its_record_alone(desk: Desk) -> None:
    counts = effects(desk, process(desk.send([replace(ADA, given_name="Zoe"), *PEOPLE]), desk.gateway))
    assert counts == {"read": 4, "accepted": 3, "rejected": 1, "held": 0, "refused": 1, "stored": 1, "amended": 2}


def test_of_a_file_with_one_refused_record_nothing_is_kept_where_all_or_nothing_holds(strict: Desk) -> None:
    counts = effects(strict, process(strict.send([*PEOPLE, replace(ADA, given_name="Zoe")]), strict.gateway))
    assert counts == {"read": 4, "accepted": 0, "rejected": 4, "held": 0, "refused": 4}
    assert places(strict) == []
    counts = effects(strict, process(strict.send(PEOPLE), strict.gateway))
    assert (counts["accepted"], len(places(strict))) == (3, 3)


def test_changes_that_come_too_late_are_decided_again(desk: Desk) -> None:
    keepers = [Keeper(name, Places(), desk.record.records, stores=True) for name in ("A", "B")]
    raced = Raced(desk.record.records, lambda: keepers[1].settle(asked("Bea")))
    keepers[0].records = raced
    settled = keepers[0].settle(asked("Ada"))
    assert settled[1].effect is Effect.AMENDED
    assert places(desk) == [(1, "Bea"), (2, "Ada")]


def test_all_that_a_record_changes_is_kept_and_seen_by_later_records(desk: Desk) -> None:
    keeper = Keeper("A", PlacesAndNames(), desk.record.records, stores=True)
    three = {number: asked(place)[1] for number, place in enumerate(["York", "York", "Bath"], 1)}
    settled = keeper.settle(three)
    assert [settled[number].effect for number in three] == [Effect.AMENDED, Effect.UNCHANGED, Effect.AMENDED]
    made = desk.rows_of("select place, seq, version, content ->> 'value' from record_version order by place, seq")
    assert made == [(1, 1, 1, "York"), (1, 2, 1, "Ada"), (3, 1, 2, "Bath")]


def test_a_whole_file_that_comes_too_late_is_our_fault_and_tried_again(desk: Desk) -> None:
    waiting = Keeper("A", Places(), desk.record.records, stores=False, waits=True)
    waiting.settle(asked("Ada"))
    Keeper("B", Places(), desk.record.records, stores=True).settle(asked("Bea"))
    with pytest.raises(StoreError, match="at the same time"):
        waiting.store()


class Raced:
    """The records, with somebody who is quicker once."""

    def __init__(self, records: object, quicker: object) -> None:
        self._records = records
        self._quicker = [quicker]

    def kept(self, *asked: object) -> object:
        return self._records.kept(*asked)  # type: ignore[attr-defined]

    def put(self, *asked: object) -> object:
        if self._quicker:
            self._quicker.pop()()  # type: ignore[operator]
        return self._records.put(*asked)  # type: ignore[attr-defined]


def asked(place: str) -> dict[int, tuple[CheckedRecord, Match]]:
    values = {"FamilyName": "Quill", "GivenName": "Ada", "MiddleOtherName": place}
    checked = CheckedRecord(record=Record(number=1, line=2, key="", values=values), learner=Learner())
    return {1: (checked, Match(outcome=MatchOutcome.NO_MATCH))}
