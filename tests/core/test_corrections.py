"""What a value of a proposed corrected file becomes: form is mended where it has one reading, meaning never changes."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.core.correction_dates import DateColumn, written
from gateway.core.correction_headings import named, planned
from gateway.core.correction_words import DOUBT_WORDS, FORM_WORDS, Doubt, Form
from gateway.core.corrections import Column, Judged, Wanted, cleaned
from gateway.core.proposal import Entry, Example, Ledger
from gateway.core.tables import Constraints, Field, TableSchema

BIRTHS = (date(1915, 9, 2), date(2013, 9, 1))
BORN = Field(name="Born", type="date", title="the date of birth")
NUMBER = Field(name="Number", title="the number", constraints=Constraints(pattern="[0-9]{9}"))
CODE = Field(name="Code", title="the code", constraints=Constraints(enum=("1", "2")))
POSTCODE = Field(name="Postcode", title="the postcode", constraints=Constraints(pattern="[A-Z]{2}[0-9] [0-9][A-Z]{2}"))
GIVEN = Field(name="Given", title="the name")
DAY_MONTH_YEAR = Field(name="Day", type="date", format="%d%m%Y", title="the day")
AWARDED = Field(name="Awarded", type="datetime", tolerated=("%Y-%m-%d",), title="the day of the award")
EMBARGO = Field(
    name="Embargo",
    type="datetime",
    format="%Y-%m-%dT%H:%M",
    tolerated=("%Y-%m-%dT%H:%M:%S",),
    title="the moment of release",
)


def table(*fields: Field, match: Literal["exact", "equal"] = "exact") -> TableSchema:
    return TableSchema(name="t", title="a table", version="1", source="this test", fields=fields, fieldsMatch=match)


SCHEMA = table(BORN, NUMBER, CODE, POSTCODE, GIVEN)
LIKE_LRB = Wanted(SCHEMA, ".CSV", "LRB_1.CSV".__eq__, {"Born": BIRTHS}, frozenset({"Number", "Day"}))


def column(about: Field, *others: str, wanted: Wanted = LIKE_LRB) -> Column:
    """Return a column that was learnt from these values."""
    learnt = Column(about, wanted)
    for other in others:
        learnt.note(other)
    return learnt


def judged(about: Field, value: str, *others: str) -> Judged:
    """Return what a value becomes in a column that holds it and these others."""
    return column(about, value, *others).judge(value)


@pytest.mark.parametrize(
    ("value", "now"),
    [
        ("31/05/2008", "2008-05-31"),
        ("05/31/2008", "2008-05-31"),
        ("31.5.2008 10:00", "2008-05-31"),
        ("31 5 2008", "2008-05-31"),
        ("31-05-2008 00:00:00", "2008-05-31"),
        ("31/05/2008 12:15:00 AM", "2008-05-31"),
        ("31/05/2008 2:15 pm", "2008-05-31"),
        ("31-May-08", "2008-05-31"),
        ("31 May 2008", "2008-05-31"),
        ("31st may 2008", "2008-05-31"),
        ("3-Sept-2008", "2008-09-03"),
        ("May 31, 2008", "2008-05-31"),
        ("2008/05/31", "2008-05-31"),
        ("2008-5-3", "2008-05-03"),
        ("2008-05-31T00:00:00", "2008-05-31"),
        ("2008-05-31 00:00:00.000", "2008-05-31"),
        ("05/05/2008", "2008-05-05"),
        ("31/05/08", "2008-05-31"),
        ("31/05/98", "1998-05-31"),
        ("31-05-98", "1998-05-31"),
        ("29/02/16", "1916-02-29"),
    ],
)
def test_a_date_that_can_be_only_one_day_is_written_in_the_form_of_its_column(value: str, now: str) -> None:
    assert judged(BORN, value) == Judged(now, (Form.DATE,))


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        ("05/04/2008", Doubt.DAY_OR_MONTH),
        ("5.4.08", Doubt.DAY_OR_MONTH),
        ("08-05-31", Doubt.DAY_OR_MONTH),
        ("31/05/14", Doubt.CENTURY),
        ("31/02/2008", Doubt.NO_SUCH_DAY),
        ("29/02/2009", Doubt.NO_SUCH_DAY),
        ("31/02/08", Doubt.NO_SUCH_DAY),
        ("31/05/1708", Doubt.NO_SUCH_DAY),
        ("39599", Doubt.DAY_NUMBER),
    ],
)
def test_a_date_that_can_be_several_days_or_none_stays_and_says_why(value: str, doubt: Doubt) -> None:
    assert judged(BORN, value) == Judged(value, (), doubt)


@pytest.mark.parametrize(
    "value",
    [
        "45/05/2008",
        "13/13/2008",
        "5/2008",
        "31/5/208",
        "305/5/2008",
        "31/05/2008 25:00",
        "31/05/2008 13:00 PM",
        "31-Mai-2008",
        "May 31 08",
        "2008/05/312",
        "unknown",
        "31/05-2008",
        "31/05/2008 10:75",
    ],
)
def test_what_is_no_date_stays_without_a_word(value: str) -> None:
    assert judged(BORN, value) == Judged(value)


def test_one_day_above_12_proves_the_order_of_its_column() -> None:
    assert judged(BORN, "05/04/2008", "31/05/2008").now == "2008-04-05"
    assert judged(BORN, "05/04/2008", "05/31/2008").now == "2008-05-04"
    assert judged(BORN, "05/04/08", "31/05/2008").now == "2008-04-05"
    assert judged(BORN, "05/04/2008", "'31/05/2008\u00a0").now == "2008-04-05"


def test_values_that_show_their_order_themselves_prove_nothing_of_others() -> None:
    assert judged(BORN, "05/04/2008", "2008-05-31", "31-May-08", "2008/5/31", "").doubt is Doubt.DAY_OR_MONTH


def test_a_column_that_mixes_both_orders_keeps_what_is_ambiguous() -> None:
    mixed = column(BORN, "31/05/2008", "05/31/2008", "05/04/2008")
    assert mixed.judge("05/04/2008") == Judged("05/04/2008", (), Doubt.MIXED_ORDER)
    assert mixed.judge("31/05/2008").now == "2008-05-31"
    assert mixed.judge("05/31/2008").now == "2008-05-31"


def test_a_year_of_two_digits_has_no_century_where_the_kind_bounds_no_days() -> None:
    dates = DateColumn(BORN)
    found = dates.rewritten("31/05/08")
    assert found is not None
    assert found.doubt is Doubt.CENTURY


def test_a_date_is_written_in_its_own_columns_form() -> None:
    assert judged(DAY_MONTH_YEAR, "31/05/2008").now == "31052008"
    assert judged(DAY_MONTH_YEAR, "1052008") == Judged("01052008", (Form.ZEROS,))
    assert judged(DAY_MONTH_YEAR, "9992008") == Judged("9992008")


def test_a_time_of_day_is_neither_invented_nor_cut() -> None:
    assert judged(AWARDED, "31/05/2008 10:05").now == "2008-05-31T10:05:00"
    assert judged(AWARDED, "31/05/2008").now == "2008-05-31"
    assert judged(EMBARGO, "31/05/2008 10:05").now == "2008-05-31T10:05"
    assert judged(EMBARGO, "31/05/2008 10:05:30").now == "2008-05-31T10:05:30"
    assert judged(EMBARGO, "31/05/2008").doubt is Doubt.NO_TIME


@pytest.mark.parametrize(
    ("value", "now", "forms"),
    [
        (" Ada ", "Ada", (Form.SPACE,)),
        ("Little\u00a0Marlow", "Little Marlow", (Form.SPACE,)),
        ("Little\u2003Marlow\u3000", "Little Marlow", (Form.SPACE,)),
        ("A\u200bda", "Ada", (Form.INVISIBLE,)),
        ("Zo\u00ad\u00eb", "Zo\u00eb", (Form.INVISIBLE,)),
        ("\u200b", "", (Form.INVISIBLE,)),
        ("\u201cAda\u201d", "Ada", (Form.QUOTES,)),
        ('"Ada"', "Ada", (Form.QUOTES,)),
        ("\u201c Ada \u201d", "Ada", (Form.QUOTES, Form.SPACE)),
        ('="0012"', "0012", (Form.FORMULA,)),
        ('\'="0012"', "0012", (Form.FORMULA,)),
        ("'0012", "0012", (Form.APOSTROPHE,)),
        ("Chlo\u00c3\u00ab", "Chlo\u00eb", (Form.MOJIBAKE,)),
        ("Chlo\u00c3\u0192\u00c2\u00ab", "Chlo\u00eb", (Form.MOJIBAKE,)),
        ("\u00c3\u0081kos", "\u00c1kos", (Form.MOJIBAKE,)),
        ("D\u00e2\u20ac\u2122Arcy", "D\u2019Arcy", (Form.MOJIBAKE,)),
    ],
)
def test_what_never_belongs_to_a_value_is_taken_off(value: str, now: str, forms: tuple[Form, ...]) -> None:
    assert judged(GIVEN, value) == Judged(now, forms)


@pytest.mark.parametrize(
    "value",
    [
        "ada",
        "O'Dell",
        "D\u2019Arcy",
        "'Aisha",
        "\u2018Abd al-Malik\u2019",
        "Zo\u00eb",
        "caf\u00e9\u2019s",
        "Mary  Ann",
        'the "old" school',
        '"a" and "b"',
        "S\u00c3O",
        "UNKNOWN",
        "0012",
        "1e5",
        "=SUM(A1)",
        "31/05/2008",
        "a\tb",
        "first\r\nsecond",
        "\u041e\u043b\u044c\u0433\u0430",
    ],
)
def test_what_may_belong_to_a_value_stays(value: str) -> None:
    assert judged(GIVEN, value) == Judged(value)


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        ("a\u202eb", Doubt.INVISIBLE),
        ("a\x07b", Doubt.INVISIBLE),
        ("a\u2028b", Doubt.INVISIBLE),
        ("\u0645\u06cc\u200c\u062e", Doubt.INVISIBLE),
        ("\U0001f469\u200d\U0001f393", Doubt.INVISIBLE),
        ("'=1+1", Doubt.APOSTROPHE),
        ("Zo\u00eb Chlo\u00c3\u00ab", Doubt.MOJIBAKE),
        ("\u0142 D\u00e2\u20acArcy", Doubt.MOJIBAKE),
    ],
)
def test_what_only_looks_damaged_stays_and_says_why(value: str, doubt: Doubt) -> None:
    assert judged(GIVEN, value) == Judged(value, (), doubt)


def test_an_apostrophe_goes_only_where_the_value_is_right_without_it() -> None:
    assert judged(POSTCODE, "'CV1 2WT") == Judged("CV1 2WT", (Form.APOSTROPHE,))
    assert judged(POSTCODE, "\u2018CV1 2WT\u2019") == Judged("CV1 2WT", (Form.APOSTROPHE,))
    assert judged(POSTCODE, "'CV1 2W") == Judged("'CV1 2W")
    assert judged(BORN, "'2008-05-31") == Judged("2008-05-31", (Form.APOSTROPHE,))
    assert judged(BORN, "'31/05/2008") == Judged("2008-05-31", (Form.APOSTROPHE, Form.DATE))
    assert judged(BORN, "'05/04/2008") == Judged("05/04/2008", (Form.APOSTROPHE,), Doubt.DAY_OR_MONTH)


def test_a_code_that_a_mark_would_make_right_is_right_without_one() -> None:
    given = Field(name="Given", title="the name", constraints=Constraints(pattern="'?[a-z]+"))
    assert judged(given, "'ada") == Judged("'ada")


def test_lost_zeros_are_written_again_only_where_numbers_begin_with_zeros() -> None:
    assert judged(NUMBER, "12345678") == Judged("012345678", (Form.ZEROS,))
    assert judged(NUMBER, "'12345678") == Judged("012345678", (Form.APOSTROPHE, Form.ZEROS))
    assert column(NUMBER, wanted=Wanted(SCHEMA)).judge("12345678") == Judged("12345678")


def test_a_column_that_kept_its_zeros_lost_none() -> None:
    assert judged(NUMBER, "12345678", "012345678") == Judged("12345678", (), Doubt.ZERO_KEPT)


def test_a_number_of_no_fixed_width_gets_no_zeros() -> None:
    free = Field(name="Number", title="the number", constraints=Constraints(pattern="[0-9]{1,9}x"))
    assert judged(free, "123") == Judged("123")
    iso = Field(name="Day", type="date", title="the day")
    assert judged(iso, "123") == Judged("123")


@pytest.mark.parametrize("value", ["1.23E+08", "1e9"])
def test_digits_that_a_spreadsheet_cut_are_never_guessed(value: str) -> None:
    assert judged(NUMBER, value) == Judged(value, (), Doubt.CUT_NUMBER)


@pytest.mark.parametrize(
    ("about", "value"),
    [
        (CODE, "M"),
        (CODE, "3"),
        (CODE, "01"),
        (NUMBER, "1234567890"),
        (NUMBER, "12345678x"),
        (POSTCODE, "cv1 2wt"),
        (POSTCODE, "CV12WT"),
        (BORN, "2008-31-05"),
        (BORN, "2008"),
    ],
)
def test_a_wrong_code_or_number_is_never_made_another(about: Field, value: str) -> None:
    assert judged(about, value) == Judged(value)


FIELDS = st.sampled_from([BORN, NUMBER, CODE, POSTCODE, GIVEN, DAY_MONTH_YEAR, AWARDED, EMBARGO])
MESS = st.text(
    st.sampled_from("a1'\"=/-. 0582\u00a0\u200b\u200d\u201c\u201d\u2019\u00c3\u00ab\u00e9\u0645:TM"), max_size=14
)
NUMERIC = st.builds(
    "{}{}{}{}{}".format,
    st.integers(0, 32),
    st.sampled_from("/-."),
    st.integers(0, 13),
    st.sampled_from("/-."),
    st.integers(0, 2100),
)


@given(FIELDS, MESS | NUMERIC, st.lists(MESS | NUMERIC, max_size=4))
@example(BORN, "''31/05/2008", [])
def test_what_was_judged_stays_when_it_is_judged_again(about: Field, value: str, others: list[str]) -> None:
    learnt = column(about, value, *others)
    once = learnt.judge(value)
    again = column(about, once.now, *others).judge(once.now)
    assert again.now == once.now
    assert again.forms == ()


@given(FIELDS, MESS | NUMERIC, st.lists(MESS | NUMERIC, max_size=4))
def test_a_right_value_stays_and_a_changed_one_says_why(about: Field, value: str, others: list[str]) -> None:
    found = column(about, value, *others).judge(value)
    assert (found.now != value) == bool(found.forms)
    if value.isascii() and value.isalnum() and about.check(value) is None:
        assert found == Judged(value)


@given(st.dates(date(1800, 1, 1), date(2099, 12, 31)), st.sampled_from(["{d}/{m}/{y}", "{m}.{d}.{y}", "{y}/{m}/{d}"]))
def test_a_date_becomes_its_own_day_or_stays(day: date, form: str) -> None:
    value = form.format(d=day.day, m=day.month, y=day.year)
    found = judged(BORN, value)
    assert found.now in {day.isoformat(), value}
    assert (found.now == value) == (found.doubt is Doubt.DAY_OR_MONTH)


@given(st.text(max_size=20))
def test_any_text_is_judged(value: str) -> None:
    for about in (BORN, NUMBER, GIVEN, EMBARGO):
        judged(about, value)
    written(value)
    cleaned(value)


def headings(cells: Sequence[str], schema: TableSchema = SCHEMA, filled: frozenset[int] = frozenset()) -> list[str]:
    """Return the headings as they are written, after them those that are in doubt."""
    plan = planned(cells, Wanted(schema), filled)
    return [plan.cells[place].now for place in plan.places] + [f"{doubt}:{name}" for doubt, name in plan.doubts]


def test_headings_are_told_by_case_and_spaces_and_stand_in_their_order() -> None:
    assert headings(["number", " GIVEN\u00a0", "Post code", "Born", "CODE"]) == list(SCHEMA.names)


def test_a_heading_that_is_only_similar_stays_and_no_column_moves() -> None:
    cells = ["Number", "Born", "Code", "Post-code", "Given"]
    assert headings(cells) == [*cells, "heading-unknown:Post-code", "heading-missing:Postcode"]


def test_a_heading_that_stands_there_twice_keeps_every_column_in_its_place() -> None:
    cells = ["Number", "Born", "Code", "Postcode", "Given", "born"]
    assert headings(cells) == ["Number", "Born", "Code", "Postcode", "Given", "Born", "heading-twice:Born"]


def test_a_column_without_heading_goes_only_where_nothing_stands_in_it() -> None:
    cells = [*SCHEMA.names, "", "\u00a0"]
    assert headings(cells) == list(SCHEMA.names)
    assert headings(cells, filled=frozenset({6})) == [*SCHEMA.names, "", "heading-unknown:"]


def test_another_spelling_that_the_kind_reads_stays_and_one_like_it_becomes_the_heading() -> None:
    schema = table(BORN.model_copy(update={"aliases": ("Birthday",)}), GIVEN)
    assert headings(["Birthday", "given"], schema) == ["Birthday", "Given"]
    assert headings(["birth day", "given"], schema) == ["Born", "Given"]


def test_a_kind_that_reads_any_order_and_case_keeps_both() -> None:
    schema = table(*SCHEMA.fields, match="equal")
    assert headings(["GIVEN", "Post Code", "born "], schema) == ["GIVEN", "Postcode", "born"]


def test_two_fields_that_differ_in_case_alone_are_told_by_exact_spelling_only() -> None:
    schema = table(GIVEN, GIVEN.model_copy(update={"name": "GIVEN"}))
    assert headings(["GIVEN", "Given"], schema) == ["Given", "GIVEN"]
    assert headings(["given", "GIVEN"], schema) == ["given", "GIVEN", "heading-unknown:given", "heading-missing:Given"]


@pytest.mark.parametrize(
    "name",
    [
        "LRB_1.csv",
        "lrb_1.CSV",
        "LRB_1 (1).CSV",
        "LRB_1(12).csv",
        "LRB_1 - Copy.CSV",
        "LRB_1 - Copy (2).csv",
        "LRB_1_final.csv",
        "LRB_1.CSV.txt",
        "LRB_1.csv.csv",
        " LRB_1 .CSV ",
        "LRB_1_FINAL (3).csv",
        "LRB_1",
        "LRB_1-v2.csv",
    ],
)
def test_a_name_loses_the_marks_of_a_copy(name: str) -> None:
    assert named(name, LIKE_LRB) == ("LRB_1.CSV", Form.NAME, None)


def test_a_name_that_is_not_meant_so_stays() -> None:
    assert named("LRB_1.CSV", LIKE_LRB) == ("LRB_1.CSV", None, None)
    assert named("LRB_2.CSV", LIKE_LRB) == ("LRB_2.CSV", None, Doubt.NAME)
    assert named("LRB_1 (1) (1) (1) (1) (1) (1).CSV", LIKE_LRB).doubt is Doubt.NAME
    assert named("anything at all", Wanted(SCHEMA)).now == "anything at all"


def test_the_list_of_changes_is_capped_and_its_totals_are_exact() -> None:
    told: list[Entry] = []
    ledger = Ledger(told.append, listed=2)
    for line in range(2, 7):
        ledger.changed("Born", Example(line, "a", "b"), [Form.DATE, Form.SPACE])
        ledger.left("Born", line, "c", Doubt.CENTURY)
    ledger.changed("Given", Example(9, "a ", "a"), [Form.SPACE])
    ledger.changed("Given", Example(9, "a ", "a"), [Form.QUOTES])
    assert [(entry.line, entry.column) for entry in told] == [(2, "Born")] * 2 + [(3, "Born")] * 2 + [(9, "Given")]
    assert told[1].why == f"not changed: {DOUBT_WORDS[Doubt.CENTURY]}"
    assert ledger.totals() == "date=5;space=6;quotes=1;not-changed-century=5"
    proposal = ledger.proposal("x.csv")
    counts = {(change.kind, change.column): change.count for change in proposal.changes}
    assert counts[Form.SPACE, "Born"] == 5
    assert counts[Form.SPACE, "Given"] == 1
    assert [len(left.examples) for left in proposal.left] == [3]


def test_every_change_and_every_doubt_has_words_and_a_name_of_its_own() -> None:
    assert set(FORM_WORDS) == set(Form)
    assert set(DOUBT_WORDS) == set(Doubt)
    assert not set(map(str, Form)) & set(map(str, Doubt))
