# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""The tables of the gateway's own files: the schema and the rules of each."""

from collections.abc import Iterator
from typing import Final

import schemas
from adapters.formats.table_kind import Table
from adapters.kinds.gateway_files.book import COMMON, RULES, add_name_rules, facts, repeat_rule, uln_rule
from gateway.core.model import Learner, Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found
from gateway.core.tables import TableSchema, read_date

DECISION_PREFIX: Final = "DEC_"
REQUEST_PREFIX: Final = "REQ_"


def _schema(name: str) -> TableSchema:
    return TableSchema.model_validate_json(schemas.text(f"csv/{name}.json"))


def _book() -> Rulebook:
    return Rulebook(rules=dict(COMMON.rules))


DECISION_BOOK = _book()
add_name_rules(DECISION_BOOK, DECISION_PREFIX)
DECISION_BOOK.rule("ULN_CHECK_DIGIT", fields=["uln"])(uln_rule("uln"))
DECISION_BOOK.repeated("RECORD_REPEATED", fields=["submission", "record"])(repeat_rule("submission", "record"))


@DECISION_BOOK.rule("ULN_NEEDED", fields=["decision", "uln"])
def same_needs_uln(record: Record, _: Context) -> Iterator[Found]:
    """The decision is "same", but the ULN that says who is meant is not given.

    Why: several learners may be possible; the ULN, learnt from the learner, says which one it is.
    Fix: enter the learner's ULN in the column uln, or decide "different".
    Message: uln is empty, and the decision "same" needs it.
    Bad: decision=same uln=
    Good: decision=same uln=9000000024
    Good: decision=different uln=
    """
    if record["decision"] == "same" and not record["uln"]:
        yield Found("uln")


REQUEST_BOOK = _book()
add_name_rules(REQUEST_BOOK, REQUEST_PREFIX)
REQUEST_BOOK.rule("ULN_CHECK_DIGIT", fields=["ULN"])(uln_rule("ULN"))
REQUEST_BOOK.repeated("RECORD_REPEATED", fields=["Key"])(repeat_rule("Key"))


@REQUEST_BOOK.rule("DATE_FUTURE", fields=["DateOfBirth"])
def birth_in_future(record: Record, context: Context) -> Iterator[Found]:
    """The date of birth is in the future.

    Why: the learner is found by ULN and names, and the date of birth must not speak against it.
    Fix: correct the date of birth, or leave it empty.
    Message: DateOfBirth {DateOfBirth} is after the day on which the file came.
    Bad: DateOfBirth=2098-05-31
    Good: DateOfBirth=2008-05-31
    Good: DateOfBirth=
    """
    born = read_date(record["DateOfBirth"])
    if born is not None and born > context.as_of:
        yield Found("DateOfBirth")


@REQUEST_BOOK.rule("PURPOSE_AGREED", fields=["Purpose"])
def purpose_not_agreed(record: Record, context: Context) -> Iterator[Found]:
    """The records are asked for with a purpose that was not agreed.

    Why: a learner's record may be seen only for what your organisation's agreement names.
    Fix: write one of the agreed purposes, or ask the gateway's operator for an agreement that names this one.
    Message: The agreement with your organisation does not name the purpose {Purpose}.
    Good: Purpose=enrolment
    """
    if record["Purpose"] and not context.agreement.names(record["Purpose"]):
        yield Found("Purpose")


CHALLENGE_BOOK = _book()
CHALLENGE_BOOK.rule("ULN_CHECK_DIGIT", fields=["ULN"])(uln_rule("ULN"))
CHALLENGE_BOOK.repeated("RECORD_REPEATED", fields=["Key"])(repeat_rule("Key"))


@CHALLENGE_BOOK.rule("EXPLANATION_NEEDED", fields=["Reason", "Explanation"])
def other_needs_explanation(record: Record, _: Context) -> Iterator[Found]:
    """The reason is "other", but nothing explains it.

    Why: the awarding organisation must know what it is asked to look at.
    Fix: say in the column Explanation what is wrong with the event.
    Message: Explanation is empty, and the reason "other" needs it.
    Bad: Reason=other Explanation=
    Good: Reason=other Explanation="The level is wrong."
    Good: Reason="wrong grade" Explanation=
    """
    if record["Reason"] == "other" and not record["Explanation"]:
        yield Found("Explanation")


ANSWER_BOOK = _book()
ANSWER_BOOK.repeated("RECORD_REPEATED", fields=["ChallengeID"])(repeat_rule("ChallengeID"))


@ANSWER_BOOK.rule("EXPLANATION_NEEDED", fields=["Answer", "Explanation"], severity="warning")
def refusal_without_explanation(record: Record, _: Context) -> Iterator[Found]:
    """A challenge is refused, and nothing says why.

    Why: who challenged the event can only follow the answer where it is explained.
    Fix: say in the column Explanation why the event stands as it is.
    Message: Explanation is empty, and a refused challenge should have one.
    Bad: Answer=refused Explanation=
    Good: Answer=refused Explanation="The script was marked again."
    Good: Answer=upheld Explanation=
    """
    if record["Answer"] == "refused" and not record["Explanation"]:
        yield Found("Explanation")


def _named(record: Record) -> Learner:
    return Learner(
        given_name=record["GivenName"],
        family_name=record["FamilyName"],
        date_of_birth=read_date(record["DateOfBirth"]),
        sex=record["Gender"],
        uln=record["ULN"],
    )


def _table(name: str, book: Rulebook, key: str, file_words: str) -> Table:
    return Table(
        where=f"adapters.kinds.gateway_files.tables:{name.upper().replace('-', '_')}",
        schema=_schema(name),
        book=book,
        rules=RULES,
        key=key,
        learner=_named,
        file_words=file_words,
        facts=facts,
    )


DECISION = _table("decision", DECISION_BOOK, "submission", "a decision file")
RECORD_REQUEST = _table("record-request", REQUEST_BOOK, "Key", "a record request file")
CHALLENGE = _table("challenge", CHALLENGE_BOOK, "Key", "a challenge file")
CHALLENGE_ANSWER = _table("challenge-answer", ANSWER_BOOK, "ChallengeID", "a file of answers to challenges")
