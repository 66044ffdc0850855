"""Which rules on learners can find something only where a field or group is there, or is not: nearly none run for most.

`FundModel` asks that the field is returned, `!FamilyName` that it is not, `ULN=9999999999` that it has this value, and
`LearnerFAM/` that there is such a group. What a rule on groups asks for is a field of each group.
"""

from typing import Final

_LISTED: Final = {
    "ULN=9999999999": "ULN_02 ULN_03 ULN_06 ULN_07 ULN_09 ULN_10 ULN_11 ULN_12",
    "!DateOfBirth": "DateOfBirth_01 DateOfBirth_02 DateOfBirth_23",
    "!FamilyName": "FamilyName_01 FamilyName_02 FamilyName_04",
    "!GivenNames": "GivenNames_01 GivenNames_02 GivenNames_04",
    "!AddLine1": "AddLine1_03",
    "NINumber": "NINumber_01",
    "!NINumber": "NINumber_02",
    "LLDDandHealthProblem/": "LLDDHealthProb_04 R_45",
    "LearnerEmploymentStatus/": "R_43 R_97",
    "ProviderSpecLearnerMonitoring/": "R_49",
    "LearnerFAM/": "R_51 LearnFAMType_09",
    "PrevUKPRN": "PrevUKPRN_01",
    "PMUKPRN": "PMUKPRN_01",
    "CampId": "CampID_01 CampID_02",
    "AchDate": "AchDate_02 AchDate_03 AchDate_04 AchDate_05 AchDate_07",
    "OrigLearnStartDate": "OrigLearnStartDate_01",
    "LearnActEndDate": "LearnActEndDate_01 LearnActEndDate_04 CompStatus_02 Outcome_12",
    "!LearnActEndDate": "CompStatus_03",
    "Outcome": "CompStatus_05 CompStatus_06 Outcome_01 Outcome_05 Outcome_09 Outcome_10 Outcome_11",
    "!Outcome": "CompStatus_04",
    "OutGrade": "OutGrade_04 OutGrade_05 OutGrade_06",
    "WithdrawReason": "WithdrawReason_02 WithdrawReason_04",
    "!WithdrawReason": "WithdrawReason_03",
    "ProgType": "ProgType_02 ProgType_03",
    "!ProgType": "ProgType_01",
    "PartnerUKPRN": "PartnerUKPRN_01 PartnerUKPRN_02 PartnerUKPRN_03",
    "ProviderSpecDeliveryMonitoring/": "R_50",
    "LearningDeliveryFAM/": "R_52",
    "LearningDeliveryWorkPlacement/": "R_67 R_96",
}
TRIGGERS: Final = {code: trigger for trigger, codes in _LISTED.items() for code in codes.split()}
"""What a rule asks for, by the rule's code; rules that are not here are always run."""
