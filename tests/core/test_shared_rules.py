"""What rules of several kinds ask of a value."""

from datetime import date

import pytest

from gateway.core.rules.shared import age_on, described, invisible, is_mojibake, is_placeholder, name_fault


@pytest.mark.parametrize("name", [
    "Ada", "O'Dell", "O\u2019Dell", "Marlow-Reed", "Marlow\u2010Reed", "Reed, Jr.", "Zoë", "Zoe\u0308", "Nguyễn",
    "李", "Ад", "\u02bbAkana", "María\u00a0José", "Søren", "आदा", "",
])  # fmt: skip
def test_names_of_every_script_pass(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(("name", "fault"), [
    ("Ada1", "the digit 1"),
    ("Ad٣a", "the digit ٣"),
    ("Ada_", '"_"'),
    ("Ada²", "the digit ²"),
    ("Ada—Lou", '"—"'),
    ("Ada`", '"`"'),
    ("A\x07da", "the invisible character U+0007"),
    ("A\u200bda", "the invisible character U+200B"),
    ("A\nda", "the invisible character U+000A"),
    ("A\u202eda", "the invisible character U+202E"),
])  # fmt: skip
def test_the_first_character_that_is_not_of_a_name_is_described(name: str, fault: str) -> None:
    assert name_fault(name) == fault


def test_a_character_that_is_seen_is_quoted() -> None:
    assert described("/") == '"/"'


@pytest.mark.parametrize("name", ["UNKNOWN", "n/a", "Test", "not  KNOWN", "-", "...", "?", "- -", "xxx", "N.A."])
def test_a_place_holder_is_known(name: str) -> None:
    assert is_placeholder(name)


@pytest.mark.parametrize("name", ["", "Na", "O", "Testa", "Noone", "O'N", "12", "$", "-a"])
def test_what_may_be_a_name_or_is_worse_is_no_place_holder(name: str) -> None:
    assert not is_placeholder(name)


@pytest.mark.parametrize(("born", "day", "age"), [
    (date(2013, 9, 1), date(2026, 9, 1), 13),
    (date(2013, 9, 2), date(2026, 9, 1), 12),
    (date(2012, 2, 29), date(2025, 2, 28), 12),
    (date(2012, 2, 29), date(2025, 3, 1), 13),
    (date(2012, 2, 29), date(2028, 2, 28), 15),
    (date(2012, 2, 29), date(2028, 2, 29), 16),
    (date(2026, 9, 1), date(2026, 9, 1), 0),
])  # fmt: skip
def test_age_is_counted_in_whole_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(("text", "found"), [
    ("plain", None),
    ("two\r\nlines\tand a tab", None),
    ("no\u00a0break", "U+00A0"),
    ("zero\u200bwidth", "U+200B"),
    ("line\nand\u00adsoft hyphen", "U+00AD"),
    ("\ufeffmark", "U+FEFF"),
])  # fmt: skip
def test_the_first_invisible_character_is_found(text: str, found: str | None) -> None:
    assert invisible(text) == found


@pytest.mark.parametrize("text", ["ChloÃ©", "ChloÃ«", "MÃ¼ller", "Caf\u00c3\u00a9"])
def test_damaged_accents_are_known(text: str) -> None:
    assert is_mojibake(text)


@pytest.mark.parametrize("text", ["Chloe", "Chloé", "São Tomé", "Müller", "“CAFÉ”", "李", "Łódź"])
def test_sound_accents_are_not_taken_for_damaged_ones(text: str) -> None:
    assert not is_mojibake(text)
