"""`gateway review`: questions that only a person can settle."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gateway import acting, bootstrap, reviewing, show
from gateway.auditing import listed, note_shown
from gateway.bootstrap import House
from gateway.core.days import uk_day
from gateway.core.errors import ConfigurationError
from gateway.core.match_report import LEVELS
from gateway.core.matching.guards import SENTENCES
from gateway.core.model import Learner, Possible
from gateway.core.review import Decision, Evidence, IdentityChange, Judgement, Question, QuestionSort, SettledChange
from gateway.options import AsOf, Home, Json, day_of

review = typer.Typer(name="review", help="Questions that only a person can settle.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The id that `gateway review list` shows.")]
By = Annotated[str, typer.Option(help="Who decides: your name.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence.")]


class Ruling(StrEnum):
    """What may be said on the command line: of a question, or of a proposal for an identity."""

    SAME = "same"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot-tell"
    ACCEPT = "accept"
    REFUSE = "refuse"


_ABOUT = {
    QuestionSort.POSSIBLE: "possible match",
    QuestionSort.MANY: "too many matches",
    QuestionSort.SAMPLE: "weekly sample",
    QuestionSort.MERGE: "merge",
    QuestionSort.REFERENCE: "not on a list",
}
_TO_LIST = (
    "Load a list that holds it with `gateway reference load`, and its records are checked again and answered; decide "
    "different where there is no such thing, and they are refused."
)
_SEXES = {"0": "not known", "1": "male", "2": "female", "9": "not specified"}
"""What the codes of a learner's sex say (`lrs` 1.6)."""
_ON_PROPOSALS = {Ruling.ACCEPT: Judgement.SAME, Ruling.REFUSE: Judgement.DIFFERENT}


@review.command("list")
def list_open(  # noqa: PLR0913 - each is an option of the command
    organisation: Annotated[str | None, typer.Option(help="Of this organisation alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_of: AsOf = None,
    home: Home = Path("gateway-home"),
    *,
    proposals: Annotated[
        bool, typer.Option("--proposals", help="New names, postcodes and birth dates of known learners instead.")
    ] = False,
    settled: Annotated[
        bool,
        typer.Option("--settled", help="What was decided on such proposals, the newest first; undo takes it back."),
    ] = False,
    json: Json = False,
) -> None:
    """List what waits for a person, the dearest questions first: twins and conflicts before all else."""
    with bootstrap.opened(home) as house:
        if settled:
            changed = house.record.review.changes.settled(organisation, limit)
            _note(house, "review list", [int(it.uln) for it in changed])
            _list_settled(changed, json=json)
            return
        if proposals:
            proposed = house.record.review.changes.listing(organisation, limit)
            _note(house, "review list", [int(it.uln) for it in proposed])
            _list_proposals(proposed, json=json)
            return
        day = day_of(as_of) or uk_day(bootstrap.now())
        found = house.record.review.reviews.listing(organisation, day, limit)
        _note(house, "review list", [uln for it in found for uln in listed(it)])
    if json:
        show.as_json({"questions": [reviewing.document(it) for it in found]})
        return
    columns = ("id", "about", "organisation", "records", "entries", "stopped by", "score", "cost", "asked")
    show.table(columns, [_row(it) for it in found])


def _note(house: House, purpose: str, ulns: list[int], reference: str = "") -> None:
    note_shown(house.record.audit, purpose, acting.user(), ulns, reference)


def _row(question: Question) -> tuple[object, ...]:
    evidence = question.evidence
    return (
        question.id, _ABOUT[question.sort], question.organisation, len(question.places), len(evidence.entries),
        _stopped_by(question),
        evidence.score, question.cost,
        f"{question.asked_at:%Y-%m-%d %H:%M}",
    )  # fmt: skip


def _stopped_by(question: Question) -> str:
    if question.claim:
        return "the sender's decision"
    if question.sort is QuestionSort.REFERENCE:
        return _missing(question)
    return (question.evidence.guard or "").replace("-", " ")


def _missing(question: Question) -> str:
    name, _, key = question.facts.partition("/")
    return f"{key} is not in {name}"


def _list_proposals(found: list[IdentityChange], *, json: bool) -> None:
    if json:
        show.as_json({"proposals": [_proposal(it) for it in found]})
        return
    rows = [
        (it.id, it.organisation, it.uln, name, it.held[name], value, f"{it.proposed_at:%Y-%m-%d %H:%M}")
        for it in found
        for name, value in it.details.items()
    ]
    show.table(("id", "organisation", "ULN", "field", "held", "proposed", "at"), rows)


def _list_settled(found: list[SettledChange], *, json: bool) -> None:
    if json:
        show.as_json({"settled": [asdict(it) for it in found]})
        return
    rows = [
        (f"{it.submission}/{it.record}", it.organisation, it.uln, it.field, it.held, it.value,
         "live" if it.live else "refused", it.by, f"{it.at:%Y-%m-%d %H:%M}")
        for it in found
    ]  # fmt: skip
    show.table(("id", "organisation", "ULN", "field", "before", "proposed", "now", "by", "at"), rows)


def _proposal(it: IdentityChange) -> dict[str, object]:
    return {
        "id": it.id,
        "organisation": it.organisation,
        "uln": it.uln,
        "details": dict(it.details),
        "held": dict(it.held),
        "proposed_at": it.proposed_at.isoformat(),
    }


@review.command("show")
def show_one(question: Id, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Show a question with its evidence: the learner as sent, the entries that may be meant, what was decided."""
    with bootstrap.opened(home) as house:
        found = house.record.review.reviews.find(question)
        if found is not None:
            _note(house, "review show", listed(found), found.id)
    if found is None:
        raise ConfigurationError(f"There is no question {question!r}; `gateway review list` shows those that are open.")
    if json:
        show.as_json(reviewing.document(found))
        return
    evidence = found.evidence
    told = {"About": _ABOUT[found.sort], "Organisation": found.organisation or ""}
    told |= {"Why": _why(found)}
    told |= {"Score": "" if evidence.score is None else f"{evidence.score:.2f} bits"}
    told |= {"Agrees too": ", ".join(evidence.other_evidence).replace("_", " ")}
    told |= {"Records": ", ".join(f"{it.submission}/{it.record} ({it.state})" for it in found.places)}
    told |= {"Decided": _told(found.decision), "Claimed": _told(found.claim)}
    show.facts(f"Question {found.id}", [(name, str(value)) for name, value in told.items() if value])
    if found.sort is not QuestionSort.REFERENCE:
        _compare(evidence)


def _why(question: Question) -> str:
    if question.sort is QuestionSort.REFERENCE:
        return f"{_missing(question)}. {_TO_LIST}"
    guard = question.evidence.guard or ""
    return SENTENCES.get(guard, guard)


def _compare(evidence: Evidence) -> None:
    """Show the learner as sent beside the entries that may be meant, field by field."""
    sent = _readable(evidence.learner)
    held = [_readable(one.entry.learner) for one in evidence.entries]
    names = dict.fromkeys([*LEVELS, *sent, *(name for one in held for name in one)])
    columns = ("field", "as sent", *(one.entry.uln for one in evidence.entries))
    beside = list(zip(held, evidence.entries, strict=True))
    show.table(columns, [(name, sent.get(name), *(_beside(*pair, name) for pair in beside)) for name in names])


def _readable(learner: Learner) -> dict[str, str]:
    """Return the details of a learner as people read them."""
    told = reviewing.details(learner)
    return told | {"sex": _SEXES.get(told["sex"], told["sex"])} if "sex" in told else told


def _beside(held: dict[str, str], one: Possible, name: str) -> str:
    level = one.levels.get(name)
    return f"{held.get(name, '')} ({level})" if level else held.get(name, "")


def _told(decision: Decision | None) -> str:
    if decision is None:
        return ""
    uln = f" {decision.uln}" if decision.uln else ""
    return f"{decision.judgement}{uln} by {decision.by} on {decision.moment:%Y-%m-%d}: {decision.reason}"


@review.command()
def decide(  # noqa: PLR0913 - each is an option of the command
    question: Id,
    ruling: Annotated[Ruling, typer.Argument(help="same, different or cannot-tell; accept or refuse a proposal.")],
    by: By,
    reason: Reason,
    ulns: Annotated[
        list[str] | None, typer.Argument(metavar="[ULN]...", help="Of same: the ULN; a second one is to be merged.")
    ] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Decide on a question; its records are answered by a supplement, and it is not asked again on the same facts."""
    with bootstrap.opened(home) as house:
        if ruling in _ON_PROPOSALS:
            _settle(house, question, _decision(_ON_PROPOSALS[ruling], by, reason), json=json)
            return
        decision = _decision(Judgement(ruling), by, reason, ulns[0] if ulns else None)
        decided = reviewing.decide(question, decision, (ulns or [])[1:], house.record)
    _print(decided, json=json)


def _decision(judgement: Judgement, by: str, reason: str, uln: str | None = None) -> Decision:
    return Decision(judgement=judgement, by=by, reason=reason, moment=bootstrap.now(), uln=uln)


def _settle(house: House, proposal: str, decision: Decision, *, json: bool) -> None:
    settled = house.record.review.changes.settle(_place(proposal), decision)
    if json:
        show.as_json(_proposal(settled))
    else:
        what = "live" if decision.judgement is Judgement.SAME else "refused"
        show.out.print(f"The new details of {settled.uln} are {what}.", markup=False)


def _place(proposal: str) -> tuple[str, int]:
    submission, _, record = proposal.partition("/")
    if not record.isdecimal():
        raise ConfigurationError(f"{proposal!r} is no proposal's id; `gateway review list --proposals` shows them.")
    return submission, int(record)


def _print(found: Question, *, json: bool) -> None:
    if json:
        show.as_json(reviewing.document(found))
    elif found.sort is QuestionSort.MERGE and found.decision is None:
        show.out.print("Noted; a second person must agree before the two are merged.", markup=False)
    elif found.decision is None:
        show.out.print(f"Question {found.id} is open again.", markup=False)
    else:
        show.out.print(f"Question {found.id}: {_told(found.decision)}", markup=False)


@review.command()
def undo(question: Id, by: By, reason: Reason, home: Home = Path("gateway-home"), *, json: Json = False) -> None:
    """Take a decision back: a question is open again and answered anew; a learner's details are as they were before."""
    with bootstrap.opened(home) as house:
        if "/" in question:
            house.record.review.changes.undo(_place(question), by, reason, bootstrap.now())
        else:
            found = house.record.review.reviews.undo(question, by, reason, bootstrap.now())
    if "/" not in question:
        _print(found, json=json)
    elif json:
        show.as_json({"id": question, "open": True})
    else:
        show.out.print(f"Proposal {question} is open again, and the learner's details are as before.", markup=False)


@review.command()
def pairs(
    out: Annotated[Path, typer.Option(help="The CSV file to write.")],
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Export every decision as labelled pairs for tuning: levels, score and rule-set version, no name and no ULN."""
    with bootstrap.opened(home) as house:
        number = reviewing.write_pairs(house.record.review.reviews, out)
    if json:
        show.as_json({"file": str(out), "pairs": number})
    else:
        show.out.print(f"{out}: {number:,} labelled pairs", markup=False)
