"""The one form of a result that all three carriers are read into: its fields, days, key and learner.

The fields bear the names of the CSV columns; the carriers' readers name them for their senders.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Final

import schemas
from adapters.kinds.ao_results.series import series_of
from gateway.core.identifiers.qan import compact_qan
from gateway.core.identifiers.uci import completed_uci
from gateway.core.model import Learner, Record
from gateway.core.rules.rule import Context
from gateway.core.tables import TableSchema
from gateway.core.uln import TEMPORARY_ULN

SCHEMA: Final = TableSchema.model_validate_json(schemas.text("csv/ao-results-1.json"))
NEW, AMEND, WITHDRAW = "N", "A", "W"
QUALIFICATION: Final = "Q"
ABSENT, PENDING = "X", "Q"
FOR_ALL: Final = ("X", "Q", "U")
"""What may stand for a grade in every qualification (`awarding` 2.3)."""
CONTENT: Final = (
    "Grade",
    "EndorsementGrade",
    "PartialAbsence",
    "Mark",
    "MaxMark",
    "AwardDate",
    "EmbargoUntil",
    "SpecificationCode",
)
"""The fields in which two results of one key may differ."""
_BIRTH, _AWARD, _EMBARGO = SCHEMA["DateOfBirth"], SCHEMA["AwardDate"], SCHEMA["EmbargoUntil"]
_SEXES: Final = {"M": "1", "F": "2"}


def award_day(record: Record) -> date | None:
    """Return the day of the award, or None where there is none."""
    return _awarded(record["AwardDate"])


@lru_cache(maxsize=1 << 10)
def _awarded(text: str) -> date | None:
    return _AWARD.day(text)


def birth_day(record: Record) -> date | None:
    """Return the date of birth, or None where it is not known."""
    return _born(record["DateOfBirth"])


@lru_cache(maxsize=1 << 14)
def _born(text: str) -> date | None:
    return _BIRTH.day(_BIRTH.present(text))


def tolerates_birth(record: Record) -> bool:
    """Tell whether the date of birth is in another form than its own, and read all the same."""
    return _BIRTH.tolerates(record["DateOfBirth"])


def embargo(record: Record) -> datetime | None:
    """Return the moment before which the result must not leave the gateway, or None."""
    return _EMBARGO.moment(record["EmbargoUntil"])


@lru_cache(maxsize=4096)
def qan(text: str) -> str:
    """Return a QAN as it is compared."""
    return compact_qan(text)


@lru_cache(maxsize=4096)
def uci(text: str) -> str:
    """Return a UCI with its check character, as it is compared."""
    return completed_uci(text)


def uln_of(record: Record) -> str:
    """Return the ULN, or nothing where only its place-holder stands."""
    return "" if record["ULN"] == TEMPORARY_ULN else record["ULN"]


def candidate(record: Record) -> str:
    """Return by what a candidate is known within one file: the ULN, else the UCI, else the other identifier."""
    return uln_of(record) or uci(record["UCI"]) or record["CandidateIdentifierOther"]


def result_parts(record: Record) -> tuple[str, str, str, str]:
    """Return what the key of a result has beside organisation and learner: QAN, level, unit, series."""
    series = record["ExamSeries"]
    return qan(record["QAN"]), record["ResultLevel"], record["UnitOrComponentCode"], series_of(series) or series


def content(record: Record) -> tuple[str, ...]:
    """Return the values in which two results of one key may differ."""
    return tuple(map(record.__getitem__, CONTENT))


def learner(record: Record) -> Learner:
    """Return the candidate of a result; the first of the given names is the given name, the others are middle names."""
    given, _, middle = record["GivenNames"].partition(" ")
    return Learner(
        given_name=given,
        middle_name=middle.strip(),
        family_name=record["FamilyName"],
        date_of_birth=birth_day(record),
        sex=_SEXES.get(record["Sex"], ""),
        uln=uln_of(record),
    )


def grades(context: Context, name: str) -> tuple[str, ...]:
    """Return the grades of a set, the best first; none where the set is not known."""
    row = context.reference.lookup("grade-sets", name) if name else None
    return tuple(row["grades"].split(";")) if row else ()
