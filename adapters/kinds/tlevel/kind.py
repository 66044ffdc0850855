"""The kinds of T Level files: `tlevel-registrations`, `tlevel-assessments`, `tlevel-results` (`awarding` 5).

They have no naming rule but `.csv` and are known by their headings.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Self, TextIO

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from adapters.formats.table_file import TableReading
from adapters.formats.table_headings import Headings
from adapters.formats.table_kind import Limits, Table
from adapters.kinds.tlevel import assessments, registrations, results, samples
from adapters.kinds.tlevel.report import Profile, TLevelReport, short_texts
from adapters.kinds.tlevel.settling_assessments import AssessmentSettling
from adapters.kinds.tlevel.settling_registrations import RegistrationSettling
from adapters.kinds.tlevel.settling_results import ResultSettling
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind


class TLevelSettings(BaseModel):
    """The limits of a T Level file: 5 MB and 10,000 rows unless the operator says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = 5 * 1024 * 1024
    max_records: PositiveInt = 10_000


class TLevelFile:
    """Reads, checks and answers one kind of T Level file, of which everything or nothing is accepted."""

    name: str
    title: str
    table: ClassVar[Table]
    profile: ClassVar[Profile]
    settles: type[RegistrationSettling | AssessmentSettling | ResultSettling]
    sampled: ClassVar[tuple[Callable[[samples.Row], dict[str, str]], samples.Wrong]]
    rulebook: Rulebook
    senders = frozenset({OrganisationKind.AWARDING_ORGANISATION})
    identity = Identity.NONE
    registers = False
    whole_file = True

    def __init__(self, settings: TLevelSettings) -> None:
        self._limits = Limits(max_bytes=settings.max_bytes, max_records=settings.max_records)
        self.max_bytes = settings.max_bytes

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind with its limits; raise ConfigurationError where a setting is unknown or no whole number."""
        try:
            return cls(TLevelSettings.model_validate(settings))
        except ValidationError as error:
            named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
            raise ConfigurationError(
                f"Settings of {cls.name} are wrong: {named}; it has max_bytes and max_records, whole numbers above 0."
            ) from error

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim whatever has the headings, but never an XML name."""
        if file_name.upper().endswith(".XML"):
            return None
        headings = Headings(self.table.schema, self.table.file_words)
        return Claim(weight=Claim.CONTENT) if headings.looks_like(head) else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield what is said of the file, and each row's record with all its notices, in order."""
        return TableReading(self.table, path, context, self._limits).findings()

    def settling(self, context: Context) -> Settling | None:
        """Return how the rows are settled by what the awarding organisation has sent before."""
        return self.settles(context)

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes the T Level error report."""
        return TLevelReport(self.profile, case, create)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a file of these learners, some of its rows broken as the plan says, and the truth about each."""
        make, wrong = self.sampled
        rows = [make(row) for row in samples.rows_of(learners, plan)]
        return samples.sample(self.name, rows, wrong, plan)


class TLevelRegistrations(TLevelFile):
    """Registrations of learners for a T Level."""

    name = "tlevel-registrations"
    title = "T Level registrations"
    table = registrations.TABLE
    profile = registrations.PROFILE
    outcome_codes: ClassVar = short_texts(registrations.PROFILE)
    rulebook = registrations.BOOK
    settles = RegistrationSettling
    sampled = (
        samples.registration,
        (
            ("FIELD_MISSING", {"ULN": ""}),
            ("FIELD_FORMAT", {"ULN": "12345"}),
            ("FIELD_MISSING", {"Last name": ""}),
            ("FIELD_FORMAT", {"First name": "Ada3"}),
            ("DATE_FUTURE", {"Date of birth": "01012098"}),
            ("ACADEMIC_YEAR", {"Academic year": "2025/27"}),
            ("SPECIALISM_REPEATED", {"Specialism code(s)": "ZTLOS901,ZTLOS901"}),
        ),
    )


class TLevelAssessments(TLevelFile):
    """Entries of registered learners for assessment series."""

    name = "tlevel-assessments"
    title = "T Level assessment entries"
    table = assessments.TABLE
    profile = assessments.PROFILE
    outcome_codes: ClassVar = short_texts(assessments.PROFILE)
    rulebook = assessments.BOOK
    settles = AssessmentSettling
    sampled = (
        samples.assessment,
        (
            ("FIELD_MISSING", {"ULN": ""}),
            ("FIELD_FORMAT", {"Core code": "610"}),
            ("CORE_CODE_NEEDED", {"Core code": ""}),
            ("CORE_SERIES_NEEDED", {"Core assessment entry": ""}),
            ("SPECIALISM_CODE_NEEDED", {"Specialism code(s)": ""}),
            ("SPECIALISM_SERIES_NEEDED", {"Specialism assessment entry": ""}),
        ),
    )


class TLevelResults(TLevelFile):
    """Results of entered learners, component by component."""

    name = "tlevel-results"
    title = "T Level results"
    table = results.TABLE
    profile = results.PROFILE
    outcome_codes: ClassVar = short_texts(results.PROFILE)
    rulebook = results.BOOK
    settles = ResultSettling
    sampled = (
        samples.result,
        (
            ("FIELD_MISSING", {"ULN": ""}),
            ("FIELD_FORMAT", {"AssessmentSeries (Core)": "2026"}),
            ("CORE_CODE_NEEDED", {"ComponentCode (Core)": ""}),
            ("CORE_SERIES_NEEDED", {"AssessmentSeries (Core)": ""}),
            ("GRADE_COUNT", {"ComponentGrade (Specialisms)": "Merit,Pass,Pass"}),
            (
                "SPECIALISM_REPEATED",
                {"ComponentCode (Specialisms)": "ZTLOS901,ZTLOS901", "ComponentGrade (Specialisms)": ""},
            ),
        ),
    )
