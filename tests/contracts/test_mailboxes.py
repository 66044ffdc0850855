"""The contract of the `Mailboxes` port. A further adapter is one more name in the fixture's list.

`arrange` records a submission as the adapter's store does, with the receipt that `receipt_of` writes; the organisations
HILL and DALE are there already. A duplicate (the same bytes again) is arranged in the same way.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.stores.database import open_pool
from adapters.stores.mailboxes import PostgresMailboxes
from adapters.stores.organisations import PostgresOrganisations
from adapters.stores.queue import PostgresQueue
from adapters.stores.submissions import PostgresStore
from gateway.core.answered import AnsweredUln
from gateway.core.documents import Receipt
from gateway.core.handover import Part
from gateway.core.ids import mailbox_name
from gateway.core.ports.mailboxes import Mailboxes
from gateway.core.submission import Folder, Job, Mode, Organisation, OrganisationKind, Submission
from tests.fakes import FakeMailboxes

NOW = datetime.now(UTC).replace(microsecond=0)
HILL = Organisation(id="hill-school", name="Hill School", kind=OrganisationKind.SCHOOL)
DALE = Organisation(id="dale-college", name="Dale College", kind=OrganisationKind.COLLEGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """A mailbox adapter and the way to record a submission behind it."""

    mailboxes: Mailboxes
    arrange: Callable[[Submission], object]


def submission(number: int, name: str, **changes: object) -> Submission:
    """Return a submission whose bytes are its own, unless `changes` say otherwise."""
    made = Submission(
        id=f"0c4xk2mz9{number:05}",
        organisation=HILL,
        name=name,
        sha256=f"{number:064x}",
        size=1000 + number,
        job=Job.FULL,
        mode=HILL.mode,
        received_at=NOW + timedelta(seconds=number),
        processing_date=NOW.date(),
        blob=f"0c4xk2mz9{number:05}/{number:064x}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def receipt_of(given: Submission, first_id: str | None = None) -> Receipt:
    """Return the receipt of a submission, or of a duplicate of the first."""
    return Receipt(
        id=given.id,
        organisation=given.organisation.id,
        file=given.name,
        bytes=given.size,
        sha256=given.sha256,
        received_at=given.received_at,
        status="duplicate" if first_id else "received",
        first_id=first_id,
        message="We hold your file.",
    )


def parts(given: Submission, *names: str) -> dict[str, Part]:
    """Return a response set with these parts."""
    return {
        part: Part(name=mailbox_name(given.name, given.id, part), blob=f"{given.id}/{at:064x}", size=at)
        for at, part in enumerate(names, start=10)
    }


@pytest.fixture
def fake_mailboxes() -> Arranged:
    fake = FakeMailboxes(lambda: NOW)
    return Arranged(mailboxes=fake, arrange=lambda given: fake.receive(given, receipt_of(given)))


@pytest.fixture
def postgres_mailboxes(database: str) -> Iterator[Arranged]:
    with closing(open_pool(database)) as pool:
        for organisation in (HILL, DALE):
            PostgresOrganisations(pool).add(organisation)
        store = PostgresStore(pool, PostgresQueue(database, pool))

        def arrange(given: Submission) -> Receipt:
            store.announce(given.id)
            return store.add(given, lambda earlier: receipt_of(given, earlier.first_id))

        yield Arranged(mailboxes=PostgresMailboxes(pool), arrange=arrange)


@pytest.fixture(params=["fake_mailboxes", "postgres_mailboxes"])
def arranged(request: pytest.FixtureRequest) -> Arranged:
    return request.getfixturevalue(request.param)


def names(arranged: Arranged, organisation: Organisation, folder: Folder) -> list[str]:
    return [file.name for file in arranged.mailboxes.listing(organisation.id, folder)]


def test_an_empty_mailbox_lists_nothing(arranged: Arranged) -> None:
    for folder in Folder:
        assert arranged.mailboxes.listing(HILL.id, folder) == []
        assert arranged.mailboxes.find(HILL.id, folder, "a.csv") is None
    assert arranged.mailboxes.listing("nobody", Folder.IN) == []


def test_an_accepted_upload_stays_listed_with_its_size_and_time(arranged: Arranged) -> None:
    given = submission(1, "a.csv")
    arranged.arrange(given)
    (file,) = arranged.mailboxes.listing(HILL.id, Folder.IN)
    assert (file.folder, file.name, file.size, file.modified_at) == (Folder.IN, "a.csv", 1001, given.received_at)
    assert arranged.mailboxes.find(HILL.id, Folder.IN, "a.csv") == file


def test_a_check_only_upload_stays_in_its_own_folder(arranged: Arranged) -> None:
    arranged.arrange(submission(1, "a.csv", job=Job.CHECK))
    assert names(arranged, HILL, Folder.CHECK) == ["a.csv"]
    assert names(arranged, HILL, Folder.IN) == []
    assert arranged.mailboxes.find(HILL.id, Folder.IN, "a.csv") is None


def test_a_receipt_can_be_read_at_once(arranged: Arranged) -> None:
    given = submission(1, "a.csv")
    arranged.arrange(given)
    (file,) = arranged.mailboxes.listing(HILL.id, Folder.RECEIPTS)
    assert file.name == f"a.{given.id}.receipt.json"
    assert file.body is not None
    assert bytes(file.body) == receipt_of(given).to_json().encode()
    assert file.size == len(file.body)
    assert arranged.mailboxes.find(HILL.id, Folder.RECEIPTS, file.name) == file


def test_folders_are_listed_by_name(arranged: Arranged) -> None:
    for number, name in enumerate(["c.csv", "a.csv", "b.csv"]):
        arranged.arrange(submission(number, name))
    assert names(arranged, HILL, Folder.IN) == ["a.csv", "b.csv", "c.csv"]


def test_of_two_uploads_of_one_name_the_later_is_listed(arranged: Arranged) -> None:
    arranged.arrange(submission(1, "a.csv"))
    arranged.arrange(submission(2, "a.csv"))
    (file,) = arranged.mailboxes.listing(HILL.id, Folder.IN)
    assert file.size == 1002
    assert len(names(arranged, HILL, Folder.RECEIPTS)) == 2


def test_the_same_bytes_under_another_name_are_listed_too(arranged: Arranged) -> None:
    """A client looks for the name after its upload: were a duplicate's not there, it would send the file for ever."""
    first = submission(1, "a.csv")
    arranged.arrange(first)
    arranged.arrange(submission(2, "b.csv", sha256=first.sha256, size=first.size))
    assert names(arranged, HILL, Folder.IN) == ["a.csv", "b.csv"]
    found = arranged.mailboxes.find(HILL.id, Folder.IN, "b.csv")
    assert found is not None
    assert found.size == first.size
    assert len(names(arranged, HILL, Folder.RECEIPTS)) == 2


def test_a_response_set_is_put_into_out(arranged: Arranged) -> None:
    given = submission(1, "a.csv")
    arranged.arrange(given)
    arranged.mailboxes.publish(given.id, parts(given, "match.csv", "report.json"))
    first, second = arranged.mailboxes.listing(HILL.id, Folder.OUT)
    assert (first.name, first.size, first.blob) == (f"a.{given.id}.match.csv", 10, f"{given.id}/{10:064x}")
    assert (second.name, second.size, second.blob) == (f"a.{given.id}.report.json", 11, f"{given.id}/{11:064x}")
    assert first.folder is Folder.OUT
    assert first.modified_at.tzinfo is not None
    assert arranged.mailboxes.find(HILL.id, Folder.OUT, first.name) == first


def test_a_second_publishing_changes_nothing(arranged: Arranged) -> None:
    given = submission(1, "a.csv")
    arranged.arrange(given)
    arranged.mailboxes.publish(given.id, parts(given, "match.csv"))
    before = arranged.mailboxes.listing(HILL.id, Folder.OUT)
    arranged.mailboxes.publish(given.id, parts(given, "match.csv", "report.json"))
    assert arranged.mailboxes.listing(HILL.id, Folder.OUT) == before


def test_an_acknowledged_response_is_gone_and_does_not_come_back(arranged: Arranged) -> None:
    given = submission(1, "a.csv")
    arranged.arrange(given)
    response = parts(given, "match.csv", "report.json")
    arranged.mailboxes.publish(given.id, response)
    name = response["match.csv"].name
    assert arranged.mailboxes.acknowledge(HILL.id, name)
    assert not arranged.mailboxes.acknowledge(HILL.id, name)
    arranged.mailboxes.publish(given.id, response)
    assert names(arranged, HILL, Folder.OUT) == [response["report.json"].name]
    assert arranged.mailboxes.find(HILL.id, Folder.OUT, name) is None


def test_only_a_response_can_be_acknowledged(arranged: Arranged) -> None:
    given = submission(1, "a.csv")
    arranged.arrange(given)
    assert not arranged.mailboxes.acknowledge(HILL.id, "a.csv")
    assert not arranged.mailboxes.acknowledge(HILL.id, f"a.{given.id}.receipt.json")
    assert names(arranged, HILL, Folder.IN) == ["a.csv"]
    assert len(names(arranged, HILL, Folder.RECEIPTS)) == 1


def test_no_organisation_sees_or_acknowledges_anothers(arranged: Arranged) -> None:
    given = submission(1, "a.csv")
    arranged.arrange(given)
    response = parts(given, "match.csv")
    arranged.mailboxes.publish(given.id, response)
    for folder in Folder:
        assert arranged.mailboxes.listing(DALE.id, folder) == []
    assert arranged.mailboxes.find(DALE.id, Folder.IN, "a.csv") is None
    assert arranged.mailboxes.find(DALE.id, Folder.OUT, response["match.csv"].name) is None
    assert not arranged.mailboxes.acknowledge(DALE.id, response["match.csv"].name)
    assert names(arranged, HILL, Folder.OUT) == [response["match.csv"].name]


def test_two_organisations_may_send_the_same_name_and_bytes(arranged: Arranged) -> None:
    first = submission(1, "a.csv")
    arranged.arrange(first)
    arranged.arrange(submission(2, "a.csv", organisation=DALE, sha256=first.sha256))
    assert names(arranged, HILL, Folder.IN) == names(arranged, DALE, Folder.IN) == ["a.csv"]
    assert len(names(arranged, HILL, Folder.RECEIPTS)) == len(names(arranged, DALE, Folder.RECEIPTS)) == 1


def test_a_stamped_name_moves_on_by_a_minute_where_the_organisation_has_had_it(arranged: Arranged) -> None:
    stamped = "LRB_10000001_311220262359.CSV"
    for number, owner in ((1, HILL), (2, HILL), (3, DALE), (4, HILL)):
        given = submission(number, f"a{number}.csv", organisation=owner)
        arranged.arrange(given)
        if number == 4:
            assert arranged.mailboxes.acknowledge(HILL.id, stamped)
        one = Part(name=stamped, blob=f"{given.id}/{number:064x}", size=number, stamped=True)
        arranged.mailboxes.publish(given.id, {"forward.CSV": one})
    assert names(arranged, HILL, Folder.OUT) == ["LRB_10000001_010120270000.CSV", "LRB_10000001_010120270001.CSV"]
    assert names(arranged, DALE, Folder.OUT) == [stamped]


def test_what_a_response_set_answers_with_is_known_of_its_organisation_and_mode_alone(arranged: Arranged) -> None:
    given, theirs = submission(1, "a.csv"), submission(2, "b.csv", organisation=DALE)
    tried = submission(3, "c.csv", mode=Mode.TEST)
    for it in (given, theirs, tried):
        arranged.arrange(it)
    arranged.mailboxes.publish(given.id, parts(given, "match.csv"), [AnsweredUln("1000000043", "K1")] * 2)
    arranged.mailboxes.publish(given.id, parts(given, "match.csv"), [AnsweredUln("1000000051", "K2")])
    arranged.mailboxes.publish("nothing", {}, [AnsweredUln("1000000051", "K2")])
    asked = ["1000000043", "1000000051"]
    assert arranged.mailboxes.answered(given, asked) == {"1000000043"}
    assert arranged.mailboxes.answered(given, []) == frozenset()
    for other in (theirs, tried):
        assert arranged.mailboxes.answered(other, asked) == frozenset()


def test_an_upload_is_listed_with_the_time_that_its_sender_gives_it(arranged: Arranged) -> None:
    for job in Job:
        arranged.arrange(submission(1 if job is Job.FULL else 2, "a.csv", job=job))
    (file,) = arranged.mailboxes.listing(HILL.id, Folder.CHECK)
    theirs = NOW - timedelta(days=900)
    arranged.mailboxes.touch(HILL.id, file, theirs)
    arranged.mailboxes.touch(DALE.id, file, NOW)
    assert arranged.mailboxes.find(HILL.id, Folder.CHECK, "a.csv") == replace(file, modified_at=theirs)
    assert arranged.mailboxes.listing(HILL.id, Folder.IN)[0].modified_at != theirs
