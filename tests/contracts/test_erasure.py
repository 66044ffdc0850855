"""Erasure on a real gateway: of a learner with unique values nothing is left, anywhere, and the trail still holds."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from psycopg import sql

from adapters.kinds.ctf.kind import Ctf
from gateway import auditing, bootstrap, erasing, log
from gateway.auditing import Head
from gateway.core.erasure import Retention
from gateway.core.errors import ConfigurationError, StoreError
from gateway.core.keeping import RecordChange, RecordKey
from gateway.core.model import Entry, Learner
from gateway.core.outcomes import Effect
from gateway.core.review import Judgement
from gateway.core.submission import Folder, Organisation, OrganisationKind, Submission
from gateway.core.uln import Uln
from gateway.core.uln_changes import Act
from gateway.notices import write_notices
from gateway.pipeline import process
from gateway.worker import Worker
from tests.desk import ADA, COLLEGE, KNOWN, LEASE, Desk, desk_of
from tests.golden.ctf_files import NAME, PUPIL, ctf, pupil
from tests.review_desk import OTHER, decide, questions, sent, supplemented

SCHOOL = Organisation(id="riverside", name="Riverside School", kind=OrganisationKind.SCHOOL, estab="8234321")
VALUES = ("Zebulonia", "Quaxworth", "Xylandra", "Vexleigh", "Oddingham", "Q823432100008", "ZE2 9XX", "zq@quax.example",
          "1999-11-23", "19991123", "23/11/1999")  # fmt: skip
"""What nobody else has. Dates are searched for as they are written anywhere."""
ZEB = Learner(
    given_name="Zebulonia", family_name="Quaxworth", middle_name="Xylandra", date_of_birth=date(1999, 11, 23), sex="2",
    postcode="ZE2 9XX", email="zq@quax.example", upn="Q823432100008", previous_family_name="Vexleigh",
    ability_to_share="1",
)  # fmt: skip
THEIRS = (str(Uln.of(900_000_017)), str(Uln.of(900_000_018)))
ACT = Act(by="kim", reason="Case 4711.", at=bootstrap.now())
RETENTION = Retention(submission_days=400, uncollected_days=90, question_days=1100)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=True)
    made.record.organisations.add(SCHOOL)
    kinds = {**made.gateway.kinds, "ctf": Ctf.from_settings({})}
    made.gateway = replace(made.gateway, kinds=kinds)
    made.record.register_keeping.load(
        [Entry(uln=THEIRS[0], learner=ZEB), Entry(uln=THEIRS[1], learner=ZEB, master_uln=THEIRS[0])]
    )
    yield made
    made.record.close()


@dataclass
class Search:
    """Looks for texts in every table, every file of the home and every line of the log."""

    desk: Desk
    logged: io.StringIO

    def tables(self, texts: tuple[str, ...]) -> set[str]:
        """Return the tables that hold one of the texts, in any column."""
        found = set()
        names = self.desk.rows_of("select tablename from pg_tables where schemaname = 'public' order by 1")
        with self.desk.record._pool.connection() as connection:
            for (name,) in names:
                rows = connection.execute(
                    sql.SQL("select 1 from {} as it where it::text ilike any(%s) limit 1").format(sql.Identifier(name)),
                    [[f"%{text}%" for text in texts]],
                )
                found |= {name} if rows.fetchone() else set()
        return found

    def blobs(self, texts: tuple[str, ...]) -> list[str]:
        """Return the files below the home that hold one of the texts, whatever their case."""
        files = [path for path in self.desk.folder.rglob("*") if path.is_file()]
        return [
            path.name for path in files if any(text.lower().encode() in path.read_bytes().lower() for text in texts)
        ]

    def details(self, ulns: tuple[str, ...]) -> int:
        """Return how many details of the audit trail hold one of the numbers."""
        inside = " or ".join(f"position(int8send({uln}) in ulns) > 0" for uln in ulns)
        ((count,),) = self.desk.rows_of(f"select count(*) from audit_detail where {inside}")  # noqa: S608 - our own numbers
        return int(str(count))

    def log(self, texts: tuple[str, ...]) -> bool:
        return any(text.lower() in self.logged.getvalue().lower() for text in texts)


@pytest.fixture
def search(desk: Desk) -> Search:
    logged = io.StringIO()
    log.configure(logged)
    return Search(desk, logged)


def collected(desk: Desk, *organisations: Organisation) -> None:
    for organisation in organisations or (COLLEGE, SCHOOL):
        for file in desk.gateway.mailboxes.listing(organisation.id, Folder.OUT):
            desk.gateway.mailboxes.acknowledge(organisation.id, file.name)


def erased(desk: Desk, uln: str = THEIRS[0]) -> dict:
    proof = erasing.erase(uln, ACT, desk.record, desk.gateway.files)
    return erasing.proof(proof, RETENTION, ACT.at)


def verified(desk: Desk) -> object:
    return auditing.verify(desk.record.audit, None, lambda _: None)


def transferred(desk: Desk, **fields: str) -> Submission:
    it = {**PUPIL, "Surname": "QUAXWORTH", "Forename": "ZEBULONIA", "DOB": "1999-11-23", "Address/PostCode": "ZE2 9XX"}
    return process(desk.take(NAME, ctf([pupil(it | fields)]).encode(), SCHOOL), desk.gateway)


def test_of_an_erased_learner_nothing_is_left_but_the_bare_numbers(desk: Desk, search: Search) -> None:
    everywhere = VALUES + THEIRS
    worker = Worker(desk.gateway, LEASE)
    desk.agree(live_changes=frozenset({"email"}))
    sent(desk, replace(ZEB, uln=THEIRS[0], email="zq2@quax.example"), OTHER)  # live at once, with its history
    sent(desk, replace(ZEB, uln=THEIRS[0], middle_name="Oddingham"))  # a proposal
    sent(desk, replace(ZEB, given_name="Quaxworth", family_name="Zebulonia", postcode="M1 1AE", middle_name=""))
    (question,) = questions(desk)
    decide(desk, question, Judgement.SAME, THEIRS[0])
    assert supplemented(desk) == 1
    transferred(desk)
    key = RecordKey("ao-result", "north", ("0001", THEIRS[0]))
    kept = RecordChange(key=key, effect=Effect.STORED, values={"grade": "A", "name": "Quaxworth"}, uln=THEIRS[0])
    desk.record.records.put("S1", {1: [kept]})
    worker.work()
    collected(desk)
    before = search.tables(everywhere)
    assert {"learner", "learner_change", "proposal", "question", "question_record", "record_version", "name_count",
            "uln_answered_new"} <= before  # fmt: skip
    assert search.blobs(VALUES)
    assert search.details(THEIRS)

    proof = erased(desk)

    assert proof["remaining"] == {}
    assert search.tables(VALUES) == set()
    assert search.tables(THEIRS) == {"learner"}
    bare = "select given_name, family_name, date_of_birth, status from learner where status <> 'live'"
    assert desk.rows_of(bare) == [("", "", None, "erased")] * 2
    assert search.blobs(everywhere) == []
    assert search.details(THEIRS) == 0
    assert not search.log(everywhere)
    assert isinstance(verified(desk), Head)
    assert set(proof["organisations_to_tell"]) == {"kingsway", "riverside"}
    assert proof["pending"] == []
    assert len(proof["submissions"]) == 4
    assert proof["blobs"] > len(proof["submissions"])
    assert proof["rows"]["learner"] == 2


def test_others_are_as_they_were(desk: Desk) -> None:
    sent(desk, ZEB, ADA, OTHER)
    collected(desk)
    own = "select uln, given_name, master_uln, status from learner where uln <> all(array[{}]) order by uln"
    others = own.format(", ".join(THEIRS))
    before = desk.rows_of(others)
    erased(desk)
    assert desk.rows_of(others) == before
    assert desk.record.register.by_uln([KNOWN.uln, *THEIRS]).keys() == {KNOWN.uln}
    assert desk.record.audit.history([KNOWN.uln])[0].access.sort == "read"
    again = sent(desk, ADA)
    assert [row["uln"] for row in desk.rows(again, "match.csv")] == [KNOWN.uln]


def test_an_erased_number_is_nobody_s_and_never_anybody_s_again(desk: Desk) -> None:
    erased(desk)
    with pytest.raises(StoreError, match="Row 1"):
        desk.record.register_keeping.load([Entry(uln=THEIRS[0], learner=ADA)])
    with pytest.raises(StoreError):
        desk.record.register_changes.restore(THEIRS[0], ACT)
    with pytest.raises(StoreError):
        desk.record.register_changes.merge(KNOWN.uln, [THEIRS[0]], ACT)
    exported = {entry.uln: entry for entry in desk.record.register_keeping.entries()}
    assert exported[THEIRS[0]] == Entry(uln=THEIRS[0], learner=Learner(), deleted=True)


def test_erasing_again_takes_what_came_meanwhile(desk: Desk) -> None:
    assert erased(desk)["rows"] == {"learner": 2}
    desk.sql(f"insert into uln_answered_new values ({THEIRS[0]}, 'kingsway', 'live', 'late', 'S1')")  # noqa: S608
    proof = erased(desk)
    assert (proof["rows"], proof["remaining"]) == ({"uln_answered_new": 1}, {})
    assert erased(desk)["rows"] == {}


def test_a_deleted_entry_is_erased_with_the_notice_that_told_of_it(desk: Desk, search: Search) -> None:
    sent(desk, ZEB)
    yesterday = replace(ACT, at=bootstrap.now() - timedelta(days=2))
    desk.record.register_changes.delete(THEIRS[1], yesterday)
    desk.record.register_changes.delete(THEIRS[0], yesterday)
    write_notices(bootstrap.now().date(), desk.record.change_notices, desk.gateway)
    for file in desk.gateway.mailboxes.listing(COLLEGE.id, Folder.OUT):
        if not file.name.startswith("uln-changes"):
            desk.gateway.mailboxes.acknowledge(COLLEGE.id, file.name)
    assert erased(desk)["remaining"] == {}
    assert len(search.blobs(THEIRS)) == 1  # the notice, which its organisation has not collected
    collected(desk)
    erasing.lapse(RETENTION, desk.record, desk.gateway.files)
    assert search.blobs(VALUES + THEIRS) == []
    assert search.tables(VALUES) == set()
    assert search.tables(THEIRS) == {"learner"}


def test_an_issued_number_is_not_issued_again_when_its_learner_comes_back(desk: Desk) -> None:
    first = sent(desk, OTHER)
    (before,) = [row["uln"] for row in desk.rows(first, "match.csv")]
    collected(desk)
    erased(desk, before)
    (after,) = [row["uln"] for row in desk.rows(sent(desk, OTHER), "match.csv")]  # the same bytes are a new submission
    assert after not in {"", before}


def test_a_held_learner_is_not_erased_until_the_hold_is_released(desk: Desk) -> None:
    assert erasing.hold(THEIRS[1], ACT, desk.record) == list(THEIRS)
    with pytest.raises(StoreError, match=r"legal hold by kim since .* \(Case 4711\.\)"):
        erased(desk)
    with pytest.raises(StoreError, match="legal hold"):
        erasing.hold(THEIRS[0], ACT, desk.record)
    erasing.release(THEIRS[0], ACT, desk.record)
    with pytest.raises(StoreError, match="not held"):
        erasing.release(THEIRS[0], ACT, desk.record)
    assert erased(desk)["remaining"] == {}
    assert [it.access.sort for it in desk.record.audit.events()][-3:] == ["held", "released", "erased"]


def test_a_reason_that_holds_a_detail_or_nothing_is_refused(desk: Desk) -> None:
    for reason in ("Quaxworth asked for it.", f"ULN {THEIRS[0]}", " "):
        act = replace(ACT, reason=reason)
        for what in (erasing.hold, erasing.release):
            with pytest.raises(ConfigurationError, match="reason"):
                what(THEIRS[0], act, desk.record)
        with pytest.raises(ConfigurationError, match="reason"):
            erasing.erase(THEIRS[0], act, desk.record, desk.gateway.files)


def test_responses_that_are_not_collected_keep_a_submission_until_they_are(desk: Desk, search: Search) -> None:
    submission = sent(desk, ZEB, ADA)
    proof = erased(desk)
    (pending,) = proof["pending"]
    assert pending["submission"] == submission.id
    assert pending["until"] == bootstrap.now().date() + timedelta(days=91)
    assert search.tables(VALUES) <= {"step"}
    assert search.blobs(VALUES)
    erasing.lapse(RETENTION, desk.record, desk.gateway.files)
    assert search.blobs(VALUES)
    collected(desk)
    erasing.lapse(RETENTION, desk.record, desk.gateway.files)
    assert search.blobs(VALUES) == []
    assert isinstance(verified(desk), Head)


def test_a_submission_whose_other_records_wait_for_a_person_follows_when_they_are_settled(
    desk: Desk, search: Search
) -> None:
    waiting = replace(ADA, given_name="Quill", family_name="Ada", postcode="M1 1AE")
    sent(desk, ZEB, waiting)
    collected(desk)
    (pending,) = erased(desk)["pending"]
    assert pending["until"] is None
    decide(desk, questions(desk)[0], Judgement.SAME, KNOWN.uln)
    assert supplemented(desk) == 1
    collected(desk)
    erasing.lapse(RETENTION, desk.record, desk.gateway.files)
    assert search.blobs(VALUES) == []


def test_what_is_not_finished_stands_in_the_way(desk: Desk) -> None:
    submission = sent(desk, ZEB)
    desk.sql("update submission set status = 'parked'")
    with pytest.raises(StoreError, match=submission.id):
        erased(desk)
    assert desk.record.register.by_uln([THEIRS[0]])
    assert "erased" not in [it.access.sort for it in desk.record.audit.events()]


def test_a_question_that_may_be_about_the_learner_must_be_settled_first(desk: Desk, search: Search) -> None:
    sent(desk, replace(ZEB, given_name="Quaxworth", family_name="Zebulonia", postcode="M1 1AE"))
    (question,) = questions(desk)
    with pytest.raises(StoreError, match=question.id):
        erased(desk)
    decide(desk, question, Judgement.DIFFERENT)
    supplemented(desk)
    collected(desk)
    assert erased(desk)["remaining"] == {}
    kept = desk.record.review.reviews.find(question.id)
    assert kept is not None
    assert kept.evidence.entries == ()
    assert kept.evidence.learner.family_name == "Zebulonia"  # another person, as was decided
    assert search.tables(THEIRS) == {"learner"}


def test_a_record_that_is_another_s_now_stays_without_what_was_the_learner_s(desk: Desk) -> None:
    key = RecordKey("ao-result", "north", ("0001", "4711"))
    first = RecordChange(key=key, effect=Effect.STORED, values={"name": "Quaxworth"}, uln=THEIRS[0])
    then = RecordChange(key=key, effect=Effect.AMENDED, values={"name": "Ada"}, uln=KNOWN.uln, expects=1)
    desk.record.records.put("S1", {1: [first]})
    desk.record.records.put("S2", {1: [then]})
    erased(desk)
    assert desk.rows_of("select version, content ->> 'name' from record_version") == [(2, "Ada")]
    assert desk.record.records.kept([key], "S3")[key].values == {"name": "Ada"}


def test_bytes_that_were_left_by_a_kill_go_with_the_next_run(desk: Desk, search: Search) -> None:
    sent(desk, ZEB)
    collected(desk)
    ulns = erasing.numbers(THEIRS[0], desk.record)
    desk.record.learners.erase(ulns, ACT)
    assert search.blobs(VALUES)
    erasing.lapse(RETENTION, desk.record, desk.gateway.files)
    assert search.blobs(VALUES) == []


def test_a_learner_finds_all_that_is_kept_and_who_read_it(desk: Desk) -> None:
    desk.agree(live_changes=frozenset({"email"}))
    sent(desk, replace(ZEB, uln=THEIRS[0], email="zq2@quax.example"), ADA)
    sent(desk, replace(ZEB, given_name="Quaxworth", family_name="Zebulonia", postcode="M1 1AE"))
    desk.record.audit.note(auditing.operator("kim", "review show"), [int(THEIRS[0])])
    found = erasing.extract(THEIRS[1], "kim", ACT.at, desk.record)
    register = found["register"]
    assert isinstance(register, list)
    assert [it["uln"] for it in register] == list(THEIRS)
    assert register[0]["previous_family_name"] == "Vexleigh"
    (change,) = found["detail_changes"]  # type: ignore[misc]
    assert (change["held"], change["value"], change["became"]) == ("zq@quax.example", "zq2@quax.example", "live")
    (question,) = found["questions"]  # type: ignore[misc]
    assert question["sent"] is None  # nobody has said that it is the same person
    told = [(it["by"], it["sort"], it["purpose"]) for it in found["accesses"]]  # type: ignore[attr-defined]
    assert ("kingsway", "answered", "response") in told
    assert told[-2:] == [("operator", "read", "review show"), ("operator", "read", "learner extract")]
    assert "Ada" not in str(found)


def test_an_unknown_number_is_told_as_one(desk: Desk) -> None:
    for uln in ("1000000043", "12"):
        with pytest.raises(ConfigurationError, match="No learner"):
            erasing.numbers(uln, desk.record)
