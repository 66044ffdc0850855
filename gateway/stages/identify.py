"""Identify: which file kind a submission is of, once it is out of what it came in."""

from gateway.core.ports.gateway import Gateway
from gateway.core.ports.wrappings import Wrapped, Wrapping
from gateway.core.recognise import HEAD_BYTES, recognise
from gateway.core.results import Identified, Scanned
from gateway.core.submission import Refusal, Submission
from gateway.core.wrapping import Opener, WrappingRefused, most_bytes, unwrapped

_UNOPENED = (Refusal.SUSPENDED, Refusal.EMPTY)


def identify(submission: Submission, scanned: Scanned, gateway: Gateway) -> Identified:
    """Return the kind that knows the file by its name or its first bytes; None is answered by the respond step.

    A file that came in a ZIP or an OpenPGP message is kept bare beside what was sent, for the steps that follow.
    """
    if scanned.infected:
        return Identified(kind=None, infected=True)
    wrappings = () if submission.refusal in _UNOPENED else gateway.wrappings
    try:
        name, blob = unwrapped(
            submission.name, submission.blob, _opener(submission, gateway), gateway.kinds.values(), wrappings
        )
    except WrappingRefused as refused:
        return Identified(kind=None, refused=refused.notice)
    if blob != submission.blob and _infected(blob, gateway):
        return Identified(kind=None, infected=True)
    with gateway.files.open(blob) as file:
        kind = recognise(gateway.kinds.values(), name, file.read(HEAD_BYTES))
    bare = {"name": name, "blob": blob} if blob != submission.blob else {}
    return Identified(kind=kind.name if kind else None, **bare)


def _opener(submission: Submission, gateway: Gateway) -> Opener[str]:
    most = most_bytes(gateway.kinds.values())

    def opened(wrapping: Wrapping, name: str, blob: str) -> tuple[str, str]:
        with gateway.files.local(blob) as path, gateway.files.create(submission.id) as draft:
            sender = submission.organisation.id
            inside = wrapping.open(Wrapped(path=path, name=name, sender=sender, most_bytes=most), draft.handle)
            if not isinstance(inside, str):
                raise WrappingRefused(inside)  # so that nothing of the draft is left
        return inside, draft.blob

    return opened


def _infected(blob: str, gateway: Gateway) -> bool:
    """Tell whether a scanner refuses what was inside: what is packed or encrypted it could not see before."""
    if gateway.scanner is None:
        return False
    with gateway.files.local(blob) as path:
        return gateway.scanner(path)
