"""The kind `lrb-xml`: learner registration batch files in XML (specification `lrs` 2.3, 2.5 and 3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Self, TextIO

from pydantic import ValidationError

from adapters.formats.table_kind import Limits
from adapters.formats.xml_counts import counted_in_head
from adapters.kinds.lrb.answers import ANSWER_TEXTS
from adapters.kinds.lrb.file_rules import is_lrb_stem, name_parts
from adapters.kinds.lrb.kind import LrbSettings
from adapters.kinds.lrb.responder import LrbRejection
from adapters.kinds.lrb.xml_book import BOOK, EXTENSION
from adapters.kinds.lrb.xml_reading import LrbXmlReading
from adapters.kinds.lrb.xml_responder import SUCCESSFUL, LrbXmlAnswers
from adapters.kinds.lrb.xml_samples import lrb_xml_sample
from adapters.kinds.lrb.xml_shape import FILE, NAMESPACE, SOAP
from gateway.core.errors import ConfigurationError
from gateway.core.extract import Amendments
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind

_ROOTS = tuple(shape.root.encode() for shape in (FILE, SOAP))


class LrbXml:
    """Reads, checks and answers LRB files in XML and requests to submit a batch, and makes samples of them."""

    name = "lrb-xml"
    title = "Learner registration batch file (LRB), XML"
    senders = frozenset({OrganisationKind.SCHOOL, OrganisationKind.COLLEGE, OrganisationKind.PROVIDER})
    identity = Identity.MATCH
    registers = True
    whole_file = False
    rulebook = BOOK
    outcome_codes: ClassVar = {**ANSWER_TEXTS, SUCCESSFUL: "The job was processed; the answer holds its learners."}
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
                f"Settings of lrb-xml are wrong: {named}; it has max_bytes and max_records, whole numbers above 0."
            ) from error

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, nearly right names, and whatever has one of the roots in their namespace."""
        name = name_parts(file_name)
        is_xml = name["extension"].upper() == EXTENSION
        if is_lrb_stem(name["stem"]) and name["extension"] == EXTENSION:
            return Claim(weight=Claim.STRICT)
        if is_xml and file_name.upper().startswith("LRB_"):
            return Claim(weight=Claim.LIKELY)
        in_namespace = NAMESPACE.encode() in head and any(root in head for root in _ROOTS)
        return Claim(weight=Claim.CONTENT) if in_namespace else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, and each learner's record with all its notices, in order."""
        return LrbXmlReading(path, context, self._limits).findings()

    def settling(self, context: Context) -> Settling | None:  # noqa: ARG002 - the port's
        """Return None: beside the register nothing is kept of its records."""
        return None

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes OUT.XML and both details, or REJ.CSV alone where the file was refused."""
        return LrbRejection(case, create) if case.rejections else LrbXmlAnswers(case, create)

    def amendments(self, header: Mapping[str, str]) -> Amendments:  # noqa: ARG002 - the port's
        """Return how a file of the accepted learners alone counts them; both forms have their number in one element."""
        return counted_in_head("LearnerRecordCount")

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return an LRB file of these learners, some of them broken as the plan says, and the truth about each."""
        return lrb_xml_sample(learners, plan)
