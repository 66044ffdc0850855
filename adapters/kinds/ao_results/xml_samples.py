"""Makes results files in XML of invented learners, with the truth about each result.

Nothing here is shared with what checks such files: elements, faults and codes are written down afresh.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from adapters.kinds.ao_results.samples import CENTRE, broken_places, file_name, rows_of, sitting_of
from gateway.core.handover import Sample, SamplePlan
from gateway.core.model import Learner

_CANDIDATE = {
    "CandidateNumber": "CandidateNumber",
    "UCI": "UCI",
    "ULN": "ULN",
    "FamilyName": "FamilyName",
    "GivenNames": "GivenNames",
    "DateOfBirth": "DateOfBirth",
    "Sex": "Sex",
}
_RESULT = {"QAN": "QAN", "ResultLevel": "Level", "Grade": "Grade", "AwardDate": "AwardDate"}
_WRONG_VALUES: Sequence[tuple[str, Mapping[str, str]]] = (
    ("AR-10", {"Action": "X"}),
    ("AR-10", {"ULN": "12345"}),
    ("AR-10", {"FamilyName": ""}),
    ("AR-10", {"DateOfBirth": "2009-02-29"}),
    ("AR-10", {"Sex": "female"}),
    ("AR-10", {"QAN": "60112"}),
    ("AR-10", {"ResultLevel": "U", "Grade": "U"}),
    ("AR-10", {"AwardDate": "20/08/2026"}),
    ("AR-10", {"Action": "W"}),
    ("AR-10", {"Unknown": "element"}),
    ("AR-14", {"UCI": "123450230001X"}),
    ("AR-15", {"ULN": "9990000018"}),
    ("AR-19", {"AwardDate": "2098-08-20"}),
    ("AR-27", {"Grade": ""}),
)
_Fault = Callable[[Mapping[str, str]], str]


def xml_sample(learners: Iterable[Learner], plan: SamplePlan) -> Sample:
    """Return a file with a candidate and a result for each learner, so many per cent of them broken, and the truth."""
    rows = rows_of(learners, plan)
    broken = broken_places(len(rows), plan, [(code, _with_values(wrong)) for code, wrong in _WRONG_VALUES])
    body = [broken[place][1](row) if place in broken else _candidate(row) for place, row in enumerate(rows)]
    counts = f"<CandidateCount>{len(rows)}</CandidateCount><ResultCount>{len(rows)}</ResultCount>"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<AwardingOrganisationResults xmlns="urn:edugateway:ao-results:1" version="1">',
        _header(plan),
        f'<Centre centreNumber="{CENTRE}">',
        *body,
        "</Centre>",
        f"<Trailer><CentreCount>1</CentreCount>{counts}</Trailer>",
        "</AwardingOrganisationResults>",
    ]
    return Sample(
        name=file_name(plan, ".xml"),
        content="".join(f"{line}\n" for line in lines).encode(),
        truth=[broken[place][0] if place in broken else None for place in range(len(rows))],
    )


def _header(plan: SamplePlan) -> str:
    values = {
        "MessageId": f"6f0c2c1e-0000-4000-8000-{plan.seed % 10**12:012}",
        "AwardingOrganisationUKPRN": plan.organisation.ukprn or "99999999",
        "ExamSeries": sitting_of(plan).series,
        "SequenceNumber": str(plan.seed % 1000 or 1000),
        "FileStatus": "Full",
        "CreatedAt": f"{plan.moment:%Y-%m-%dT%H:%M:%SZ}",
    }
    return f"<Header>{''.join(_element(name, value) for name, value in values.items())}</Header>"


def _candidate(row: Mapping[str, str]) -> str:
    candidate = "".join(_element(theirs, row[ours]) for ours, theirs in _CANDIDATE.items() if row[ours])
    result = "".join(_element(theirs, row[ours]) for ours, theirs in _RESULT.items() if row[ours])
    unknown = _element("Unknown", row["Unknown"]) if "Unknown" in row else ""
    begin = f'<Result ref="{row["RecordRef"]}" action="{row["Action"]}">'
    return f"<Candidate>{candidate}\n{begin}{result}{unknown}</Result></Candidate>"


def _with_values(wrong: Mapping[str, str]) -> _Fault:
    def fault(row: Mapping[str, str]) -> str:
        return _candidate({**row, **wrong})

    return fault


def _element(name: str, value: str) -> str:
    return f"<{name}>{escape(value, quote=False)}</{name}>"
