"""What of the register an organisation may see in its responses, decided once, before any response file is written."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from gateway.core.agreement import Agreement, Disclosure, Whose
from gateway.core.model import Answer, Entry, Learner, Match, Verified

NOT_SHARED = "2"
"""AbilityToShare of a learner who has seen the notice and does not allow sharing (`lrs` 1.6)."""
_SAME = "same"
_COMPARED = ("given_name", "family_name", "date_of_birth", "sex")
"""The details that a verification compares."""


def disclosable(answer: Answer, agreement: Agreement) -> list[str]:
    """Return the ULNs of the entries whose details may be seen, if they are of the organisation's own learners."""
    if agreement.disclosure is Disclosure.LEVELS:
        return []
    return [entry.uln for entry in _entries(answer.match) if _open(answer, entry)]


def disclosed(answer: Answer, agreement: Agreement, own: Collection[str]) -> Answer:
    """Return an answer without the details that its organisation may not see.

    Details are seen under an agreement alone; of learners whom it covers, `own` being the ULNs that the organisation
    was answered before; and never where the record or the entry says that the learner does not allow sharing. What was
    verified is left as it is where nothing but levels is told: a responder then shows what the sender had right alone.
    """
    match = answer.match
    if agreement.disclosure is Disclosure.LEVELS:
        return replace(answer, match=replace(match, possible=())) if match.possible else answer

    def seen(entry: Entry) -> bool:
        return _open(answer, entry) and (agreement.whose is Whose.ALL or entry.uln in own)

    possible = tuple(it for it in match.possible if seen(it.entry))
    verified = match.verified
    if verified is not None and verified.held is not None and not seen(verified.held):
        verified = _withheld(verified, verified.held, match)
    return replace(answer, match=replace(match, possible=possible, verified=verified))


def _entries(match: Match) -> Iterator[Entry]:
    yield from (it.entry for it in match.possible)
    if match.verified is not None and match.verified.held is not None:
        yield match.verified.held


def _open(answer: Answer, entry: Entry) -> bool:
    learner = answer.checked.learner
    closed = learner is not None and learner.ability_to_share.strip() == NOT_SHARED
    return not closed and entry.learner.ability_to_share != NOT_SHARED


def _withheld(verified: Verified, held: Entry, match: Match) -> Verified:
    """Return what was verified with the details alone that the sender had right, and the number that was sent."""
    same = {field: getattr(held.learner, field) for field in _COMPARED if match.levels.get(field) == _SAME}
    learner = Learner(**same, ability_to_share=held.learner.ability_to_share)
    entry = Entry(uln=held.uln, learner=learner, master_uln=held.master_uln if match.uln else None)
    return replace(verified, held=entry)
