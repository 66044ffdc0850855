"""Whether a ULN belongs to a learner, by names and what else is given (specification `lrs` 5.2)."""

from itertools import product
from typing import Final

from gateway.core.matching.compare import Forms, compare, other_evidence, similar
from gateway.core.matching.normalise import n1
from gateway.core.model import Entry, Learner, Match, Verified
from gateway.core.outcomes import MatchOutcome

_NAME_FLAGS: Final[tuple[tuple[str, int, int], ...]] = tuple(
    (f"VRF{number}", sent, held) for number, (sent, held) in enumerate(product((0, 1), (0, 1, 2)), start=1)
)
"""A flag for each comparison of given and family name with given, family and previous family name."""


def verify(learner: Learner, entry: Entry | None) -> Match:
    """Say whether a learner is whose ULN was sent, under the code and with the flags of the verify service.

    Date of birth and sex are compared where they are sent. A linked record is compared with its own details, and
    answered with its master's ULN.
    """
    if entry is None:
        return Match(outcome=MatchOutcome.ULN_NOT_FOUND, verified=Verified(code="WSVRC006"))
    sent, held = Forms(learner, learner.uln), Forms(entry.learner, entry.uln)
    flags = _flags(learner, entry.learner)
    outcome, code = _verdict(sent, held, flags, linked=entry.master_uln is not None)
    found = outcome is not MatchOutcome.ULN_MISMATCH
    return Match(
        outcome=outcome,
        uln=(entry.master_uln or entry.uln) if found else None,
        master_uln=entry.master_uln if found else None,
        levels=compare(sent, held),
        other_evidence=other_evidence(sent, held),
        guard=None if outcome in _CERTAIN else _guard(flags),
        verified=Verified(code=code, flags=flags, held=entry),
    )


_CERTAIN: Final = frozenset({MatchOutcome.EXACT_MATCH, MatchOutcome.LINKED_LEARNER})


def _verdict(sent: Forms, held: Forms, flags: tuple[str, ...], *, linked: bool) -> tuple[MatchOutcome, str]:
    if not flags:
        return (MatchOutcome.LINKED_LEARNER, "WSVRC002") if linked else (MatchOutcome.EXACT_MATCH, "WSVRC001")
    names = held.given, held.family, held.previous
    near = all(any(similar(one, name) for name in names) for one in (sent.given, sent.family))
    if near and not {"VRF7", "VRF8"} & set(flags):
        return MatchOutcome.POSSIBLE_MATCH, "WSVRC004" if linked else "WSVRC003"
    return MatchOutcome.ULN_MISMATCH, "WSVRC005"


def _flags(sent: Learner, held: Learner) -> tuple[str, ...]:
    """Return the comparisons that fail; those of names only where given or family name itself differs."""
    mine = n1(sent.given_name), n1(sent.family_name)
    theirs = n1(held.given_name), n1(held.family_name), n1(held.previous_family_name)
    flags = [flag for flag, one, other in _NAME_FLAGS if mine[one] != theirs[other]] if mine != theirs[:2] else []
    if sent.date_of_birth is not None and sent.date_of_birth != held.date_of_birth:
        flags.append("VRF7")
    if sent.sex.strip() and sent.sex.strip() != held.sex.strip():
        flags.append("VRF8")
    return tuple(flags)


def _guard(flags: tuple[str, ...]) -> str:
    if "VRF7" in flags or "VRF8" in flags:
        return "similar-names-contradicted"
    return "names-do-not-verify"
