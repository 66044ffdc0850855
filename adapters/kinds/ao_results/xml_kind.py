"""The kind `ao-results-xml`: results of awarding organisations in XML (specification `awarding` 7 and 8)."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from adapters.kinds.ao_results.checked import with_waiting
from adapters.kinds.ao_results.kind import AoResultsCsv
from adapters.kinds.ao_results.names import PREFIX, read_name
from adapters.kinds.ao_results.xml_book import BOOK
from adapters.kinds.ao_results.xml_extract import extract_results
from adapters.kinds.ao_results.xml_reading import ResultsXmlReading
from adapters.kinds.ao_results.xml_responder import OutcomeXml
from adapters.kinds.ao_results.xml_samples import xml_sample
from gateway.core.extract import Place
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Learner
from gateway.core.ports.kinds import Responder
from gateway.core.rules.rule import Context

_EXTENSION = ".xml"
_NAMESPACE = b"urn:edugateway:ao-results:"
_ROOT = b"<AwardingOrganisationResults"


class AoResultsXml(AoResultsCsv):
    """Reads, checks, settles and answers results files in XML, and makes samples of them."""

    name = "ao-results-xml"
    title = "Results of an awarding organisation, XML"
    rulebook = BOOK

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, those named as results, and whatever has the root or the namespace."""
        name = read_name(file_name)
        is_xml = file_name.lower().endswith(_EXTENSION)
        if name and is_xml:
            return Claim(weight=Claim.STRICT)
        if (is_xml and file_name.upper().startswith(PREFIX)) or _NAMESPACE in head:
            return Claim(weight=Claim.LIKELY)
        return Claim(weight=Claim.CONTENT) if _ROOT in head else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each result with all its notices, and what only the end shows."""
        return with_waiting(ResultsXmlReading(path, context, self._limits).findings(), context)

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes outcome.xml."""
        return OutcomeXml(case, create)

    def extract(self, source: BinaryIO, places: Iterable[Place], accepted: int, out: BinaryIO) -> None:
        """Write the accepted results with their candidates and centres, and a trailer that counts them."""
        extract_results(source, places, accepted, out)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a results file of these learners, some of its results broken as the plan says, and the truth."""
        return xml_sample(learners, plan)
