"""The register's CSV form: what is written is read again, and what is wrong is named by line and column."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from gateway import register_file
from gateway.core.errors import ConfigurationError
from gateway.core.model import Entry, Learner
from gateway.samples import register_entries


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    entries = list(register_entries(3, 300, date(2026, 9, 1), 9_000_000_000))
    entries[0] = replace(entries[0], deleted=True)
    entries[1] = Entry(uln=entries[1].uln, learner=Learner(former_postcodes=("CV1 2WT", "M1 1AE")))
    register_file.write(tmp_path / "register.csv", entries)
    again = list(register_file.read(tmp_path / "register.csv"))
    assert [(it.uln, it.learner, it.master_uln, it.deleted) for it in again] == [
        (it.uln, it.learner, it.master_uln, it.deleted) for it in entries
    ]


def test_columns_that_lack_are_empty_and_letters_for_sex_are_read(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("uln,family_name,sex\n9000000005,Quill,F\n", encoding="utf-8")
    (entry,) = register_file.read(path)
    assert entry.learner == Learner(family_name="Quill", sex="2")


def test_a_file_without_headings_is_refused_without_its_values(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text("9000000008,Ada,Quill\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        list(register_file.read(path))
    assert "Quill" not in str(caught.value)


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(b"uln,family_name\n9000000008,M\xfcller\n")
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        list(register_file.read(path))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("uln,surname\n", "column 2 has another heading"),
        ("family_name\n", "`uln` is missing"),
        ("", "`uln` is missing"),
        ("uln,sex,sex\n", "stands twice"),
        ("uln,family_name\n9000000008,Quill,Jr\n", "line 2: it has 3 columns, not 2"),
        ("uln,family_name\n9000000008\n", "line 2: it has 1 columns, not 2"),
        ('uln,family_name\n9000000008,"Quill"x\n', "no sound CSV"),
        ("uln,date_of_birth\n1,31/12/2008\n", "line 2: date_of_birth"),
        ("uln,sex\n1,X\n", "line 2: sex"),
        ("uln,status\n1,gone\n", "line 2: status"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "register.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=named):
        list(register_file.read(path))
