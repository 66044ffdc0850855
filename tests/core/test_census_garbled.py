"""Whatever stands in a pupil's fields, no rule of the census fails itself."""

import pytest

from adapters.kinds.school_census.book import Roll
from adapters.kinds.school_census.form import book_of, to_learner
from gateway.core.notices import Scope
from gateway.core.rules.repeats import stamps
from tests.golden.census_cases import BOOK, CONTEXT, HEADER, OURS, pupil
from tests.golden.census_files import HEAD, LEFT, ON_ROLL

GARBLED = (
    "",
    "\N{SUPERSCRIPT TWO}",
    "\N{ARABIC-INDIC DIGIT TWO}010-01-01",
    "9" * 5000,
    "-1",
    "NaN",
    "1e999999",
    "2026-02-30",
    "0001-01-01",
    "A\x00",
    "true",
)
PATHS = sorted(
    {path for rule in OURS for example in (*rule.bad, *rule.good) for path in example if "[2]" not in path}
    | {*ON_ROLL, *LEFT, *HEAD}
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("roll", Roll)
def test_a_garbled_value_is_judged_by_every_rule(path: str, roll: Roll) -> None:
    book = book_of(roll)
    for value in GARBLED:
        record = pupil({**(ON_ROLL if roll is Roll.ON else LEFT), path: value})
        for scope in Scope:
            judged = book.apply(record, CONTEXT, failed=frozenset(), scope=scope)
            assert "RULE_CRASH" not in {notice.code for notice in judged.notices}, value[:20]
        stamps(book, record, CONTEXT)
        to_learner(roll, record)


def test_a_record_without_any_header_is_judged_too() -> None:
    record = pupil(dict.fromkeys(HEADER, ""))
    judged = BOOK.apply(record, CONTEXT, failed=frozenset(), scope=Scope.RECORD)
    assert "RULE_CRASH" not in {notice.code for notice in judged.notices}
