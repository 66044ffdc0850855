"""Makes fixed-width results files of invented learners, with the truth about each result.

Nothing here is shared with what checks such files: the places of the fields are written down afresh.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from adapters.kinds.ao_results.samples import CENTRE, broken_places, rows_of, sitting_of
from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_IDENTIFIERS: Mapping[str, str] = {"10000102": "92"}
_NORTH = "91"
_LENGTH = 96
_WRONG_VALUES: Sequence[tuple[str, Mapping[str, str]]] = (
    ("AR-10", {"QAN": "60112"}),
    ("AR-10", {"Action": "X"}),
    ("AR-10", {"AwardDate": "2026-02-30"}),
    ("AR-10", {"FamilyName": ""}),
    ("AR-10", {"Sex": "Q"}),
    ("AR-10", {"DateOfBirth": "1899-13-31"}),
    ("AR-10", {"DateOfBirth": "2098-01-01"}),
    ("AR-10", {"ULN": "12345"}),
    ("AR-10", {"PreviousGrade": "6"}),
    ("AR-14", {"UCI": "123450230001X"}),
    ("AR-15", {"ULN": "9990000018"}),
    ("AR-27", {"Grade": ""}),
)
_Fault = Callable[[Mapping[str, str]], str]


def jcq_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return a file with a result for each learner, so many per cent of them broken, and the truth."""
    rows = rows_of(learners, plan)
    broken = broken_places(len(rows), plan, [(code, _with_values(wrong)) for code, wrong in _WRONG_VALUES])
    body = [broken[place][1](row) if place in broken else _lines(row) for place, row in enumerate(rows)]
    organisation = _IDENTIFIERS.get(plan.organisation.ukprn or "", _NORTH)
    number = plan.seed % 100
    head = f"R1{organisation}{CENTRE}{sitting_of(plan).series}{number:03}{plan.moment:%Y%m%d}14F"
    counts = (1, len(rows), len(rows), 3 + 2 * len(rows))
    trailer = f"R9{CENTRE}" + "".join(f"{count:07}" for count in counts)
    lines = [_record(head), _record(f"R2{CENTRE}10012345EXAMPLE ACADEMY"), *body, _record(trailer)]
    return Sample(
        name=f"R{CENTRE}{organisation}.X{number:02}",
        content="".join(lines).encode("latin-1"),
        truth=[broken[place][0] if place in broken else None for place in range(len(rows))],
    )


def _lines(row: Mapping[str, str]) -> str:
    """Return the records R4 and R5 of a result."""
    centre, number, uci = CENTRE, row["CandidateNumber"], row["UCI"]
    name = f"{_plain(row['FamilyName'])}: {_plain(row['GivenNames'])}".strip()[:40]
    born, awarded = row["DateOfBirth"].replace("-", ""), row["AwardDate"].replace("-", "")
    qan = row["QAN"].replace("/", "")
    option = qan[3:7]
    candidate = f"R4{centre}{number}{uci:13}{row['ULN']:10}{name:40}{row['Sex'] or 'X':1}{born:8}"
    result = f"R5{centre}{number}{uci:13}{option:6}{option:6}G{row['Grade']:2}{'':8}{'':5}{qan:8}{awarded:8}"
    return _record(candidate) + _record(f"{result}{row['Action']}{row['PreviousGrade']:2}")


def _with_values(wrong: Mapping[str, str]) -> _Fault:
    def fault(row: Mapping[str, str]) -> str:
        return _lines({**row, **wrong})

    return fault


def _record(text: str) -> str:
    return f"{text:{_LENGTH}}\r\n"


def _plain(name: str) -> str:
    """Return a name in capitals, with those letters alone that the format can hold."""
    folded = unicodedata.normalize("NFC", name).upper()
    if folded.encode("latin-1", errors="ignore").decode("latin-1") == folded:
        return folded
    plain = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in plain if letter.isascii())
