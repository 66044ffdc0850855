"""Deliver: the response set appears in the mailbox whole, and once."""

from contextlib import ExitStack

from gateway.core.answered import read_answered
from gateway.core.model import Submission
from gateway.core.ports import Gateway
from gateway.core.results import Checked, Delivered, Matched, Response


def deliver(
    submission: Submission, checked: Checked, matched: Matched, response: Response, gateway: Gateway
) -> Delivered:
    """Publish the response set in one transaction, then drop the lines that the steps left for each other."""
    with ExitStack() as stack:
        answered = (
            read_answered(stack.enter_context(gateway.files.open(response.answered))) if response.answered else ()
        )
        gateway.mailboxes.publish(submission.id, response.parts, answered)
    for lines in (checked.lines, checked.late, matched.lines, response.answered):
        if lines and lines != submission.blob:  # no lines and an empty upload are the same bytes
            gateway.files.remove(lines)
    return Delivered()
