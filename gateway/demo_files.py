"""The demo's files, from whom each comes, and what must become of it by the generator's truth."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from gateway import bootstrap
from gateway.core.days import uk_day
from gateway.core.documents import Report
from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Entry
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.kinds import FileKind
from gateway.core.ports.review import Deciding
from gateway.core.rules.engine import DECISION_UNKNOWN
from gateway.core.submission import Organisation, OrganisationKind, Verdict
from gateway.sample_scenarios import Drawn, scenario

COLLEGE: Final = Organisation(
    id="kingsway", name="Kingsway College (invented)", kind=OrganisationKind.COLLEGE, ukprn="10000001"
)
SCHOOL: Final = Organisation(
    id="hilltop", name="Hilltop School (invented)", kind=OrganisationKind.SCHOOL, ukprn="10000002", urn="100001",
    estab="8234321", centre="12346",
)  # fmt: skip
BOARD: Final = Organisation(
    id="north-awarding", name="North Awarding (invented)", kind=OrganisationKind.AWARDING_ORGANISATION, ukprn="10000101"
)
BYSTANDER: Final = Organisation(
    id="example", name="Example Academy (invented)", kind=OrganisationKind.SCHOOL, ukprn="10012345"
)
SENDERS: Final = (COLLEGE, SCHOOL, BOARD)
BATCH_SIZE: Final = 300
BROKEN_SIZE: Final = 100
KIND_SIZE: Final = 40
BAD_PERCENT: Final = 10
SEED: Final = 7
_FIRST: Final = "lrb-csv"
_LEFT_OUT: Final = frozenset({MatchOutcome.DUPLICATE_IN_FILE})
"""A file in which records are broken at random cannot tell beforehand which of two equal learners is read first."""

Judge = Callable[[Report, Mapping[str, Path]], list[str]]
"""Returns what is not as the generator's truth says."""
Expected = Sequence[tuple[MatchOutcome, str | None]]
"""For each record its outcome and, where the generator knows it, its ULN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file of the demo: from whom, where it goes, what it holds, and how its answer is judged."""

    sender: Organisation
    folder: str
    sample: Sample
    judge: Judge
    duplicate: bool = False


def uploads(entries: Sequence[Entry]) -> Iterator[Upload]:
    """Yield the demo's files in the order in which they are sent: registrations first, then one file of every kind."""
    kinds = bootstrap.file_kinds()
    yield from _registrations(kinds[_FIRST], entries)
    others = sorted((kind for name, kind in kinds.items() if name != _FIRST), key=_order)
    families = sorted({_family(kind) for kind in others})
    for place, kind in enumerate(others, start=1):
        first = families.index(_family(kind)) * KIND_SIZE
        yield _of_kind(kind, entries[first : first + KIND_SIZE], place)


def _family(kind: FileKind) -> str:
    """Return what kinds share that are about the same learners, such as `tlevel` of `tlevel-results`."""
    return kind.name.rpartition("-")[0]


def _order(kind: FileKind) -> tuple[int, str]:
    """Put what others build upon before them: registrations before entries, and those before results."""
    words = ("registration", "assessment", "result")
    return next((place for place, word in enumerate(words) if word in kind.name), len(words)), kind.name


def _of_kind(kind: FileKind, entries: Sequence[Entry], place: int) -> Upload:
    sender = next((it for it in SENDERS if it.kind in kind.senders), BOARD)
    learners = [replace(entry.learner, uln=entry.uln) for entry in entries]
    percent = 0 if kind.whole_file else BAD_PERCENT
    moment = bootstrap.now() - timedelta(minutes=place)
    plan = SamplePlan(organisation=sender, moment=moment, bad_percent=percent, seed=SEED)
    sample = kind.samples(learners, plan)
    if isinstance(kind, Deciding):  # its decisions are on records of a submission that nobody sent
        sample = replace(sample, truth=[code or DECISION_UNKNOWN.code for code in sample.truth])
    return Upload(sender=sender, folder="in", sample=sample, judge=partial(_judged_by_truth, sample))


def _judged_by_truth(sample: Sample, report: Report, _parts: Mapping[str, Path]) -> list[str]:
    """Say which broken records were not refused under their code, and whether any other was refused."""
    told: dict[int, set[str]] = {}
    for notice in report.notices:
        told.setdefault(notice.record or 0, set()).add(notice.code)
    faults = [
        f"record {number}: {code} was not told"
        for number, code in enumerate(sample.truth, start=1)
        if code is not None and code not in told.get(number, set())
    ]
    broken = sum(code is not None for code in sample.truth)
    if (report.counts.read, report.counts.rejected) != (len(sample.truth), broken):
        read, rejected = report.counts.read, report.counts.rejected
        faults.append(f"{read} read and {rejected} rejected, expected {len(sample.truth)} and {broken}")
    return faults


def _registrations(kind: FileKind, entries: Sequence[Entry]) -> list[Upload]:
    """Return the registration files: what is only checked comes before any registers."""
    today = uk_day(bootstrap.now())
    drawn = scenario(entries, SEED, BATCH_SIZE, today)
    mixed = [it for it in scenario(entries, SEED + 1, BROKEN_SIZE, today) if it.outcome not in _LEFT_OUT]
    checked, full = _sample(kind, drawn, 0, minutes=0), _sample(kind, drawn, 0, minutes=1)
    broken = _sample(kind, mixed, 20, minutes=2)
    wrong = replace(full, content=full.content.replace(b'"2A"', b'"1A"', 1))
    return [
        _registration(checked, "in/check", [_when_checked(it) for it in drawn]),
        _registration(
            broken,
            "in/check",
            [_when_broken(code) if code else _when_checked(it) for it, code in zip(mixed, broken.truth, strict=True)],
        ),
        _registration(full, "in", [(it.outcome, it.uln) for it in drawn]),
        replace(_registration(full, "in", []), judge=lambda *_: [], duplicate=True),
        _registration(wrong, "in", []),
    ]


def _registration(sample: Sample, folder: str, expected: Expected) -> Upload:
    return Upload(sender=COLLEGE, folder=folder, sample=sample, judge=partial(_judged_by_outcome, expected))


def _sample(kind: FileKind, drawn: Sequence[Drawn], bad_percent: float, *, minutes: int) -> Sample:
    moment = bootstrap.now() + timedelta(minutes=minutes)
    plan = SamplePlan(organisation=COLLEGE, moment=moment, bad_percent=bad_percent, seed=SEED)
    return kind.samples([it.learner for it in drawn], plan)


def _when_checked(drawn: Drawn) -> tuple[MatchOutcome, str | None]:
    """Return what a check-only file is answered: whoever would be registered is not found."""
    outcome = MatchOutcome.NOT_FOUND if drawn.outcome is MatchOutcome.NEW_ULN else drawn.outcome
    return outcome, drawn.uln


def _when_broken(code: str) -> tuple[MatchOutcome, str | None]:
    """Return what a record is answered that was broken in this way."""
    return MatchOutcome.ULN_INVALID if code == "GR110" else MatchOutcome.REFUSED, None


def _judged_by_outcome(expected: Expected, report: Report, parts: Mapping[str, Path]) -> list[str]:
    """Say which records had another outcome; a file of which nothing is expected must be rejected."""
    if not expected:
        return [] if report.verdict is Verdict.REJECTED else [f"it was {report.verdict}, not rejected"]
    with parts["match.csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if len(rows) != len(expected):
        return [f"{len(rows)} records answered, {len(expected)} sent"]
    return [
        f"record {number}: {row['outcome']} {row['uln']}, expected {outcome} {uln or ''}"
        for number, (row, (outcome, uln)) in enumerate(zip(rows, expected, strict=True), start=1)
        if row["outcome"] != outcome or (uln is not None and row["uln"] not in {"", uln})
    ]
