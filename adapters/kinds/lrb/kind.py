"""The kind `lrb-csv`: learner registration batch files in CSV (specification `lrs` 2 and 3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Self, TextIO

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from adapters.formats.csv_correct import propose
from adapters.formats.table_file import TableReading
from adapters.formats.table_kind import Limits
from adapters.kinds.lrb.answers import ANSWER_TEXTS
from adapters.kinds.lrb.corrected import amendments, wanted
from adapters.kinds.lrb.file_rules import BOOK, EXTENSION, is_lrb_stem, name_parts
from adapters.kinds.lrb.reading import HEADINGS, TABLE
from adapters.kinds.lrb.responder import LrbAnswers, LrbRejection
from adapters.kinds.lrb.samples import lrb_sample
from gateway.core.errors import ConfigurationError
from gateway.core.extract import Amendments
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.proposal import Proposal
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind


class LrbSettings(BaseModel):
    """The limits of an LRB file: 100 MB and 100,000 learners unless the operator says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = 100 * 1024 * 1024
    max_records: PositiveInt = 100_000


class LrbCsv:
    """Reads, checks and answers LRB files in CSV, and makes samples of them."""

    name = "lrb-csv"
    title = "Learner registration batch file (LRB), CSV"
    senders = frozenset({OrganisationKind.SCHOOL, OrganisationKind.COLLEGE, OrganisationKind.PROVIDER})
    identity = Identity.MATCH
    registers = True
    whole_file = False
    rulebook = BOOK
    outcome_codes = ANSWER_TEXTS
    count_field = "LearnerRecordCount"

    def __init__(self, settings: LrbSettings) -> None:
        self._limits = Limits(max_bytes=settings.max_bytes, max_records=settings.max_records)
        self.max_bytes = settings.max_bytes

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind with its limits; raise ConfigurationError where a setting is unknown or no whole number."""
        try:
            return cls(LrbSettings.model_validate(settings))
        except ValidationError as error:
            named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
            raise ConfigurationError(
                f"Settings of lrb-csv are wrong: {named}; it has max_bytes and max_records, whole numbers above 0."
            ) from error

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, nearly right names, and whatever has the headings; never an XML name."""
        name = name_parts(file_name)
        if name["extension"].upper() == ".XML":
            return None
        if is_lrb_stem(name["stem"]) and name["extension"] == EXTENSION:
            return Claim(weight=Claim.STRICT)
        if file_name.upper().startswith("LRB_"):
            return Claim(weight=Claim.LIKELY)
        return Claim(weight=Claim.CONTENT) if HEADINGS.looks_like(head) else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, and each learner's record with all its notices, in order."""
        return TableReading(TABLE, path, context, self._limits).findings()

    def settling(self, context: Context) -> Settling | None:  # noqa: ARG002 - the port's
        """Return None: beside the register nothing is kept of its records."""
        return None

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes OUT.CSV and DETAIL.CSV, or REJ.CSV alone where the file was refused."""
        return LrbRejection(case, create) if case.rejections else LrbAnswers(case, create)

    def propose(self, path: Path, context: Context, out: BinaryIO, changes: TextIO) -> Proposal:
        """Write the file in which faults of form alone are mended, and the list of what was changed."""
        return propose(path, context.file_name, wanted(context), out, changes)

    def amendments(self, header: Mapping[str, str]) -> Amendments:
        """Return how an extract of the accepted learners keeps the header, with their count."""
        return amendments(header)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return an LRB file of these learners, some of them broken as the plan says, and the truth about each."""
        return lrb_sample(learners, plan)
