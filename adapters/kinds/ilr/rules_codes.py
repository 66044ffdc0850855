# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules on codes: what a field holds must be on the list of its codes for the teaching year (specification `ilr` 5).

A code list that does not reach to the teaching year refuses nothing: what it lacks is then told as a warning.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from adapters.kinds.ilr.aims import TeachingYear, facts_of, whole
from adapters.kinds.ilr.book import BOOK
from gateway.core.codes import CodeBook, CodeList
from gateway.core.model import Group, Record
from gateway.core.rules.registry import groups_at
from gateway.core.rules.rule import Context, Found
from schemas import text

CODES: Final = CodeBook.model_validate_json(text("codes/ilr.json"))
_DELIVERY: Final = "LearningDelivery"
_SHOWN: Final = 12


class _Coded(NamedTuple):
    """A field with a list of codes, the rule that asks for it, and a code of each sort for the examples."""

    code: str
    group: str
    field: str
    bad: str
    good: str
    any_day: bool = False


_FIELDS: Final = (
    _Coded("Ethnicity_01", "", "Ethnicity", "48", "31"),
    _Coded("Sex_01", "", "Sex", "X", "F"),
    _Coded("LLDDHealthProb_01", "", "LLDDHealthProb", "3", "9"),
    _Coded("ProvSpecLearnMonOccur_01", "ProviderSpecLearnerMonitoring", "ProvSpecLearnMonOccur", "C", "B"),
    _Coded("AimType_01", _DELIVERY, "AimType", "2", "4"),
    # FundModel_17, _19 and _20 say from when and until when: here a code of any day is right.
    _Coded("FundModel_01", _DELIVERY, "FundModel", "12", "35", any_day=True),
    _Coded("CompStatus_01", _DELIVERY, "CompStatus", "4", "6"),
    _Coded("Outcome_01", _DELIVERY, "Outcome", "4", "8"),
    _Coded("ProgType_03", _DELIVERY, "ProgType", "26", "31"),
    _Coded("WithdrawReason_02", _DELIVERY, "WithdrawReason", "1", "98"),
    _Coded("ProvSpecDelMonOccur_01", f"{_DELIVERY}/ProviderSpecDeliveryMonitoring", "ProvSpecDelMonOccur", "E", "D"),
)
_PAIRS: Final[Mapping[str, tuple[str, str, str]]] = {
    "LearnerFAM": ("LearnFAM", "LearnFAMType", "LearnFAMCode"),
    f"{_DELIVERY}/LearningDeliveryFAM": ("LearnDelFAM", "LearnDelFAMType", "LearnDelFAMCode"),
    f"{_DELIVERY}/AppFinRecord": ("AFin", "AFinType", "AFinCode"),
}
_TEXT: Final = """{field} is not one of its codes.

Why: each code has one meaning, and a code that is not on the list has none; it is {title}.
Fix: use one of the codes of the year, such as {listed}.
Message: {field} is "{{{field}}}", which is not one of its codes.
Bad: {place}{field}={bad}
Good: {place}{field}={good}
Good: {place}{field}=
"""


@lru_cache(maxsize=1 << 14)
def holds(field: str, code: str, year: TeachingYear) -> bool:
    """Tell whether a code is on its field's list at the start or at the end of a teaching year."""
    codes = CODES[field]
    return codes.valid(code, year.start) or codes.valid(code, year.end)


def _listed(field: str) -> str:
    codes = CODES[field].codes
    return ", ".join(code.code for code in codes[:_SHOWN]) + (" and others" if len(codes) > _SHOWN else "")


def _wrong(coded: _Coded, group: Group, year: TeachingYear) -> bool:
    """Tell whether a value is no code although the list speaks for the year."""
    value = whole(group[coded.field])
    codes = CODES[coded.field]
    if not value or (codes.known(value) if coded.any_day else holds(coded.field, value, year)):
        return False
    return codes.covers(year.start)


class _OnRecord:
    """The rule that a field of the learner holds one of its codes; worker processes are sent it as it is."""

    def __init__(self, coded: _Coded) -> None:
        self.__name__, self.__doc__ = _named(coded)
        self._coded = coded

    def __call__(self, record: Record, context: Context) -> Iterator[Found]:
        if _wrong(self._coded, record, facts_of(record, context).year):
            yield Found(self._coded.field)


class _OnGroup:
    """The rule that a field of each group holds one of its codes; worker processes are sent it as it is."""

    def __init__(self, coded: _Coded) -> None:
        self.__name__, self.__doc__ = _named(coded)
        self._coded = coded

    def __call__(self, group: Group, record: Record, context: Context) -> Iterator[Found]:
        if _wrong(self._coded, group, facts_of(record, context).year):
            yield Found(self._coded.field)


def _named(coded: _Coded) -> tuple[str, str]:
    """Return a rule's name and its public text, which is made of the list itself."""
    place = "".join(f"{step}[1]/" for step in coded.group.split("/") if step)
    known = {"field": coded.field, "title": CODES[coded.field].title, "listed": _listed(coded.field)}
    return f"{coded.field}_is_listed", _TEXT.format(**known, place=place, bad=coded.bad, good=coded.good)


def _register(coded: _Coded) -> None:
    if coded.group:
        BOOK.group_rule(coded.code, coded.group, fields=[coded.field])(_OnGroup(coded))
    else:
        BOOK.rule(coded.code, fields=[coded.field])(_OnRecord(coded))


for _coded in _FIELDS:
    _register(_coded)


def _pair(group: Group, place: str) -> tuple[str, str]:
    """Return the list of a pair of type and code, and the pair; empty where one of them is not returned."""
    codes, sort, code = _PAIRS[place]
    return codes, f"{group[sort]}{group[code]}" if group[sort] and group[code] else ""


def _wrong_pair(group: Group, place: str, year: TeachingYear) -> bool:
    field, pair = _pair(group, place)
    return bool(pair) and not holds(field, pair, year) and CODES[field].covers(year.start)


@BOOK.group_rule("LearnFAMType_01", "LearnerFAM", fields=["LearnFAMType", "LearnFAMCode"])
def learner_fam_pair(fam: Group, learner: Record, context: Context) -> Iterator[Found]:
    """A learner's FAM type and code do not belong together.

    Why: a funding and monitoring code has a meaning only with its own type.
    Fix: correct LearnFAMType or LearnFAMCode; high needs students, for instance, are HNS with code 1.
    Message: {LearnFAMType} with code {LearnFAMCode} is not a valid funding and monitoring record of a learner.
    Bad: LearnerFAM[1]/LearnFAMType=HNS LearnerFAM[1]/LearnFAMCode=2
    Bad: LearnerFAM[1]/LearnFAMType=QQQ LearnerFAM[1]/LearnFAMCode=1
    Good: LearnerFAM[1]/LearnFAMType=HNS LearnerFAM[1]/LearnFAMCode=1
    """
    if _wrong_pair(fam, "LearnerFAM", facts_of(learner, context).year):
        yield Found("LearnFAMCode")


@BOOK.group_rule(
    "LearnDelFAMType_04", f"{_DELIVERY}/LearningDeliveryFAM", fields=["LearnDelFAMType", "LearnDelFAMCode"]
)
def delivery_fam_pair(fam: Group, learner: Record, context: Context) -> Iterator[Found]:
    """An aim's FAM type and code do not belong together.

    Why: a funding and monitoring code has a meaning only with its own type.
    Fix: correct LearnDelFAMType or LearnDelFAMCode; full funding, for instance, is FFI with code 1.
    Message: {LearnDelFAMType} with code {LearnDelFAMCode} is not a valid funding and monitoring record of an aim.
    Bad: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=FFI
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=3
    Good: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=FFI
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=2
    Good: LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMType=LDM
      LearningDelivery[1]/LearningDeliveryFAM[1]/LearnDelFAMCode=034
    """
    if _wrong_pair(fam, f"{_DELIVERY}/LearningDeliveryFAM", facts_of(learner, context).year):
        yield Found("LearnDelFAMCode")


@BOOK.group_rule("AFinType_02", f"{_DELIVERY}/AppFinRecord", fields=["AFinType", "AFinCode"])
def financial_record_pair(record: Group, learner: Record, context: Context) -> Iterator[Found]:
    """The type and the code of a financial record do not belong together.

    Why: prices are TNP with codes 1 to 4 and payments PMR with codes 1 to 3; no other pair has a meaning.
    Fix: correct AFinType or AFinCode.
    Message: {AFinType} with code {AFinCode} is not a valid financial record.
    Bad: LearningDelivery[1]/AppFinRecord[1]/AFinType=PMR LearningDelivery[1]/AppFinRecord[1]/AFinCode=4
    Good: LearningDelivery[1]/AppFinRecord[1]/AFinType=TNP LearningDelivery[1]/AppFinRecord[1]/AFinCode=4
    """
    if _wrong_pair(record, f"{_DELIVERY}/AppFinRecord", facts_of(learner, context).year):
        yield Found("AFinCode")


@BOOK.rule(
    "CODE_UNLISTED",
    fields=[f"{coded.group}/{coded.field}".lstrip("/") for coded in _FIELDS],
    severity="warning",
    each=True,
)
def code_of_a_year_without_list(record: Record, context: Context) -> Iterator[Found]:
    """A code is unknown, and the list of codes held here does not reach to the teaching year.

    Why: new codes come with a new year; without that year's list nobody can say whether a code is wrong.
    Fix: check the code by the specification of the year; if it is right, nothing needs to be done.
    Message: {place} is "{code}", which is not on the list of codes held here; that list ends before the file's year.
    Bad: Header/Year=3132 Sex=X
    Bad: Header/Year=3132 LearningDelivery[1]/AimType=2
    Bad: Header/Year=3132 LearnerFAM[1]/LearnFAMType=QQQ LearnerFAM[1]/LearnFAMCode=1
    Good: Header/Year=3132 Sex=F
    Good: Header/Year=2526 Sex=X
    """
    year = facts_of(record, context).year
    if CODES["Sex"].covers(year.start):
        return
    for coded in _FIELDS:
        for group in groups_at(record, coded.group) if coded.group else (record,):
            yield from _unlisted(group, coded.field, CODES[coded.field], whole(group[coded.field]))
    for place, (_, _, code) in _PAIRS.items():
        for group in groups_at(record, place):
            field, pair = _pair(group, place)
            yield from _unlisted(group, code, CODES[field], pair)


def _unlisted(group: Group, field: str, codes: CodeList, code: str) -> Iterator[Found]:
    if code and not codes.known(code):
        place = f"{group.path}/{field}" if group.path else field
        yield Found(place, {"place": place, "code": code})
