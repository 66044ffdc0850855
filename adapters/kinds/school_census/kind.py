"""The kind `school-census`: returns of schools in autumn, spring and summer, in XML (specification `school-census`)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Self, TextIO

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from adapters.formats.xml_reading import XmlReading
from adapters.kinds.school_census.book import ELIGIBLE, MEALS_TAKEN, TERM, Roll
from adapters.kinds.school_census.form import census_form
from adapters.kinds.school_census.pupil import ULN
from adapters.kinds.school_census.responder import CensusReport
from adapters.kinds.school_census.rules_return import NAME
from adapters.kinds.school_census.samples import census_sample
from adapters.kinds.school_census.whole import Whole, whole_of
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Case, Claim, FileHeader, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner, Record
from gateway.core.notices import Notice, Scope
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.repeats import Repeats
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind
from gateway.core.tables import read_date

_COLLECTION = re.compile(rb"<Collection>\s*SC\s*</Collection>")
_MEALS = Rulebook(rules={name: rule for name, rule in census_form().book.rules.items() if rule.code == "1320Q"})


class CensusSettings(BaseModel):
    """The limits of a census return: 200 MB unless the operator says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = 200_000_000


class _Reading(XmlReading):
    """A reading in which pupils on roll and no longer on roll are looked through together for what stands twice."""

    def _repeats_of(self, element: str) -> Repeats:  # noqa: ARG002 - one for all elements
        return super()._repeats_of(Roll.ON)


class SchoolCensus:
    """Reads, checks and answers census returns of every term, and makes samples of them."""

    name = "school-census"
    title = "School Census"
    senders = frozenset({OrganisationKind.SCHOOL})
    identity = Identity.MATCH
    registers = False
    whole_file = False
    rulebook = census_form().book
    uln_field = ULN

    def __init__(self, settings: CensusSettings) -> None:
        self.max_bytes = settings.max_bytes

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind with its limit; raise ConfigurationError where a setting is unknown or no whole number."""
        try:
            return cls(CensusSettings.model_validate(settings))
        except ValidationError as error:
            named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
            raise ConfigurationError(
                f"Settings of {cls.name} are wrong: {named}; it has max_bytes, a whole number above 0."
            ) from error

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, and any other file whose header names the School Census."""
        if NAME.fullmatch(file_name):
            return Claim(weight=Claim.STRICT)
        return Claim(weight=Claim.LIKELY) if _COLLECTION.search(head) else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the return, each pupil with all notices, and what only the end shows."""
        named = {"file_name": PurePath(context.file_name).name}
        head = FileHeader(values={})
        stopped = False
        for finding in _Reading(census_form(), path, context, named, self.max_bytes).findings():
            head = finding if isinstance(finding, FileHeader) else head
            stopped = stopped or (isinstance(finding, Notice) and finding.code.startswith("FILE_"))
            yield finding
        if head.values and not stopped:
            whole = whole_of(path, read_date(head.values.get("ReferenceDate", "")))
            totals = {name: str(count) for name, count in whole._asdict().items()}
            yield replace(head, values={**head.values, **totals})
            yield from _meals(head.values, whole, context)

    def settling(self, context: Context) -> Settling | None:  # noqa: ARG002 - the port's
        """Return None: nothing is kept of its records."""
        return None

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes the errors and queries of the return."""
        return CensusReport(case, create)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a census return of these learners, some of them broken as the plan says, and the truth about each."""
        return census_sample(learners, plan)


def _meals(head: Mapping[str, str], whole: Whole, context: Context) -> Iterator[Notice]:
    """Yield what is said of the free meals taken, once the pupils who are eligible were counted."""
    values = {TERM: head.get("Term", ""), MEALS_TAKEN: head.get("FreeMealsTaken", ""), ELIGIBLE: str(whole.eligible)}
    frame = Record(number=1, line=1, key="", values=values)
    yield from _MEALS.apply(frame, context, failed=frozenset(), scope=Scope.FILE).notices
