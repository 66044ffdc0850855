"""The kind `ctf`: Common Transfer Files that schools send to get ULNs, in XML or in a ZIP (specification `ctf`)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Annotated, Self, TextIO

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, ValidationError

from adapters.formats.xml_reading import XmlReading
from adapters.formats.zip_file import ZipLimits, ZipRefusal, unpacked
from adapters.kinds.ctf.book import BOOK, FILE_FORM, REGISTRATION_DATA, name_values
from adapters.kinds.ctf.form import ctf_form
from adapters.kinds.ctf.responder import CtfAnswers, Source
from adapters.kinds.ctf.rules_pupil import ULN
from adapters.kinds.ctf.samples import ctf_sample
from adapters.kinds.lrb.answers import ANSWER_TEXTS
from adapters.kinds.lrb.responder import LrbRejection
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Case, Claim, Finding, Sample, SamplePlan
from gateway.core.model import CheckedRecord, Identity, Learner
from gateway.core.notices import Notice
from gateway.core.ports.kinds import Responder, Settling
from gateway.core.rules.rule import Context, Found
from gateway.core.submission import OrganisationKind

_ZIP = b"PK\x03\x04"
_ROOT = b"<CTfile"


class CtfSettings(BaseModel):
    """The limits of a transfer file, and the LA and establishment number that the gateway's answers come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: PositiveInt = 100 * 1024 * 1024
    la_number: Annotated[str, Field(pattern="^([0-9]{3}|XXX)$")] = "XXX"
    establishment_number: Annotated[str, Field(pattern="^([0-9]{4}|XXXX|LLLL)$")] = "XXXX"
    source_name: Annotated[str, Field(min_length=1, max_length=100)] = "Learner Gateway"


class Ctf:
    """Reads, checks and answers Common Transfer Files, and makes samples of them."""

    name = "ctf"
    title = "Common Transfer File (CTF), to get ULNs"
    senders = frozenset({OrganisationKind.SCHOOL})
    identity = Identity.MATCH
    registers = True
    whole_file = False
    reads_wrapped = frozenset({"zip"})
    rulebook = BOOK
    outcome_codes = ANSWER_TEXTS
    uln_field = ULN

    def __init__(self, settings: CtfSettings) -> None:
        self.max_bytes = settings.max_bytes
        self._source = Source(settings.la_number, settings.establishment_number, settings.source_name)

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:
        """Return the kind as it is set; raise ConfigurationError where a setting is unknown or wrong."""
        try:
            return cls(CtfSettings.model_validate(settings))
        except ValidationError as error:
            named = ", ".join(".".join(map(str, fault["loc"])) for fault in error.errors())
            raise ConfigurationError(
                f"Settings of ctf are wrong: {named}; it has max_bytes, a whole number above 0, "
                "la_number, three digits, establishment_number, four digits, and source_name, at most 100 characters."
            ) from error

    def claims(self, file_name: str, head: bytes) -> Claim | None:
        """Claim files of the right name with CTF in it, and whatever has the root or such a name in a ZIP."""
        is_named = "name_serial" in name_values(file_name)
        if is_named and file_name[8:11].upper() == "CTF":
            return Claim(weight=Claim.STRICT)
        if _ROOT in head or (head.startswith(_ZIP) and "_CTF_" in file_name.upper()):
            return Claim(weight=Claim.LIKELY)
        return Claim(weight=Claim.CONTENT) if "_CTF_" in file_name.upper() else None

    def check(self, path: Path, context: Context) -> Iterator[Finding]:
        """Yield the header, what is said of the file, each pupil with all notices, and what only the end shows."""
        for finding in self._findings(path, context):
            yield _barred(finding) if isinstance(finding, CheckedRecord) else finding

    def _findings(self, path: Path, context: Context) -> Iterator[Finding]:
        named = name_values(context.file_name)
        if PurePath(context.file_name).suffix.lower() != ".zip":
            yield from XmlReading(ctf_form(), path, context, named, self.max_bytes).findings()
            return
        with unpacked(path, context.file_name, ZipLimits(most_bytes=self.max_bytes)) as given:
            if isinstance(given, ZipRefusal):
                yield from XmlReading(ctf_form(), path, context, named).refused(_refusal(given))
            else:
                reading = XmlReading(ctf_form(), given, context, named, self.max_bytes, unpacked=True)
                yield from reading.findings()

    def settling(self, context: Context) -> Settling | None:  # noqa: ARG002 - the port's
        """Return None: beside the register nothing is kept of its pupils."""
        return None

    def responder(self, case: Case, create: Callable[[str], TextIO]) -> Responder:
        """Return what writes OUT.XML and DETAIL.CSV, or REJ.CSV alone where the file was refused."""
        return LrbRejection(case, create) if case.rejections else CtfAnswers(case, create, self._source)

    def samples(self, learners: Iterable[Learner], plan: SamplePlan) -> Sample:
        """Return a transfer file of these learners, some of them broken as the plan says, and the truth about each."""
        return ctf_sample(learners, plan)


def _barred(checked: CheckedRecord) -> CheckedRecord:
    """Return a pupil who cannot be registered without a postcode as one of whom that is known."""
    if checked.learner is None or checked.learner.postcode:
        return checked
    return replace(checked, registration_bar=REGISTRATION_DATA.notice(checked.record))


def _refusal(refusal: ZipRefusal) -> Notice:
    return replace(FILE_FORM.notice(found=Found(words={"what is wrong": refusal.message})), fix=refusal.fix)
