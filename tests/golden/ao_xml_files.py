"""Results files in XML for tests, written without the code that reads them."""

from collections.abc import Mapping, Sequence
from html import escape

from tests.golden.ao_files import RESULT

NAME = "AORES_10000101_6G26_20260812T060000_001.xml"
HEADER = {
    "MessageId": "6f0c2c1e-0000-4000-8000-000000000001",
    "AwardingOrganisationUKPRN": "10000101",
    "ExamSeries": "6G26",
    "SequenceNumber": "1",
    "FileStatus": "Full",
    "CreatedAt": "2026-08-12T06:00:00Z",
}
_CANDIDATE = {
    "CandidateNumber": "CandidateNumber",
    "UCI": "UCI",
    "ULN": "ULN",
    "CandidateIdentifierOther": "OtherId",
    "FamilyName": "FamilyName",
    "GivenNames": "GivenNames",
    "DateOfBirth": "DateOfBirth",
    "Sex": "Sex",
}
_RESULT = {
    "QAN": "QAN",
    "SpecificationCode": "SpecificationCode",
    "UnitOrComponentCode": "UnitOrComponentCode",
    "ResultLevel": "Level",
    "Grade": "Grade",
    "EndorsementGrade": "EndorsementGrade",
    "PartialAbsence": "PartialAbsence",
}
_AFTER = {"AwardDate": "AwardDate", "PreviousGrade": "PreviousGrade", "ChangeReason": "ChangeReason"}


def result_element(result: Mapping[str, str]) -> str:
    """Return the Result element of a result."""
    most = f' max="{result["MaxMark"]}"' if result.get("MaxMark") else ""
    mark = f"<Mark{most}>{result['Mark']}</Mark>" if result.get("Mark") else ""
    inside = f"{_elements(_RESULT, result)}{mark}{_elements(_AFTER, result)}"
    return f'<Result ref="{escape(result["RecordRef"])}" action="{result["Action"]}">{inside}</Result>'


def candidate_element(*results: Mapping[str, str]) -> str:
    """Return the Candidate element of the first result's candidate, with all these results."""
    return "\n".join([f"<Candidate>{_elements(_CANDIDATE, results[0])}", *map(result_element, results), "</Candidate>"])


def xml_text(results: Sequence[Mapping[str, str]], counts: Mapping[str, int] | None = None, **header: str) -> str:
    """Return a file of these results, each with a candidate of its own, in one centre."""
    return whole([candidate_element(result) for result in results], len(results), counts, **header)


def whole(candidates: Sequence[str], results: int, counts: Mapping[str, int] | None = None, **header: str) -> str:
    """Return a file of these candidates, whose trailer counts right unless told otherwise."""
    told = {"CentreCount": 1, "CandidateCount": len(candidates), "ResultCount": results} | dict(counts or {})
    values = HEADER | header
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<AwardingOrganisationResults xmlns="urn:edugateway:ao-results:1" version="1">',
        f"<Header>{_elements({name: name for name in values}, values)}</Header>",
        f'<Centre centreNumber="{RESULT["CentreNumber"]}" ukprn="10012345">',
        *candidates,
        "</Centre>",
        f"<Trailer>{''.join(f'<{name}>{count}</{name}>' for name, count in told.items())}</Trailer>",
        "</AwardingOrganisationResults>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _elements(names: Mapping[str, str], values: Mapping[str, str]) -> str:
    return "".join(f"<{theirs}>{escape(values[ours])}</{theirs}>" for ours, theirs in names.items() if values.get(ours))
