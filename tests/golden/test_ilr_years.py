"""The ILR of 2018-19 and 2020-21: what is theirs alone, and how a file is known as one of its year."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from adapters.kinds.ilr.kind import Ilr, Ilr1819, Ilr2021, Ilr2526
from gateway.core.handover import Finding, Late, SamplePlan
from gateway.core.model import CheckedRecord
from gateway.core.notices import Notice
from gateway.core.recognise import recognise
from gateway.core.rules.rule import Context
from tests.desk import ADA, COLLEGE, MOMENT

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS: dict[str, Ilr] = {kind.year.name: kind.from_settings({}) for kind in (Ilr1819, Ilr2021, Ilr2526)}
DAYS = {"2018-19": date(2019, 2, 1), "2020-21": date(2021, 2, 1)}
EARLIER = sorted(DAYS)


def given(year: str) -> tuple[str, str]:
    [path] = (FIXTURES / f"ilr-{year}" / "valid" / "complete").iterdir()
    return path.name, path.read_text(encoding="utf-8")


def found(folder: Path, year: str, text: str, name: str = "") -> list[Finding]:
    path = folder / "given.xml"
    path.write_text(text, encoding="utf-8")
    context = Context(as_of=DAYS[year], file_name=name or given(year)[0], sender=COLLEGE)
    return list(KINDS[year].check(path, context))


def codes(findings: list[Finding]) -> list[tuple[str, int | None]]:
    every = (it for one in findings for it in ([one] if isinstance(one, Notice) else getattr(one, "notices", ())))
    return [(notice.code, notice.record) for notice in every]


@pytest.mark.parametrize("year", EARLIER)
def test_a_complete_file_of_an_earlier_year_is_right(year: str, tmp_path: Path) -> None:
    findings = found(tmp_path, year, given(year)[1])
    assert codes(findings) == []
    checked = [one for one in findings if isinstance(one, CheckedRecord)]
    assert [one.learner is not None for one in checked] == [True, False]


CHANGES = {
    "a destination's ULN with a wrong check digit": ("<ULN>1000000043</ULN>\n    <DPO", "1000000042", ("ULN_04", 2)),
    "a destination that is no code": ("<OutCode>1<", "9", ("DESTINATION_CODE", 2)),
    "a destination's date of another form": ("<OutStartDate>20", "31/12/20", ("FD_OutStartDate_AP", 2)),
}


@pytest.mark.parametrize("year", EARLIER)
@pytest.mark.parametrize("case", CHANGES)
def test_what_is_wrong_with_a_destination_refuses_its_record_alone(year: str, case: str, tmp_path: Path) -> None:
    place, value, expected = CHANGES[case]
    text = given(year)[1]
    wrong = {
        "ULN_04": text.replace("<ULN>1000000043</ULN>\n    <DPO", f"<ULN>{value}</ULN>\n    <DPO"),
        "DESTINATION_CODE": text.replace("<OutCode>1<", f"<OutCode>{value}<"),
        "FD_OutStartDate_AP": text.replace(place, f"<OutStartDate>{value}"),
    }[expected[0]]
    assert wrong != text
    assert codes(found(tmp_path, year, wrong)) == [expected]


@pytest.mark.parametrize("year", EARLIER)
def test_a_learners_destinations_stand_in_one_record(year: str, tmp_path: Path) -> None:
    text = given(year)[1]
    begin = text.index("  <LearnerDestination")
    again = text.replace("</Message>", text[begin:])
    late = [one for one in found(tmp_path, year, again) if isinstance(one, Late)]
    assert codes(list(late)) == [("DESTINATION_REPEATED", 2), ("DESTINATION_REPEATED", 3)]


@pytest.mark.parametrize("year", EARLIER)
def test_a_file_without_a_learner_is_of_the_form_and_refused_by_a_rule(year: str, tmp_path: Path) -> None:
    text = given(year)[1]
    begin, end = text.index("  <Learner>"), text.index("  <LearnerDestination")
    assert codes(found(tmp_path, year, text[:begin] + text[end:])) == [("Entity_1", None)]


@pytest.mark.parametrize(("year", "field"), [("2018-19", "PHours"), ("2020-21", "OTJHours"), ("2020-21", "AgreeId")])
def test_a_field_of_another_year_is_unknown(year: str, field: str, tmp_path: Path) -> None:
    other = {"2018-19": "2020-21", "2020-21": "2018-19"}[year]
    text = given(other)[1].replace(other, year).replace(other[2:4] + other[5:], year[2:4] + year[5:])
    assert f"<{field}>" in text
    assert ("Schema", 1) in codes(found(tmp_path, year, text))


def known(name: str, head: bytes) -> str:
    kind = recognise(KINDS.values(), name, head)
    return kind.name if kind else ""


@pytest.mark.parametrize("year", KINDS)
def test_a_file_is_known_by_its_name_or_its_namespace(year: str) -> None:
    code = year[2:4] + year[5:]
    head = f'<Message xmlns="ESFA/ILR/{year}">'.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("other.xml", head)
    assert known(f"ILR-10000001-{code}-20190115-093000-01.xml", b"<Message/>") == f"ilr-{year}"
    assert known("export.xml", head) == f"ilr-{year}"
    assert known(f"ILR-10000001-{code}-first.zip", packed.getvalue()) == f"ilr-{year}"
    assert known(f"ILR-10000001-{code}-first.xml", b"<Message/>") == f"ilr-{year}"


def test_a_file_of_a_year_that_is_not_read_goes_to_the_last_year_which_names_those_that_are(tmp_path: Path) -> None:
    name, text = given("2018-19")
    other = text.replace("2018-19", "2019-20").replace("1819", "1920")
    assert known(name.replace("1819", "1920"), other.encode()) == "ilr-2025-26"
    path = tmp_path / "given.xml"
    path.write_text(other, encoding="utf-8")
    context = Context(as_of=DAYS["2018-19"], file_name=name)
    told = [one for one in KINDS["2025-26"].check(path, context) if isinstance(one, Notice)]
    assert any("The years read here are: 2018-19, 2020-21, 2025-26." in notice.message for notice in told)


@pytest.mark.parametrize("year", KINDS)
def test_a_sample_of_a_year_is_right_but_for_what_its_truth_says(year: str, tmp_path: Path) -> None:
    plan = SamplePlan(organisation=COLLEGE, moment=MOMENT, bad_percent=50, seed=3)
    sample = KINDS[year].samples([ADA] * 40, plan)
    path = tmp_path / "given.xml"
    path.write_bytes(sample.content)
    findings = KINDS[year].check(path, Context(as_of=MOMENT.date(), file_name=sample.name, sender=COLLEGE))
    told = [
        {notice.code for notice in one.notices if notice.severity == "error"}
        for one in findings
        if isinstance(one, CheckedRecord)
    ]
    assert [bool(codes) for codes in told] == [code is not None for code in sample.truth]
    assert all(code is None or code in codes for codes, code in zip(told, sample.truth, strict=True))
