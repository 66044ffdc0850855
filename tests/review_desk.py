"""Short ways to ask, decide and answer over the real pipeline."""

from dataclasses import replace
from datetime import date, timedelta

from gateway import bootstrap
from gateway.core.model import Learner
from gateway.core.review import Decision, Judgement, Question
from gateway.core.submission import Folder, Submission
from gateway.pipeline import complete, process
from tests.desk import ADA, LEASE, Desk

MOVED = replace(ADA, given_name="Quill", family_name="Ada", postcode="M1 1AE")
"""ADA with her names crosswise and another postcode: whatever the matcher, a person is asked."""
OTHER = Learner(given_name="Bea", family_name="Reed", date_of_birth=date(2007, 2, 3), sex="2", postcode="M2 2AE",
                ability_to_share="1")  # fmt: skip
"""Somebody whom the register does not have."""


def sent(desk: Desk, *learners: Learner, **how: object) -> Submission:
    return process(desk.send(learners, **how), desk.gateway)  # type: ignore[arg-type]


def questions(desk: Desk, day: date = date(2100, 1, 1)) -> list[Question]:
    return desk.record.review.reviews.listing(None, day, 100)


def decide(desk: Desk, question: Question, judgement: Judgement, uln: str | None = None, by: str = "Kim") -> Question:
    decision = Decision(judgement=judgement, by=by, reason="Asked the learner.", moment=bootstrap.now(), uln=uln)
    return desk.record.review.reviews.decide(question.id, decision)


def supplemented(desk: Desk) -> int:
    """Let the supplements that are due be made, and return how many."""
    supplements, made = desk.record.review.supplements, 0
    while (supplement := supplements.next(timedelta(minutes=1))) is not None:
        complete(supplement, desk.gateway)
        made += 1
    return made


def outcomes(desk: Desk, submission: Submission, part: str = "match.csv") -> list[str]:
    return [row["outcome"] for row in desk.rows(submission, part)]


def text(desk: Desk, submission: Submission, part: str) -> str:
    (file,) = [it for it in desk.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT)
               if it.name.endswith(f".{submission.id}.{part}")]  # fmt: skip
    with desk.gateway.files.open(str(file.blob)) as handle:
        return handle.read().decode()


def texts(desk: Desk, submission: Submission) -> dict[str, str]:
    """Return all response files of a submission by their parts."""
    names = [it.name for it in desk.gateway.mailboxes.listing(submission.organisation.id, Folder.OUT)]
    parts = [name.partition(f".{submission.id}.")[2] for name in names if submission.id in name]
    return {part: text(desk, submission, part) for part in parts}


def run_again(desk: Desk, submission: Submission) -> None:
    """Process one submission from its start, as if no step of it had been kept."""
    with desk.record._pool.connection() as connection:
        for statement in (
            "delete from step where submission = %s",
            "delete from response_file where submission = %s",
            "update submission set status = 'received', lease = null, lease_until = null where id = %s",
        ):
            connection.execute(statement, [submission.id])
    again = desk.gateway.store.claim("other", LEASE)
    assert again is not None
    process(again, desk.gateway)
