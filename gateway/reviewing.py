"""What an operator, and later a portal, does with questions: decides them, takes decisions back, exports pairs."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

from gateway.core.csv_text import neutralise
from gateway.core.errors import ConfigurationError
from gateway.core.match_report import LEVELS
from gateway.core.model import Learner, Possible
from gateway.core.ports.gateway import SystemOfRecord
from gateway.core.ports.register import Register
from gateway.core.ports.review import Reviews
from gateway.core.review import Decision, Judgement, Precision, Question, QuestionSort
from gateway.core.review_cost import expected_cost, precision
from gateway.core.review_facts import merge_facts, question_id
from gateway.core.uln_changes import Act

PAIR_COLUMNS: Final = (
    "question",
    "rank",
    "decision",
    "decided_at",
    "sort",
    "outcome",
    *LEVELS,
    "other_evidence",
    "score",
    "guard",
    "rules",
)
_MERGED_PAIR: Final = 2


def decide(question_id: str, decision: Decision, also: Sequence[str], record: SystemOfRecord) -> Question:
    """Keep a person's decision; two ULNs that are one person's are merged once a second person has agreed to it.

    Raise ConfigurationError where the decision does not fit the question.
    """
    if not decision.by.strip() or not decision.reason.strip():
        raise ConfigurationError("A decision needs a name and a reason: --by NAME --reason TEXT.")
    reviews = record.review.reviews
    question = _found(question_id, reviews)
    decision = _fitting(question, decision, record.register)
    merge = _merge(question, decision, also) if also else None
    if _agrees(question, decision):
        _make_one(question, decision, record)
    decided = reviews.decide(question.id, decision)
    if merge is not None:
        reviews.propose_merge(merge)
    return decided


def _agrees(question: Question, decision: Decision) -> bool:
    """Tell whether this is the second person's agreement to a merge; the store refuses it where it is the first's."""
    agreed = {one.by for one in question.decisions} - {decision.by}
    return question.sort is QuestionSort.MERGE and decision.judgement is Judgement.SAME and bool(agreed)


def _make_one(question: Question, decision: Decision, record: SystemOfRecord) -> None:
    """Merge the two entries; where that was done before nothing is left to do."""
    stays, goes = (one.entry.uln for one in question.evidence.entries)
    held = record.register.by_uln([stays, goes])
    if goes in held and held[goes].master_uln is not None:
        return
    people = " and ".join([*(one.by for one in question.decisions), decision.by])
    record.register_changes.merge(stays, [goes], Act(by=people, reason=decision.reason, at=decision.moment))


def _found(question_id: str, reviews: Reviews) -> Question:
    found = reviews.find(question_id)
    if found is None:
        raise ConfigurationError(f"There is no question {question_id!r}; `gateway review list` shows those open.")
    return found


def _fitting(question: Question, decision: Decision, register: Register) -> Decision:
    listed = question.evidence.entries
    if question.sort is QuestionSort.REFERENCE:
        return _on_list(question, decision)
    if decision.judgement is Judgement.DIFFERENT and not listed:
        raise ConfigurationError("No entry is listed that the learner could differ from; decide same or cannot-tell.")
    if decision.judgement is not Judgement.SAME or question.sort is QuestionSort.MERGE:
        return replace(decision, uln=None)
    if question.sort is QuestionSort.SAMPLE:
        return replace(decision, uln=listed[0].entry.uln)
    if not decision.uln:
        raise ConfigurationError("The decision same needs the ULN: `gateway review decide ID same ULN`.")
    known = _listed(question, decision.uln) if listed else bool(register.by_uln([decision.uln]))
    if not known:
        raise ConfigurationError(
            "This ULN is none of those that may be the learner's; `gateway review show` lists them, and different "
            "means that it is none of them."
        )
    return decision


def _on_list(question: Question, decision: Decision) -> Decision:
    if decision.judgement is Judgement.SAME:
        raise ConfigurationError(
            f"Whether {question.facts} is right, the list says: load one that holds it with `gateway reference load`, "
            "and its records are answered. Decide different where there is no such thing."
        )
    return replace(decision, uln=None)


def _listed(question: Question, uln: str) -> bool:
    return any(uln in {one.entry.uln, one.entry.master_uln} for one in question.evidence.entries)


def _merge(question: Question, decision: Decision, also: Sequence[str]) -> Question:
    """Return the question whether the ULNs that were named as one learner's are to be merged."""
    ulns = [str(decision.uln), *also]
    entries = [one for uln in ulns for one in question.evidence.entries if one.entry.uln == uln]
    fits = decision.judgement is Judgement.SAME and len({one.entry.uln for one in entries}) == _MERGED_PAIR
    if not fits or len(ulns) != _MERGED_PAIR:
        raise ConfigurationError("A merge needs exactly two of the ULNs listed: the one that stays, then the other.")
    evidence = replace(question.evidence, entries=tuple(entries), guard=None)
    facts = merge_facts(one.entry for one in entries)
    return Question(
        id=question_id(None, facts),
        sort=QuestionSort.MERGE,
        organisation=None,
        facts=facts,
        cost=expected_cost(QuestionSort.MERGE, evidence),
        evidence=evidence,
        asked_at=decision.moment,
        opens_on=question.opens_on,
        decisions=(replace(decision, uln=None, source=""),),
    )


def pairs(reviews: Reviews) -> Iterator[tuple[object, ...]]:
    """Yield a labelled row for each entry of every decided question: no name, no ULN, what tuning needs."""
    since = 0
    while page := reviews.decided(since):
        for since, question in page:  # noqa: B007 - the last one is where the next page begins
            yield from _rows(question)


def _rows(question: Question) -> Iterator[tuple[object, ...]]:
    decision, evidence = question.decision, question.evidence
    if decision is None or question.sort is QuestionSort.MERGE:
        return
    for rank, one in enumerate(evidence.entries, start=1):
        score = evidence.score if rank == 1 else None
        yield (
            question.id,
            rank,
            _label(decision, one),
            f"{decision.moment:%Y-%m-%d}",
            question.sort,
            evidence.outcome,
            *(one.levels.get(name, "") for name in LEVELS),
            ";".join(evidence.other_evidence) if rank == 1 else "",
            "" if score is None else f"{score:.2f}",
            evidence.guard or "",
            evidence.rules,
        )


def _label(decision: Decision, one: Possible) -> Judgement:
    if decision.judgement is not Judgement.SAME:
        return decision.judgement
    meant = decision.uln in {one.entry.uln, one.entry.master_uln}
    return Judgement.SAME if meant else Judgement.DIFFERENT


def write_pairs(reviews: Reviews, path: Path) -> int:
    """Write the labelled pairs as CSV and return their number."""
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(PAIR_COLUMNS)
        for number, row in enumerate(pairs(reviews), start=1):  # noqa: B007 - the last one is how many
            rows.writerow(neutralise(cell) if isinstance(cell, str) else cell for cell in row)
    return number


def live_precision(figures: Mapping[str, int]) -> Mapping[str, Precision]:
    """Return the live precision of automatic links by their outcome, and of all of them."""
    found: dict[str, list[int]] = {"all": [0, 0]}
    for name, count in figures.items():
        if name.startswith("links."):
            _, outcome, judgement = name.split(".")
            for total in ("all", outcome):
                counts = found.setdefault(total, [0, 0])
                counts[0] += count * (judgement == Judgement.SAME)
                counts[1] += count
    return {name: precision(right, looked_at) for name, (right, looked_at) in found.items()}


def document(question: Question) -> dict[str, object]:
    """Return a question as commands print it in JSON."""
    evidence, decision = question.evidence, question.decision
    return {
        "id": question.id,
        "sort": question.sort,
        "awaits": question.facts if question.sort is QuestionSort.REFERENCE else None,
        "organisation": question.organisation,
        "cost": question.cost,
        "asked_at": question.asked_at.isoformat(),
        "opens_on": question.opens_on.isoformat(),
        "learner": details(evidence.learner),
        "outcome": evidence.outcome,
        "guard": evidence.guard,
        "score": evidence.score,
        "rules": evidence.rules,
        "entries": [_entry(one) for one in evidence.entries],
        "records": [
            {"submission": it.submission, "record": it.record, "key": it.key, "state": it.state}
            for it in question.places
        ],
        "decision": decision and _decision(decision),
        "agreed_by": [it.by for it in question.decisions],
        "claim": question.claim and _decision(question.claim),
    }


def details(learner: Learner) -> dict[str, str]:
    """Return the details of a learner that are not empty, as texts by their names."""
    told = {
        field.name: ";".join(value) if isinstance(value := getattr(learner, field.name), tuple) else str(value or "")
        for field in fields(learner)
    }
    return {name: value for name, value in told.items() if value}


def _entry(one: Possible) -> dict[str, object]:
    told: dict[str, object] = {"uln": one.entry.uln, "master_uln": one.entry.master_uln, "levels": dict(one.levels)}
    return told | {"held": details(one.entry.learner)}


def _decision(decision: Decision) -> dict[str, object]:
    return {
        "judgement": decision.judgement,
        "uln": decision.uln,
        "by": decision.by,
        "reason": decision.reason,
        "at": decision.moment.isoformat(),
        "by_file": decision.source or None,
    }
