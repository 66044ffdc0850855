"""Identify: which file kind a submission is of."""

from collections.abc import Mapping

from gateway.core.ports.files import Files
from gateway.core.ports.kinds import FileKind
from gateway.core.recognise import HEAD_BYTES, recognise
from gateway.core.results import Identified, Scanned
from gateway.core.submission import Submission


def identify(submission: Submission, scanned: Scanned, files: Files, kinds: Mapping[str, FileKind]) -> Identified:
    """Return the kind that knows the file by its name or its first bytes; None is answered by the respond step."""
    if scanned.infected:
        return Identified(kind=None, infected=True)
    with files.open(submission.blob) as file:
        kind = recognise(kinds.values(), submission.name, file.read(HEAD_BYTES))
    return Identified(kind=kind.name if kind else None)
