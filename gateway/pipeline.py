"""The path of a file, on one screen: receive -> scan -> identify -> validate -> match -> respond -> deliver."""

from gateway.core.answered import read_answered
from gateway.core.documents import Receipt
from gateway.core.errors import GatewayError, LeaseLostError
from gateway.core.ports.gateway import Gateway
from gateway.core.results import Checked, Identified, Scanned
from gateway.core.review import Supplement
from gateway.core.submission import Arrival, Submission
from gateway.core.work import Work
from gateway.stages.deliver import deliver
from gateway.stages.identify import identify
from gateway.stages.match import match
from gateway.stages.receive import receive
from gateway.stages.resettle import resettle
from gateway.stages.respond import respond
from gateway.stages.scan import refuse_late, scan
from gateway.stages.validate import validate


def take_in(arrival: Arrival, gateway: Gateway) -> Receipt:
    """Keep a complete file and answer with a receipt; a transport calls this before it acknowledges the upload."""
    return receive(arrival, gateway)


def process(submission: Submission, gateway: Gateway) -> Submission:
    """Take a leased submission from kept bytes to a delivered response; running it twice delivers once."""
    gateway = gateway.owned(submission.organisation.id)
    work = Work(submission, gateway.store)  # a step that was kept is not run again
    try:
        scanned = work.step(scan, gateway) if gateway.scanner else Scanned(scanned=False)  # before anybody reads it
        identified = work.step(identify, scanned, gateway)
        refuse_late(submission, scanned, identified)
        checked = work.step(validate, identified, gateway)  # all records read, one verdict
        matched = work.step(
            match, identified, checked, gateway, submission.agreement.policy
        )  # nothing to do for a rejected file
        response = work.step(respond, identified, checked, matched, gateway)  # a rejected file is answered too
        work.step(deliver, checked, matched, response, gateway)
    except LeaseLostError:
        raise  # another worker has it: this one leaves no trace
    except GatewayError as error:
        work.hold(error)  # our fault: the bytes stay, a worker tries again, then it is parked
    return work.submission


def complete(supplement: Supplement, gateway: Gateway) -> None:
    """Answer records that were settled later with a response set of their own; running it twice delivers once."""
    submission = supplement.submission
    gateway = gateway.owned(submission.organisation.id)
    kept = gateway.store.kept(submission)
    identified = Identified.model_validate_json(kept[identify.__name__])
    whole = Checked.model_validate_json(kept[validate.__name__])
    checked, matched, outcomes = resettle(supplement, identified, whole, gateway)
    response = respond(submission, identified, checked, matched, gateway)
    with gateway.files.open(str(response.answered)) as answered:
        gateway.review.supplements.publish(supplement, response.parts, outcomes, read_answered(answered))
    for lines in (checked.lines, matched.lines, response.answered):
        gateway.files.remove(str(lines))
