"""The kinds `achievement-csv` and `achievement-xml`: achievements for the learners' records (`lrs` 5.4 and 5.5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, ClassVar, Self, TextIO

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from adapters.formats.csv_correct import propose
from adapters.formats.table_file import TableReading
from adapters.formats.table_headings import Headings
from adapters.formats.table_kind import Limits
from adapters.formats.xml_counts import counted_in_head
from adapters.formats.xml_reading import XmlReading
from adapters.kinds.achievement.books import CSV_BOOK, XML_BOOK
from adapters.kinds.achievement.reading import FORM, ROOT, TABLE, with_type
from adapters.kinds.achievement.responder import AchievementJob
from adapters.kinds.achievement.samples import csv_sample, xml_sample
from adapters.kinds.achievement.settling import AchievementSettling
from adapters.kinds.achievement.table import BATCH, BORN, SCHEMA
from adapters.kinds.verify import accepted
from adapters.kinds.verify.batch import CSV, XML
from gateway.core.errors import ConfigurationError
from gateway.core.extract import Amendments
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.proposal import Proposal
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind


class AchievementSettings(BaseModel):
    """The limits of an achievement file, and whether similar names are taken for the same person's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = 20 * 1024 * 1024
    max_records: PositiveInt = BATCH.most
    accept_similar: bool = False


class Achievements:
    """What achievement files have in common, in CSV and in XML."""

    name: ClassVar[str]
    senders = frozenset({OrganisationKind.AWARDING_ORGANISATION})
    identity = Identity.VERIFY
    registers = False
    whole_file = False

    def __init__(self, settings: AchievementSettings) -> None:
        self.max_bytes = settings.max_bytes
        self._most = settings.max_records
        self._accept_similar = settings.accept_similar

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind as it is set; raise ConfigurationError where a setting is unknown or has no right value."""
        try:
            return cls(AchievementSettings.model_validate(settings))
        except ValidationError as error:
            named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
            raise ConfigurationError(
                f"Settings of {cls.name} are wrong: {named}; it has max_bytes and max_records, whole numbers above 0, "
                "and accept_similar, true or false."
            ) from error

    def settling(self, context: Context) -> Settling | None:
        """Return how achievements are settled by what the awarding organisation has sent before."""
        return AchievementSettling(context, self._accept_similar)

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes ERR.CSV and JOB.JSON."""
        return AchievementJob(case, create)


class AchievementsInCsv(Achievements):
    """Reads, checks and answers achievement files in CSV, and makes samples of them."""

    name = "achievement-csv"
    title = "Achievements for the learner record, CSV"
    rulebook: Rulebook = CSV_BOOK

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, nearly right names, and whatever looks so; never the other carrier."""
        looks_so = Headings(SCHEMA, TABLE.file_words).looks_like(head)
        return BATCH.claim(file_name, CSV, head, looks_so=looks_so)

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, and each record with all its notices, in order."""
        limits = Limits(max_bytes=self.max_bytes, max_records=self._most)
        return with_type(TableReading(TABLE, path, context, limits).findings())

    def propose(self, path: Path, context: Context, out: BinaryIO, changes: TextIO) -> Proposal:
        """Write the file in which faults of form alone are mended, and the list of what was changed."""
        asked = BATCH.wanted(SCHEMA, BORN, context.as_of)
        return propose(path, context.file_name, asked, out, changes)

    def amendments(self, header: Mapping[str, str]) -> Amendments:
        """Return how an achievement file of the accepted records alone keeps its header, with their count."""
        return accepted.of_table(SCHEMA.names, header, BATCH.count_field)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return an achievement file of these learners, some of them broken as the plan says, and the truth."""
        return csv_sample(learners, plan)


class AchievementsInXml(Achievements):
    """Reads, checks and answers achievement files in XML, and makes samples of them."""

    name = "achievement-xml"
    title = "Achievements for the learner record, XML"
    rulebook: Rulebook = XML_BOOK

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, nearly right names, and whatever looks so; never the other carrier."""
        return BATCH.claim(file_name, XML, head, looks_so=ROOT.encode() in head)

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each record with all its notices, and what only the end shows."""
        named = replace(BATCH, most=self._most).facts(context.file_name, XML, context.sender)
        return with_type(XmlReading(FORM, path, context, named, self.max_bytes).findings())

    def amendments(self, header: Mapping[str, str]) -> Amendments:  # noqa: ARG002 - the port's
        """Return how an achievement file of the accepted records alone keeps its header, with their count."""
        return counted_in_head(BATCH.count_field)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return an achievement file of these learners, some of them broken as the plan says, and the truth."""
        return xml_sample(learners, plan)
