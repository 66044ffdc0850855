"""What of the register an organisation may see in its responses, decided once, before any response file is written."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from gateway.core.agreement import Agreement, Disclosure, Whose
from gateway.core.model import Answer, Entry, Possible

NOT_SHARED = "2"
"""AbilityToShare of a learner who has seen the notice and does not allow sharing (`lrs` 1.6)."""


def disclosable(answer: Answer, agreement: Agreement) -> list[str]:
    """Return the ULNs of the possible matches whose details may be seen, if they are of the organisation's learners."""
    return [it.entry.uln for it in _open(answer, agreement)]


def disclosed(answer: Answer, agreement: Agreement, own: Collection[str]) -> Answer:
    """Return an answer without the possible matches whose details its organisation may not see.

    Details are seen under an agreement alone; of learners whom it covers, `own` being the ULNs that the organisation
    was answered before; and never where the record or the entry says that the learner does not allow sharing.
    """
    if not answer.match.possible:
        return answer
    seen = tuple(it for it in _open(answer, agreement) if agreement.whose is Whose.ALL or it.entry.uln in own)
    return replace(answer, match=replace(answer.match, possible=seen))


def _open(answer: Answer, agreement: Agreement) -> Iterator[Possible]:
    learner = answer.checked.learner
    withheld = learner is not None and learner.ability_to_share.strip() == NOT_SHARED
    if agreement.disclosure is Disclosure.DETAILS and not withheld:
        yield from (it for it in answer.match.possible if _shares(it.entry))


def _shares(entry: Entry) -> bool:
    return entry.learner.ability_to_share != NOT_SHARED
