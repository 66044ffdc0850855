"""Bytes that are no CSV are named, and every row keeps its physical line."""

import gzip
from pathlib import Path

import pytest

from adapters.formats import csv_probe
from adapters.formats.csv_file import Row, Stop, Unreadable, rows
from adapters.formats.csv_long_row import MAX_ROW
from adapters.formats.csv_probe import Text, probe

LIMIT = 1 << 22


def probed(folder: Path, content: bytes, limit: int = LIMIT) -> Text | Unreadable:
    path = folder / "given.csv"
    path.write_bytes(content)
    return probe(path, limit)


def read(folder: Path, content: str, max_row: int = MAX_ROW) -> list[Row | Unreadable]:
    path = folder / "given.csv"
    path.write_bytes(content.encode())
    return list(rows(path, "utf-8", max_row))


@pytest.mark.parametrize(("content", "what"), [
    ("a,b".encode("utf-16"), "UTF-16"),
    ("a,b".encode("utf-32"), "UTF-32"),
    (gzip.compress(b"a,b", mtime=0), "gzip"),
    (b"PK\x03\x04rest", "xlsx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"%PDF-1.7", "PDF"),
    (b"\r\n <!DOCTYPE HTML><html>", "HTML"),
    (b"\xef\xbb\xbf<HTML>", "HTML"),
    (b"<?xml version='1.0'?>", "XML"),
    (b' {"a": 1}', "JSON"),
    (b"[1]", "JSON"),
])  # fmt: skip
def test_a_file_of_another_type_is_named(content: bytes, what: str, tmp_path: Path) -> None:
    found = probed(tmp_path, content)
    assert isinstance(found, Unreadable)
    assert found.why is Stop.TYPE
    assert what in found.what


@pytest.mark.parametrize(("content", "encoding", "doubt"), [
    (b"", "utf-8", None),
    (b"a,b\r\n", "utf-8", None),
    ("é,b".encode(), "utf-8", None),
    (b"\xef\xbb\xbfa,b", "utf-8-sig", None),
    (b"a\r\nb\rc\nd,\xe9,e", "cp1252", 4),
    (b"a,b\r\n\xc3", "cp1252", 2),
])  # fmt: skip
def test_the_encoding_is_decided_before_a_row_is_read(
    content: bytes, encoding: str, doubt: int | None, tmp_path: Path
) -> None:
    assert probed(tmp_path, content) == Text(encoding, doubt)


@pytest.mark.parametrize(("content", "told"), [
    (b"a\r\nb\0c", Unreadable(Stop.NUL, 2)),
    (b"a\rb\r\x81", Unreadable(Stop.ENCODING, 3)),
    (b"a\n\xe9\n\x9d", Unreadable(Stop.ENCODING, 2)),
])  # fmt: skip
@pytest.mark.parametrize("chunk", [1, 2, 3, 1 << 20])
def test_what_is_no_text_is_told_with_its_line_however_it_is_cut(
    content: bytes, told: Unreadable, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_probe, "_CHUNK", chunk)
    assert probed(tmp_path, content) == told


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 5])
def test_a_character_of_several_bytes_may_be_cut_anywhere(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_probe, "_CHUNK", chunk)
    assert probed(tmp_path, "aé\r\n\r\n李😀b".encode()) == Text("utf-8")
    assert probed(tmp_path, "é\r\nb\r\n".encode() + "李".encode()[:2] + b"x") == Unreadable(Stop.ENCODING, 3)


def test_a_file_over_its_limit_is_not_opened(tmp_path: Path) -> None:
    assert probed(tmp_path, b"12345", 4) == Unreadable(Stop.SIZE)
    assert probed(tmp_path, b"1234", 4) == Text("utf-8")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_row_begins_on_its_first_physical_line(end: str, tmp_path: Path) -> None:
    content = end.join(["a,b", '"1', "2", '3",x', "", "c,d"])
    found = read(tmp_path, content)
    assert [row.line for row in found] == [1, 2, 5, 6]
    assert found[1].cells == [end.join("123"), "x"]


def test_text_after_a_closing_quotation_mark_breaks_its_row_alone(tmp_path: Path) -> None:
    assert read(tmp_path, 'a,b\r\n"x","y"z,"w"\r\nc,d\r\n') == [
        Row(1, ["a", "b"]), Row(2, ["x", "yz", "w"], 1), Row(3, ["c", "d"]),
    ]  # fmt: skip


def test_a_quotation_mark_left_open_before_other_quoted_rows_stops_the_reading_where_it_opened(tmp_path: Path) -> None:
    found = read(tmp_path, '"a","b"\r\n"1","2\r\n"3","4"\r\n"5","6"\r\n')
    assert found == [Row(1, ["a", "b"]), Unreadable(Stop.OPEN_QUOTE, 2)]


def test_text_after_a_closing_quotation_mark_breaks_a_row_of_two_lines_alone(tmp_path: Path) -> None:
    found = read(tmp_path, '"two\r\nlines","y"z\r\nc,d\r\n')
    assert found == [Row(1, ["two\r\nlines", "yz"], 1), Row(3, ["c", "d"])]


def test_a_quotation_mark_that_is_never_closed_stops_the_reading_where_it_opened(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b\n"two\nlines",c\nd,"e\nf,g\n')
    assert found[-1] == Unreadable(Stop.OPEN_QUOTE, 4)
    assert [row.line for row in found[:-1]] == [1, 2]


def test_an_open_quotation_mark_before_more_text_than_a_value_holds_is_told_where_it_opened(tmp_path: Path) -> None:
    assert read(tmp_path, 'a\n"b\n' + "c\n" * 131_072) == [Row(1, ["a"]), Unreadable(Stop.OPEN_QUOTE, 2)]


@pytest.mark.parametrize("value", ["x" * 131_073, '"' + "x" * 131_073 + '"', '"x"' + "y" * 131_073])
def test_a_value_over_the_limit_makes_its_row_alone_too_long(value: str, tmp_path: Path) -> None:
    found = read(tmp_path, f'a\n"b""",{value},b\nc\n')
    assert [found[0], found[2]] == [Row(1, ["a"]), Row(3, ["c"])]
    assert found[1] == Row(2, ['b"', "", *(["b"] if '"y' not in value else [])], 1, is_long=True)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_too_long_is_passed_over_in_whatever_pieces_it_comes(end: str, tmp_path: Path) -> None:
    """A quotation mark opens a value alone; CR LF is one line end wherever a piece is cut."""
    long = f'a,"b,""{end}c""","",5" pipe,"d{end}e","f",{end}'
    for most in range(4, len(long)):
        found = read(tmp_path, f"{long}g{end}", max_row=most)
        assert [(row.line, row.is_long) for row in found] == [(1, True), (4, False)]


def test_a_row_too_long_whose_quotation_mark_stays_open_stops_the_reading_where_it_opened(tmp_path: Path) -> None:
    assert read(tmp_path, 'a\n"b\nc",' + '"d\ne', max_row=9) == [Row(1, ["a"]), Unreadable(Stop.OPEN_QUOTE, 3)]
    text = "x," * 600_000 + '"y\n' + "z\n" * 131_072
    assert read(tmp_path, text) == [Unreadable(Stop.OPEN_QUOTE, 1)]


def test_a_row_over_the_limit_is_passed_over_whatever_its_lines(tmp_path: Path) -> None:
    assert read(tmp_path, "a\n" + "b," * 6, max_row=10) == [Row(1, ["a"]), Row(2, ["b"] * 5, is_long=True)]
    found = read(tmp_path, 'a\n"b\nc",' + '"d\ne"\r\nf', max_row=9)
    assert found == [Row(1, ["a"]), Row(2, ["b\nc"], is_long=True), Row(5, ["f"])]
    assert read(tmp_path, "a\n" + "b," * 5, max_row=10) == [Row(1, ["a"]), Row(2, ["b"] * 5 + [""])]


def test_a_file_that_changed_after_it_was_looked_through_stops_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_bytes(b"\xe9\r\n")
    assert list(rows(path, "utf-8")) == [Unreadable(Stop.ENCODING, 1)]
