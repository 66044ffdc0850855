"""Makes the gateway's own files of invented learners, some of their rows broken, and the truth about each row."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from random import Random

from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner
from gateway.core.uln import Uln

Wrong = Sequence[tuple[str, Mapping[str, str]]]
"""Ways to break a row: the code that refuses it, and the values that do so."""
_ULN = str(Uln.of(900_000_002))


def decision(learner: Learner, number: int) -> dict[str, str]:
    """Return a decision on a possible match."""
    same = number % 2
    return {
        "submission": "0m2w8k4d9x7q3f",
        "record": str(number),
        "decision": "same" if same else "different",
        "uln": (learner.uln or _ULN) if same else "",
        "reason": "Asked the learner.",
    }


def record_request(learner: Learner, number: int) -> dict[str, str]:
    """Return a request for a learner's record."""
    return {
        "Key": f"K{number:06}",
        "ULN": learner.uln or _ULN,
        "FamilyName": learner.family_name,
        "GivenName": learner.given_name,
        "DateOfBirth": learner.date_of_birth.isoformat() if learner.date_of_birth else "",
        "Gender": learner.sex,
        "GetType": "FULL",
        "Purpose": "enrolment",
    }


def challenge(learner: Learner, number: int) -> dict[str, str]:
    """Return a challenge of a learning event."""
    uln = learner.uln or _ULN
    return {"Key": f"K{number:06}", "EventID": str(28_538_264 + number), "ULN": uln, "Reason": "wrong grade",
            "Explanation": ""}  # fmt: skip


def challenge_answer(_learner: Learner, number: int) -> dict[str, str]:
    """Return an answer to a challenge."""
    return {"ChallengeID": f"C{number:06}", "Answer": "upheld", "Explanation": ""}


def sample(name: str, rows: Sequence[Mapping[str, str]], wrong: Wrong, plan: SamplePlan) -> Sample:
    """Return a file of these rows, so many per cent of them broken, and the code that refuses each of those."""
    random = Random(plan.seed)  # noqa: S311 - samples must repeat, and hide nothing
    places = random.sample(range(len(rows)), round(len(rows) * plan.bad_percent / 100))
    broken = {place: wrong[turn % len(wrong)] for turn, place in enumerate(places)}
    text = StringIO()
    lines = csv.DictWriter(text, list(rows[0]) if rows else [])
    lines.writeheader()
    lines.writerows({**row, **(broken[place][1] if place in broken else {})} for place, row in enumerate(rows))
    truth = [broken[place][0] if place in broken else None for place in range(len(rows))]
    return Sample(name=name, content=text.getvalue().encode(), truth=truth)
