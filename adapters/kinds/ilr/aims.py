"""What several rules ask of a learner and the aims: dates, funding, programmes, and the derived values DD01 to DD07.

The facts of a learner are worked out once for all rules that look at it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from adapters.kinds.ilr.book import HEADER_PREPARED, HEADER_UKPRN, HEADER_YEAR
from gateway.core.model import Group, Record
from gateway.core.rules.rule import Context
from gateway.core.tables import read_date
from gateway.core.uln import TEMPORARY_ULN, uln_fault

IN_CUSTODY: Final = ("LDM", "034")
CORE_AIM, COMPONENT, PROGRAMME_AIM = "5", "3", "1"
STANDARD: Final = "25"
SKILLS_BOOTCAMPS: Final = "37"
_APPRENTICESHIPS: Final = frozenset({"2", "3", "20", "21", "22", "23", STANDARD})
_FRIDAY: Final = 4
_LEAVING_AGE: Final = 16
_FIRST_MONTH: Final = 8
_SCHOOL_BEGINS: Final = 9
_AIM_FIELDS: Final = (
    *("AimType", "FundModel", "ProgType", "StdCode", "FworkCode", "PwayCode"),
    *("LearnStartDate", "LearnPlanEndDate", "LearnActEndDate"),
)


class TeachingYear(NamedTuple):
    """A teaching year: its first day, 1 August, and its last."""

    start: date
    end: date

    @property
    def august_end(self) -> date:
        """Return 31 August in the year, on which ages for funding are counted."""
        return date(self.start.year, _FIRST_MONTH, 31)

    @property
    def new_year(self) -> date:
        """Return 1 January in the year, from which on learners should have a ULN."""
        return date(self.end.year, 1, 1)


class Programme(NamedTuple):
    """What tells one programme of a learner from another; a framework's codes are empty in later years."""

    sort: str
    standard: str
    framework: str
    pathway: str


class Aim(NamedTuple):
    """One learning delivery as rules see it; a date that is absent or cannot be read is None."""

    group: Group
    sort: str
    fund: str
    programme: Programme
    start: date | None
    plan: date | None
    act: date | None
    fams: frozenset[tuple[str, str]]
    fam_types: frozenset[str]

    @property
    def path(self) -> str:
        """Return where the aim stands below its learner."""
        return self.group.path

    @property
    def is_open(self) -> bool:
        """Tell whether no actual end date is returned, be it right or wrong."""
        return not self.group["LearnActEndDate"]

    @property
    def is_community_learning(self) -> bool:
        """Tell whether it is community learning: FundModel 10, or 99 with source of funding 108."""
        return self.fund == "10" or (self.fund == "99" and ("SOF", "108") in self.fams)

    @property
    def is_apprenticeship(self) -> bool:
        """Tell whether the aim belongs to an apprenticeship."""
        return is_apprenticeship(self.programme.sort)

    @property
    def in_custody(self) -> bool:
        """Tell whether the learner is taught in custody."""
        return IN_CUSTODY in self.fams

    @property
    def for_skills_bootcamp(self) -> bool:
        """Tell whether the aim is a Skills Bootcamp, by its funding or its programme."""
        return self.fund == SKILLS_BOOTCAMPS or self.programme.sort == "32"


class Facts:
    """What rules ask of one learner; `prepared` is the day on which the file was prepared.

    What is asked of the learner's own values is read when it is asked for: rules on one aim ask for none of them.
    """

    __slots__ = ("_aims", "_born", "_record", "prepared", "ukprn", "year")

    def __init__(self, record: Record, context: Context) -> None:
        self._record = record
        self._aims: tuple[Aim, ...] | None = None
        self._born: tuple[date | None] | None = None
        self.prepared = read_date(record[HEADER_PREPARED]) or context.as_of
        self.year = teaching_year(record[HEADER_YEAR], self.prepared)
        self.ukprn = record[HEADER_UKPRN]

    @property
    def aims(self) -> tuple[Aim, ...]:
        """Return the learner's aims in their order."""
        if self._aims is None:
            self._aims = tuple(map(_aim, self._record.all("LearningDelivery")))
        return self._aims

    @property
    def aims_read(self) -> tuple[Aim, ...]:
        """Return the learner's aims where a rule has asked for them; else none."""
        return self._aims or ()

    @property
    def born(self) -> date | None:
        """Return the date of birth; None where it is absent or cannot be read."""
        if self._born is None:
            self._born = (read_date(self._record["DateOfBirth"]),)
        return self._born[0]

    @property
    def has_birth_date(self) -> bool:
        """Tell whether a date of birth is returned, be it right or wrong."""
        return bool(self._record["DateOfBirth"])

    @property
    def lacks_uln(self) -> bool:
        """Tell whether the learner has the default ULN."""
        return self._record["ULN"] == TEMPORARY_ULN

    @property
    def only_community(self) -> bool:
        """Tell whether all aims are community learning."""
        return all(aim.is_community_learning for aim in self.aims)


_last: tuple[Record, Context, Facts] | None = None
_last_aim: tuple[Group, Aim] | None = None


def facts_of(record: Record, context: Context) -> Facts:
    """Return the facts of a learner; those of the learner asked for last are kept for the next rule."""
    global _last  # noqa: PLW0603 - one learner is judged by a hundred rules in a row
    last = _last
    if last is not None and last[0] is record and last[1] is context:
        return last[2]
    facts = Facts(record, context)
    _last = record, context, facts
    return facts


def aim_of(delivery: Group) -> Aim:
    """Return a delivery as rules see it; one of the learner asked for last, or asked for last itself, is kept."""
    global _last_aim  # noqa: PLW0603 - the same
    last = _last_aim
    if last is not None and last[0] is delivery:
        return last[1]
    aim = _read_before(delivery) or _aim(delivery)
    _last_aim = delivery, aim
    return aim


def _read_before(delivery: Group) -> Aim | None:
    for aim in _last[2].aims_read if _last is not None else ():
        if aim.group is delivery:
            return aim
    return None


def _aim(delivery: Group) -> Aim:
    fams = tuple((fam["LearnDelFAMType"], fam["LearnDelFAMCode"]) for fam in delivery.all("LearningDeliveryFAM"))
    return Aim(delivery, *_known_aim(fams, *map(delivery.__getitem__, _AIM_FIELDS)))


@lru_cache(maxsize=1 << 12)
def _known_aim(
    fams: tuple[tuple[str, str], ...], aim_type: str, fund_model: str, *texts: str
) -> tuple[str, str, Programme, date | None, date | None, date | None, frozenset[tuple[str, str]], frozenset[str]]:
    """Return what texts say of an aim; most aims of a file are like others of it."""
    prog_type, standard, framework, pathway, *dates = texts
    programme = Programme(whole(prog_type), whole(standard), whole(framework), pathway)
    start, plan, act = map(read_date, dates)
    types = frozenset(sort for sort, _ in fams)
    return whole(aim_type), whole(fund_model), programme, start, plan, act, frozenset(fams), types


def whole(text: str) -> str:
    """Return a whole number as it is compared: without a plus sign and leading noughts, which its type allows."""
    if text[:1] not in {"0", "+"}:
        return text
    return text.lstrip("+").lstrip("0") or "0"


@lru_cache(maxsize=64)
def teaching_year(code: str, prepared: date) -> TeachingYear:
    """Return the teaching year of a code such as 2526; that of the file's preparation where the code is none."""
    is_code = len(code) == len("2526") and code.isascii() and code.isdigit()
    is_code = is_code and (int(code[:2]) + 1) % 100 == int(code[2:])
    first = 2000 + int(code[:2]) if is_code else prepared.year - (prepared.month < _FIRST_MONTH)
    return TeachingYear(date(first, _FIRST_MONTH, 1), date(first + 1, _FIRST_MONTH, 1) - timedelta(days=1))


def expected_uln(uln: str) -> bool:
    """Tell whether a ULN has the check digit that its first nine digits ask for (DD01); the default ULN has."""
    return uln == TEMPORARY_ULN or uln_fault(uln) is None


def programme_start(aims: Iterable[Aim], programme: Programme) -> date | None:
    """Return the earliest start of the programme aims of a programme (DD04)."""
    starts = (aim.start for aim in aims if aim.sort == PROGRAMME_AIM and aim.programme.sort == programme.sort)
    return min(filter(None, starts), default=None)


def first_start(aims: Iterable[Aim]) -> date | None:
    """Return the earliest start of all a learner's aims (DD06)."""
    return min((aim.start for aim in aims if aim.start), default=None)


def is_apprenticeship(programme: str) -> bool:
    """Tell whether a ProgType is an apprenticeship (DD07): a standard or, in earlier years, a framework."""
    return programme in _APPRENTICESHIPS


def years_after(day: date, years: int) -> date:
    """Return the day so many years later, or earlier with a minus; for 29 February of a common year, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@lru_cache(maxsize=1 << 12)
def leaving_day(born: date) -> date:
    """Return the last Friday in June of the school year, from September to August, in which a learner turns 16."""
    year = born.year + _LEAVING_AGE + (born.month >= _SCHOOL_BEGINS)
    end = date(year, 6, 30)
    return end - timedelta(days=(end.weekday() - _FRIDAY) % 7)


def copies(groups: Sequence[Group], fields: tuple[str, ...]) -> Iterator[tuple[Group, Group]]:
    """Yield each group that is alike in fields to an earlier one, with that first one; empty fields do not count."""
    if len(groups) == 1:
        return
    seen: dict[tuple[str, ...], Group] = {}
    for group in groups:
        key = tuple(whole(group[field]) for field in fields)
        if not all(key):
            continue
        first = seen.setdefault(key, group)
        if first is not group:
            yield group, first
