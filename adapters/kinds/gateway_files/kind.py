"""The kinds `decision`, `record-request`, `challenge` and `challenge-answer` (`gateway-files` 4 to 6).

They are read and checked here; what they ask for is done elsewhere, so that each good record is answered as waiting.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Self, TextIO

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from adapters.formats.table_file import TableReading
from adapters.formats.table_headings import Headings
from adapters.formats.table_kind import Limits, Table
from adapters.kinds.gateway_files import samples, tables
from adapters.kinds.gateway_files.answers import ReportsAlone, Waiting
from adapters.kinds.gateway_files.book import name_parts
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner, Record
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.review import Claimed, Judgement
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind


class GatewayFileSettings(BaseModel):
    """The limits of such a file: 10 MB and 100,000 records unless the operator says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = 10 * 1024 * 1024
    max_records: PositiveInt = 100_000


class GatewayFile:
    """Reads, checks and answers one kind of the gateway's own files; `prefix` begins its name where it has a form."""

    name: str
    title: str
    table: ClassVar[Table]
    prefix: str = ""
    sampled: ClassVar[tuple[Callable[[Learner, int], dict[str, str]], samples.Wrong]]
    rulebook: Rulebook
    senders = frozenset(OrganisationKind)
    identity = Identity.NONE
    registers = False
    whole_file = False

    def __init__(self, settings: GatewayFileSettings) -> None:
        self._limits = Limits(max_bytes=settings.max_bytes, max_records=settings.max_records)
        self.max_bytes = settings.max_bytes

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind with its limits; raise ConfigurationError where a setting is unknown or no whole number."""
        try:
            return cls(GatewayFileSettings.model_validate(settings))
        except ValidationError as error:
            named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
            raise ConfigurationError(
                f"Settings of {cls.name} are wrong: {named}; it has max_bytes and max_records, whole numbers above 0."
            ) from error

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, nearly right names, and whatever has the headings; never an XML name."""
        if file_name.upper().endswith(".XML"):
            return None
        if self.prefix and f"{name_parts(file_name).get('prefix')}_" == self.prefix:
            return Claim(weight=Claim.STRICT)
        if self.prefix and file_name.upper().startswith(self.prefix):
            return Claim(weight=Claim.LIKELY)
        headings = Headings(self.table.schema, self.table.file_words)
        return Claim(weight=Claim.CONTENT) if headings.looks_like(head) else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield what is said of the file, and each row's record with all its notices, in order."""
        return TableReading(self.table, path, context, self._limits).findings()

    def settling(self, context: Context) -> Settling | None:  # noqa: ARG002 - the port's
        """Return what lets every record wait."""
        return Waiting()

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:  # noqa: ARG002 - the port's
        """Return what writes nothing: the reports of every submission are the answer."""
        return ReportsAlone()

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a file of these learners, some of its rows broken as the plan says, and the truth about each."""
        make, wrong = self.sampled
        rows = [make(learner, number) for number, learner in enumerate(learners, start=1)]
        ukprn = plan.organisation.ukprn or "10000001"
        named = f"{self.prefix}{ukprn}_" if self.prefix else f"{self.name}-"
        return samples.sample(f"{named}{plan.moment:%Y%m%dT%H%M%S}.csv", rows, wrong, plan)


class Decisions(GatewayFile):
    """A sender's decisions on its own records that were held; the pipeline tests and keeps them."""

    name = "decision"
    title = "Decisions on possible matches"
    table = tables.DECISION
    prefix = tables.DECISION_PREFIX
    rulebook = tables.DECISION_BOOK
    sampled = (
        samples.decision,
        (
            ("FIELD_MISSING", {"submission": ""}),
            ("FIELD_FORMAT", {"decision": "perhaps"}),
            ("ULN_NEEDED", {"decision": "same", "uln": ""}),
            ("ULN_CHECK_DIGIT", {"uln": "9000000025"}),
        ),
    )

    def settling(self, context: Context) -> Settling | None:  # noqa: ARG002 - the port's
        """Return None: what a decision settles is the record that it names."""
        return None

    def claimed(self, record: Record) -> Claimed:
        """Return what a record without faults decides."""
        return Claimed(
            submission=record["submission"],
            record=int(record["record"]),
            judgement=Judgement(record["decision"]),
            uln=record["uln"],
            reason=record["reason"],
        )


class RecordRequests(GatewayFile):
    """Requests for learner records."""

    name = "record-request"
    title = "Requests for learner records"
    table = tables.RECORD_REQUEST
    prefix = tables.REQUEST_PREFIX
    rulebook = tables.REQUEST_BOOK
    sampled = (
        samples.record_request,
        (
            ("FIELD_MISSING", {"Purpose": ""}),
            ("FIELD_FORMAT", {"GetType": "SOME"}),
            ("DATE_FUTURE", {"DateOfBirth": "2098-01-01"}),
            ("ULN_CHECK_DIGIT", {"ULN": "9000000025"}),
        ),
    )


class Challenges(GatewayFile):
    """Challenges of learning events."""

    name = "challenge"
    title = "Challenges of learning events"
    table = tables.CHALLENGE
    rulebook = tables.CHALLENGE_BOOK
    senders = frozenset({OrganisationKind.SCHOOL, OrganisationKind.COLLEGE, OrganisationKind.PROVIDER})
    sampled = (
        samples.challenge,
        (
            ("FIELD_MISSING", {"EventID": ""}),
            ("FIELD_FORMAT", {"Reason": "wrong"}),
            ("EXPLANATION_NEEDED", {"Reason": "other"}),
            ("ULN_CHECK_DIGIT", {"ULN": "9000000025"}),
        ),
    )


class ChallengeAnswers(GatewayFile):
    """An awarding organisation's answers to challenges."""

    name = "challenge-answer"
    title = "Answers to challenges"
    table = tables.CHALLENGE_ANSWER
    rulebook = tables.ANSWER_BOOK
    senders = frozenset({OrganisationKind.AWARDING_ORGANISATION})
    sampled = (
        samples.challenge_answer,
        (
            ("FIELD_MISSING", {"ChallengeID": ""}),
            ("FIELD_FORMAT", {"Answer": "perhaps"}),
        ),
    )
