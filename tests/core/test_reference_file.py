"""Reference lists as files: what comes with the gateway is sound, and what is wrong is told by line and column."""

from datetime import date
from pathlib import Path

import pytest

from gateway import reference_file
from gateway.core.errors import ConfigurationError
from gateway.core.reference import ReferenceRow

FIXTURES = Path(__file__).parents[2] / "fixtures/reference"
CENTRES = reference_file.description("centres")
SECRET = "Quill"


def rows(text: str, tmp_path: Path, encoding: str = "utf-8") -> list[ReferenceRow]:
    path = tmp_path / "centres.csv"
    path.write_text(text, encoding=encoding)
    return list(reference_file.read(path, CENTRES))


def refused(text: str, tmp_path: Path, encoding: str = "utf-8") -> str:
    with pytest.raises(ConfigurationError) as caught:
        rows(text, tmp_path, encoding)
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_every_list_has_a_key_days_and_words() -> None:
    for name in reference_file.names():
        schema = reference_file.description(name)
        assert schema.name == name
        assert {*schema.primary_key, "valid_from", "valid_to"} <= set(schema.names)
        assert all(schema[part].constraints.required for part in schema.primary_key)
        assert all(field.title and field.looks_like for field in schema.fields)


def test_the_lists_that_come_with_the_gateway_are_sound() -> None:
    with reference_file.samples() as files:
        lists = {path.stem: list(reference_file.read(path, reference_file.description(path.stem))) for path in files}
    large = {"postcodes", "employers"}
    assert set(lists) == set(reference_file.names()) - large
    for name in large:
        assert list(reference_file.read(FIXTURES / f"{name}.csv", reference_file.description(name)))
    assert all(lists.values())


def test_the_lists_that_come_with_the_gateway_agree_with_each_other() -> None:
    with reference_file.samples() as files:
        lists = {
            path.stem: {
                row.key: dict(zip(schema.names, row.cells, strict=True)) for row in reference_file.read(path, schema)
            }
            for path in files
            for schema in (reference_file.description(path.stem),)
        }
    sets = {row["grade_set"] for row in lists["grade-sets"].values()}
    for row in lists["qualifications"].values():
        assert {row["grade_set"], row["unit_grade_set"], row["endorsement_grade_set"]} <= sets | {""}
        assert row["awarding_organisation"] in {"", *lists["organisations"]}
        assert row["belongs_to"] in {"", *lists["qualifications"]}
    for name in ("schools", "centres", "campuses", "ao-identifiers"):
        assert {row["ukprn"] for row in lists[name].values()} <= {"", *lists["organisations"]}


def test_rows_have_their_line_key_days_and_cells_in_the_order_of_the_list(tmp_path: Path) -> None:
    text = '\ufeffNAME,Centre ,valid_to\n"Hill\nSchool",12345,\n\n North , 12346 ,2026-08-31\n'
    assert rows(text, tmp_path) == [
        ReferenceRow(2, "12345", None, None, ("12345", "Hill\nSchool", "", "", "", "")),
        ReferenceRow(5, "12346", None, date(2026, 8, 31), ("12346", "North", "", "", "", "2026-08-31")),
    ]


def test_a_key_of_several_columns_is_made_of_all(tmp_path: Path) -> None:
    path = tmp_path / "series.csv"
    path.write_text("component,series\ncore,Summer 2026\n", encoding="utf-8")
    (row,) = reference_file.read(path, reference_file.description("series"))
    assert row.key == "SUMMER2026/CORE"


def test_every_wrong_place_is_told_by_line_and_column(tmp_path: Path) -> None:
    text = (
        f"centre,name,ukprn,valid_from,valid_to\n12345,Hill,10000001,,\n1234,,{SECRET},,\n12346,Hill\n"
        f"12347,{SECRET},,31/08/2026,\n12348,{SECRET},,2026-01-01,2025-01-01\n"
    )
    assert refused(text, tmp_path).splitlines() == [
        "centres.csv: nothing was loaded.",
        "line 3: centre must be five digits. Write five digits.",
        "line 3: name is empty. Enter the centre's name.",
        "line 3: ukprn must be eight digits, the first of them not 0. Write eight digits, the first of them not 0.",
        "line 4: it has 2 columns, not 5.",
        (
            "line 5: valid_from is not a date in the form YYYY-MM-DD: a spreadsheet has probably changed its form. "
            "Write the date as YYYY-MM-DD, such as 2008-05-31; keep a spreadsheet from changing it."
        ),
        "line 6: valid_to lies before valid_from.",
    ]


def test_of_many_wrong_places_the_first_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    told = refused("centre,name\n" + "x,Hill\n" * 1_050, tmp_path).splitlines()
    assert len(told) == 22
    assert told[-1] == "and 1,030 more"


@pytest.mark.parametrize(("headings", "words"), [
    (f"centre,name,{SECRET}", "column 3 has another heading."),
    ("centre", "name is missing."),
    ("centre,name,name", "a column stands twice."),
    ("", "centre, name is missing."),
])  # fmt: skip
def test_wrong_headings_are_told_with_those_that_the_list_has(headings: str, words: str, tmp_path: Path) -> None:
    told = refused(f"{headings}\n12345,{SECRET}\n", tmp_path)
    assert "the columns of centres are centre, name, ukprn, urn, valid_from, valid_to" in told
    assert words in told


def test_what_is_no_text_or_no_csv_is_told_with_its_line(tmp_path: Path) -> None:
    assert "after line 1: it is not UTF-8" in refused("centre,name\n12345,Caf\xe9\n", tmp_path, "latin-1")
    assert "after line 2: a quotation mark" in refused(f'centre,name\n12345,Hill\n12346,"{SECRET}\n', tmp_path)


def test_a_list_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(ConfigurationError, match=r"no reference list shoes; .* qualifications, schools, series"):
        reference_file.description("shoes")
