"""Scan: whether the bytes are what a malware scanner lets pass, before anything reads them."""

from gateway.core.errors import ScanError
from gateway.core.ports.gateway import Gateway
from gateway.core.results import Identified, Scanned
from gateway.core.submission import Submission


def scan(submission: Submission, gateway: Gateway) -> Scanned:
    """Return what the scanner says of the kept bytes; raise ScanError where it says nothing, so that nothing passes."""
    infected = False
    if gateway.scanner is not None:
        with gateway.files.local(submission.blob) as path:
            infected = gateway.scanner(path)
    return Scanned(scanned=gateway.scanner is not None, infected=infected)


def refuse_late(submission: Submission, scanned: Scanned, identified: Identified) -> None:
    """Raise ScanError where a file that was read before there was a scanner is found infected: a person must look."""
    if scanned.infected and not identified.infected:
        raise ScanError(f"{submission.id} is infected, and was read before it was scanned. Withdraw it.")
