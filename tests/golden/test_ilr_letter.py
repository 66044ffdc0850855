"""What the specification says of an ILR learner, word by word: each case lists every rule that it breaks, and no other.

Providers know each rule by itself, so one mistake that breaks several is told by all of them.
"""

from pathlib import Path
from typing import Final

import pytest

from gateway.core.notices import Notice
from tests.golden.ilr_files import DELIVERY, check, learner, message

Change = dict[str, str]
_AIM: Final = (
    "FundModel", "ProgType", "StdCode", "DelLocPostCode", "CompStatus", "LearnActEndDate", "WithdrawReason", "Outcome",
    "AchDate", "OutGrade", "LearningDeliveryHE",
)  # fmt: skip
_ENDED: Final = {"CompStatus": "2", "LearnActEndDate": "2025-12-01", "Outcome": "1"}
_HIGHER: Final = (
    "<TYPEYR>1</TYPEYR><MODESTUD>1</MODESTUD><STULOAD>{}</STULOAD><YEARSTU>1</YEARSTU><MSTUFEE>1</MSTUFEE>"
    "<SPECFEE>1</SPECFEE>"
)
OF_AIM: Final[dict[str, tuple[Change, set[str]]]] = {
    "ended, as it must be": (_ENDED, set()),
    "completed, neither end nor outcome": ({"CompStatus": "2"}, {"CompStatus_03", "CompStatus_04"}),
    "completed, no end": ({"CompStatus": "2", "Outcome": "1"}, {"CompStatus_03", "Outcome_05", "Outcome_11"}),
    "completed, no outcome": (_ENDED | {"Outcome": ""}, {"CompStatus_04", "Outcome_12"}),
    "continuing with an end": ({"LearnActEndDate": "2025-12-01"}, {"CompStatus_02", "Outcome_12"}),
    "continuing without achievement": ({"Outcome": "3"}, {"CompStatus_05", "Outcome_10", "Outcome_11"}),
    "a break whose result is awaited": (_ENDED | {"CompStatus": "6", "Outcome": "8"}, {"CompStatus_06", "Outcome_09"}),
    "achieved next year": (_ENDED | {"AchDate": "2026-08-01"}, {"AchDate_02", "AchDate_07"}),
    "achieved before the start": (_ENDED | {"AchDate": "2025-08-31"}, {"AchDate_03", "AchDate_05"}),
    "achieved on the last day": (_ENDED | {"AchDate": "2025-12-01"}, set()),
    "two decimal places": ({"LearningDeliveryHE": _HIGHER.format("1.25")}, {"FD_STULOAD_AP"}),
    "one decimal place": ({"LearningDeliveryHE": _HIGHER.format("1.2")}, set()),
    "a load beyond all": ({"LearningDeliveryHE": _HIGHER.format("300.1")}, {"FD_STULOAD_AR"}),
    "a code that is none, and no second fault of it": (_ENDED | {"Outcome": "x"}, {"FD_Outcome_AP"}),
}
OF_LEARNER: Final[dict[str, tuple[Change, set[str]]]] = {
    "born in the teaching year": ({"DateOfBirth": "2025-08-01"}, {"DateOfBirth_27", "DateOfBirth_05"}),
    "the ULN of nobody yet, without funding": ({"ULN": "9999999999"}, {"ULN_02"}),
    "a blank behind the postcode": ({"Postcode": "ZZ99 9ZZ", "PostcodePrior": "CV1 2WT "}, set()),
}


def told(folder: Path, text: str) -> set[str]:
    """Return the codes of every notice of a file of one learner."""
    found = check(folder, message(text))
    every = (it for one in found for it in ([one] if isinstance(one, Notice) else getattr(one, "notices", ())))
    return {notice.code for notice in every}


@pytest.mark.parametrize("case", OF_AIM)
def test_every_rule_that_an_aim_breaks_is_told(tmp_path: Path, case: str) -> None:
    change, codes = OF_AIM[case]
    values = {"FundModel": "99", "DelLocPostCode": "ZZ99 9ZZ", "CompStatus": "1"} | change
    fields = "".join(f"<{name}>{values[name]}</{name}>" for name in _AIM if values.get(name))
    aim = DELIVERY.partition("<FundModel>")[0] + fields + "</LearningDelivery>"
    assert told(tmp_path, learner(more=aim)) == codes


@pytest.mark.parametrize("case", OF_LEARNER)
def test_every_rule_that_a_learner_breaks_is_told(tmp_path: Path, case: str) -> None:
    change, codes = OF_LEARNER[case]
    assert told(tmp_path, learner(**change)) == codes


def test_a_year_that_is_none_is_one_fault(tmp_path: Path) -> None:
    found = check(tmp_path, message(learner()).replace(b"<Year>2526", b"<Year>9999"))
    refusals = [it for it in found if isinstance(it, Notice)]
    assert [(it.code, it.line, it.field) for it in refusals] == [("Schema", 3, "Header/CollectionDetails/Year")]
    assert not [it for one in found for it in getattr(one, "notices", ())]


def test_both_disagreements_about_a_ukprn_are_told_and_none_about_one_that_is_absent(tmp_path: Path) -> None:
    data, source = message(learner()), b"Personal</ProtectiveMarking><UKPRN>1000000"
    other = check(tmp_path, data.replace(source + b"1", source + b"2"))
    assert [it.code for it in other if isinstance(it, Notice)] == ["Header_3", "UKPRN_03"]
    absent = check(tmp_path, data.replace(source + b"1</UKPRN>", b"Personal</ProtectiveMarking>"))
    assert [it.code for it in absent if isinstance(it, Notice)] == ["Schema"]


def test_every_missing_and_unknown_element_is_told_at_once(tmp_path: Path) -> None:
    aim = DELIVERY.replace("<AimType>4</AimType>", "").replace("<CompStatus>1</CompStatus>", "")
    text = learner(more=aim, inside="<Bogus>1</Bogus>").replace("<Postcode>ZZ99 9ZZ</Postcode>\n", "")
    codes = {"FD_AimType_MA", "FD_CompStatus_MA", "FD_Postcode_MA", "Schema"}
    assert told(tmp_path, text) >= codes
