"""The kinds `ilr-*`: Individualised Learner Record files in XML, or in a ZIP (specification `ilr`)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Self, TextIO

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from adapters.formats.xml_reading import XmlReading
from adapters.formats.zip_file import ZipLimits, ZipRefusal, unpacked
from adapters.kinds.ilr.file_rules import ZIP_RULES, name_fault, name_values
from adapters.kinds.ilr.form import form_of
from adapters.kinds.ilr.responder import IlrViolations
from adapters.kinds.ilr.samples import ilr_sample
from adapters.kinds.ilr.settling import UlnSettling
from adapters.kinds.ilr.years import DESTINATION, Y1819, Y2021, Y2526, IlrYear, named_year
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import Identity, Learner
from gateway.core.notices import Notice
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context
from gateway.core.submission import OrganisationKind

_ZIP = b"PK\x03\x04"
_ANY_YEAR = b"SFA/ILR/20"


class IlrSettings(BaseModel):
    """The limits of an ILR file: 1 GB, packed or not, unless the operator says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = 1 << 30


class Ilr:
    """Reads, checks and answers ILR files of one collection year, and makes samples of them."""

    year: ClassVar[IlrYear]
    name: ClassVar[str]
    title: ClassVar[str]
    senders = frozenset({OrganisationKind.COLLEGE, OrganisationKind.PROVIDER})
    identity = Identity.MATCH
    registers = False
    whole_file = False
    reads_wrapped = frozenset({"zip"})
    rulebook: ClassVar[Rulebook]

    def __init__(self, settings: IlrSettings) -> None:
        self.max_bytes = settings.max_bytes
        self._form = form_of(self.year)

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind with its limit; raise ConfigurationError where a setting is unknown or no whole number."""
        try:
            return cls(IlrSettings.model_validate(settings))
        except ValidationError as error:
            named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
            raise ConfigurationError(
                f"Settings of {cls.year.kind} are wrong: {named}; it has max_bytes, a whole number above 0."
            ) from error

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name, in this year's namespace, or named as an ILR of this year.

        The last year claims those of years that are not read here too, to say which are.
        """
        if name_fault(file_name, self.year.code) is None:
            return Claim(weight=Claim.STRICT)
        is_named = file_name.upper().startswith("ILR-")
        is_meant = named_year(file_name) is self.year
        if self.year.namespace.encode() in head or (is_meant and is_named and head.startswith(_ZIP)):
            return Claim(weight=Claim.LIKELY)
        return Claim(weight=Claim.CONTENT) if is_meant and (is_named or _ANY_YEAR in head) else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each learner with all notices, and what only the end shows."""
        named = name_values(context.file_name, self.year.code, context.sender)
        if not context.file_name.lower().endswith(".zip"):
            yield from XmlReading(self._form, path, context, named, self.max_bytes).findings()
            return
        with unpacked(path, context.file_name, ZipLimits(most_bytes=self.max_bytes)) as given:
            if isinstance(given, ZipRefusal):
                yield from XmlReading(self._form, path, context, named).refused(self._refusal(given))
            else:
                yield from XmlReading(self._form, given, context, named, self.max_bytes, unpacked=True).findings()

    def _refusal(self, refusal: ZipRefusal) -> Notice:
        rule = next(rule for rule in self.rulebook.rules.values() if rule.code == ZIP_RULES[refusal.why])
        return Notice(
            code=rule.code, severity=rule.severity, scope=rule.scope, message=refusal.message, fix=refusal.fix
        )

    def settling(self, context: Context) -> Settling | None:  # noqa: ARG002 - the port's
        """Return what says why a learner was not found under the ULN that was sent; nothing is kept."""
        return UlnSettling()

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes the rule violation report."""
        return IlrViolations(case, create, self.rulebook)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return an ILR file of these learners, some of them broken as the plan says, and the truth about each."""
        return ilr_sample(learners, plan, self.year.name, destinations=DESTINATION in self.year.records)


class Ilr1819(Ilr):
    """ILR files of 2018-19."""

    year = Y1819
    name = Y1819.kind
    title = f"Individualised Learner Record (ILR) {Y1819.name}"
    rulebook = form_of(Y1819).book


class Ilr2021(Ilr):
    """ILR files of 2020-21."""

    year = Y2021
    name = Y2021.kind
    title = f"Individualised Learner Record (ILR) {Y2021.name}"
    rulebook = form_of(Y2021).book


class Ilr2526(Ilr):
    """ILR files of 2025-26."""

    year = Y2526
    name = Y2526.kind
    title = f"Individualised Learner Record (ILR) {Y2526.name}"
    rulebook = form_of(Y2526).book
