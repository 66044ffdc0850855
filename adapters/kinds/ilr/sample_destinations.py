"""Makes the destinations of invented learners, for samples of the years that return them, and makes them wrong."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

EVERY: Final = 2
"""Every other learner has a record of destinations."""
_PAIRS: Final = (("EMP", "1"), ("EDU", "2"), ("GAP", "1"), ("VOL", "1"))
_WRONG_CHECK_DIGIT: Final = "1000000042"

Wrong = Callable[[dict[str, str]], None]
"""Makes the values of one destination wrong."""


def _wrong_pair(values: dict[str, str]) -> None:
    values["OutCode"] = "9"


def _wrong_date(values: dict[str, str]) -> None:
    values["OutStartDate"] = "31/12/2018"


def _wrong_uln(values: dict[str, str]) -> None:
    values["ULN"] = _WRONG_CHECK_DIGIT


def _without_type(values: dict[str, str]) -> None:
    del values["OutType"]


FAULTS: Final[Sequence[tuple[str, Wrong]]] = (
    ("DESTINATION_CODE", _wrong_pair),
    ("FD_OutStartDate_AP", _wrong_date),
    ("ULN_04", _wrong_uln),
    ("FD_OutType_MA", _without_type),
)


def destination(learner: Mapping[str, str], place: int, first: str, wrong: Wrong | None = None) -> str:
    """Return the record of what became of a learner in a year that begins in 20`first`, right or made wrong."""
    sort, code = _PAIRS[place % len(_PAIRS)]
    values = {
        "LearnRefNumber": learner["LearnRefNumber"],
        "ULN": learner["ULN"],
        "OutType": sort,
        "OutCode": code,
        "OutStartDate": f"20{first}-10-01",
        "OutCollDate": f"20{first}-11-01",
    }
    if wrong is not None:
        wrong(values)
    own = "".join(f"    <{name}>{escape(values.pop(name))}</{name}>\n" for name in ("LearnRefNumber", "ULN"))
    outcome = "".join(f"      <{name}>{escape(value)}</{name}>\n" for name, value in values.items())
    inner = f"{own}    <DPOutcome>\n{outcome}    </DPOutcome>\n"
    return f"  <LearnerDestinationandProgression>\n{inner}  </LearnerDestinationandProgression>\n"
