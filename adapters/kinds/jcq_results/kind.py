"""The kind `jcq-results`: results in a fixed-width file of the JCQ's style (specification `awarding` 2 and 8)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Self, TextIO

from adapters.formats.table_kind import Limits
from adapters.kinds.ao_results.checked import with_waiting
from adapters.kinds.ao_results.kind import ResultsSettings, results_settings
from adapters.kinds.ao_results.responder import OutcomeCsv
from adapters.kinds.ao_results.settling import ResultSettling
from adapters.kinds.jcq_results.book import BOOK
from adapters.kinds.jcq_results.extract import extract_results
from adapters.kinds.jcq_results.names import RESULTS, read_name
from adapters.kinds.jcq_results.reading import JcqReading
from adapters.kinds.jcq_results.samples import jcq_sample
from gateway.core.extract import Place
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind

_HEAD = b"R1"
_LINE = 29


class JcqResults:
    """Reads, checks, settles and answers fixed-width results files, and makes samples of them."""

    name = "jcq-results"
    title = "Results in the JCQ's style, fixed width"
    senders: frozenset[OrganisationKind] = frozenset()
    identity = Identity.VERIFY
    registers = False
    whole_file = False
    rulebook = BOOK

    def __init__(self, settings: ResultsSettings) -> None:
        self._settings = settings
        self._limits = Limits(max_bytes=settings.max_bytes, max_records=settings.max_records)
        self.max_bytes = settings.max_bytes

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind with its settings; raise ConfigurationError where one is unknown or wrong."""
        return cls(results_settings(cls.name, settings))

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim results by their name, other files of that style, and whatever begins with a header."""
        name = read_name(file_name)
        if name:
            return Claim(weight=Claim.STRICT if name.type == RESULTS else Claim.LIKELY)
        line = head.partition(b"\n")[0].rstrip()
        return Claim(weight=Claim.CONTENT) if head.startswith(_HEAD) and b"," not in line[:_LINE] else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each result with all its notices, and what only the end shows."""
        return with_waiting(JcqReading(path, context, self._limits).findings(), context)

    def settling(self, context: Context) -> Settling | None:
        """Return how results are settled by what is held."""
        return ResultSettling(context, frozenset(self._settings.implicit_amend))

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes outcome.csv."""
        return OutcomeCsv(case, create)

    def extract(self, source: BinaryIO, places: Iterable[Place], accepted: int, out: BinaryIO) -> None:
        """Write the accepted results with their candidates and centres, and a trailer that counts them."""
        extract_results(source, places, accepted, out)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a results file of these learners, some of its results broken as the plan says, and the truth."""
        return jcq_sample(learners, plan)
