"""Who was answered with a number hears the next morning that it changed: under its own key, once, whatever happens."""

import csv
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from adapters.stores.queue import PostgresQueue
from gateway.core.answered import AnsweredUln
from gateway.core.errors import FilesError
from gateway.core.model import Entry, Learner
from gateway.core.submission import Folder, Organisation, OrganisationKind, Status, Submission
from gateway.core.uln import Uln
from gateway.core.uln_changes import Act
from gateway.notices import tend, write_notices
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, KNOWN, TESTING, Desk, desk_of

SCHOOL = Organisation(id="hilltop", name="Hilltop", kind=OrganisationKind.SCHOOL, ukprn="10000001")
EVE = replace(ADA, given_name="Eve", date_of_birth=date(2008, 1, 2), postcode="LS1 4AB")
IDA = replace(ADA, given_name="Ida", date_of_birth=date(2008, 3, 4), postcode="YO1 7HH")
OF_EVE, OF_IDA = (str(Uln.of(prefix)) for prefix in (900_000_002, 900_000_003))
NOW = datetime.fromisoformat("2026-11-28T15:00:00+00:00")
NEXT = date(2026, 11, 29)
ACT = Act(by="clerk", reason="one learner", at=NOW)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.record.organisations.add(SCHOOL)
    made.record.register_keeping.load([Entry(uln=OF_EVE, learner=EVE), Entry(uln=OF_IDA, learner=IDA)])
    yield made
    made.record.close()


def send(desk: Desk, *learners: Learner, sender: Organisation = COLLEGE) -> Submission:
    return process(desk.send(learners, sender=sender), desk.gateway)


def notify(desk: Desk, day: date = NEXT) -> list[str]:
    return write_notices(day, desk.record.change_notices, desk.gateway)


def notices(desk: Desk, organisation: Organisation = COLLEGE) -> dict[str, list[tuple[str, ...]]]:
    """Return the rows of each notice in a mailbox, without the headings and the time of the change."""
    found = {}
    for file in desk.gateway.mailboxes.listing(organisation.id, Folder.OUT):
        if file.name.startswith("uln-changes."):
            with desk.gateway.files.open(str(file.blob)) as kept:
                content = kept.read()
            assert file.size == len(content)
            rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
            assert {row.pop("changed_at")[-1] for row in rows} == {"Z"}
            found[file.name.split(".")[1]] = [tuple(row.values()) for row in rows]
    return found


def test_whoever_was_answered_with_a_merged_number_hears_of_it_under_its_own_key(desk: Desk) -> None:
    sent, other = send(desk, ADA, EVE), send(desk, EVE, sender=SCHOOL)
    desk.record.register_changes.merge(KNOWN.uln, [OF_EVE], ACT)
    assert notify(desk) == [SCHOOL.id, COLLEGE.id]
    key, theirs = (desk.rows(it, "match.csv")[-1]["key"] for it in (sent, other))
    assert key
    assert notices(desk) == {str(NEXT): [("merged", OF_EVE, KNOWN.uln, key, sent.id)]}
    assert notices(desk, SCHOOL) == {str(NEXT): [("merged", OF_EVE, KNOWN.uln, theirs, other.id)]}


def test_who_was_not_answered_with_the_number_is_told_nothing(desk: Desk) -> None:
    send(desk, ADA)
    crosswise = replace(EVE, given_name="Quill", family_name="Eve", postcode="CV1 2WT")
    assert desk.rows(send(desk, crosswise, sender=SCHOOL), "match.csv")[0]["outcome"] == "possible_match"
    desk.record.register_changes.merge(KNOWN.uln, [OF_EVE], ACT)
    assert notify(desk) == []
    assert notices(desk) == notices(desk, SCHOOL) == {}


def test_a_mailbox_hears_of_what_it_was_answered_in_its_own_mode(desk: Desk) -> None:
    send(desk, EVE, sender=TESTING)
    desk.record.register_changes.delete(OF_EVE, ACT)
    assert notify(desk) == [TESTING.id]
    desk.record.register_changes.restore(OF_EVE, replace(ACT, at=NOW + timedelta(days=1)))
    desk.sql("update organisation set mode = 'live' where id = 'testing'")
    assert notify(desk, NEXT + timedelta(days=1)) == []
    assert {day: [row[:2] for row in rows] for day, rows in notices(desk, TESTING).items()} == {
        str(NEXT): [("deleted", OF_EVE)]
    }


def test_every_change_is_told_and_one_that_was_taken_back_too(desk: Desk) -> None:
    send(desk, EVE)
    changes = desk.record.register_changes
    changes.merge(KNOWN.uln, [OF_EVE], ACT)
    changes.unmerge(OF_EVE, ACT)
    changes.delete(OF_EVE, ACT)
    changes.restore(OF_EVE, ACT)
    notify(desk)
    told = [row[:3] for row in notices(desk)[str(NEXT)]]
    assert told == [("merged", OF_EVE, KNOWN.uln), ("unmerged", OF_EVE, KNOWN.uln), ("deleted", OF_EVE, ""),
                    ("restored", OF_EVE, "")]  # fmt: skip


def test_who_holds_a_number_below_the_merged_one_hears_of_its_new_master(desk: Desk) -> None:
    send(desk, IDA)
    desk.record.register_changes.merge(OF_EVE, [OF_IDA], ACT)
    notify(desk)
    desk.record.register_changes.merge(KNOWN.uln, [OF_EVE], replace(ACT, at=NOW + timedelta(days=1)))
    assert notify(desk, NEXT + timedelta(days=1)) == [COLLEGE.id]
    assert [row[:3] for rows in notices(desk).values() for row in rows] == [
        ("merged", OF_IDA, OF_EVE), ("merged", OF_IDA, KNOWN.uln),
    ]  # fmt: skip


def test_a_linked_answer_counts_for_the_number_that_was_hit_and_for_its_master(desk: Desk) -> None:
    desk.record.register_changes.merge(KNOWN.uln, [OF_EVE], ACT)
    notify(desk)
    send(desk, EVE, sender=SCHOOL)
    later = replace(ACT, at=NOW + timedelta(days=1))
    desk.record.register_changes.unmerge(OF_EVE, later)
    desk.record.register_changes.delete(KNOWN.uln, later)
    notify(desk, NEXT + timedelta(days=1))
    assert [row[:3] for row in notices(desk, SCHOOL)[str(NEXT + timedelta(days=1))]] == [
        ("unmerged", OF_EVE, KNOWN.uln), ("deleted", KNOWN.uln, ""),
    ]  # fmt: skip


def test_a_day_is_written_once_and_what_comes_later_stands_in_the_next(desk: Desk) -> None:
    send(desk, ADA, EVE, IDA)
    desk.record.register_changes.delete(OF_EVE, ACT)
    assert notify(desk) == [COLLEGE.id]
    desk.record.register_changes.delete(OF_IDA, ACT)
    assert notify(desk) == []
    assert notify(desk, NEXT + timedelta(days=1)) == [COLLEGE.id]
    assert {day: [row[1] for row in rows] for day, rows in notices(desk).items()} == {
        str(NEXT): [OF_EVE],
        str(NEXT + timedelta(days=1)): [OF_IDA],
    }


def test_what_a_gateway_that_was_down_did_not_tell_is_told_when_it_runs_again(desk: Desk) -> None:
    send(desk, EVE, IDA)
    desk.record.register_changes.delete(OF_EVE, ACT)
    desk.record.register_changes.delete(OF_IDA, replace(ACT, at=NOW + timedelta(days=3)))
    assert notify(desk, NEXT + timedelta(days=3)) == [COLLEGE.id]
    assert [row[1] for row in notices(desk)[str(NEXT + timedelta(days=3))]] == [OF_EVE, OF_IDA]
    assert notify(desk) == []


def test_a_change_of_the_same_day_waits_for_the_next_morning_in_london(desk: Desk) -> None:
    send(desk, EVE, IDA)
    late = datetime.fromisoformat("2026-06-30T22:59:59+00:00")
    desk.record.register_changes.delete(OF_EVE, replace(ACT, at=late))
    desk.record.register_changes.delete(OF_IDA, replace(ACT, at=late + timedelta(seconds=1)))
    notify(desk, date(2026, 7, 1))
    assert [row[1] for row in notices(desk)["2026-07-01"]] == [OF_EVE]
    assert notify(desk, date(2026, 6, 30)) == []


def test_a_run_that_is_cut_off_leaves_nothing_and_the_next_one_tells_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(desk, EVE)
    send(desk, EVE, sender=SCHOOL)
    desk.record.register_changes.delete(OF_EVE, ACT)
    create, made = desk.gateway.files.create, []

    def full(space: str) -> object:
        made.append(space)
        if len(made) == 2:
            raise FilesError("the disk is full")
        return create(space)

    monkeypatch.setattr(desk.gateway.files, "create", full)
    with pytest.raises(FilesError):
        notify(desk)
    assert notices(desk) == notices(desk, SCHOOL) == {}
    assert notify(desk) == [SCHOOL.id, COLLEGE.id]


def test_an_answer_that_was_matched_before_the_change_and_came_after_its_notice_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = desk.send([EVE])
    monkeypatch.setattr(desk.record.mailboxes, "publish", lambda *_: (_ for _ in ()).throw(FilesError("cut off")))
    process(submission, desk.gateway)
    monkeypatch.undo()
    moment = desk.gateway.clock()
    desk.record.register_changes.delete(OF_EVE, replace(ACT, at=moment))
    tomorrow = moment.date() + timedelta(days=2)
    assert notify(desk, tomorrow) == []
    desk.sql("update submission set next_try_at = now()")
    again = desk.gateway.store.claim("other", timedelta(seconds=60))
    process(again or submission, desk.gateway)
    assert notify(desk, tomorrow + timedelta(days=1)) == [COLLEGE.id]
    assert notify(desk, tomorrow + timedelta(days=2)) == []
    assert [row[:2] for rows in notices(desk).values() for row in rows] == [("deleted", OF_EVE)]


def test_a_notice_is_taken_out_by_its_owner_alone_and_not_offered_again(desk: Desk) -> None:
    send(desk, EVE)
    desk.record.register_changes.delete(OF_EVE, ACT)
    notify(desk)
    name = f"uln-changes.{NEXT}.csv"
    assert desk.gateway.mailboxes.acknowledge(SCHOOL.id, name) is False
    assert desk.gateway.mailboxes.find(SCHOOL.id, Folder.OUT, name) is None
    assert desk.gateway.mailboxes.find(COLLEGE.id, Folder.OUT, name)
    assert desk.gateway.mailboxes.acknowledge(COLLEGE.id, name) is True
    assert (notify(desk), notices(desk)) == ([], {})


def test_of_several_submissions_with_one_key_the_last_is_named_and_each_key_is(desk: Desk) -> None:
    first, second = send(desk, EVE), send(desk, EVE, ADA)
    assert first.id != second.id
    publish = desk.gateway.mailboxes.publish
    third = desk.send([IDA])
    publish(third.id, {}, [AnsweredUln(OF_EVE, "=other"), AnsweredUln(OF_EVE, "=other")])
    desk.record.register_changes.delete(OF_EVE, ACT)
    notify(desk)
    key = desk.rows(second, "match.csv")[0]["key"]
    assert [row[3:] for row in notices(desk)[str(NEXT)]] == [("'=other", third.id), (key, second.id)]


def test_running_a_submission_again_tells_of_it_once(desk: Desk) -> None:
    submission = send(desk, EVE)
    desk.run_again(submission)
    desk.record.register_changes.delete(OF_EVE, ACT)
    notify(desk)
    assert len(notices(desk)[str(NEXT)]) == 1


def test_a_delivery_that_was_cut_off_when_its_lines_were_gone_comes_to_its_end(desk: Desk) -> None:
    send(desk, EVE)
    desk.sql(
        "delete from step where step = 'deliver'",
        "update submission set status = 'responded', lease = null, finished_at = null",
    )
    again = desk.gateway.store.claim("other", timedelta(seconds=60))
    assert again is not None
    assert process(again, desk.gateway).status is Status.DELIVERED


def test_a_worker_writes_the_notices_by_itself(desk: Desk, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    send(desk, EVE)
    desk.record.register_changes.delete(OF_EVE, replace(ACT, at=desk.gateway.clock() - timedelta(days=1)))
    monkeypatch.setattr("adapters.stores.queue._EVERY_MINUTE", "* * * * * */1")
    queue, stop, done = PostgresQueue(database, desk.record._pool), threading.Event(), threading.Event()

    def called() -> None:
        tend(desk.record.change_notices, desk.gateway)
        done.set()

    running = threading.Thread(target=queue.run, args=(lambda: None, stop, called))
    running.start()
    assert done.wait(30)
    stop.set()
    running.join(30)
    assert [row[:2] for rows in notices(desk).values() for row in rows] == [("deleted", OF_EVE)]


def test_what_is_gathered_between_is_told_with_the_last_submission_of_each_key(desk: Desk) -> None:
    first = send(desk, EVE)
    desk.record.change_notices.gather()
    second = send(desk, EVE, ADA)
    for _ in range(2):
        desk.record.change_notices.gather()
    desk.record.register_changes.delete(OF_EVE, ACT)
    notify(desk)
    assert first.id < second.id
    assert [row[4] for row in notices(desk)[str(NEXT)]] == [second.id]
    assert desk.gateway.mailboxes.answered(second, [OF_EVE, OF_IDA]) == {OF_EVE}
