"""The kinds `verify-csv` and `verify-xml`: do these ULNs belong to these learners (specification `lrs` 5.2, 5.3)."""

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
from adapters.kinds.verify import accepted
from adapters.kinds.verify.batch import CSV, XML
from adapters.kinds.verify.reading import FORM, ROOT, TABLE
from adapters.kinds.verify.responder import Rejection, VerifyCsv, VerifyXml
from adapters.kinds.verify.rules import CSV_BOOK, XML_BOOK
from adapters.kinds.verify.samples import csv_sample, xml_sample
from adapters.kinds.verify.table import BATCH, SCHEMA
from gateway.core.errors import ConfigurationError
from gateway.core.extract import Amendments
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.proposal import Proposal
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind

CODE_TEXTS: Mapping[str, str] = {
    "WSVRC001": "The ULN belongs to the learner: every value that was sent is the register's.",
    "WSVRC002": "The ULN belongs to the learner and is linked: use the master ULN in the answer from now on.",
    "WSVRC003": "The ULN's learner has similar names; the flags say which comparisons failed. A person decides.",
    "WSVRC004": "As WSVRC003, and the ULN is linked to another, which is the one in the answer.",
    "WSVRC005": "The ULN's learner has other names, another date of birth or another gender; the flags say which.",
    "WSVRC006": "Nobody in the register has the ULN.",
    "VRF1": "The given name is not the register's given name.",
    "VRF2": "The given name is not the register's family name.",
    "VRF3": "The given name is not the register's previous family name.",
    "VRF4": "The family name is not the register's given name.",
    "VRF5": "The family name is not the register's family name.",
    "VRF6": "The family name is not the register's previous family name.",
    "VRF7": "The date of birth is not the register's.",
    "VRF8": "The gender is not the register's.",
}


class BatchSettings(BaseModel):
    """The limits of a batch file of an awarding organisation: 20 MB and 5,000 records unless the operator says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = 20 * 1024 * 1024
    max_records: PositiveInt = BATCH.most


class Verify:
    """What verify files have in common, in CSV and in XML."""

    name: ClassVar[str]
    senders = frozenset({OrganisationKind.AWARDING_ORGANISATION})
    identity = Identity.VERIFY
    count_field = "LearnerRecordCount"
    registers = False
    whole_file = False
    outcome_codes = CODE_TEXTS

    def __init__(self, settings: BatchSettings) -> None:
        self.max_bytes = settings.max_bytes
        self._most = settings.max_records

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind with its limits; raise ConfigurationError where a setting is unknown or no whole number."""
        try:
            return cls(BatchSettings.model_validate(settings))
        except ValidationError as error:
            named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
            raise ConfigurationError(
                f"Settings of {cls.name} are wrong: {named}; it has max_bytes and max_records, whole numbers above 0."
            ) from error

    def settling(self, context: Context) -> Settling | None:  # noqa: ARG002 - the port's
        """Return None: nothing is kept of its records."""
        return None


class VerifyInCsv(Verify):
    """Reads, checks and answers verify files in CSV, and makes samples of them."""

    name = "verify-csv"
    title = "Verification of ULNs for awarding organisations, CSV"
    rulebook: Rulebook = CSV_BOOK

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, nearly right names, and whatever looks so; never the other carrier."""
        return BATCH.claim(file_name, CSV, head, looks_so=Headings(SCHEMA, TABLE.file_words).looks_like(head))

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, and each record with all its notices, in order."""
        limits = Limits(max_bytes=self.max_bytes, max_records=self._most)
        return TableReading(TABLE, path, context, limits).findings()

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes OUT.CSV, or REJ.CSV alone where the file was refused."""
        return Rejection(case, create) if case.rejections else VerifyCsv(case, create)

    def propose(self, path: Path, context: Context, out: BinaryIO, changes: TextIO) -> Proposal:
        """Write the file in which faults of form alone are mended, and the list of what was changed."""
        asked = BATCH.wanted(SCHEMA, "DateOfBirth", context.as_of)
        return propose(path, context.file_name, asked, out, changes)

    def amendments(self, header: Mapping[str, str]) -> Amendments:
        """Return how a verify file of the accepted records alone keeps its header, with their count."""
        return accepted.of_table(SCHEMA.names, header, BATCH.count_field)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a verify file of these learners, some of them broken as the plan says, and the truth about each."""
        return csv_sample(learners, plan)


class VerifyInXml(Verify):
    """Reads, checks and answers verify files in XML, and makes samples of them."""

    name = "verify-xml"
    title = "Verification of ULNs for awarding organisations, XML"
    rulebook: Rulebook = XML_BOOK

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, nearly right names, and whatever looks so; never the other carrier."""
        return BATCH.claim(file_name, XML, head, looks_so=ROOT.encode() in head)

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each record with all its notices, and what only the end shows."""
        named = replace(BATCH, most=self._most).facts(context.file_name, XML, context.sender)
        return XmlReading(FORM, path, context, named, self.max_bytes).findings()

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes OUT.XML, or REJ.CSV alone where the file was refused."""
        return Rejection(case, create) if case.rejections else VerifyXml(case, create)

    def amendments(self, header: Mapping[str, str]) -> Amendments:  # noqa: ARG002 - the port's
        """Return how a verify file of the accepted records alone keeps its header, with their count."""
        return counted_in_head(BATCH.count_field)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a verify file of these learners, some of them broken as the plan says, and the truth about each."""
        return xml_sample(learners, plan)
