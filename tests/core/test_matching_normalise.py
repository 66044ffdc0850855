"""Texts are made comparable as `lrs` 4.3 says."""

import pytest

from gateway.core.matching.normalise import email, n1, n2, postcode, upn


@pytest.mark.parametrize("mark", list("'`´‘’‛ʹʻʼʽʾʿˈ′＇"))  # noqa: RUF001 - each is an apostrophe to somebody
def test_every_apostrophe_is_one(mark: str) -> None:
    assert n1(f"O{mark}Neill") == "o'neill"
    assert n2(f"O{mark}Neill") == "oneill"


@pytest.mark.parametrize("mark", list("-\u00ad‐‑‒–—―⁃−﹘﹣－"))  # noqa: RUF001 - each is a hyphen to somebody
def test_every_hyphen_is_one(mark: str) -> None:
    assert n1(f"Smith{mark}Jones") == "smith-jones"
    assert n2(f"Smith{mark}Jones") == "smithjones"


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("  Anna   Maria ", "ANNA MARIA"),
        ("Anna\u00a0Maria", "anna maria"),
        ("José", "JOSE\u0301"),
        ("Groß", "GROSS"),
        ("Gro\u1e9e", "gross"),
        ("İlker", "ilker"),
        ("I\u0307lker", "İLKER"),
        ("Ｓｍｉｔｈ", "smith"),  # noqa: RUF001 - full width, as some keyboards write
        ("ﬁona", "Fiona"),
        ("Μάρκος", "ΜΆΡΚΟΣ"),
    ],
)
def test_two_spellings_of_one_name_are_the_same(name: str, same: str) -> None:
    assert n1(name) == n1(same) == n1(n1(name))


@pytest.mark.parametrize(
    ("name", "other"), [("José", "Jose"), ("Anna Maria", "Annamaria"), ("Smith-Jones", "Smith Jones")]
)
def test_a_similar_spelling_is_not_the_same(name: str, other: str) -> None:
    assert n1(name) != n1(other)
    assert n2(name) == n2(other)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Łukasz", "lukasz"),
        ("Søren", "soren"),
        ("Đorđe", "dorde"),
        ("Ælfred", "aelfred"),
        ("Œuvre", "oeuvre"),
        ("Guðrún", "gudrun"),
        ("Þór", "thor"),
        ("I\u015f\u0131k", "isik"),
        ("Ħamrun", "hamrun"),
        ("Núñez", "nunez"),
        ("St. John-Smythe", "stjohnsmythe"),
        ("Nguyễn", "nguyen"),
    ],
)
def test_accents_and_letters_that_do_not_decompose_are_bare_when_similar(name: str, bare: str) -> None:
    assert n2(name) == n2(name.upper()) == bare


@pytest.mark.parametrize("name", ["李小龙", "Мария", "محمد", "देवी", "ひばり", "한국", "-", "'", ".", "\u0301"])
def test_a_name_of_any_script_stays_comparable(name: str) -> None:
    assert n2(name)
    assert n2(n2(name)) == n2(name)


def test_marks_that_make_another_letter_are_no_accents() -> None:
    assert n2("देव") != n2("दव")
    assert n2("ば") != n2("は")


def test_an_empty_name_stays_empty() -> None:
    assert (n1(" "), n2(" ")) == ("", "")


def test_a_postcode_is_in_capitals_without_blanks() -> None:
    assert postcode(" cv4 9ee ") == postcode("CV49EE") == "CV49EE"


def test_an_email_address_is_trimmed_and_small() -> None:
    assert email(" Anna@Example.ORG ") == "anna@example.org"


def test_a_upn_is_trimmed_and_in_capitals() -> None:
    assert upn(" a123456789012b ") == "A123456789012B"
