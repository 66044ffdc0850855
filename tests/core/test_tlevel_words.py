"""What the cells of T Level files hold, and the word for what was done with a row of several components."""

import pytest

from adapters.kinds.tlevel.book import stem_of
from adapters.kinds.tlevel.settling import joint_effect
from adapters.kinds.tlevel.words import codes_of, grades_of, repeated_codes, series_of
from gateway.core.outcomes import Effect


def test_a_cell_of_codes_is_read_in_capitals_and_without_blanks() -> None:
    assert codes_of(" ztlos901 ,ZTLOS902") == ("ZTLOS901", "ZTLOS902")
    assert codes_of(" ") == ()
    assert repeated_codes("ZTLOS901,ztlos901,ZTLOS902,ZTLOS901") == ["ZTLOS901"]


@pytest.mark.parametrize(
    ("cell", "codes", "grades"),
    [
        ("Merit,Pass", 2, ("Merit", "Pass")),
        (",Pass", 2, ("", "Pass")),
        ("", 2, ("", "")),
        ("", 0, ()),
        ("Merit,", 1, ("Merit", "")),
    ],
)
def test_a_slot_between_commas_is_no_grade_and_an_empty_cell_none_for_any_code(
    cell: str, codes: int, grades: tuple[str, ...]
) -> None:
    assert grades_of(cell, codes) == grades


def test_a_series_is_kept_alike_however_it_is_written() -> None:
    assert series_of(" SUMMER  2026") == series_of("summer 2026") == "Summer 2026"


@pytest.mark.parametrize(
    ("effects", "joint"),
    [
        ([], Effect.UNCHANGED),
        ([Effect.UNCHANGED, Effect.UNCHANGED], Effect.UNCHANGED),
        ([Effect.UNCHANGED, Effect.STORED], Effect.STORED),
        ([Effect.WITHDRAWN], Effect.WITHDRAWN),
        ([Effect.STORED, Effect.WITHDRAWN], Effect.AMENDED),
    ],
)
def test_a_row_is_told_by_one_word_where_its_components_have_one(effects: list[Effect], joint: Effect) -> None:
    assert joint_effect(effects) is joint


def test_a_name_without_an_extension_is_all_stem() -> None:
    assert (stem_of("a.b.csv"), stem_of("plain")) == ("a.b", "plain")
