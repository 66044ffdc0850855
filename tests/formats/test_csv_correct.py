"""A file damaged in form alone is proposed with the very values that it had; a damage of meaning is never mended."""

import csv
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemas
from adapters.formats.csv_correct import propose
from adapters.kinds.lrb.file_rules import is_lrb_stem
from adapters.kinds.lrb.table import SCHEMA
from gateway.core.correction_words import Doubt, Form
from gateway.core.corrections import Wanted
from gateway.core.proposal import Proposal
from gateway.core.tables import TableSchema
from tests.fuzzing import times
from tests.golden.lrb_files import HEADER, HEADING_LINE, HEADINGS, LEARNER, NAME, check_text, codes, lrb_text

Table = list[dict[str, str]]
WANTED = Wanted(
    SCHEMA,
    ".CSV",
    lambda name: name.endswith(".CSV") and is_lrb_stem(name[:-4]),
    {"DateOfBirth": (date(1915, 9, 2), date(2013, 9, 1))},
    frozenset({"ScottishCandidateNumber"}),
)
ONE = [HEADER | LEARNER]
TLEVEL = TableSchema.model_validate_json(schemas.text("csv/tlevel-registrations.json"))
OF_FORM = {"GF001", "GF002", "GF004", "GF006", "FILE_ENCODING", "BLANK_LINES", "TEXT_MOJIBAKE", "TEXT_INVISIBLE"}


class Proposed:
    """What is proposed for a file of these bytes."""

    def __init__(self, content: bytes | str, name: str = NAME) -> None:
        out, changes = BytesIO(), StringIO(newline="")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "given"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            self.proposal: Proposal = propose(path, name, WANTED, out, changes)
        self.content = out.getvalue()
        self.listed = list(csv.reader(StringIO(changes.getvalue(), newline="")))

    @property
    def rows(self) -> list[list[str]]:
        return list(csv.reader(StringIO(self.content.decode(), newline=""), strict=True))

    @property
    def kinds(self) -> set[Form]:
        return {change.kind for change in self.proposal.changes}

    @property
    def doubts(self) -> set[Doubt]:
        return {left.why for left in self.proposal.left}


def cells_of(rows: Sequence[dict[str, str]]) -> list[list[str]]:
    return [HEADINGS, *([row.get(name, "") for name in HEADINGS] for row in rows)]


def day_first(day: str) -> str:
    year, month, number = day.split("-")
    return f"{number}/{month}/{year}"


# How values are damaged in form: each returns what a spreadsheet or a clipboard makes of them.


def dates_by_spreadsheet(rows: Table) -> Table:
    return [row | {"DateOfBirth": day_first(row["DateOfBirth"])} for row in rows]


def spaces(rows: Table) -> Table:
    return [row | {"GivenName": f"\u00a0{row['GivenName']}  ", "Gender": f" {row['Gender']}"} for row in rows]


def unseen(rows: Table) -> Table:
    return [row | {"FamilyName": f"\u200b{row['FamilyName']}\ufeff"} for row in rows]


def smart_quotes(rows: Table) -> Table:
    return [row | {"FamilyName": f"\u201c{row['FamilyName']}\u201d"} for row in rows]


def formulas(rows: Table) -> Table:
    return [row | {"MISIdentifier": f'="{row["MISIdentifier"]}"'} for row in rows]


def apostrophes(rows: Table) -> Table:
    return [
        row | {"MISIdentifier": f"'{row['MISIdentifier']}", "DateOfBirth": f"'{row['DateOfBirth']}"} for row in rows
    ]


def lost_zeros(rows: Table) -> Table:
    return [row | {"ScottishCandidateNumber": row["ScottishCandidateNumber"].lstrip("0")} for row in rows]


def mojibake(rows: Table) -> Table:
    return [row | {"GivenName": row["GivenName"].encode().decode("cp1252")} for row in rows]


VALUES = (dates_by_spreadsheet, spaces, unseen, smart_quotes, formulas, apostrophes, lost_zeros, mojibake)

DAMAGES = st.sets(st.sampled_from(VALUES), max_size=3).map(lambda chosen: [one for one in VALUES if one in chosen])

# How a whole file is damaged in form, its cells given.


def text_of(cells: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(cells)
    return text.getvalue()


def with_mark(cells: list[list[str]]) -> bytes:
    return text_of(cells).encode("utf-8-sig")


def with_semicolons(cells: list[list[str]]) -> bytes:
    return text_of(cells, ";").encode()


def with_tabs_as_unicode_text(cells: list[list[str]]) -> bytes:
    return text_of(cells, "\t").encode("utf-16")


def with_sep_line(cells: list[list[str]]) -> bytes:
    return ("sep=;\r\n" + text_of(cells, ";")).encode()


def with_cr_only(cells: list[list[str]]) -> bytes:
    return text_of(cells, end="\r").encode()


def with_blank_rows(cells: list[list[str]]) -> bytes:
    blank = "," * (len(HEADINGS) - 1)
    return (f"\r\n{text_of(cells)}{blank}\r\n , \u00a0{blank[2:]}\r\n\r\n\x1a").encode()


def with_end_mark_in_the_last_row(cells: list[list[str]]) -> bytes:
    return text_of(cells).removesuffix("\r\n").encode() + b"\x1a\x1a"


def with_headings_in_capitals(cells: list[list[str]]) -> bytes:
    return text_of([[f" {heading.upper()}\u00a0" for heading in cells[0]], *cells[1:]]).encode()


def with_columns_turned_round(cells: list[list[str]]) -> bytes:
    return text_of([row[::-1] for row in cells]).encode()


def with_empty_columns(cells: list[list[str]]) -> bytes:
    return text_of([[*row, "", " "] for row in cells]).encode()


def with_rows_in_quotes(cells: list[list[str]]) -> bytes:
    rows = [text_of([row]).removesuffix("\r\n") for row in cells]
    return "".join('"' + row.replace('"', '""') + '"\r\n' for row in rows).encode()


def with_every_value_in_quotes(cells: list[list[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(cells)
    return text.getvalue().encode("utf-8-sig")


def with_windows_1252(cells: list[list[str]]) -> bytes:
    return text_of(cells).encode("cp1252", errors="replace")


FILES = (
    with_mark,
    with_semicolons,
    with_tabs_as_unicode_text,
    with_sep_line,
    with_cr_only,
    with_blank_rows,
    with_end_mark_in_the_last_row,
    with_headings_in_capitals,
    with_columns_turned_round,
    with_empty_columns,
    with_rows_in_quotes,
    with_every_value_in_quotes,
)
NAMES = ("Ada", "Zo\u00eb", "D\u2019Arcy", "O'Dell", "\u0141ucja", "\u00c9lise Anne", "Al-Amin", 'The "Rev." Jo')
TOWNS = ("", "Little Marlow", "Stow, Wold", "first\r\nsecond", "a;b|c", "'t Zand", "Chlo\u00eb\u2019s")


def learners() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(
        {
            "MISIdentifier": st.integers(0, 99_999).map("{:05}".format),
            "GivenName": st.sampled_from([name for name in NAMES if '"' not in name and name != "\u0141ucja"]),
            "FamilyName": st.sampled_from([name for name in NAMES if '"' not in name]),
            "LastKnownAddressTown": st.sampled_from(TOWNS),
            "DateOfBirth": st.dates(date(1990, 1, 1), date(2010, 12, 31)).map(date.isoformat),
            "ScottishCandidateNumber": st.integers(1, 99_999).map("0{:08}".format),
        }
    ).map(lambda values: LEARNER | values)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Return a right file's rows, one of which shows that the day comes first where dates are written so."""
    rows = [
        *draw(st.lists(learners(), max_size=4)),
        LEARNER | {"MISIdentifier": "00100", "ScottishCandidateNumber": "010000001"},
    ]
    rows[0] = rows[0] | HEADER | {"LearnerRecordCount": str(len(rows))}
    return rows


@contextmanager
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def wrong_in_form(content: bytes, name: str) -> set[str]:
    with folder() as place:
        return {code for code in codes(check_text(place, content, name)) if code in OF_FORM | {"RC011"}}


@settings(max_examples=times(150), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tables(), DAMAGES, st.sampled_from(FILES))
def test_a_file_damaged_in_form_is_proposed_with_its_very_values(
    rows: Table, damages: list[Callable[[Table], Table]], damage: Callable[[list[list[str]]], bytes]
) -> None:
    damaged = rows
    for one in damages:
        damaged = one(damaged)
    found = Proposed(damage(cells_of(damaged)), "lrb_10000001_010920261430 (1).csv")
    assert found.rows == cells_of(rows)
    assert found.proposal.left == ()
    assert found.proposal.name == NAME
    assert wrong_in_form(found.content, found.proposal.name) == set()


@settings(max_examples=times(100), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tables(), DAMAGES, st.sampled_from(FILES))
def test_what_is_proposed_is_right_in_form_and_nothing_more_is_proposed_for_it(
    rows: Table, damages: list[Callable[[Table], Table]], damage: Callable[[list[list[str]]], bytes]
) -> None:
    for one in damages:
        rows = one(rows)
    once = Proposed(damage(cells_of(rows)))
    again = Proposed(once.content)
    assert again.proposal.changes == ()
    assert again.content == once.content


@given(tables())
def test_nothing_is_proposed_for_a_right_file_and_its_bytes_stay(rows: Table) -> None:
    for end in ("\r\n", "\n"):
        content = text_of(cells_of(rows), end=end).encode()
        found = Proposed(content)
        assert found.proposal == Proposal(NAME, (), ())
        assert found.content == content
        assert found.listed == [["line", "column", "was", "now", "why"], ["#TOTALS", "", "", "", ""]]


@pytest.mark.parametrize("damage", FILES)
def test_each_damage_of_a_file_is_told(damage: Callable[[list[list[str]]], bytes]) -> None:
    assert Proposed(damage(cells_of(ONE))).kinds


def test_windows_1252_becomes_utf_8_and_lines_that_were_utf_8_are_restored() -> None:
    rows = [HEADER | LEARNER | {"GivenName": "Zo\u00eb"}, LEARNER | {"GivenName": "Chlo\u00eb"}]
    lines = text_of(cells_of(rows)).splitlines(keepends=True)
    mixed = lines[0].encode() + lines[1].encode("cp1252") + lines[2].encode()
    found = Proposed(mixed)
    assert found.rows == cells_of(rows)
    assert found.kinds == {Form.ENCODING, Form.MOJIBAKE}
    assert found.proposal.changes[0].examples[0].line == 2
    assert Proposed(with_windows_1252(cells_of(rows))).rows == cells_of(rows)


# What changes a meaning, and what is never guessed.

MEANINGS: list[tuple[dict[str, str], bool]] = [
    ({"GivenName": "ADA"}, False),
    ({"GivenName": "ada marlow"}, False),
    ({"GivenName": "Aad"}, False),
    ({"Gender": "F"}, False),
    ({"Gender": "02"}, False),
    ({"ULN": "900000002"}, False),
    ({"ULN": "0000000024"}, False),
    ({"ULN": "9E+09"}, True),
    ({"Nationality": "gbr"}, False),
    ({"LastKnownPostCode": "CV12WT"}, False),
    ({"LastKnownPostCode": "CVI 2WT"}, False),
    ({"DateOfBirth": "05/04/2008"}, True),
    ({"DateOfBirth": "2008-05-32"}, False),
    ({"DateOfBirth": "31/02/2008"}, True),
    ({"DateOfBirth": "31/05/14"}, True),
    ({"DateOfBirth": "39599"}, True),
    ({"VerificationType": "1.0"}, False),
    ({"EmailAddress": "ada@example,org"}, False),
    ({"FamilyName": "O Dell"}, False),
    ({"GivenName": ""}, False),
    ({"ScottishCandidateNumber": "1234567890"}, False),
]


@pytest.mark.parametrize(("wrong", "is_told"), MEANINGS)
def test_a_wrong_value_is_never_made_another(wrong: dict[str, str], *, is_told: bool) -> None:
    rows = [HEADER | LEARNER | wrong]
    found = Proposed(text_of(cells_of(rows)))
    assert found.rows == cells_of(rows)
    assert found.proposal.changes == ()
    assert bool(found.proposal.left) == is_told


def test_a_heading_that_is_only_similar_is_told_and_no_column_moves() -> None:
    wrong = HEADING_LINE.replace("GivenName,", "GivenNames,", 1).replace("ULN,", "uln,", 1)
    found = Proposed(lrb_text(ONE).replace(HEADING_LINE, wrong))
    assert found.doubts == {Doubt.HEADING_UNKNOWN, Doubt.HEADING_MISSING}
    assert found.rows[0][7] == "GivenNames"
    assert found.rows[0][4] == "ULN"


def test_a_heading_row_of_thousands_of_columns_is_told_in_few_words() -> None:
    content = HEADING_LINE + "".join(f", c{place}" for place in range(5_000)) + "\r\n"
    found = Proposed(content)
    assert [(left.why, left.count) for left in found.proposal.left] == [(Doubt.HEADING_UNKNOWN, 5_000)]
    assert [(change.kind, change.count) for change in found.proposal.changes] == [(Form.HEADING, 5_000)]


def test_a_name_that_cannot_be_told_stays_and_is_told() -> None:
    found = Proposed(text_of(cells_of(ONE)), "learners.csv")
    assert found.proposal.name == "learners.csv"
    assert found.doubts == {Doubt.NAME}


def test_another_kinds_table_keeps_its_own_order_and_form_of_dates() -> None:
    wanted = Wanted(TLEVEL)
    given = (
        b"LAST NAME;First name;Date of birth;ULN;UKPRN;Academic year;Core code;Specialism code(s)\n"
        b"Marlow;Ada ;31/05/2008;9000000024;10000001;2025/26;61000001;\n"
    )
    with folder() as place:
        path, out = place / "given.csv", BytesIO()
        path.write_bytes(given)
        propose(path, "given.csv", wanted, out, StringIO(newline=""))
    assert out.getvalue() == (
        b"LAST NAME,First name,Date of birth,ULN,UKPRN,Academic year,Core code,Specialism code(s)\n"
        b"Marlow,Ada,31052008,9000000024,10000001,2025/26,61000001,\n"
    )


def test_rows_of_another_width_and_with_wrong_quotes_stay_and_are_told() -> None:
    text = lrb_text(ONE) + 'a,b\r\n,,,,,M2,,A "b" c,"x"y\r\n' + lrb_text([LEARNER]).split("\r\n")[1] + " \r\n"
    found = Proposed(text)
    lines = found.content.decode().split("\r\n")
    assert lines[2:4] == ["a,b", ',,,,,M2,,A "b" c,"x"y']
    assert found.doubts == {Doubt.ROW_WIDTH, Doubt.ROW_QUOTE}
    assert found.kinds == {Form.SPACE}


@pytest.mark.parametrize(
    ("content", "doubt", "line"),
    [
        (b"", Doubt.NO_HEADINGS, 1),
        (b"\r\n\r\n", Doubt.NO_HEADINGS, 1),
        (lrb_text(ONE).split("\r\n", 1)[1].encode(), Doubt.NO_HEADINGS, 1),
        (lrb_text(ONE).encode() + b"\0", Doubt.NUL, 3),
        (lrb_text(ONE).encode() + b"\xff\x81", Doubt.TEXT, 3),
        (lrb_text(ONE).encode() + b',"a\r\nb,\r\n', Doubt.OPEN_QUOTE, 3),
        (lrb_text(ONE).encode() + b'"a\r\nb"c,\r\n', Doubt.OPEN_QUOTE, 3),
        (lrb_text(ONE).replace(",", ";").encode() + b'"a"b;\r\n', Doubt.OPEN_QUOTE, 3),
        (lrb_text(ONE).encode() + b"x" * 140_000, Doubt.LONG_ROW, 3),
        (lrb_text(ONE).encode() + b"x," * 600_000, Doubt.LONG_ROW, 3),
        (b"PK\x03\x04 a workbook\0", Doubt.NUL, 1),
        (b'"', Doubt.NO_HEADINGS, 1),
        (b"\r\n" + b" " * (1 << 20), Doubt.LONG_ROW, 2),
    ],
)
def test_nothing_is_proposed_for_a_file_that_cannot_be_split_for_certain(
    content: bytes, doubt: Doubt, line: int
) -> None:
    found = Proposed(content)
    assert found.proposal.changes == ()
    assert found.content == b""
    assert [(left.why, left.examples[0].line) for left in found.proposal.left] == [(doubt, line)]


def test_lines_are_those_of_an_editor_behind_values_of_several_lines() -> None:
    rows = [HEADER | LEARNER | {"Notes": "one\r\ntwo\r\nthree"}, LEARNER | {"GivenName": "Ada "}]
    found = Proposed(text_of(cells_of(rows)))
    assert found.listed[1][:4] == ["5", "GivenName", "Ada ", "Ada"]


def test_the_list_of_changes_is_neutral_and_the_proposed_file_is_not() -> None:
    found = Proposed(lrb_text([HEADER | LEARNER | {"Notes": "\u00a0=1+1"}]))
    assert found.listed[1][2:4] == ["\u00a0=1+1", "'=1+1"]
    assert found.rows[1][-1] == "=1+1"


def test_the_list_of_changes_is_capped_and_ends_in_exact_totals() -> None:
    rows = [HEADER | LEARNER] + [LEARNER | {"GivenName": "Ada "}] * 1_500
    found = Proposed(lrb_text(rows))
    assert len(found.listed) == 1 + 1_000 + 1
    assert found.listed[-1][:2] == ["#TOTALS", "space=1500"]


def test_line_ends_of_several_sorts_become_one() -> None:
    lines = lrb_text([HEADER | LEARNER, LEARNER]).split("\r\n")
    found = Proposed(f"{lines[0]}\r\n{lines[1]}\n{lines[2]}\r")
    assert found.kinds == {Form.LINE_ENDS}
    assert found.content.decode() == "\r\n".join(lines)


NOISE = st.text(st.sampled_from('ab,;"\r\n \x1a\u00e9=\t\ufeff'), max_size=40)


@given(NOISE, st.integers(0, 900))
def test_noise_anywhere_is_answered_and_what_is_proposed_stands(noise: str, place: int) -> None:
    text = lrb_text([HEADER | LEARNER, LEARNER])
    found = Proposed(text[:place] + noise + text[place:])
    if found.content:
        assert Proposed(found.content).proposal.changes == ()


@given(st.binary(max_size=60), st.integers(0, 900))
def test_any_bytes_are_answered(noise: bytes, place: int) -> None:
    content = lrb_text([HEADER | LEARNER]).encode()
    Proposed(content[:place] + noise + content[place:])
    Proposed(noise)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    row = text_of(cells_of([LEARNER | {"GivenName": "Ada ", "DateOfBirth": "31/05/2008"}])[1:])
    with path.open("w", newline="") as file:
        file.write(lrb_text(ONE))
        file.writelines(row for _ in range(40_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (tmp_path / "out").open("wb") as out, (tmp_path / "changes").open("w", newline="") as changes:
        proposal = propose(path, NAME, WANTED, out, changes)
    assert {change.count for change in proposal.changes} == {40_000}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
