"""The audit trail on real PostgreSQL: every access is an event, and what is changed afterwards shows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from adapters.stores.audit import PostgresAudit
from adapters.stores.audit import note as add
from adapters.stores.database import open_pool
from gateway import auditing, bootstrap
from gateway.auditing import Head
from gateway.core import audit as core
from gateway.core.audit import Access, AccessSort, Actor, Break, document
from gateway.core.review import Decision, Judgement
from gateway.core.submission import Job
from gateway.core.uln_changes import Act
from gateway.notices import write_notices
from gateway.pipeline import process
from tests.desk import ADA, KNOWN, Desk, desk_of
from tests.needs import HANGING_S
from tests.review_desk import MOVED, OTHER, decide, questions, sent, supplemented

READ = Access(actor=Actor.OPERATOR, by="kim", sort=AccessSort.READ, purpose="review show", reference="q1")
ACT = Act(by="kim", reason="two numbers of one learner", at=bootstrap.now())


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    yield made
    made.record.close()


@pytest.fixture
def audit(database: str) -> Iterator[PostgresAudit]:
    with open_pool(database) as pool:
        yield PostgresAudit(pool)


def told(desk: Desk) -> list[tuple[str, str, str, int]]:
    """Return what is noted, and of how many learners each."""
    return [(it.access.by, it.access.sort, it.access.purpose, it.access.records) for it in desk.record.audit.events()]


def verified(audit: PostgresAudit, known: Head | None = None) -> Head | Break:
    return auditing.verify(audit, known, lambda _: None)


def changed(database: str, statement: str) -> None:
    """Change the trail as somebody would who owns the database, and takes away what guards it."""
    with psycopg.connect(database) as connection:
        for table in ("audit_event", "audit_detail", "audit_redaction", "audit_link"):
            connection.execute(f"alter table {table} disable trigger user")  # type: ignore[arg-type]
        connection.execute("alter table audit_detail drop constraint if exists audit_detail_event_fkey")
        assert connection.execute(statement).rowcount == 1  # type: ignore[arg-type]


@contextmanager
def restored(database: str) -> Iterator[None]:
    """Put the trail back as it was when the block ends."""
    tables = ("audit_event", "audit_detail", "audit_redaction", "audit_link")
    with psycopg.connect(database) as connection:
        kept = {table: connection.execute(f"select * from {table}").fetchall() for table in tables}  # type: ignore[arg-type]  # noqa: S608 - our own names
    yield
    with psycopg.connect(database) as connection:
        connection.execute("truncate " + ", ".join(tables))  # type: ignore[arg-type]
        for table, rows in kept.items():
            for row in rows:
                marks = ", ".join(["%s"] * len(row))
                connection.execute(f"insert into {table} overriding system value values ({marks})", row)  # type: ignore[arg-type]  # noqa: S608 - the same


def test_a_submission_is_one_event_for_whom_it_read_wrote_and_was_answered(desk: Desk) -> None:
    submission = sent(desk, ADA, OTHER)
    assert told(desk) == [
        ("kingsway", "written", "registered", 1),
        ("kingsway", "read", "lrb-csv FUL", 1),
        ("kingsway", "answered", "response", 2),
    ]
    assert {it.access.reference for it in desk.record.audit.events()} == {submission.id}


def test_the_history_of_a_learner_tells_who_read_the_record_and_why(desk: Desk) -> None:
    submission = sent(desk, ADA)
    sent(desk, OTHER)
    history = desk.record.audit.history([KNOWN.uln])
    assert [(it.access.sort, it.access.reference) for it in history] == [
        ("read", submission.id), ("answered", submission.id),
    ]  # fmt: skip


def test_a_check_reads_and_answers_and_writes_nothing(desk: Desk) -> None:
    sent(desk, ADA, OTHER, job=Job.CHECK)
    assert [it[1:3] for it in told(desk)] == [("read", "lrb-csv CHK"), ("answered", "response")]


def test_a_run_that_is_repeated_writes_and_answers_once_and_reads_again(desk: Desk) -> None:
    submission = desk.send([ADA, OTHER])
    process(submission, desk.gateway)
    desk.run_again(submission)
    sorts = [sort for _, sort, _, _ in told(desk)]
    assert sorts == ["written", "read", "answered", "read", "answered"]  # the response set was thrown away between them


def test_whom_a_question_lists_was_read_and_whom_its_decision_is_about_is_written(desk: Desk) -> None:
    sent(desk, MOVED)
    assert told(desk)[0] == ("kingsway", "read", "lrb-csv FUL", 1)
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    supplemented(desk)
    assert [it[:3] for it in told(desk)[1:]] == [
        ("Kim", "written", "review decide"),
        ("kingsway", "read", "lrb-csv FUL"),
        ("kingsway", "answered", "response"),
    ]
    question = questions(desk)
    assert question == []


def test_new_details_and_changes_of_numbers_are_written(desk: Desk) -> None:
    update = replace(ADA, uln=KNOWN.uln, email="ada@example.org")
    submission = sent(desk, update, OTHER)
    assert ("kingsway", "written", "proposed details", 1) in told(desk)
    (proposal,) = desk.record.review.changes.listing(None, 10)
    place = (proposal.submission, proposal.record)
    assert place[0] == submission.id
    decision = decided(Judgement.SAME)
    desk.record.review.changes.settle(place, decision)
    desk.record.review.changes.undo(place, "Kim", "A mistake.", bootstrap.now())
    new = next(str(uln) for (uln,) in desk.rows_of("select uln from issued"))
    desk.record.register_changes.merge(KNOWN.uln, [new], ACT)
    assert told(desk)[-3:] == [
        ("Kim", "written", "review decide", 1),
        ("Kim", "written", "review undo", 1),
        ("kim", "written", "register merged", 2),
    ]


def decided(judgement: Judgement) -> Decision:
    return Decision(judgement=judgement, by="Kim", reason="Asked the learner.", moment=bootstrap.now())


def test_details_that_an_agreement_lets_go_live_are_written_for_the_organisation(desk: Desk) -> None:
    desk.agree(live_changes=frozenset({"email"}))
    sent(desk, replace(ADA, uln=KNOWN.uln, email="ada@example.org"))
    assert ("kingsway", "written", "agreed details", 1) in told(desk)


def test_a_change_notice_answers_its_organisation(desk: Desk) -> None:
    sent(desk, ADA)
    desk.record.register_changes.delete(KNOWN.uln, replace(ACT, at=bootstrap.now() - timedelta(days=2)))
    write_notices(bootstrap.now().date(), desk.record.change_notices, desk.gateway)
    assert told(desk)[-1] == ("kingsway", "answered", "change notice", 1)


def test_a_large_batch_is_told_by_several_events(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "MOST", 1)
    monkeypatch.setattr("adapters.stores.answered.MOST", 1)
    sent(desk, ADA, OTHER)
    assert [it[3] for it in told(desk) if it[1] == "answered"] == [1, 1]


def test_the_chain_holds_and_grows_by_what_was_noted_since(desk: Desk) -> None:
    assert verified(desk.record.audit) == Head(0, b"")
    sent(desk, ADA)
    head = verified(desk.record.audit)
    assert isinstance(head, Head)
    assert head.seq == 2
    assert verified(desk.record.audit, head) == head
    sent(desk, OTHER)
    later = verified(desk.record.audit, head)
    assert isinstance(later, Head)
    assert later.seq == 4


def test_what_is_noted_cannot_be_changed_or_deleted(audit: PostgresAudit, database: str) -> None:
    audit.note(READ, [1_000_000_043])
    audit.link()
    for statement in (
        "update audit_event set by = 'nobody'",
        "delete from audit_event",
        "truncate audit_event cascade",
        "update audit_detail set ulns = ''",
        "delete from audit_detail",
        "delete from audit_link",
        "update audit_link set event = 7",
    ):
        with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute(statement)  # type: ignore[arg-type]


TAMPERED = (
    ("update audit_event set by = 'nobody' where no = 2", 2, "not what it was"),
    ("update audit_event set at = at + interval '1 day' where no = 2", 2, "not what it was"),
    ("delete from audit_event where no = 2", 2, "its event is missing"),
    ("update audit_detail set ulns = int8send(1000000059) where event = 2", 2, "whose records"),
    ("delete from audit_detail where event = 2", 2, "whose records"),
    ("update audit_link set digest = sha256('x') where seq = 2", 2, "not what it was"),
    ("delete from audit_link where seq = 2", 3, "link 2 is missing"),
    ("delete from audit_link where seq = 3", 0, "link 3 is missing"),
    ("insert into audit_redaction values (3, 2, sha256('x'))", 2, "whose records"),
)


def test_the_first_broken_link_is_named(audit: PostgresAudit, database: str) -> None:
    for number in range(3):
        audit.note(replace(READ, reference=f"q{number}"), [1_000_000_043])
    assert isinstance(verified(audit), Head)
    for statement, seq, why in TAMPERED:
        with restored(database):
            changed(database, statement)
            found = verified(audit)
            assert isinstance(found, Break), statement
            assert (found.seq, why in found.why) == (seq, True), statement
    assert isinstance(verified(audit), Head)


def test_an_end_that_was_made_anew_shows_by_a_link_that_was_noted_before(audit: PostgresAudit, database: str) -> None:
    for number in range(3):
        audit.note(replace(READ, reference=f"q{number}"), [1_000_000_043])
    known = verified(audit)
    assert isinstance(known, Head)
    changed(database, "delete from audit_link where seq = 3")
    changed(database, "delete from audit_detail where event = 3")
    changed(database, "delete from audit_event where no = 3")
    assert isinstance(verified(audit), Head)  # by itself a shorter chain is as good as the whole
    shorter = verified(audit, known)
    assert isinstance(shorter, Break)
    assert "was noted before" in shorter.why
    audit.note(READ, [1_000_000_051])
    other = verified(audit, known)
    assert isinstance(other, Break)
    assert other.seq == 3


def test_nobody_who_notes_something_waits_for_another(audit: PostgresAudit, database: str) -> None:
    """An event that is not committed holds up neither the next one nor the chain, and is linked when it is."""
    with psycopg.connect(database) as connection:
        add(connection, replace(READ, by="slow"), [1_000_000_043])
        audit.note(replace(READ, by="quick"), [1_000_000_043])
        assert audit.link()[0] == 1
    assert audit.link()[0] == 2
    assert [link.event.access.by for link in audit.chain() if link.event] == ["quick", "slow"]


def test_many_who_link_at_once_make_one_chain(audit: PostgresAudit, database: str) -> None:
    def work() -> None:
        with open_pool(database, size=2) as pool:
            own = PostgresAudit(pool)
            for _ in range(10):
                own.note(READ, [1_000_000_043])
                own.link()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANGING_S)
    head = verified(audit)
    assert isinstance(head, Head)
    assert head.seq == 30


def test_an_event_is_kept_with_the_change_or_not_at_all(audit: PostgresAudit, database: str) -> None:
    with psycopg.connect(database) as connection:
        add(connection, READ, [1_000_000_043])
        connection.rollback()
    assert list(audit.events()) == []


def test_events_are_exported_from_a_day_on_without_any_number(audit: PostgresAudit) -> None:
    audit.note(replace(READ, everyone=True), [])
    audit.note(READ, [1_000_000_043])
    assert list(audit.events(datetime.now(UTC) + timedelta(days=1))) == []
    exported = [document(event) for event in audit.events(datetime.now(UTC) - timedelta(days=1))]
    assert [it["records"] for it in exported] == [0, 1]
    assert "1000000043" not in str(exported)


def test_who_reads_the_whole_register_reads_everybody(audit: PostgresAudit) -> None:
    audit.note(replace(READ, everyone=True, purpose="register export"), [])
    (event,) = audit.history(["1000000043"])
    assert event.access.purpose == "register export"


def test_a_number_is_found_as_a_whole_one_alone(audit: PostgresAudit) -> None:
    """Bytes of two neighbours may look like a third number: 0x01 and 0x0100 hold 0x0001 between them."""
    inside = int.from_bytes((5_000_000_001).to_bytes(8) + (6_000_000_001).to_bytes(8), "big") >> 32 & (2**64 - 1)
    audit.note(READ, [5_000_000_001, 6_000_000_001])
    assert audit.history([str(inside)]) == []
    assert len(audit.history(["6000000001"])) == 1


def test_stats_count_the_records_that_were_read_on_behalf_of_learners(desk: Desk) -> None:
    sent(desk, ADA, OTHER)
    figures = desk.record.review.figures.figures()
    assert figures["accesses.read.organisation"] == 1
    assert figures["accesses.written.organisation"] == 1
    assert figures["accesses.answered.organisation"] == 2
