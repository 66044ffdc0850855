"""Each XML schema accepts and refuses what its specification says, in each of three XSD engines."""

from pathlib import Path

import pytest

from tests.core.xsd_cases import SORTS, cases
from tests.core.xsd_engines import disagreed, other_verdicts, wrong
from tests.core.xsd_table import ALL, ROOT

SENTENCES = {
    "missing": "an element may be absent when it is optional and is missed when it is not",
    "too_many": "an element may stand as often as its most and not once more",
    "out_of_order": "an element may not stand before the one that it follows, but in a group without an order",
    "wrong_values": "a field takes the values of its type to their limits and none beyond",
    "wrong_content": "an element has no stray attribute, text or child",
    "whole": "a document holds what is mandatory to all that there is, in its own namespace and under its own root",
}


@pytest.mark.parametrize("sort", SENTENCES)
@pytest.mark.parametrize("name", ALL)
def test_a_schema_accepts_and_refuses_what_its_table_says(name: str, sort: str) -> None:
    assert not wrong(ALL[name], cases(name)[sort]), SENTENCES[sort]


@pytest.mark.parametrize("name", ALL)
def test_xmlschema_gives_the_same_verdicts(name: str) -> None:
    assert not [title for sort in SENTENCES for title in disagreed(ALL[name], cases(name)[sort])]


@pytest.mark.parametrize("name", ALL)
def test_xmllint_gives_the_same_verdicts(name: str, tmp_path: Path) -> None:
    every = [case for sort in SENTENCES for case in cases(name)[sort]]
    assert not other_verdicts(ALL[name], every, tmp_path)


def test_every_schema_has_a_table_and_every_sort_of_case_a_sentence() -> None:
    assert sorted(ALL) == sorted(path.stem for path in (ROOT / "schemas/xsd").glob("*/*.xsd"))
    assert list(SENTENCES) == [*(sort.__name__ for sort in SORTS), "whole"]
