"""What a question costs while nobody answers it, or a wrong answer costs later: the queue's order."""

from collections.abc import Mapping
from typing import Final

from gateway.core.review import Evidence, Precision, QuestionSort

_HARM: Final[Mapping[str, float]] = {
    "claim-contradicted": 10,
    "asked-too-often": 9,
    "may-be-a-twin": 9,
    "middle-name-is-given-name": 8,
    "upn-of-another": 8,
    "given-name-differs": 8,
    "names-do-not-verify": 8,
    "similar-names-contradicted": 8,
    "second-person-near": 7,
    "birth-date-differs": 6,
    "sex-differs": 6,
    "near-another-record": 6,
    "names-swapped": 5,
}
"""The harm of answering a question wrongly, by what stopped the link: twins and conflicts come first."""
_USUAL: Final = 4.0
_BY_SORT: Final[Mapping[QuestionSort, float]] = {QuestionSort.MERGE: 12, QuestionSort.SAMPLE: 1}
_DOUBT_UNKNOWN: Final = 0.5
_Z: Final = 1.959964
"""The normal deviate of a two-sided interval of 95 %."""


def expected_cost(sort: QuestionSort, evidence: Evidence) -> float:
    """Return what the question is worth: the harm of a wrong answer, more where it is less clear which is right."""
    harm = _BY_SORT.get(sort) or _HARM.get(evidence.guard or "", _USUAL)
    return round(harm * (1 + _doubt(evidence.score)), 3)


def _doubt(score: float | None) -> float:
    """Return 1 where both answers are as likely, 0 where one is certain; a score is in bits."""
    if score is None:
        return _DOUBT_UNKNOWN
    odds: float = 2.0 ** max(-60.0, min(60.0, score))
    likely = odds / (1 + odds)
    return 2 * min(likely, 1 - likely)


def precision(right: int, looked_at: int) -> Precision:
    """Return the share of links that are right with Wilson's interval; of none looked at nothing is known."""
    if not looked_at:
        return Precision(looked_at=0, right=0, share=None, low=None, high=None)
    share, squared = right / looked_at, _Z * _Z
    middle = share + squared / (2 * looked_at)
    spread = _Z * ((share * (1 - share) + squared / (4 * looked_at)) / looked_at) ** 0.5
    scale = 1 + squared / looked_at
    low, high = max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
    return Precision(looked_at=looked_at, right=right, share=share, low=low, high=high)
