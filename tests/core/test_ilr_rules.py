"""The ILR's rules at their edges: days, ages, day counts, restarts, earlier years, and what spares what."""

from collections.abc import Mapping
from datetime import date

import pytest

from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading_form import file_model
from adapters.formats.xml_schema import Model
from adapters.formats.xml_schema_documents import loaded
from adapters.kinds.ilr.book import BOOK, HEADER_PREPARED, HEADER_UKPRN, HEADER_YEAR
from adapters.kinds.ilr.rules_all import RULES
from gateway.core.notices import Scope
from gateway.core.rules.registry import Judged
from gateway.core.rules.rule import Context, Rule
from tests.examples import record_of

CONTEXT = Context(as_of=date(2026, 2, 1), file_name="ILR-10000001-2526-20260131-093000-01.xml")
HEADER = {HEADER_YEAR: "2526", HEADER_PREPARED: "2026-01-31", HEADER_UKPRN: "10000001"}
AIM = "LearningDelivery[1]/"
SECOND = "LearningDelivery[2]/"
LEARNER = {
    "LearnRefNumber": "A0001",
    "ULN": "1000000043",
    "FamilyName": "Marlow",
    "GivenNames": "Ada",
    "DateOfBirth": "2008-05-31",
    "Ethnicity": "31",
    "Sex": "F",
    "LLDDHealthProb": "2",
    "PostcodePrior": "CV1 2WT",
    "Postcode": "CV1 2WT",
    "AddLine1": "1 High Street",
    f"{AIM}LearnAimRef": "60100001",
    f"{AIM}AimType": "5",
    f"{AIM}AimSeqNumber": "1",
    f"{AIM}LearnStartDate": "2025-09-01",
    f"{AIM}LearnPlanEndDate": "2026-07-31",
    f"{AIM}FundModel": "25",
    f"{AIM}DelLocPostCode": "CV1 2WT",
    f"{AIM}CompStatus": "1",
    f"{AIM}LearningDeliveryFAM[1]/LearnDelFAMType": "SOF",
    f"{AIM}LearningDeliveryFAM[1]/LearnDelFAMCode": "107",
}
UNKNOWN = {"ULN": "9999999999", f"{AIM}FundModel": "36"}
SHAPES = [
    Shape(loaded(f"xsd/ilr-{year}/ilr-{year}.xsd"), "Message", ("Learner",))
    for year in ("2018-19", "2020-21", "2025-26")
]
MODULES = {module.__name__ for module in RULES}


def fam(sort: str, code: str, place: int = 1, begin: str = "", end: str = "") -> dict[str, str]:
    path = f"{AIM}LearningDeliveryFAM[{place}]/LearnDelFAM"
    values = {f"{path}Type": sort, f"{path}Code": code, f"{path}DateFrom": begin, f"{path}DateTo": end}
    return {name: value for name, value in values.items() if value}


def judged(example: Mapping[str, str], *failed: str) -> Judged:
    return BOOK.apply(record_of({**HEADER, **example}), CONTEXT, failed=frozenset(failed), scope=Scope.RECORD)


def codes(example: Mapping[str, str]) -> set[str]:
    return {notice.code for notice in judged(example).notices}


def test_a_complete_learner_breaks_no_rule() -> None:
    assert judged(LEARNER).notices == []


def test_several_faults_are_told_each_with_its_place() -> None:
    wrong = {"ULN": "1000000042", "NINumber": "none", f"{AIM}CompStatus": "2", f"{AIM}LearnPlanEndDate": "2025-08-31"}
    assert [(it.code, it.field) for it in judged({**LEARNER, **wrong}).notices] == [
        ("LearnPlanEndDate_02", f"{AIM}LearnPlanEndDate"),
        ("CompStatus_03", f"{AIM}CompStatus"),
        ("CompStatus_04", f"{AIM}CompStatus"),
        ("NINumber_01", "NINumber"),
        ("ULN_04", "ULN"),
    ]


def test_a_field_that_has_failed_is_not_judged_again() -> None:
    found = judged({**LEARNER, "DateOfBirth": "soon"}, "DateOfBirth")
    assert found.notices == []
    assert {"DateOfBirth_01", "DateOfBirth_48", "LearnStartDate_05"} <= set(found.not_run)


@pytest.mark.parametrize(("start", "code"), [
    ("2025-12-01", "ULN_07"), ("2025-12-02", "ULN_06"), ("2026-01-31", "ULN_06"), ("2026-02-20", "ULN_06"),
])  # fmt: skip
def test_the_default_uln_is_refused_from_the_61st_day_on(start: str, code: str) -> None:
    assert codes({**UNKNOWN, f"{AIM}LearnStartDate": start, f"{AIM}LearnPlanEndDate": "2026-07-31"}) >= {code}
    assert len(codes({**UNKNOWN, f"{AIM}LearnStartDate": start}) & {"ULN_06", "ULN_07"}) == 0


@pytest.mark.parametrize(("plan", "act", "told"), [
    ("2025-12-14", "", False), ("2025-12-15", "", True), ("2025-12-11", "2025-12-15", True),
    ("2025-12-11", "2025-12-14", False),
])  # fmt: skip
def test_an_aim_of_less_than_five_days_may_have_the_default_uln(plan: str, act: str, told: bool) -> None:  # noqa: FBT001 - what is expected
    dates = {f"{AIM}LearnStartDate": "2025-12-10", f"{AIM}LearnPlanEndDate": plan, f"{AIM}LearnActEndDate": act}
    assert ("ULN_06" in codes({**UNKNOWN, **dates})) is told


@pytest.mark.parametrize("spared", [fam("LDM", "034"), fam("ACT", "1"), {f"{AIM}FundModel": "99"}])
def test_custody_employers_and_private_funding_are_spared_the_sixty_days(spared: dict[str, str]) -> None:
    dates = {f"{AIM}LearnStartDate": "2025-09-01", f"{AIM}LearnPlanEndDate": "2026-07-31"}
    assert "ULN_07" in codes({**UNKNOWN, **dates})
    assert "ULN_07" not in codes({**UNKNOWN, **dates, **spared})
    assert "ULN_07" in codes({**UNKNOWN, **dates, **fam("ADL", "1"), f"{AIM}FundModel": "99"})


@pytest.mark.parametrize(("prepared", "told"), [("2025-12-31", {"ULN_03"}), ("2026-01-01", {"ULN_07"})])
def test_the_default_uln_is_judged_anew_from_new_year_on(prepared: str, told: set[str]) -> None:
    dates = {f"{AIM}LearnStartDate": "2025-09-01", f"{AIM}LearnPlanEndDate": "2026-07-31", HEADER_PREPARED: prepared}
    assert codes({**UNKNOWN, **dates}) & {"ULN_03", "ULN_06", "ULN_07"} == told


@pytest.mark.parametrize(("born", "start", "told"), [
    ("2010-05-31", "2026-06-25", True), ("2010-05-31", "2026-06-26", False),
    ("2010-08-31", "2026-06-25", True), ("2010-08-31", "2026-06-26", False),
    ("2010-09-01", "2026-06-26", True), ("2010-09-01", "2027-06-25", False),
    ("2001-09-01", "2017-06-29", True), ("2001-09-01", "2018-06-29", False),
])  # fmt: skip
def test_an_apprenticeship_begins_when_school_may_be_left(born: str, start: str, told: bool) -> None:  # noqa: FBT001 - what is expected
    programme = {f"{AIM}AimType": "1", f"{AIM}ProgType": "25", f"{AIM}LearnStartDate": start, "DateOfBirth": born}
    assert ("DateOfBirth_48" in codes(programme)) is told


@pytest.mark.parametrize(("born", "code"), [
    ("1910-08-01", "DateOfBirth_04"), ("2025-08-01", "DateOfBirth_27"), ("2012-09-01", "DateOfBirth_06"),
])  # fmt: skip
def test_ages_are_counted_in_the_teaching_year_of_the_file(born: str, code: str) -> None:
    later = {**LEARNER, "DateOfBirth": born, HEADER_YEAR: "2627"}
    assert code in codes({**LEARNER, "DateOfBirth": born})
    assert (code in codes(later)) is (code == "DateOfBirth_04")


@pytest.mark.parametrize(("field", "code", "bad", "good"), [
    ("OrigLearnStartDate", "OrigLearnStartDate_01", "2014-02-28", "2014-03-01"),
    ("LearnPlanEndDate", "LearnPlanEndDate_03", "2034-03-01", "2034-02-28"),
])  # fmt: skip
def test_ten_years_from_a_leap_day_end_on_the_first_of_march(field: str, code: str, bad: str, good: str) -> None:
    assert code in codes({f"{AIM}LearnStartDate": "2024-02-29", f"{AIM}{field}": bad})
    assert code not in codes({f"{AIM}LearnStartDate": "2024-02-29", f"{AIM}{field}": good})


def test_core_aims_are_compared_with_the_one_that_lasts_longest() -> None:
    core = {
        f"LearningDelivery[{place}]/{name}": value
        for place, dates in enumerate(
            [("2025-11-01", "2025-11-30"), ("2025-09-01", "2026-01-15"), ("2026-01-15", "")], 1
        )
        for name, value in zip(("AimType", "LearnStartDate", "LearnActEndDate"), ("5", *dates), strict=True)
        if value
    }
    found = [it.field for it in judged(core).notices if it.code == "R_58"]
    assert found == ["LearningDelivery[1]/LearnStartDate", "LearningDelivery[3]/LearnStartDate"]


def test_contract_types_are_compared_in_the_order_of_their_dates() -> None:
    in_order = {
        **fam("ACT", "2", 1, "2026-01-01", "2026-01-20"), **fam("ACT", "1", 2, "2025-09-01", "2025-12-31")
    }  # fmt: skip
    clash = {**in_order, **fam("ACT", "1", 2, "2025-09-01", "2026-01-01")}
    open_end = {**fam("ACT", "2", 1, "2026-01-01"), **fam("ACT", "1", 2, "2025-09-01")}
    assert codes(in_order) & {"R_104", "R_105"} == set()
    assert "R_105" in codes(clash)
    assert "R_105" in codes(open_end)
    assert codes({**open_end, **fam("ACT", "1", 1, "2026-01-01")}) & {"R_104", "R_105"} == {"R_104"}


def test_a_restarted_programme_is_open_while_one_of_its_aims_is() -> None:
    first = {f"{AIM}AimType": "1", f"{AIM}ProgType": "25", f"{AIM}LearnActEndDate": "2025-10-15"}
    again = {f"{SECOND}AimType": "1", f"{SECOND}ProgType": "25"}
    component = {"LearningDelivery[3]/AimType": "3", "LearningDelivery[3]/ProgType": "25"}
    closed = {f"{SECOND}LearnActEndDate": "2026-01-15"}
    assert "R_90" not in codes({**first, **again, **component})
    assert "R_90" in codes({**first, **again, **component, **closed})


def test_frameworks_of_earlier_years_are_told_apart_by_their_codes() -> None:
    earlier = {HEADER_YEAR: "1819", HEADER_PREPARED: "2019-01-31"}
    programme = {f"{AIM}AimType": "1", f"{AIM}ProgType": "2", f"{AIM}FworkCode": "403", f"{AIM}PwayCode": "1"}
    component = {
        f"{SECOND}AimType": "3",
        f"{SECOND}ProgType": "2",
        f"{SECOND}FworkCode": "403",
        f"{SECOND}PwayCode": "1",
    }
    assert codes({**earlier, **programme, **component}) & {"R_30", "R_31"} == set()
    assert codes({**earlier, **programme, **component, f"{SECOND}PwayCode": "2"}) & {"R_30", "R_31"} == {"R_30", "R_31"}


def test_employment_statuses_are_compared_by_date_and_by_all_that_they_say() -> None:
    place = "LearnerEmploymentStatus[{}]/"
    alike = {
        f"{place.format(number)}{name}": value
        for number, day in ((1, "2025-11-01"), (2, "2025-09-01"), (3, "2025-10-01"))
        for name, value in (
            ("EmpStat", "11" if number == 3 else "10"),
            ("DateEmpStatApp", day),
            ("EmploymentStatusMonitoring[1]/ESMType", "LOE"),
            ("EmploymentStatusMonitoring[1]/ESMCode", "1"),
        )
    }
    assert "R_97" not in codes(alike)
    same = {**alike, f"{place.format(3)}EmpStat": "10"}
    found = [it.field for it in judged(same).notices if it.code == "R_97"]
    assert found == ["LearnerEmploymentStatus[3]/DateEmpStatApp", "LearnerEmploymentStatus[1]/DateEmpStatApp"]
    changed = {**same, f"{place.format(3)}EmploymentStatusMonitoring[1]/ESMCode": "2"}
    assert "R_97" not in codes(changed)
    agreed = {**same, f"{place.format(3)}AgreeId": "ABC123"}
    assert "R_97" not in codes(agreed)


def test_a_whole_number_may_have_noughts_before_it() -> None:
    assert judged({**LEARNER, f"{AIM}FundModel": "025", f"{AIM}AimType": "+5", "Ethnicity": "031"}).notices == []
    assert "AimType_01" in codes({f"{AIM}AimType": "0"})


def test_a_code_of_a_year_whose_list_is_not_held_is_a_warning() -> None:
    (notice,) = judged({HEADER_YEAR: "3132", HEADER_PREPARED: "2032-01-31", "Sex": "X"}).notices
    assert (notice.code, notice.field, str(notice.severity)) == ("CODE_UNLISTED", "Sex", "warning")
    assert codes({"Sex": "X"}) == {"Sex_01"}


def test_a_code_that_no_rule_of_the_collection_asks_for_is_a_warning_in_every_year() -> None:
    (notice,) = judged({HEADER_YEAR: "1819", HEADER_PREPARED: "2018-10-31", "PriorAttain": "8"}).notices
    assert (notice.code, notice.field, str(notice.severity)) == ("CODE_UNLISTED", "PriorAttain", "warning")
    assert codes({"PriorAttain": "07", "MathGrade": "A*A", "WorkPlaceMode": "9"}) == set()
    status = "LearnerEmploymentStatus[1]/EmploymentStatusMonitoring[1]/"
    assert codes({f"{status}ESMType": "QQQ", f"{status}ESMCode": "1"}) == {"CODE_UNLISTED"}
    assert codes({f"{status}ESMCode": "77"}) == set()


def test_funding_that_began_or_ended_is_refused_by_its_own_rule() -> None:
    begun = {f"{AIM}LearnStartDate": "2024-08-01", f"{AIM}FundModel": "35"}
    assert codes(begun) & {"FundModel_01", "FundModel_17"} == {"FundModel_17"}


def test_rules_that_lack_their_list_are_not_run() -> None:
    assert "LearnAimRef_01" not in codes({f"{AIM}LearnAimRef": "nothing"})


def known(path: str, models: list[Model]) -> bool:
    for step in path.split("/"):
        models = [model.children[step] for model in models if step in model.children]
    return bool(models)


def ours(rule: Rule) -> bool:
    return getattr(rule.function or rule.group_function or rule.keys, "__module__", "") in MODULES


@pytest.mark.parametrize("rule", [rule for rule in BOOK.rules.values() if ours(rule)], ids=lambda rule: rule.name)
def test_every_field_of_a_rule_is_one_of_the_schema(rule: Rule) -> None:
    models = [file_model(shape).children["Learner"] for shape in SHAPES]
    for field in rule.fields:
        own = rule.group is None or field.startswith("/")
        assert known(field.removeprefix("/") if own else f"{rule.group}/{field}", models), field
