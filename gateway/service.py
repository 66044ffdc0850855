"""What the command line, and later page and HTTP API, all call: organisations, submissions, checks, samples."""

import csv
import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from gateway.core.causes import CauseCollector
from gateway.core.documents import NotRun, Report, reported
from gateway.core.errors import ConfigurationError
from gateway.core.handover import Finding, Sample, SamplePlan
from gateway.core.model import Organisation, OrganisationKey
from gateway.core.notices import Scope, Severity
from gateway.core.ports import FileKind
from gateway.core.recognise import HEAD_BYTES, recognise, unknown_file
from gateway.core.rules.effective import rule_set
from gateway.core.rules.engine import ENGINE
from gateway.core.rules.rule import Context, Rule
from gateway.core.tally import Tally, counts_of
from gateway.samples import people

_ORGANISATION_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_UKPRN = re.compile(r"[0-9A-Za-z]{8}")
_LEAST_RSA_BITS = 3072
NOT_RUN_OFFLINE = [
    NotRun(check="sender", reason="Checked offline: whether the UKPRN is the sender's own is not known."),
    NotRun(check="matching", reason="Checked offline: no register was asked."),
]


def new_organisation(organisation: Organisation) -> Organisation:
    """Return the organisation when its id and numbers have the right form; raise ConfigurationError otherwise."""
    if not _ORGANISATION_ID.fullmatch(organisation.id):
        raise ConfigurationError("An organisation's id holds lower-case letters, digits and hyphens, such as kingsway.")
    if organisation.ukprn is not None and not _UKPRN.fullmatch(organisation.ukprn):
        raise ConfigurationError("A UKPRN has eight characters, such as 10000001.")
    return organisation


def read_key(organisation: str, text: str) -> OrganisationKey:
    """Return the key that one line of an OpenSSH public key file holds; raise ConfigurationError for any other."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    parts = text.strip().split(maxsplit=2)
    try:
        public = load_ssh_public_key(" ".join(parts[:2]).encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigurationError("This is no OpenSSH public key; give the file that ends in .pub.") from error
    if isinstance(public, rsa.RSAPublicKey) and public.key_size < _LEAST_RSA_BITS:
        raise ConfigurationError(
            f"An RSA key needs {_LEAST_RSA_BITS} bits; make an ed25519 key: ssh-keygen -t ed25519."
        )
    if not isinstance(public, rsa.RSAPublicKey | ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey):
        raise ConfigurationError("This sort of key is not accepted; make an ed25519 key: ssh-keygen -t ed25519.")
    return OrganisationKey(
        organisation=organisation,
        fingerprint=fingerprint(parts[1]),
        public_key=" ".join(parts[:2]),
        comment=parts[2] if len(parts) > 2 else "",  # noqa: PLR2004 - type, key, comment
    )


def fingerprint(base64_key: str) -> str:
    """Return the fingerprint of a public key as OpenSSH prints it."""
    return "SHA256:" + b64encode(hashlib.sha256(b64decode(base64_key)).digest()).decode().rstrip("=")


def check_file(
    path: Path, kinds: Mapping[str, FileKind], as_of: date, named: str | None = None, processes: int = 1
) -> Report:
    """Return all that is wrong with a file, found offline; `named` is the kind that it must be read as."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    kind = kinds[named] if named else recognise(kinds.values(), path.name, head)
    tally, causes = Tally(), CauseCollector()
    context = Context(as_of=as_of, file_name=path.name, processes=processes, faults_only=True)
    for finding in _findings(path, kind, context, kinds):
        tally.add(finding)
        causes.see(finding)
    return Report(
        file=path.name,
        sha256=_digest(path),
        kind=kind.name if kind else None,
        verdict=tally.verdict,
        counts=counts_of(tally.totals, tally.notices, {}),
        causes=causes.causes(),
        notices=reported(tally.notices),
        not_run=tally.not_run + NOT_RUN_OFFLINE,
        rules=rule_set(kind.rulebook, context) if kind else None,
        cut=tally.notices.cut,
        processing_date=as_of,
    )


def _findings(path: Path, kind: FileKind | None, context: Context, kinds: Mapping[str, FileKind]) -> Iterator[Finding]:
    if kind is not None:
        yield from kind.check(path, context)
        return
    yield from unknown_file(path.stat().st_size, kinds)


def unreadable(report: Report, kinds: Mapping[str, FileKind]) -> bool:
    """Tell whether the file could not be read as its kind: its reader itself refused it, or no kind knows it."""
    if report.kind is None:
        return True
    rules = kinds[report.kind].rulebook.rules.values()
    stops = {rule.code for rule in rules if rule.function is None and rule.scope is Scope.FILE}
    return any(notice.code in stops and notice.severity is Severity.ERROR for notice in report.notices)


def rules(kinds: Mapping[str, FileKind]) -> list[tuple[str, Rule]]:
    """Return the rules of these kinds and of the gateway itself, each with the kind's name."""
    books = [("every kind", ENGINE), *((name, kind.rulebook) for name, kind in sorted(kinds.items()))]
    return [(name, rule) for name, book in books for rule in book.rules.values()]


def rule_document(kind: str, rule: Rule) -> dict[str, object]:
    """Return a rule as `gateway rules --json` prints it."""
    return {
        "kind": kind,
        "code": rule.code,
        "rule": rule.name,
        "severity": rule.severity,
        "scope": rule.scope,
        "fields": list(rule.fields),
        "title": rule.title,
        "why": rule.why,
        "fix": rule.fix,
        "message": rule.message,
    }


def make_sample(kind: FileKind, learners: int, plan: SamplePlan) -> Sample:
    """Return a seeded file of a kind with that many invented learners, and its truth."""
    return kind.samples(islice(people(plan.seed, learners, plan.moment.date()), learners), plan)


def write_truth(sample: Sample, path: Path) -> None:
    """Write the truth of a sample: for each record the code that it must be refused with, empty for none."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["record", "code"])
        rows.writerows((number, code or "") for number, code in enumerate(sample.truth, start=1))


def moment_of(day: date | None, now: datetime) -> datetime:
    """Return noon of a day, or the present moment when no day is given."""
    return now if day is None else now.replace(year=day.year, month=day.month, day=day.day, hour=12, minute=0, second=0)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
