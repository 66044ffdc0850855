"""The checker of `make torture` is worth its silence: every planted loss, double and half is a fault."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest

from gateway.core.model import Learner
from gateway.core.submission import Folder
from gateway.core.uln import Uln
from gateway.pipeline import process
from tests.desk import ADA, COLLEGE, Desk, desk_of
from tests.torture import reading
from tests.torture.checker import faults
from tests.torture.evidence import Evidence, Sent

NEW = [
    Learner(given_name=f"Given{letter}", family_name=f"Family{letter}", date_of_birth=date(2007, 1, 1 + place), sex="1",
            postcode=f"M{place} 1AE", ability_to_share="1")
    for place, letter in enumerate("abcd", start=1)
]  # fmt: skip
_OTHER = Uln.of(955_555_555)
_FIRST = "(select min(id) from submission)"
SECOND_ENTRY = """
insert into learner (uln, given_name, family_name, date_of_birth, sex, postcode, middle_name, preferred_given_name,
                     previous_family_name, family_name_at_16, email, upn, former_postcodes, ability_to_share, status,
                     source)
select OTHER, given_name, family_name, date_of_birth, sex, postcode, middle_name, preferred_given_name,
       previous_family_name, family_name_at_16, email, upn, former_postcodes, ability_to_share, status, source
from learner where source = 'issued' order by no limit 1"""


@pytest.fixture(scope="module")
def desk(shared_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give a gateway that has answered two files, and nothing went wrong; no test changes it for good."""
    made = desk_of(shared_database, tmp_path_factory.mktemp("desk"), issuing=True)
    for learners in ([ADA, *NEW[:2]], NEW[1:]):
        process(made.send(learners), made.gateway)
    made.sql("delete from procrastinate_jobs")
    yield made
    made.record.close()


def evidence_of(desk: Desk, *statements: str) -> Evidence:
    """Look at a gateway as a torture run does, while something in its database is otherwise than it should be."""
    with desk.record._pool.connection() as connection, connection.transaction(force_rollback=True):
        for statement in statements:
            connection.execute(statement.replace("FIRST", _FIRST).replace("OTHER", str(_OTHER)))
        books = reading.books(connection)
    files = {}
    for folder in (Folder.OUT, Folder.RECEIPTS):
        for it in desk.gateway.mailboxes.listing(COLLEGE.id, folder):
            kept = desk.folder / "files" / str(it.blob)[12:14] / str(it.blob).replace("/", ".") if it.blob else None
            body = it.body if kept is None else kept.read_bytes() if kept.exists() else None
            files |= {f"{folder}/{it.name}": body} if body is not None else {}
    sent = [Sent(organisation=COLLEGE.id, folder="in", name=it.name, sha256=it.sha256) for it in books.submissions]
    seen = {path[4:]: hashlib.sha256(body).hexdigest() for path, body in files.items() if path.startswith("out/")}
    return Evidence(
        books=books,
        sent=sent,
        mailboxes={COLLEGE.id: files},
        seen={COLLEGE.id: seen},
        blobs=reading.blobs(desk.folder / "files"),
        temporary=reading.temporary(desk.folder),
    )


def planted(desk: Desk, *statements: str) -> list[str]:
    """Return the faults after the database was changed behind the gateway's back; what was sent stays what it was."""
    return faults(replace(evidence_of(desk, *statements), sent=evidence_of(desk).sent))


@contextmanager
def away(desk: Desk, blob: str) -> Iterator[None]:
    """Take a blob out of the file store while the block lasts."""
    with desk.gateway.files.local(blob) as path:
        aside = path.rename(desk.folder / "aside")
        try:
            yield
        finally:
            aside.rename(path)


def test_nothing_is_wrong_where_nothing_went_wrong(desk: Desk) -> None:
    evidence = evidence_of(desk)
    assert faults(evidence) == []
    assert len(evidence.books.submissions) == 2
    assert len(evidence.books.issued) == 4


PLANTED = (
    ("was not answered", "delete from response_file where part = 'match.csv' and submission = FIRST"),
    ("has 0 reports", "delete from response_file where submission = FIRST"),
    (
        "are 0 submissions",
        "truncate step, receipt, response_file, question_record cascade",
        "update submission set follows = null",
        "delete from submission where id = FIRST",
    ),
    ("is matched", "update submission set status = 'matched' where id = FIRST"),
    ("is leased still", "update submission set lease = 'a.1' where id = FIRST"),
    ("after the steps", "delete from step where step = 'deliver' and submission = FIRST"),
    ("were acknowledged and 0 have a receipt", "delete from receipt where submission = FIRST"),
    ("issued ULNs are not in the register", "delete from learner where source = 'issued'"),
    ("people were issued more than one ULN", SECOND_ENTRY),
    ("entries were issued to nobody", SECOND_ENTRY),
    ("was issued 2 times", "insert into issued select submission, 9, uln from issued order by uln limit 1"),
    (
        "was issued 2 ULNs",
        "alter table issued drop constraint issued_pkey",
        "insert into issued select submission, record, OTHER from issued order by uln limit 1",
    ),
    ("that was not issued to it", "delete from issued where submission = FIRST"),
    (
        "has 2 reports",
        "alter table response_file drop constraint response_file_pkey",
        """insert into response_file
        select submission, part, organisation, 'again.' || name, blob, size, published_at, acknowledged_at
        from response_file where submission = FIRST""",
    ),
    ("has other bytes than were kept", "update response_file set size = size - 1 where submission = FIRST"),
    (
        "1 wake-ups are left over",
        "insert into procrastinate_jobs (queue_name, task_name, status) values ('x', 'process', 'doing')",
    ),
)
"""What must be told, and what is done to the database behind the gateway's back."""


@pytest.mark.parametrize(("told", "statements"), [(told, statements) for told, *statements in PLANTED])
def test_what_is_planted_in_the_database_is_found(desk: Desk, told: str, statements: list[str]) -> None:
    assert [fault for fault in planted(desk, *statements) if told in fault]


def test_a_response_blob_that_is_lost_is_found(desk: Desk) -> None:
    before = evidence_of(desk)
    report = next(it for it in before.books.responses if it.part == "report.json")
    with away(desk, report.blob):
        told = faults(replace(evidence_of(desk), seen=before.seen))
    assert f"response_sets: report.json of {report.submission} is missing in its mailbox" in told


def test_an_upload_whose_bytes_are_lost_is_found(desk: Desk) -> None:
    upload = evidence_of(desk).books.submissions[0]
    with away(desk, upload.blob):
        assert faults(evidence_of(desk)) == [f"file_store: the bytes of {upload.id} are not kept"]


def test_a_draft_that_is_left_over_is_found(desk: Desk) -> None:
    draft = desk.folder / "files" / "zz" / ".tmp-1"
    draft.parent.mkdir()
    draft.touch()
    assert faults(evidence_of(desk)) == ["file_store: .tmp-1 was left over"]
    draft.unlink()


def test_bytes_of_an_upload_that_was_not_recorded_must_be_announced(desk: Desk) -> None:
    stray = desk.folder / "files" / "zz" / f"zzzzzzzzzzzzzz.{'0' * 64}"
    stray.parent.mkdir(exist_ok=True)
    stray.touch()
    (told,) = faults(evidence_of(desk))
    assert "is of no submission, and nobody will clear it" in told
    desk.record.store.announce("zzzzzzzzzzzzzz")
    assert faults(evidence_of(desk)) == []
    stray.unlink()


def changed(part: str, change: Callable[[bytes], bytes]) -> Callable[[Evidence], None]:
    """Let a client find other bytes in one response file."""

    def spoil(evidence: Evidence) -> None:
        name = next(it.name for it in evidence.books.responses if it.part == part)
        files = dict(evidence.mailboxes[COLLEGE.id])
        files[f"out/{name}"] = change(files[f"out/{name}"])
        evidence.mailboxes = {COLLEGE.id: files}

    return spoil


def unasked(evidence: Evidence) -> None:
    evidence.sent = [*evidence.sent[1:], replace(evidence.sent[0], whole=False, acknowledged=False)]


def never_answered(evidence: Evidence) -> None:
    evidence.sent = [*evidence.sent, replace(evidence.sent[0], sha256="0" * 64)]


def seen_half(evidence: Evidence) -> None:
    name = next(iter(evidence.seen[COLLEGE.id]))
    evidence.seen = {COLLEGE.id: {**evidence.seen[COLLEGE.id], name: "0" * 64}}


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (changed("match.csv", lambda body: body[: body.rindex(b"\n", 0, -1)]), "match.csv answers 2"),
        (changed("report.json", lambda body: re.sub(rb'"read": \d+', b'"read": 77', body)), "read 77 and answered"),
        (
            changed("report.json", lambda body: re.sub(rb'"sha256": "....', b'"sha256": "none', body, count=1)),
            "is of another file",
        ),
        (unasked, "was taken and never closed by its client"),
        (never_answered, "are 0 submissions"),
        (seen_half, "was seen otherwise than it is now"),
    ],
)
def test_what_a_client_sees_wrongly_is_found(desk: Desk, spoil: Callable[[Evidence], None], told: str) -> None:
    evidence = evidence_of(desk)
    spoil(evidence)
    assert [fault for fault in faults(evidence) if told in fault]
