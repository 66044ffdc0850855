"""Every value of an LRB record at its border and one beyond, as specification `lrs` 2.2, 2.4 and 6 draw it.

All stand in one file of each carrier, one record for each, so that the record, line, field and code of each are held.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.core.notices import Severity
from tests.golden import lrb_files, lrb_xml_files
from tests.golden.lrb_files import HEADER, LEARNER, lrb_text
from tests.golden.lrb_xml_files import SPELLINGS, file_of, learner

LENGTHS: Mapping[str, int] = {
    "MISIdentifier": 128, "Title": 35, "GivenName": 35, "PreferredGivenName": 35, "MiddleOtherName": 35,
    "FamilyName": 35, "PreviousFamilyName": 35, "FamilyNameAt16": 35, "SchoolAtAge16": 254,
    "LastKnownAddressLine1": 50, "LastKnownAddressLine2": 50, "LastKnownAddressTown": 50,
    "LastKnownAddressCountyorCity": 50, "PlaceOfBirth": 35, "OtherVerificationDescription": 255, "Notes": 4000,
}  # fmt: skip
RIGHT: Mapping[str, tuple[str, ...]] = {
    "ULN": ("9276308686", "4444599390", "1061485810", "1000000000", "7000000022", "9999999998"),
    "GivenName": (
        "Bo",
        "Ó",
        "Éabha",
        "O'Hara",
        "O\u2019Hara",
        "Anne-Marie",
        "A. B.",
        "Smith, Jr",
        "李",
        "N/A",
        "UNKNOWN",
    ),
    "LastKnownPostCode": ("CV49EE", "cv4 9ee", "EC1A 1BB", "ZZ99 9ZZ", "BFPO 1", "BFPO1234", "M11AE    "),
    "DateOfAddressCapture": ("1800-01-01", "2099-12-31", "2000-02-29"),
    "DateOfBirth": ("2013-09-01", "1915-09-02"),
    "EmailAddress": ("a" * 242 + "@example.com", "!#$%'*+-/=?^_`{|}~@ex.org", "a@12.uk", "a@mail.education"),
    "Gender": ("0", "1", "2", "9"),
    "Nationality": ("GBR", "XXX", "ZZZ", "UK"),
    "ScottishCandidateNumber": ("000000000",),
    "AbilityToShare": ("0", "1", "2"),
    "VerificationType": ("0", "7"),
}
WRONG: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "RC010": {"GivenName": ("", " "), "FamilyName": ("", " "), "LastKnownPostCode": ("",), "DateOfBirth": ("",),
              "Gender": ("",)},
    "GR110": {"ULN": ("7000000028", "1234567890", "3000000000", "1990909009", "1000000063")},
    "RC013": {"DateOfBirth": ("2013-09-02", "1915-09-01", "2026-09-01", "1800-01-01")},
    "RC011": {
        "ULN": ("123456789", "0123456789", "12345678901", "12345 67890"),
        "GivenName": ("Ann1", "A@b", "A_b", "Ann\u200e", "½"),
        "LastKnownPostCode": ("CV4  9EE", "CV4 9EC", "CV4 9EV", "Q 1AA", "BFPO", "BFPO 12345", "ÇV4 9EE"),
        "DateOfAddressCapture": ("1799-12-31", "2100-01-01", "1900-02-29", "2023-02-29", "2024-1-1", "01/02/2024"),
        "DateOfBirth": ("2026-09-02", "31/05/2009", "39934"),
        "EmailAddress": ("a" * 243 + "@example.com", "a&b@ex.com", "a..b@ex.com", "a@-ex.com", "a@ex.c", "a@x.com"),
        "Gender": ("3", "M", "01"),
        "Nationality": ("GBRX",),
        "ScottishCandidateNumber": ("12345678", "1234567890"),
        "AbilityToShare": ("3",),
        "VerificationType": ("8", "998", "07"),
    },
}  # fmt: skip
Case = tuple[str, str, str | None]
CASES: tuple[Case, ...] = (
    *((field, "a" * most, None) for field, most in LENGTHS.items()),
    *((field, "a" * (most + 1), "RC011") for field, most in LENGTHS.items()),
    *((field, value, None) for field, values in RIGHT.items() for value in values),
    *((field, value, code) for code, fields in WRONG.items() for field, values in fields.items() for value in values),
)
ROWS = [LEARNER | {field: value} for field, value, _ in CASES]
COUNTED = HEADER | {"LearnerRecordCount": str(len(CASES))}
EXPECTED = [(number, field, code) for number, (field, _, code) in enumerate(CASES, start=1) if code]


@pytest.mark.parametrize("carrier", ["csv", "xml"])
def test_every_border_is_where_the_specification_draws_it(carrier: str, tmp_path: Path) -> None:
    if carrier == "csv":
        found = lrb_files.check_text(tmp_path, lrb_text([COUNTED | ROWS[0], *ROWS[1:]]))
    else:
        found = lrb_xml_files.check_text(tmp_path, file_of([learner(row) for row in ROWS], COUNTED), lrb_xml_files.NAME)
    told = [it for it in lrb_files.notices(found) if it.severity is Severity.ERROR]
    names = {element: name for name, element in SPELLINGS.items()}
    assert [(it.record, names.get(it.field or "", it.field), it.code) for it in told] == EXPECTED


def test_the_line_of_a_fault_is_that_of_its_row_after_values_of_several_lines(tmp_path: Path) -> None:
    rows = [
        LEARNER | {"Notes": "one\ntwo"},
        LEARNER | {"Gender": "7", "Notes": "one\ntwo\nthree"},
        LEARNER | {"ULN": "7"},
    ]
    found = lrb_files.check_text(tmp_path, lrb_text([HEADER | {"LearnerRecordCount": "3"} | rows[0], *rows[1:]]))
    assert [(it.line, it.record, it.field) for it in lrb_files.notices(found)] == [(4, 2, "Gender"), (7, 3, "ULN")]
