"""A second look at a tree without most of its unknown children tells what one at the whole tree tells."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.formats import xml_second
from adapters.formats.xml_items import Limits, Settings
from tests.formats.xml_files import items_of, learner, message, records
from tests.fuzzing import times

LEAVES = [
    "<Sex>F</Sex>", "<Sex>X</Sex>", "<ULN>1</ULN>", "<FamilyName/>", "<DateOfBirth>x</DateOfBirth>", "<a/>", "<a/>\n",
    "<b>1</b>ink", "<c><Sex/><a/></c>", "<ULN><a/><b/></ULN>", "ink",
]  # fmt: skip
INNER = ["<AimType>1</AimType>", "<AimType>x</AimType>", "<FundModel>2</FundModel>", "<a/>\n", "<b/>", "<c/>ink"]
DELIVERIES = st.lists(st.sampled_from(INNER), max_size=6).map(
    lambda parts: f"<LearningDelivery>{''.join(parts)}</LearningDelivery>\n"
)
INSIDES = st.lists(st.one_of(st.sampled_from(LEAVES), DELIVERIES), max_size=12).map("".join)
HIDDEN = "<a/><LearningDelivery>\n<a/><b/><FundModel>x</FundModel></LearningDelivery>"


@settings(max_examples=times(200), deadline=None)
@given(INSIDES, INSIDES, st.integers(1, 8), st.sampled_from(["fast", "exact"]))
@example(HIDDEN * 3, "<c/>ink", 4, "fast")
@example("<a/>" * 9 + "<ULN>1</ULN>", HIDDEN, 2, "exact")
def test_the_first_faults_are_those_of_the_whole_tree(inside: str, more: str, limit: int, cut: str) -> None:
    asked = Settings(exact=cut == "exact", limits=Limits(second_looks_each=limit))
    given_data = message(learner(inside=inside, more=more), learner())
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "given.xml"
        found = items_of(path, given_data, asked)
        patch.setattr(xml_second, "thin", lambda root, *_: root)
        assert found == items_of(path, given_data, asked)


def test_a_record_of_many_unknown_fields_tells_the_first(tmp_path: Path) -> None:
    fields = "".join(f"<a{number}/>\n" for number in range(4_000))
    (item,) = records(items_of(tmp_path / "given.xml", message(learner(inside=fields, sex="X"))))
    assert [fault.path for fault in item.faults] == [*(f"a{number}" for number in range(50)), "Sex"]
