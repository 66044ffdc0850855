"""The kind `ao-results-csv`: results of awarding organisations in CSV (specification `awarding` 6 and 8)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Self, TextIO

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from adapters.formats.table_file import TableReading
from adapters.formats.table_headings import Headings
from adapters.formats.table_kind import Limits
from adapters.kinds.ao_results.checked import with_waiting
from adapters.kinds.ao_results.faults import BOOK
from adapters.kinds.ao_results.names import PREFIX, read_name
from adapters.kinds.ao_results.responder import OutcomeCsv
from adapters.kinds.ao_results.result import SCHEMA
from adapters.kinds.ao_results.samples import csv_sample
from adapters.kinds.ao_results.settling import ResultSettling
from adapters.kinds.ao_results.short_form import short_findings, short_table
from adapters.kinds.ao_results.table import TABLE
from gateway.core.errors import ConfigurationError
from gateway.core.extract import Amendments
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind

EXTENSION = ".csv"
_HEAD_BYTES = 1024
_TRAILER: Final = re.compile(rb'(#TRAILER"?,"?)[0-9]+')
_HEADINGS = Headings(SCHEMA, TABLE.file_words)


class ResultsSettings(BaseModel):
    """The limits of a results file, and the organisations whose new results may replace those that are held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = SCHEMA.max_bytes or 100_000_000
    max_records: PositiveInt = SCHEMA.max_rows or 200_000
    implicit_amend: tuple[str, ...] = ()


def results_settings(kind: str, settings: Mapping[str, object]) -> ResultsSettings:
    """Return the settings of a kind of results; raise ConfigurationError where one is unknown or wrong."""
    try:
        return ResultsSettings.model_validate(settings)
    except ValidationError as error:
        named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
        raise ConfigurationError(
            f"Settings of {kind} are wrong: {named}; it has max_bytes and max_records, whole numbers above 0, and "
            "implicit_amend, a list of organisations."
        ) from error


class AoResultsCsv:
    """Reads, checks, settles and answers results files in CSV, and makes samples of them."""

    name = "ao-results-csv"
    title = "Results of an awarding organisation, CSV"
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
        """Claim files of the right name, those named as results, and whatever has the headings."""
        name = read_name(file_name)
        if name and name.extension == EXTENSION:
            return Claim(weight=Claim.STRICT)
        if file_name.upper().startswith(PREFIX) and not file_name.lower().endswith(".xml"):
            return Claim(weight=Claim.LIKELY)
        looks = _HEADINGS.looks_like(head) or short_table(head) is not None
        return Claim(weight=Claim.CONTENT) if looks else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each result with all its notices, and what only the end shows."""
        with path.open("rb") as file:
            short = short_table(file.read(_HEAD_BYTES))
        if short is not None:
            return with_waiting(short_findings(short, path, context, self._limits), context)
        return with_waiting(TableReading(TABLE, path, context, self._limits).findings(), context)

    def settling(self, context: Context) -> Settling | None:
        """Return how results are settled by what is held."""
        return ResultSettling(context, frozenset(self._settings.implicit_amend))

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes outcome.csv."""
        return OutcomeCsv(case, create)

    def amendments(self, header: Mapping[str, str]) -> Amendments:  # noqa: ARG002 - the port's
        """Return how a file of the accepted results alone counts them in its trailer, where it has one."""
        return Amendments(tail=_counted)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a results file of these learners, some of its rows broken as the plan says, and the truth."""
        return csv_sample(learners, plan)


def _counted(tail: bytes, accepted: int) -> bytes:
    """Return what stands behind the last result, with another number in the trailer."""
    return _TRAILER.sub(lambda found: found[1] + str(accepted).encode(), tail, count=1)
