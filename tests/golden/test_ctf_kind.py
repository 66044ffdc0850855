"""The kind ctf knows its files, and has a page that is true."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.formats.xml_reading_form import record_model
from adapters.kinds.ctf.form import ctf_form
from adapters.kinds.ctf.kind import Ctf
from adapters.kinds.ctf.rules_query import OTHERS
from gateway.core.handover import Claim, FileHeader
from gateway.core.model import CheckedRecord, Learner
from gateway.core.tables import read_date
from tests.golden.ctf_files import ADA, HEADER, NAME, PUPIL, check_text, ctf, notices, pupil

BLOCKS = "<Contacts><Anyone>x</Anyone></Contacts>\n<Attendance><Any/></Attendance>\n"
PAGE = Path(__file__).parents[2] / "adapters" / "kinds" / "ctf" / "README.md"
KIND = Ctf.from_settings({})


@pytest.mark.parametrize(
    ("name", "head", "weight"),
    [
        (NAME, b"", Claim.STRICT),
        (NAME.replace(".xml", ".zip"), b"PK\x03\x04", Claim.STRICT),
        ("8234321_CTF_XXXXXXX_001 (1).xml", b"", Claim.CONTENT),
        ("8234321_CTF_XXXXXXX_001 (1).xml", b"<CTfile>", Claim.LIKELY),
        ("8234321_CTF_001.zip", b"PK\x03\x04", Claim.LIKELY),
        ("pupils.xml", b'<?xml version="1.0"?><CTfile>', Claim.LIKELY),
        ("8234321_SC1_823LL26_001.xml", b"<Message>", None),
        ("pupils.xml", b"<ATfile>", None),
    ],
)
def test_a_file_is_claimed_by_its_name_or_its_root(name: str, head: bytes, weight: int | None) -> None:
    claim = KIND.claims(name, head)
    assert (claim.weight if claim else None) == weight


@pytest.mark.parametrize("qualifier", ["partial", "full", ""])
def test_a_pupil_is_a_learner_with_a_upn_who_has_not_seen_the_notice(tmp_path: Path, qualifier: str) -> None:
    details = {
        "BasicDetails/PreferredForename": "Addy",
        "BasicDetails/FormerSurname": "Reed",
        "BasicDetails/MiddleNames": "May",
    }
    header = HEADER | {"Header/DocumentQualifier": qualifier}
    found = check_text(tmp_path, ctf([pupil(PUPIL | details)], header))
    (checked,) = [it for it in found if isinstance(it, CheckedRecord)]
    assert checked.record.key == PUPIL["UPN"]
    asked = Learner(
        given_name="ADA", family_name="MARLOW", date_of_birth=read_date("2009-05-31"), sex="2", postcode="CV1 2WT",
        upn=PUPIL["UPN"], ability_to_share="0",
    )  # fmt: skip
    more = replace(asked, middle_name="May", preferred_given_name="Addy", previous_family_name="Reed")
    assert checked.learner == (asked if qualifier == "partial" else more)


@pytest.mark.parametrize(("gender", "sex", "code"), [("M", "", "1"), ("", "F", "2"), ("U", "", "0"), ("", "0", "0")])
def test_gender_and_sex_are_read_as_one_field(tmp_path: Path, gender: str, sex: str, code: str) -> None:
    found = check_text(tmp_path, ctf([pupil(PUPIL | {"Gender": gender, "Sex": sex})]))
    assert [it.learner.sex for it in found if isinstance(it, CheckedRecord) and it.learner] == [code]


def test_the_header_names_the_school_that_is_answered(tmp_path: Path) -> None:
    (header,) = [it for it in check_text(tmp_path, ctf([ADA])) if isinstance(it, FileHeader)]
    assert header.values == {
        "CTFversion": "25.0",
        "DocumentQualifier": "partial",
        "LEA": "823",
        "Estab": "4321",
        "AcademicYear": "2025",
    }


def test_nothing_within_attendance_or_contacts_is_judged(tmp_path: Path) -> None:
    header = HEADER | {"Header/DocumentQualifier": "full"}
    assert notices(check_text(tmp_path, ctf([pupil(PUPIL, BLOCKS)], header))) == []


def test_a_partial_file_says_once_of_a_pupil_what_is_not_used(tmp_path: Path) -> None:
    (note,) = notices(check_text(tmp_path, ctf([pupil(PUPIL | {"UCI": "123450230001W"}, BLOCKS)])))
    assert (note.code, note.severity, note.key) == ("PARTIAL_IGNORED", "info", PUPIL["UPN"])
    assert note.message == "Not used in a partial file: UCI, Contacts, Attendance."


def test_every_part_of_a_pupil_is_needed_or_named_as_not_used() -> None:
    needed = {"UPN", "UniqueLearnerNumber", "Surname", "Forename", "DOB", "Gender", "Sex", "Address"}
    assert set(record_model(ctf_form().shape, "Pupil").children) == needed | set(OTHERS)


def test_the_example_of_the_page_is_a_file_without_fault(tmp_path: Path) -> None:
    (example,) = re.findall(r"```xml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert notices(check_text(tmp_path, example)) == []
