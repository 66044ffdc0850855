"""Which rules on learners can find something only where a field or group is there, or is not: nearly none run for most.

`NINumber` asks that the field is returned, `!FamilyName` that it is not, `ULN=9999999999` that it has this value, and
`LearnerFAM/` that there is such a group. Rules on groups need no entry: equal groups are judged once.
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
}
TRIGGERS: Final = {code: trigger for trigger, codes in _LISTED.items() for code in codes.split()}
"""What a rule on learners asks for, by the rule's code; those that are not here are always run."""
