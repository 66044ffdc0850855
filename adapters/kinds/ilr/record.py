"""What of an ILR learner is used after the check: who it is, and the fields that the answers show."""

from typing import Final

from gateway.core.model import Learner, Record
from gateway.core.tables import read_date

NO_ULN: Final = "9999999999"
NO_POSTCODE: Final = "ZZ99 9ZZ"
KEPT: Final = (
    "LearnRefNumber",
    "ULN",
    "FamilyName",
    "GivenNames",
    "DateOfBirth",
    "Sex",
    "PostcodePrior",
    "Postcode",
    "ProviderSpecLearnerMonitoring",
    "LearningDelivery/LearnAimRef",
    "LearningDelivery/AimSeqNumber",
    "LearningDelivery/FundModel",
    "LearningDelivery/PartnerUKPRN",
    "LearningDelivery/SWSupAimId",
    "LearningDelivery/ProviderSpecDeliveryMonitoring",
)
"""The fields that a record without a fault keeps: those that the learner is matched by and the answers show."""
_SEXES: Final = {"M": "1", "F": "2"}


def to_learner(element: str, record: Record) -> Learner | None:
    """Return whom a Learner element describes; other record elements describe nobody."""
    if element != "Learner":
        return None
    prior = record["PostcodePrior"]
    return Learner(
        given_name=record["GivenNames"],
        family_name=record["FamilyName"],
        date_of_birth=read_date(record["DateOfBirth"]),
        sex=_SEXES.get(record["Sex"], "9"),
        postcode="" if record["Postcode"] == NO_POSTCODE else record["Postcode"],
        uln="" if record["ULN"] == NO_ULN else record["ULN"],
        email=record["Email"],
        former_postcodes=() if prior in {"", NO_POSTCODE, record["Postcode"]} else (prior,),
    )
