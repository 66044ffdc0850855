"""Counts near-identical questions about one person, so that the levels of an answer are no oracle.

An organisation that asks about nearly the same person again and again, each time with one detail changed, could read
from the answers what the register holds. Each question that ends without a link counts under what stays the same in
it: names and birth date, names and postcode, birth date and family name with the postcode, and the entry that its
answer would compare it with. The first variations are answered in full. Further ones are held, and their levels not
told; so is a link that comes after them. The same details again are no variation, however often they are sent.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final

from gateway.core.matching.normalise import n2, postcode
from gateway.core.model import CheckedRecord, Learner, Match
from gateway.core.outcomes import MatchOutcome
from gateway.core.ports.review import Enquiries
from gateway.core.review import is_automatic
from gateway.core.review_facts import details, entries_of
from gateway.core.review_words import ASKED_TOO_OFTEN
from gateway.core.submission import Submission

_COUNTED: Final = frozenset(
    {
        MatchOutcome.POSSIBLE_MATCH,
        MatchOutcome.TOO_MANY_MATCHES,
        MatchOutcome.NO_MATCH,
        MatchOutcome.NOT_FOUND,
        MatchOutcome.ULN_MISMATCH,
    }
)
_HIDDEN_BUT_AS_IT_IS: Final = frozenset({MatchOutcome.ULN_MISMATCH})
"""Outcomes that stay: whoever sends a ULN is told whether it fits, and not how nearly."""


@dataclass
class Watch:
    """Counts the variations of one submission's questions and hides what too many of them would tell."""

    submission: Submission
    enquiries: Enquiries
    most: int
    stopped: int = 0
    _capped: set[int] | None = field(default=None, init=False)

    def watched(self, batch: Sequence[CheckedRecord], matches: Sequence[Match]) -> list[Match]:
        """Return the matches in order, those of one variation too many without anything that tells of an entry."""
        told = list(matches)
        counted = [place for place, found in enumerate(matches) if found.outcome in _COUNTED and not found.decided]
        groups = {place: list(_groups(_learner(batch[place]), matches[place])) for place in counted}
        self._rank(batch, groups, told)
        if self._over:
            for place, (checked, found) in enumerate(zip(batch, matches, strict=True)):
                if is_automatic(checked, found) and self._is_over(_learner(checked), found):
                    told[place] = self._hidden(found)
        return told

    def _rank(self, batch: Sequence[CheckedRecord], groups: dict[int, list[int]], told: list[Match]) -> None:
        """Note the variations, and hide the answers to those that are one too many of any group."""
        variations = {place: _key(b"variation", *map(str, details(_learner(batch[place])))) for place in groups}
        asked = [(group, variations[place]) for place, some in groups.items() for group in some]
        ranks = self.enquiries.rank(self.submission, list(dict.fromkeys(asked))) if asked else {}
        for place, some in groups.items():
            over = {group for group in some if ranks[group, variations[place]] > self.most}
            if over:
                self._over.update(over)
                told[place] = self._hidden(told[place])

    @property
    def _over(self) -> set[int]:
        """Return the groups of this organisation's that have had too many variations, those of this file included."""
        if self._capped is None:
            self._capped = set(self.enquiries.over(self.submission, self.most))
        return self._capped

    def _is_over(self, learner: Learner, found: Match) -> bool:
        return not self._over.isdisjoint(_groups(learner, found))

    def _hidden(self, found: Match) -> Match:
        self.stopped += 1
        if found.outcome in _HIDDEN_BUT_AS_IT_IS:
            verified = replace(found.verified, flags=()) if found.verified else None
            return replace(found, levels={}, other_evidence=(), score=None, guard=ASKED_TOO_OFTEN, verified=verified)
        return Match(outcome=MatchOutcome.POSSIBLE_MATCH, guard=ASKED_TOO_OFTEN)


def _learner(checked: CheckedRecord) -> Learner:
    return checked.learner or Learner()


def _groups(learner: Learner, found: Match) -> Iterator[int]:
    """Yield what stays the same while one detail is varied, each as a number."""
    given, family, place = n2(learner.given_name), n2(learner.family_name), postcode(learner.postcode)
    born = learner.date_of_birth.isoformat() if learner.date_of_birth else ""
    for rule, parts in (
        (b"names-birth", (given, family, born)),
        (b"names-postcode", (given, family, place)),
        (b"birth-family-postcode", (born, family, place)),
    ):
        if all(parts):
            yield _key(rule, *parts)
    compared = [possible.entry.uln for possible in entries_of(found)[:1]] or [learner.uln.strip()]
    if compared[0]:
        yield _key(b"entry", compared[0])


def _key(rule: bytes, *parts: str) -> int:
    digest = blake2b("\0".join(parts).encode(), digest_size=8, person=rule[:16])
    return int.from_bytes(digest.digest(), "big", signed=True)
