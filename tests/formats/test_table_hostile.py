"""Hostile CSV files are answered in the words of the engine, in bounded time and memory, and raise nothing."""

import gzip
from pathlib import Path

import pytest

from tests.formats.test_table_kind import HEADINGS, check, records, told

HEAD = HEADINGS.encode() + b"\r\n"
GOOD = b"R1,Ada,F,,,\r\n"
NEXT = b"R2,Rowan,M,,,\r\n"
CASES: dict[str, tuple[bytes, list[tuple[str, int | None, str | None]]]] = {
    "63 UTF-8 mark": (b"\xef\xbb\xbf" + HEAD + GOOD, []),
    "64 cp1252": (HEAD + b"R1,Zo\xeb,F,,,\r\n", [("FILE_ENCODING", 2, None)]),
    "65 mixed encodings": (
        HEAD + "R1,Zo\u00eb,F,,,\r\n".encode() + b"R2,Zo\xeb,F,,,\r\n",
        [("FILE_ENCODING", 3, None)],
    ),
    "66 UTF-16": ((HEAD + GOOD).decode().encode("utf-16"), [("FILE_TYPE", None, None)]),
    "67 mojibake": (HEAD + b"R1,Ada,F,,,Caf\xc3\x83\xc2\xa9\r\n", [("TEXT_MOJIBAKE", 2, "Note")]),
    "68 short row": (HEAD + b"R1,Ada\r\n" + NEXT, [("ROW_WIDTH", 2, None)]),
    "69 long row": (HEAD + b"R1,Ada,F,,,,\r\n" + NEXT, [("ROW_WIDTH", 2, None)]),
    "70 embedded newline": (HEAD + b'R1,"A\r\nB",F,,,\r\nR2,Ada,X,,,\r\n', [("FIELD_FORMAT", 4, "Sex")]),
    "71 unclosed quote": (HEAD + b'R1,"Ada,F,,,\r\n' + NEXT * 9000, [("FILE_QUOTE", 2, None)]),
    "72 text after quote": (HEAD + b'R1,"Ada"x,F,,,\r\n' + NEXT, [("ROW_QUOTE", 2, "Name")]),
    "73 bare quote": (HEAD + b'R1,5" Ada,F,,,\r\n', [("ROW_QUOTE", 2, "Name"), ("NAME_DIGIT", 2, "Name")]),
    "74 backslash escape": (HEAD + b'R1,"A\\"da",F,,,\r\n' + NEXT, [("ROW_QUOTE", 2, "Name")]),
    "75 NUL": (HEAD + b"R1,A\0da,F,,,\r\n", [("FILE_CHAR", 2, None)]),
    "76 mixed line ends": (HEAD + GOOD + b"R2,Rowan,M,,,\n", [("LINE_ENDS", None, None)]),
    "77 CR only": ((HEAD + GOOD + NEXT).replace(b"\r\n", b"\r"), []),
    "78 no final newline": (HEAD + GOOD.strip(), []),
    "79 blank lines": (HEAD + b"\r\n" + GOOD + b",,,,,\r\n", [("BLANK_LINES", 2, None)]),
    "80 Ctrl-Z": (HEAD + GOOD + b"\x1a", [("BLANK_LINES", 3, None)]),
    "81 footer": (HEAD + GOOD + b"TOTAL ROWS: 1\r\n", [("ROW_WIDTH", 3, None)]),
    "82 empty": (b"", [("FILE_EMPTY", None, None)]),
    "83 header only": (HEAD, [("NO_RECORDS", None, None)]),
    "84 no header": (GOOD + NEXT, [("FILE_HEADER", 1, None)]),
    "85 duplicate header": (HEAD.replace(b"Note", b"Name") + GOOD, [("FILE_HEADER", 1, None)]),
    "86 empty header": (HEAD.replace(b"Note", b"") + GOOD, [("FILE_HEADER", 1, None)]),
    "87 case and space in header": (HEAD.replace(b"Note", b" NOTE ") + GOOD, [("FILE_HEADER", 1, None)]),
    "88 reordered": (b"Note,Ref,Name,Sex,Born,Code\r\n,R1,Ada,F,,\r\n", []),
    "89 unknown column": (HEAD.strip() + b",More\r\nR1,Ada,F,,,,\r\n", [("FILE_HEADER", 1, None)]),
    "90 semicolons": ((HEAD + GOOD).replace(b",", b";"), [("FILE_DELIMITER", 1, None)]),
    "90 tabs": ((HEAD + GOOD).replace(b",", b"\t"), [("FILE_DELIMITER", 1, None)]),
    "91 sep line": (b"sep=,\r\n" + HEAD + GOOD, [("FILE_DELIMITER", 1, None)]),
    "92 field of 2 MB": (HEAD + b"R1," + b"A" * (2 << 20) + b",F,,,\r\n" + NEXT, [("FIELD_TOO_LONG", 2, "Name")]),
    "92 field of 9 MB": (HEAD + b'R1,,F,,,"' + b"A" * (9 << 20) + b'"\r\n' + NEXT, [("FIELD_TOO_LONG", 2, "Note")]),
    "92 two fields of 200 KB": (
        HEAD + NEXT + b'R1,"A\r\n",F,,' + b"A" * 200_000 + b',"A\r\n' + b"A" * 100_000 + b'"\r\nR3,Ada,X,,,\r\n',
        [("FIELD_TOO_LONG", 3, "Code"), ("FIELD_FORMAT", 6, "Sex")],
    ),
    "92 heading of 2 MB": (HEAD.strip() + b"," + b"A" * (2 << 20) + b"\r\n" + GOOD, [("FILE_HEADER", 1, None)]),
    "92 row of 2M blanks": (HEAD + b" " * (2 << 20) + b"\r\n" + NEXT, [("FIELD_TOO_LONG", 2, "Ref")]),
    "93 2M columns": (HEAD + b"," * (2 << 20) + b"\r\n" + NEXT, [("FIELD_TOO_LONG", 2, None)]),
    "93 5,000 columns": (b",".join(b"C%d" % at for at in range(5000)) + b"\r\n" + GOOD, [("FILE_HEADER", 1, None)]),
    "94 formula": (HEAD + b"R1,Ada,F,,,=cmd|' /C calc'!A0\r\n", []),
    "96 zero-width": (HEAD + b"R1,Ada,F,,,a\xe2\x80\x8bb\r\n", [("TEXT_INVISIBLE", 2, "Note")]),
    "97 gzip": (gzip.compress(HEAD + GOOD), [("FILE_TYPE", None, None)]),
    "97 xlsx": (b"PK\x03\x04" + HEAD, [("FILE_TYPE", None, None)]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_is_answered(case: str, tmp_path: Path) -> None:
    content, expected = CASES[case]
    assert told(check(tmp_path, content)) == expected


def test_leading_zeros_and_exponents_stay_text(tmp_path: Path) -> None:
    """Item 95."""
    (checked,) = records(check(tmp_path, HEAD + b"007,Ada,F,,007,1e5\r\n"))
    assert (checked.record["Ref"], checked.record["Code"], checked.record["Note"]) == ("007", "007", "1e5")


def test_all_lines_that_are_not_utf8_are_listed(tmp_path: Path) -> None:
    """Item 65."""
    content = HEAD + b"R1,Zo\xeb,F,,,\r\n" + GOOD + b"R2,Zo\xeb,F,,,\r\n"
    (notice,) = (it for it in check(tmp_path, content) if hasattr(it, "message"))
    assert "line 2, character 6 (byte EB in hexadecimal), line 4" in notice.message


def test_many_bad_rows_are_all_counted(tmp_path: Path) -> None:
    """Item 98, at a size that a test may take."""
    codes = [code for code, _, _ in told(check(tmp_path, HEAD + b"R1,Ada,X,,,\r\n" * 500, faults_only=True))]
    assert (codes.count("FIELD_FORMAT"), codes.count("REF_REPEATED")) == (500, 500)


def test_one_key_on_every_row_is_told_on_every_row(tmp_path: Path) -> None:
    """Item 99, at a size that a test may take."""
    assert [code for code, _, _ in told(check(tmp_path, HEAD + GOOD * 2000))] == ["REF_REPEATED"] * 2000
