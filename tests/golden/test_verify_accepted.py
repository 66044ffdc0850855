"""The accepted records of a batch file make a file of the same kind, with the same header and their count."""

from io import BytesIO, StringIO
from pathlib import Path

import pytest

from gateway.core.extract import Place, extract
from gateway.core.rules.rule import Context
from tests.golden.batch_cases import AS_OF, KINDS, NORTH, base, check_text, file_of, name_of

WRONG = {"verify": {"ULN": "9000000025"}, "achievement": {"Uln": "9000000025"}}


@pytest.mark.parametrize("kind", [name for name in KINDS if name.endswith("xml")])
def test_the_accepted_records_of_an_xml_file_are_a_file_without_fault(kind: str, tmp_path: Path) -> None:
    wrong = WRONG[kind.partition("-")[0]]
    text = file_of(kind, [wrong, {}, wrong, {"GivenName": "Anne"}])
    found = check_text(kind, tmp_path, text)
    spans = [answer.checked.span or (0, 0) for answer in found.answers]
    places = [Place(*span, accepted=number % 2 == 1) for number, span in enumerate(spans)]
    out = BytesIO()
    amendments = found.kind.amendments(found.header)  # type: ignore[attr-defined]
    assert extract(BytesIO(text.encode()), places, 2, out, amendments)
    again = check_text(kind, tmp_path, out.getvalue())
    assert again.file_notices == []
    assert [answer.checked.notices for answer in again.answers] == [(), ()]
    assert [answer.checked.record["GivenName"] for answer in again.answers] == ["Anna", "Anne"]


@pytest.mark.parametrize("kind", [name for name in KINDS if name.endswith("csv")])
def test_the_first_accepted_row_of_a_table_bears_the_header(kind: str, tmp_path: Path) -> None:
    wrong = WRONG[kind.partition("-")[0]]
    text = file_of(kind, [wrong, {}, {"GivenName": "Anne"}])
    found = check_text(kind, tmp_path, text)
    headings, _, first, second = (line.encode() + b"\r\n" for line in text.split("\r\n")[:4])
    amend = found.kind.amendments(found.header).first  # type: ignore[attr-defined]
    again = check_text(kind, tmp_path, headings + amend(first, 2) + second)
    assert again.file_notices == []
    assert again.header == base(kind)[0] | {name: "2" for name in base(kind)[0] if name.endswith("Count")}
    assert [answer.checked.notices for answer in again.answers] == [(), ()]


@pytest.mark.parametrize(
    ("kind", "born", "last"),
    [("verify-csv", "DateOfBirth", "Gender"), ("achievement-csv", "DateofBirth", "UnitOrQualificationReferenceNumber")],
)
def test_faults_of_form_are_mended_in_the_file_that_is_proposed(
    kind: str, born: str, last: str, tmp_path: Path
) -> None:
    path = tmp_path / name_of(kind).lower()
    text = file_of(kind, [{born: "31/05/2009"}, {born: "2009-05-31"}])
    path.write_text(text.replace(",", ";").replace(last, last.upper(), 1), encoding="utf-8", newline="")
    out, changes = BytesIO(), StringIO(newline="")
    context = Context(as_of=AS_OF, file_name=path.name, sender=NORTH)
    proposal = KINDS[kind].from_settings({}).propose(path, context, out, changes)
    assert proposal.name == name_of(kind)
    mended = check_text(kind, tmp_path, out.getvalue())
    assert mended.file_notices == []
    assert [answer.checked.notices for answer in mended.answers] == [(), ()]
    assert mended.answers[0].checked.record[born].startswith("2009-05-31")
