"""No ILR rule breaks on what a learner may hold, and none sees more in a learner than the learner's own fields."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading_form import file_model
from adapters.formats.xml_schema import Model
from adapters.formats.xml_schema_documents import loaded
from adapters.kinds.ilr import rules_all
from adapters.kinds.ilr.book import BOOK, HEADER_PREPARED, HEADER_UKPRN, HEADER_YEAR
from gateway.core.model import Group, Record
from gateway.core.notices import Notice, Scope
from gateway.core.rules.rule import Context
from tests.fuzzing import times
from tests.golden.ilr_rule_cases import reference

LEARNER = file_model(Shape(loaded("xsd/ilr-2025-26/ilr-2025-26.xsd"), "Message", ("Learner",))).children["Learner"]
CONTEXT = Context(as_of=date(2026, 2, 1), file_name="", reference=reference())
VALUES = st.sampled_from([
    "", " ", "0", "1", "2", "3", "4", "5", "8", "025", "+5", "-1", "10", "11", "25", "32", "36", "37", "38",
    "99", "108", "²", "4.5", "999999999", "9999999999", "1000000043", "1000000042", "soon", "1800-01-01",
    "2099-12-31", "2008-02-29", "2008-05-31", "2025-02-30", "2025-08-01", "2025-09-01", "2026-01-15",
    "2026-07-31", "ACT", "SOF", "LDM", "ADL", "HNS", "034", "A", "E", "CV1 2WT", "cv12wt", "Zoë",
    "AB123456C", "FL", "P", "60100001", "x" * 200, "\N{NO-BREAK SPACE}",
])  # fmt: skip


@st.composite
def values_of(draw: st.DrawFn, model: Model) -> dict[str, str]:
    leaves = sorted(name for name, below in model.children.items() if not below.children)
    return draw(st.dictionaries(st.sampled_from(leaves), VALUES, max_size=len(leaves)))


@st.composite
def groups_of(draw: st.DrawFn, model: Model, path: str = "") -> dict[str, tuple[Group, ...]]:
    found = {}
    for name, below in sorted(model.children.items()):
        count = draw(st.integers(0, 3)) if below.children else 0
        places = [f"{path}{name}[{number}]" for number in range(1, count + 1)]
        found[name] = tuple(
            Group(values=draw(values_of(below)), groups=draw(groups_of(below, f"{place}/")), path=place)
            for place in places
        )
    return found


@st.composite
def learners(draw: st.DrawFn) -> Record:
    header = {
        HEADER_YEAR: draw(st.sampled_from(["2526", "1819", "9999", "", "x"])),
        HEADER_PREPARED: draw(st.sampled_from(["2026-01-15", "2025-12-31", "", "x"])),
        HEADER_UKPRN: "10000001",
    }
    values = {**draw(values_of(LEARNER)), **header}
    return Record(number=1, line=1, key="", values=values, groups=draw(groups_of(LEARNER)))


def judged(learner: Record) -> list[Notice]:
    return BOOK.apply(learner, CONTEXT, failed=frozenset(), scope=Scope.RECORD).notices


@settings(max_examples=times(60), deadline=None)
@given(learners())
def test_no_rule_breaks_on_any_learner(learner: Record) -> None:
    assert rules_all.RULES
    assert {notice.code for notice in judged(learner)} & {"RULE_CRASH"} == set()


@settings(max_examples=times(30), deadline=None)
@given(learners(), learners())
def test_a_learner_is_judged_alike_after_any_other(one: Record, other: Record) -> None:
    before = judged(one)
    judged(other)
    assert judged(one) == before
