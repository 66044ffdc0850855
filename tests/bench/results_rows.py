"""Writes a large results file in CSV as awarding organisations send them, and keeps what is wrong in it.

Nothing here is shared with what checks such files: columns, check characters, faults and their codes are written down
afresh, so that a mistake on one side shows on the other. Every row is of another candidate.
"""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

OWNER = "10000101"
FILE_NAME = f"AORES_{OWNER}_6G26_20260812T060000_001.csv"
HEADINGS = (
    "RecordRef,Action,AwardingOrganisationUKPRN,CentreNumber,ProviderUKPRN,CandidateNumber,UCI,ULN,"
    "CandidateIdentifierOther,FamilyName,GivenNames,DateOfBirth,Sex,QAN,SpecificationCode,UnitOrComponentCode,"
    "ResultLevel,ExamSeries,Grade,EndorsementGrade,PartialAbsence,Mark,MaxMark,AwardDate,EmbargoUntil,PreviousGrade,"
    "ChangeReason"
)
COLUMNS = HEADINGS.split(",")
BESIDE = -1
"""Stands for the row before, where a fault is told of it as well."""
_QANS, _CENTRES, _BACK = 200, 2_500, 40
_UCI_CHECKS, _QAN_CHECKS = "ABCDEFGHKLMRTVWXY", "0123456789X"
_SERIES = ("6G26", "6G26", "6G26", "June 2026", "6H26")
_GRADES = "99888777766666555554444333221U"
_SYLLABLES = "Mar Bram Ash Hol Whit Old Cald Har Sel Wes Thorn Ken Lang Red Fair"
_ENDS = "ton ley ford well by wood worth den low field ham stead man son er"
_JOINED = ("", "", "", "s", "e", "-Jones", "-Khan", " Osei", "-O'Neil", "\u00e9")
_GIVEN = (
    "Ada Alex Amir Ash Ben Cara Chlo\u00e9 Drew Ella Eve Farid Finn Grace Harry Isla Ivy Jack Jo Kit Kezia Lee Liam "
    "Max Maya Noah Noor Olivia Priya Quinn Ren\u00e9e Robin Rosa Sam Si\u00e2n Tara Uma Vera Will Yusuf Zo\u00eb"
)


class Truth(NamedTuple):
    """What is wrong: the physical line that its row begins on, the column (empty for the row), the code."""

    line: int
    field: str
    code: str


class Slip(NamedTuple):
    """Values that make a row wrong, and what is then told; `listed` where only reference lists can tell."""

    values: Mapping[str, str]
    field: str
    code: str
    listed: bool = False


SLIPS = (
    Slip({"Action": "X"}, "Action", "AR-10"),
    Slip({"Action": "W"}, "ChangeReason", "AR-10"),
    Slip({"Action": "A", "ChangeReason": "ROMM"}, "PreviousGrade", "AR-10"),
    Slip({"AwardingOrganisationUKPRN": "1000010"}, "AwardingOrganisationUKPRN", "AR-10"),
    Slip({"AwardingOrganisationUKPRN": "10000102"}, "AwardingOrganisationUKPRN", "AR-10"),
    Slip({"CentreNumber": "1234"}, "CentreNumber", "AR-10"),
    Slip({"CentreNumber": "", "ProviderUKPRN": "-2"}, "CentreNumber", "AR-10"),
    Slip({"UCI": "123450230001A"}, "UCI", "AR-14"),
    Slip({"UCI": "12345R230001A"}, "UCI", "AR-14"),
    Slip({"UCI": "123450230001"}, "UCI", "AR-14"),
    Slip({"ULN": "9990000018"}, "ULN", "AR-15"),
    Slip({"ULN": "9999999999"}, "ULN", "AR-15"),
    Slip({"ULN": "999000001"}, "ULN", "AR-10"),
    Slip({"UCI": "", "ULN": ""}, "ULN", "AR-10"),
    Slip({"FamilyName": ""}, "FamilyName", "AR-10"),
    Slip({"FamilyName": "Zo\u00c3\u00ab"}, "FamilyName", "TEXT_MOJIBAKE"),
    Slip({"GivenNames": "Ro\u200bbin"}, "GivenNames", "TEXT_INVISIBLE"),
    Slip({"DateOfBirth": "31.02.2009"}, "DateOfBirth", "AR-10"),
    Slip({"DateOfBirth": "2009-02-30"}, "DateOfBirth", "AR-10"),
    Slip({"DateOfBirth": "15/04/2009"}, "DateOfBirth", "AR-10"),
    Slip({"DateOfBirth": "2098-01-01"}, "DateOfBirth", "AR-10"),
    Slip({"Sex": "male"}, "Sex", "AR-10"),
    Slip({"QAN": "60112347X9"}, "QAN", "AR-10"),
    Slip({"QAN": "601/9999/4"}, "QAN", "AR-17", listed=True),
    Slip({"ResultLevel": "U"}, "UnitOrComponentCode", "AR-10"),
    Slip({"ExamSeries": "Summer"}, "ExamSeries", "AR-10"),
    Slip({"Grade": ""}, "Grade", "AR-27"),
    Slip({"Grade": "Q"}, "Grade", "AR-26"),
    Slip({"Grade": "10"}, "Grade", "AR-18", listed=True),
    Slip({"PartialAbsence": "#"}, "PartialAbsence", "AR-26"),
    Slip({"Mark": "101"}, "Mark", "AR-10"),
    Slip({"Mark": "forty"}, "Mark", "AR-10"),
    Slip({"AwardDate": "2027-08-20"}, "AwardDate", "AR-19"),
    Slip({"AwardDate": "20/08/2026"}, "AwardDate", "AR-10"),
    Slip({"AwardDate": "2026-05-20"}, "AwardDate", "AR-19", listed=True),
    Slip({"EmbargoUntil": "tomorrow"}, "EmbargoUntil", "AR-10"),
    Slip({"RecordRef": "R" * 41}, "RecordRef", "AR-10"),
)
_SHORT, _LONG, _QUOTE, _REFERENCE, _RESULT = range(len(SLIPS), len(SLIPS) + 5)
"""Other faults: a cell too few, one too many, a wrong quotation mark, a reference twice, a result twice."""


def make(path: Path, rows: int, bad: float, *, seed: int, lists: bool) -> set[Truth]:
    """Write a file of so many rows, of which that share is wrong, each in one way; return what is wrong in it.

    With `lists` some rows are wrong in what the reference lists of `qans` and the open series tell.
    """
    chance, truth, line = random.Random(seed), set[Truth](), 2  # noqa: S311 - a test's data
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADINGS + "\r\n")
        before: tuple[int, dict[str, str]] | None = None
        for row in _rows(chance, rows):
            text = ",".join(row.values())
            drawn = chance.random()
            if drawn < bad:
                text, told = _broken(chance, row, before, lists=lists)
                truth.update(Truth(before[0] if at == BESIDE and before else line, *what) for at, *what in told)
                before = None
            elif drawn > 1 - _QUOTED:
                text = text.replace(f",{row['GivenNames']},", f',"{row["GivenNames"]}\n Lee",')
            elif before is None or drawn > 1 - 1 / _BACK:
                before = line, row
            line += 1 + text.count("\n")
            file.write(text + "\r\n")
        file.write(f"#TRAILER,{rows}\r\n")
    return truth


_QUOTED = 0.001


def qans() -> list[str]:
    """Return the numbers of the qualifications of which results are made."""
    bodies = [f"601{number:04}" for number in range(1001, 1001 + 7 * _QANS, 7)]
    return [f"{body[:3]}/{body[3:]}/{_check(body, 8, _QAN_CHECKS)}" for body in bodies]


def _check(body: str, weight: int, signs: str) -> str:
    return signs[sum(int(sign) * (weight - place) for place, sign in enumerate(body)) % len(signs)]


def _ulns() -> Iterator[str]:
    number = 700_000_019
    while True:
        rest = sum(int(sign) * (10 - place) for place, sign in enumerate(str(number))) % 11
        if rest:
            yield f"{number}{10 - rest}"
        number += 37


def _rows(chance: random.Random, rows: int) -> Iterator[dict[str, str]]:
    """Yield right rows, centre by centre as a board's program writes them."""
    known, ulns = qans(), _ulns()
    families = [f"{first}{end}{more}" for first in _SYLLABLES.split() for end in _ENDS.split() for more in _JOINED]
    names = _GIVEN.split()
    births = [f"{year}-{month:02}-{day:02}" for year in range(2006, 2011) for month in range(1, 13)
              for day in range(1, 29)]  # fmt: skip
    for number in range(rows):
        at = number * _CENTRES // rows
        serial = number - at * rows // _CENTRES + 1
        body = f"{20_000 + 7 * at}0{chance.choice(('21', '22', '23'))}{serial:04}"
        place = chance.randrange(_QANS)
        middle = f" {chance.choice(names)}" if chance.random() < 0.4 else ""
        yield dict.fromkeys(COLUMNS, "") | {
            "RecordRef": f"NA26-{number:08}", "Action": "N", "AwardingOrganisationUKPRN": OWNER,
            "CentreNumber": body[:5], "ProviderUKPRN": f"{10_020_000 + at}", "CandidateNumber": body[-4:],
            "UCI": body + _check(body, 16, _UCI_CHECKS), "ULN": next(ulns), "FamilyName": chance.choice(families),
            "GivenNames": chance.choice(names) + middle, "DateOfBirth": chance.choice(births),
            "Sex": chance.choice("MF"), "QAN": known[place], "SpecificationCode": f"{8000 + place}",
            "ResultLevel": "Q", "ExamSeries": chance.choice(_SERIES), "Grade": chance.choice(_GRADES),
            "Mark": str(chance.randrange(101)), "MaxMark": "100", "AwardDate": "2026-08-20",
        }  # fmt: skip


def _broken(
    chance: random.Random, row: dict[str, str], before: tuple[int, dict[str, str]] | None, *, lists: bool
) -> tuple[str, list[tuple[int, str, str]]]:
    """Return the text of a row made wrong, and what is told of it and of the row before."""
    kind = chance.randrange(_RESULT + 1)
    if kind < len(SLIPS) and (lists or not SLIPS[kind].listed):
        slip = SLIPS[kind]
        return ",".join((row | slip.values).values()), [(0, slip.field, slip.code)]
    cells = list(row.values())
    if kind >= _REFERENCE and before:
        alike, told = (("RecordRef",), ("RecordRef", "AR-12")) if kind == _REFERENCE else (_KEY, ("QAN", "AR-13"))
        other = {name: before[1][name] for name in alike} | ({"Grade": "U"} if kind == _RESULT else {})
        if kind == _REFERENCE or before[1]["Grade"] != "U":
            return ",".join((row | other).values()), [(0, *told), (BESIDE, *told)]
    if kind == _LONG:
        return ",".join([*cells, ""]), [(0, "", "AR-11")]
    if kind == _QUOTE:
        cells[9] = f'"{cells[9]}"x'
        return ",".join(cells), [(0, "FamilyName", "AR-11")]
    return ",".join(cells[:-1]), [(0, "", "AR-11")]


_KEY = ("UCI", "ULN", "QAN", "ResultLevel", "ExamSeries")
