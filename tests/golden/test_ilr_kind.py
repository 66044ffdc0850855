"""The kind ilr-2025-26: how a file is known, what is said of its name, ZIP, header and learners, and its report."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from adapters.kinds.ilr.file_rules import BOOK as FILE_BOOK
from adapters.kinds.ilr.kind import Ilr2526
from adapters.kinds.ilr.record import to_learner
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Claim, FileHeader, Late
from gateway.core.model import Learner, Record
from gateway.core.notices import Scope, Severity
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.rule import Context
from gateway.core.submission import Organisation, OrganisationKind
from gateway.core.tally import Tally
from tests.golden.ilr_files import DAY, DELIVERY, KIND, NAME, check, codes, learner, message, notices, records

ROOT = Path(__file__).parents[2]
COLLEGE = Organisation(id="kingsway", name="Kingsway", kind=OrganisationKind.COLLEGE, ukprn="10000001")


@pytest.mark.parametrize("case", ["minimal", "maximal", "tolerated"])
def test_the_valid_fixtures_pass_the_schema_and_the_rules_on_the_file(case: str) -> None:
    path = ROOT / "fixtures" / "ilr-2025-26" / "valid" / case / NAME
    found = list(KIND.check(path, Context(as_of=DAY, file_name=NAME, sender=COLLEGE)))
    told = {notice.code for notice in notices(found)}
    assert not {
        code for code in told if code.startswith(("FD_", "FILE_", "Filename", "Header", "XSD")) or code == "Schema"
    }
    assert records(found)


def test_the_learner_is_handed_to_matching(tmp_path: Path) -> None:
    found = check(tmp_path, message(learner(PostcodePrior="BN1 1AA"), learner("A2", ULN="1000000051", Sex="M")))
    first, second = records(found)
    assert first.learner == Learner(
        given_name="Ada",
        family_name="Marlow",
        date_of_birth=date(2008, 5, 31),
        sex="2",
        uln="1000000043",
        former_postcodes=("BN1 1AA",),
    )
    assert second.learner is not None
    assert (second.learner.uln, second.learner.sex) == ("1000000051", "1")
    nobody = Record(number=1, line=1, key="", values={"ULN": "9999999999"})
    assert to_learner("Learner", nobody) == Learner(sex="9")
    assert to_learner("LearnerDestinationandProgression", nobody) is None
    assert isinstance(found[0], FileHeader)
    assert found[0].values["UKPRN"] == "10000001"


FAULTS: dict[str, tuple[str, str, int]] = {
    "missing": (learner().replace("<ULN>1000000043</ULN>\n", ""), "FD_ULN_MA", 10),
    "empty and needed": (learner(ULN=""), "FD_ULN_MA", 10),
    "empty and not needed": (learner(FamilyName=""), "FD_FamilyName_AL", 11),
    "range": (learner(ULN="12"), "FD_ULN_AR", 10),
    "no number": (learner(ULN="one"), "FD_ULN_AP", 10),
    "too long": (learner(Postcode="BN1 1AA 99"), "FD_Postcode_AL", 18),
    "too many digits": (learner(Ethnicity="131"), "FD_Ethnicity_AL", 14),
    "form": (learner(FamilyName="R2D2"), "FD_FamilyName_AP", 11),
    "no date": (learner(DateOfBirth="31/05/2008"), "FD_DateOfBirth_AP", 13),
    "no delivery": (learner(more=""), "FD_LearningDelivery_EO", 8),
    "too many groups": (
        learner(more="<LLDDandHealthProblem><LLDDCat>1</LLDDCat></LLDDandHealthProblem>" * 23 + DELIVERY),
        "FD_LLDDandHealthProblem_EO",
        20,
    ),
    "in a delivery": (
        learner(more=DELIVERY.replace("<FundModel>99</FundModel>", "")),
        "FD_FundModel_MA",
        20,
    ),
    "unknown element": (learner(inside="<Surname>Marlow</Surname>"), "Schema", 14),
    "wrong order": (learner(inside="<ULN>1000000043</ULN>"), "Schema", 14),
    "text between elements": (learner(inside="stray"), "Schema", 8),
    "attribute": (learner().replace("<Sex>", '<Sex a="b">'), "Schema", 15),
    "nil": (
        learner().replace("<Sex>F", '<Sex xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true">'),
        "FD_Sex_MA",
        15,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_learner_is_told_by_its_rule_and_refuses_that_learner_alone(tmp_path: Path, name: str) -> None:
    text, code, line = FAULTS[name]
    found = check(tmp_path, message(text, learner("A0002")))
    assert [(it.code, it.line, it.record, it.scope) for it in notices(found) if it.record == 1][:1] == [
        (code, line, 1, Scope.RECORD)
    ]
    assert {it.record for it in notices(found) if it.severity is Severity.ERROR} == {1}
    assert records(found)[0].refused_as is MatchOutcome.REFUSED
    assert records(found)[1].learner is not None
    assert code in {rule.code for rule in KIND.rulebook.rules.values()}


def test_every_field_that_is_missing_is_told_also_where_several_are(tmp_path: Path) -> None:
    text = learner().replace("<Ethnicity>31</Ethnicity>\n", "").replace("<Sex>F</Sex>\n", "")
    text = text.replace("<ULN>1000000043</ULN>\n", "").replace("<FundModel>99</FundModel>", "")
    found = check(tmp_path, message(text))
    assert set(codes(found)) == {"FD_ULN_MA", "FD_Ethnicity_MA", "FD_Sex_MA", "FD_FundModel_MA"}
    assert len(codes(found)) == len(set(codes(found)))


def test_a_value_is_told_in_plain_words(tmp_path: Path) -> None:
    [notice] = notices(check(tmp_path, message(learner(DateOfBirth="31/05/2008"))))
    assert notice.message == 'DateOfBirth is "31/05/2008"; it must be a date, such as 2008-05-31.'
    assert notice.fix == "Write 2008-05-31."


def test_every_copy_of_a_reference_is_refused_and_names_the_others(tmp_path: Path) -> None:
    found = check(tmp_path, message(learner("a0 001"), learner("B1"), learner("A0001")))
    late = [one for one in found if isinstance(one, Late)]
    assert [(it.code, it.line, it.record) for it in notices(list(late))] == [("R_06", 9, 1), ("R_06", 35, 3)]
    assert "line 35" in late[0].notices[0].message
    tally = Tally()
    for one in found:
        tally.add(one)
    assert (tally.read, tally.refused) == (3, 2)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<Year>2526</Year>", "<Year>2425</Year>", "Schema"),
        ("<SerialNo>01</SerialNo>", "<SerialNo>one</SerialNo>", "Schema"),
        ("<LearningProvider><UKPRN>10000001</UKPRN></LearningProvider>", "", "Schema"),
        ("<LearningProvider><UKPRN>10000001", "<LearningProvider><UKPRN>10000002", "UKPRN_03"),
        ("FilePreparationDate>2026-01-15", "FilePreparationDate>2026-01-16", "Header_2"),
        ("ESFA/ILR/2025-26", "ESFA/ILR/2024-25", "Namespace Mismatch"),
        ("ESFA/ILR/2025-26", "elsewhere", "Namespace Mismatch"),
        (' xmlns="ESFA/ILR/2025-26"', "", "Namespace Mismatch"),
    ],
)
def test_a_fault_of_the_head_is_one_notice_that_refuses_the_file(tmp_path: Path, old: str, new: str, code: str) -> None:
    found = check(tmp_path, message(learner()).replace(old.encode(), new.encode()))
    [notice] = notices(found)
    assert (notice.code, notice.scope, notice.severity) == (code, Scope.FILE, Severity.ERROR)
    assert notice.line is not None


def test_a_file_without_a_learner_is_refused(tmp_path: Path) -> None:
    assert codes(check(tmp_path, message())) == ["Entity_1"]


def test_the_ukprn_of_name_header_and_sender_must_agree(tmp_path: Path) -> None:
    other = NAME.replace("10000001", "10000002")
    assert codes(check(tmp_path, message(learner()), other)) == ["Header_3"]
    context = Context(as_of=DAY, file_name=other, sender=COLLEGE)
    assert sorted(codes(check(tmp_path, message(learner()), context=context))) == ["Header_3", "Inconsistent UKPRN"]


@pytest.mark.parametrize(
    ("earlier", "code"),
    [
        (NAME.replace("-01.", "-02."), ["Filename_2"]),
        (NAME.replace("093000", "093001"), ["Filename_8"]),
        (NAME.replace("093000", "092959"), []),
        (NAME.replace("10000001", "10000009").replace("093000", "093001"), []),
        (NAME.replace("2526", "2425").replace("093000", "093001"), []),
        ("other.xml", []),
    ],
)
def test_a_file_must_be_later_than_those_before_it(tmp_path: Path, earlier: str, code: list[str]) -> None:
    context = Context(as_of=DAY, file_name=NAME, earlier=(earlier,))
    assert codes(check(tmp_path, message(learner()), context=context)) == code


def test_a_name_of_tomorrow_is_refused(tmp_path: Path) -> None:
    data = message(learner())
    assert codes(check(tmp_path, data, NAME.replace("20260115", "20260116"))) == ["Filename_7"]


EXAMPLES = [
    (rule.name, kind, example)
    for rule in FILE_BOOK.rules.values()
    for kind, examples in (("bad", rule.bad), ("good", rule.good))
    for example in examples
    if rule.scope is Scope.FILE
]


@pytest.mark.parametrize(("name", "kind", "example"), EXAMPLES)
def test_the_examples_of_each_rule_on_the_file_hold(name: str, kind: str, example: dict[str, str]) -> None:
    values = {"file_name": NAME, "open_year": "2526", **example}
    record = Record(number=1, line=1, key="", values=values)
    judged = FILE_BOOK.apply(record, Context(as_of=DAY, file_name=NAME), failed=frozenset(), scope=Scope.FILE)
    found = FILE_BOOK.rules[name].code in {notice.code for notice in judged.notices}
    assert found is (kind == "bad")


def packed(name: str = NAME, *, data: bytes | None = None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, message(learner()) if data is None else data)
    return held.getvalue()


ZIP = NAME.replace(".xml", ".ZIP")
ZIPS: dict[str, tuple[Callable[[], bytes], list[str]]] = {
    "right": (packed, []),
    "a fault inside": (lambda: packed(data=message(learner(ULN="12"))), ["FD_ULN_AR"]),
    "another name": (lambda: packed("other.xml"), ["ZIP_INCONSISTENT_FILENAME"]),
    "a folder": (lambda: packed(f"a/{NAME}"), ["ZIP_INCONSISTENT_FILENAME"]),
    "cut off": (lambda: packed()[:100], ["ZIP_CORRUPT"]),
    "no ZIP at all": (lambda: message(learner()), ["ZIP_CORRUPT"]),
    "a bomb": (lambda: packed(data=b" " * 50_000_000), ["FILE_LIMIT"]),
    "a ZIP in a ZIP": (lambda: packed(data=packed()), ["FILE_TYPE"]),
}


@pytest.mark.parametrize("name", ZIPS)
def test_a_zip_is_read_or_refused_by_its_code(tmp_path: Path, name: str) -> None:
    make, expected = ZIPS[name]
    assert codes(check(tmp_path, make(), ZIP)) == expected


def test_a_zip_of_none_or_two_files_or_with_a_password_is_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(NAME, b"a")
        archive.writestr("b.xml", b"b")
    assert codes(check(tmp_path, held.getvalue(), ZIP)) == ["ZIP_EMPTY"]
    whole = packed()
    at = whole.index(b"PK\x01\x02") + 8
    assert codes(check(tmp_path, whole[:at] + b"\x01" + whole[at + 1 :], ZIP)) == ["Protected ZIP file"]


@pytest.mark.parametrize(
    ("name", "head", "weight"),
    [
        (NAME, b"", Claim.STRICT),
        (NAME.lower().replace("xml", "ZIP"), b"", Claim.STRICT),
        ("export.xml", b'<Message xmlns="ESFA/ILR/2025-26">', Claim.LIKELY),
        ("ILR-wrong.zip", b"PK\x03\x04", Claim.LIKELY),
        ("ILR-wrong.xml", b"<Message/>", Claim.CONTENT),
        ("export.xml", b'<Message xmlns="ESFA/ILR/2024-25">', Claim.CONTENT),
        ("export.zip", b"PK\x03\x04", None),
        ("LRB_10000001_010920261430.CSV", b"FileVersion", None),
    ],
)
def test_a_file_is_known_by_its_name_or_its_namespace(name: str, head: bytes, weight: int | None) -> None:
    claim = KIND.claims(name, head)
    assert (claim.weight if claim else None) == weight


def test_settings_are_its_limit_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="max_bytes"):
        Ilr2526.from_settings({"max_byte": 1})
    small = Ilr2526.from_settings({"max_bytes": 100})
    path = tmp_path / "given"
    for name, data in ((NAME, message(learner())), (ZIP, packed())):
        path.write_bytes(data)
        assert codes(list(small.check(path, Context(as_of=DAY, file_name=name)))) == ["FILE_LIMIT"]
