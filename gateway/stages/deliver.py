"""Deliver: the response set appears in the mailbox whole, and once."""

from collections.abc import Iterator

from gateway.core.answered import AnsweredUln, read_answered
from gateway.core.ports.gateway import Gateway
from gateway.core.results import Checked, Delivered, Matched, Response
from gateway.core.submission import Submission


def deliver(
    submission: Submission, checked: Checked, matched: Matched, response: Response, gateway: Gateway
) -> Delivered:
    """Publish the response set in one transaction, then drop the lines that the steps left for each other."""
    gateway.mailboxes.publish(submission.id, response.parts, _answered(response, gateway))
    for lines in (checked.lines, checked.late, matched.lines, response.answered):
        if lines and lines != submission.blob:  # no lines and an empty upload are the same bytes
            gateway.files.remove(lines)
    return Delivered()


def _answered(response: Response, gateway: Gateway) -> Iterator[AnsweredUln]:
    """Yield what was listed; a second run, when the list is gone, does not ask for it: the set is published."""
    if response.answered is not None:
        with gateway.files.open(response.answered) as lines:
            yield from read_answered(lines)
