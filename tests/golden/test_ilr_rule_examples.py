"""The examples in the texts of the ILR's rules are true, and every rule of the specification has some."""

import pickle
import string
from collections.abc import Mapping, Sequence

import pytest

from adapters.kinds.ilr.book import BOOK
from adapters.kinds.ilr.kind import Ilr2526
from gateway.core.notices import Notice, Scope
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.repeats import Noted, Repeats, stamps
from gateway.core.rules.rule import Rule
from tests.examples import record_of
from tests.golden.ilr_rule_cases import CONTEXT, HEADER, OURS

KIND = Ilr2526.from_settings({})
_CODES = """
    ULN_02 ULN_03 ULN_04 ULN_05 ULN_06 ULN_07 ULN_09 ULN_10 ULN_11 ULN_12 R_06 R_07 R_59 R_43 R_45 R_49 R_50 R_51
    R_52 R_30 R_31 R_58 R_63 R_67 R_96 R_68 R_89 R_90 R_97 R_104 R_105 FamilyName_01 GivenNames_01 FamilyName_02
    GivenNames_02 FamilyName_04 GivenNames_04 DateOfBirth_01 DateOfBirth_02 DateOfBirth_04 DateOfBirth_05
    DateOfBirth_06 DateOfBirth_07 DateOfBirth_23 DateOfBirth_25 DateOfBirth_26 DateOfBirth_27 DateOfBirth_48
    Ethnicity_01 Sex_01 LLDDHealthProb_01 LLDDHealthProb_04 LLDDHealthProb_06 NINumber_01 NINumber_02
    PostcodePrior_02 Postcode_15 DelLocPostCode_11 PostcodePrior_01 DelLocPostCode_03 Postcode_14 AddLine1_03
    PrevUKPRN_01 PMUKPRN_01 PartnerUKPRN_01 CampID_01 CampID_02 LearnFAMType_01 LearnDelFAMType_04 LearnFAMType_09
    LearnDelFAMType_01 LearnDelFAMType_02 ProvSpecLearnMonOccur_01 ProvSpecDelMonOccur_01 LearnAimRef_01
    AimType_01 FundModel_01 CompStatus_01 Outcome_01 ProgType_03 WithdrawReason_02 AimType_05 AimSeqNumber_02
    ProgType_01 ProgType_02 FundModel_16 FundModel_17 FundModel_19 FundModel_20 LearnStartDate_02
    LearnStartDate_03 LearnStartDate_05 OrigLearnStartDate_01 LearnPlanEndDate_02 LearnPlanEndDate_03
    LearnActEndDate_01 LearnActEndDate_04 CompStatus_02 CompStatus_03 CompStatus_04 CompStatus_05 CompStatus_06
    Outcome_05 Outcome_09 Outcome_10 Outcome_11 Outcome_12 WithdrawReason_03 WithdrawReason_04 AchDate_02
    AchDate_03 AchDate_04 AchDate_05 AchDate_07 OutGrade_04 OutGrade_05 OutGrade_06 PartnerUKPRN_02
    PartnerUKPRN_03 DateEmpStatApp_01 DateEmpStatApp_02 EmpId_01 AFinType_02 AFinDate_03
"""
_WARNINGS = """
    ULN_02 ULN_03 ULN_06 ULN_09 ULN_10 R_97 DateOfBirth_02 DateOfBirth_05 DateOfBirth_06 Postcode_14 CODE_UNLISTED
"""
CODES, WARNINGS = _CODES.split(), _WARNINGS.split()
_STAGES = """
    Filename_1 Filename_2 Filename_3 Filename_4 Filename_5 Filename_6 Filename_7 Filename_8 Header_2 Header_3 UKPRN_03
    Inconsistent-UKPRN Namespace-Mismatch Entity_1 Protected-ZIP-file ZIP_CORRUPT ZIP_EMPTY ZIP_INCONSISTENT_FILENAME
    Schema FD_ULN_MA FD_LearnRefNumber_MA FD_Ethnicity_MA FD_Sex_MA FD_LearnAimRef_MA FD_AimType_MA FD_AimSeqNumber_MA
    FD_LearnStartDate_MA FD_LearnPlanEndDate_MA FD_FundModel_MA FD_CompStatus_MA FD_DelLocPostCode_MA FD_Postcode_MA
    FD_PostcodePrior_MA FD_FamilyName_AL FD_Email_AP FD_TelNo_AP FD_GivenNames_AP FD_ULN_AR FD_PrevUKPRN_AR
    FD_AimSeqNumber_AR FD_LearnerFAM_EO FD_LLDDandHealthProblem_EO FD_LearningDelivery_EO
"""
STAGES = [code.replace("-", " ") for code in _STAGES.split()]
EXAMPLES = [
    pytest.param(rule, example, sort, id=f"{rule.name}-{sort}-{number}")
    for rule in OURS
    if rule.keys is None
    for sort, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples)
]
REPEATED = [rule for rule in OURS if rule.keys is not None]


def notices(rule: Rule, example: Mapping[str, str]) -> list[Notice]:
    book = Rulebook(rules={rule.name: rule})
    return book.apply(record_of({**HEADER, **example}), CONTEXT, failed=frozenset(), scope=Scope.RECORD).notices


def copies_told(rule: Rule, examples: Sequence[Mapping[str, str]]) -> list[int]:
    book = Rulebook(rules={rule.name: rule})
    repeats = Repeats(book, CONTEXT)
    for number, example in enumerate(examples, start=1):
        record = record_of({**HEADER, **example}, number=number)
        repeats.note(Noted(number, record.line, record.key, refused=False), stamps(book, record, CONTEXT))
    return [late.record for late in repeats.late()]


@pytest.mark.parametrize(("rule", "example", "sort"), EXAMPLES)
def test_an_example_finds_what_it_says(rule: Rule, example: Mapping[str, str], sort: str) -> None:
    found = notices(rule, example)
    assert {(it.code, it.severity) for it in found} == ({(rule.code, rule.severity)} if sort == "bad" else set())


@pytest.mark.parametrize("rule", REPEATED, ids=lambda rule: rule.name)
def test_what_stands_twice_is_told_on_both_and_what_differs_on_none(rule: Rule) -> None:
    bad, good = rule.bad[0], rule.good[0]
    assert copies_told(rule, [bad, good, bad]) == [1, 3]
    assert copies_told(rule, [bad, good]) == []


@pytest.mark.parametrize("code", dict.fromkeys(CODES + STAGES))
def test_every_rule_of_the_specification_is_there(code: str) -> None:
    assert code in {rule.code for rule in KIND.rulebook.rules.values()}


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_every_rule_has_both_examples_and_its_own_weight(rule: Rule) -> None:
    assert rule.bad
    assert rule.good
    assert (str(rule.severity) == "warning") == (rule.code in WARNINGS)


def test_no_rule_stands_in_the_book_that_nobody_asked_for() -> None:
    assert {rule.code for rule in OURS} - set(CODES) == {"CODE_UNLISTED"}


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_a_rule_names_a_field_in_its_fields(rule: Rule) -> None:
    """Whoever reads a notice is shown a field, and the rule is left out where that field has failed."""
    assert rule.fields


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_a_rule_asks_for_no_more_than_its_fix_and_message_can_say(rule: Rule) -> None:
    """Every word in braces of Fix is one of Message too, so that it is known whenever the rule speaks."""
    asked = {name for _, name, _, _ in string.Formatter().parse(rule.fix) if name}
    said = {name for _, name, _, _ in string.Formatter().parse(rule.message) if name}
    assert asked <= said


def test_an_empty_learner_breaks_no_rule() -> None:
    judged = BOOK.apply(record_of(HEADER), CONTEXT, failed=frozenset(), scope=Scope.RECORD)
    assert judged.notices == []


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.name)
def test_a_rule_can_be_sent_to_a_worker_process(rule: Rule) -> None:
    sent: Rule = pickle.loads(pickle.dumps(rule))  # noqa: S301 - its own bytes
    assert (sent.name, sent.code) == (rule.name, rule.code)
