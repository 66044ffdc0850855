"""The chain of audit events: any change of an event, a detail or a link shows at its place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from gateway.core.audit import (
    FIRST,
    Access,
    AccessSort,
    Actor,
    AuditEvent,
    Break,
    Gathered,
    Link,
    Redaction,
    detail_digest,
    document,
    link_digest,
    packed,
    read_by,
    unpacked,
    verified,
)
from gateway.core.erasure import Pending, Retention, refuse_values
from gateway.core.errors import ConfigurationError
from gateway.core.model import Entry, Learner, Match, Possible, Verified
from gateway.core.outcomes import MatchOutcome

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
READ = Access(actor=Actor.OPERATOR, by="kim", sort=AccessSort.READ, purpose="review show", reference="q1", records=2)
SALT = bytes(range(16))
RETENTION = Retention(submission_days=400, uncollected_days=90, question_days=1100)


def chain(*details: Sequence[int]) -> list[Link]:
    """Return links of events about these learners."""
    links: list[Link] = []
    previous = FIRST
    for seq, ulns in enumerate(details, start=1):
        event = AuditEvent(no=seq + 10, at=NOON, digest=detail_digest(SALT, packed(ulns)), access=READ)
        previous = link_digest(previous, event)
        links.append(Link(seq=seq, digest=previous, event=event, salt=SALT, ulns=packed(ulns)))
    return links


def broken(links: Sequence[Link]) -> Break | None:
    last = list(verified(links))[-1]
    return last if isinstance(last, Break) else None


def test_a_chain_holds() -> None:
    links = chain([3, 1], [], [2])
    assert list(verified(links)) == links
    assert list(verified([])) == []


def test_a_detail_is_sorted_and_has_each_number_once() -> None:
    assert unpacked(packed([3, 1, 3, 9_999_999_998])) == (1, 3, 9_999_999_998)
    assert packed([]) == b""


@pytest.mark.parametrize(
    "said",
    [{"by": "lee"}, {"sort": AccessSort.WRITTEN}, {"purpose": "x"}, {"reference": ""}, {"records": 1},
     {"everyone": True}, {"reason": "x"}, {"actor": Actor.GATEWAY}],
)  # fmt: skip
def test_every_word_of_an_event_counts(said: dict[str, object]) -> None:
    links = chain([1], [2], [3])
    event = links[1].event
    assert event is not None
    links[1] = replace(links[1], event=replace(event, access=replace(READ, **said)))  # type: ignore[arg-type]
    assert broken(links) == (2, 12, "the event, or the link itself, is not what it was")


def test_a_moment_is_the_same_in_every_zone() -> None:
    event = chain([1])[0].event
    assert event is not None
    there = replace(event, at=NOON.astimezone(timezone(timedelta(hours=5))))
    assert link_digest(FIRST, there) == link_digest(FIRST, event)


def test_what_is_missing_or_changed_is_named() -> None:
    links = chain([1], [2], [3])
    assert broken(links[1:]) == (2, 12, "link 1 is missing")
    assert broken([links[0], links[2]]) == (3, 13, "link 2 is missing")
    assert broken([links[0], replace(links[1], event=None)]) == (2, None, "its event is missing")
    changed = replace(links[1], ulns=packed([4]))
    assert broken([links[0], changed]) == (2, 12, "the detail of whose records they were is not what it was")


def test_a_detail_that_an_erasure_redacted_holds_by_what_the_erasure_covers() -> None:
    links = chain([1, 2])
    salt, left = bytes(16), packed([2])
    made = Redaction(11, detail_digest(salt, left))
    erasure = AuditEvent(no=12, at=NOON, digest=detail_digest(SALT, b"", [made]), access=READ)
    first = replace(links[0], salt=salt, ulns=left, redacted=made.digest)
    second = Link(seq=2, digest=link_digest(first.digest, erasure), event=erasure, salt=SALT, redactions=(made,))
    assert broken([first, second]) is None
    other = Redaction(11, detail_digest(salt, packed([3])))
    lied = [replace(first, ulns=packed([3]), redacted=other.digest), replace(second, redactions=(other,))]
    assert broken(lied) == (2, 12, "the detail of whose records they were is not what it was")


def test_the_order_of_redactions_is_no_matter() -> None:
    some = [Redaction(2, b"b"), Redaction(1, b"a")]
    assert detail_digest(SALT, b"", some) == detail_digest(SALT, b"", some[::-1])


def test_an_exported_event_tells_no_number() -> None:
    event = chain([1_000_000_043])[0].event
    assert event is not None
    assert document(event) == {
        "event": 11, "at": "2026-11-30T12:00:00+00:00", "actor": "operator", "by": "kim", "sort": "read",
        "purpose": "review show", "reference": "q1", "records": 2, "everyone": False, "reason": "",
        "sha256": event.digest.hex(),
    }  # fmt: skip


def test_numbers_are_handed_on_in_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.core.audit.MOST", 3)
    lots: list[list[int]] = []
    gathered = Gathered(lambda ulns: lots.append(list(ulns)))
    gathered.add([1, 2])
    assert lots == []
    gathered.add([3, 4])
    gathered.end()
    gathered.add([5])
    gathered.end()
    assert lots == [[1, 2, 3, 4], [5]]


def test_whom_matches_name_was_read_and_who_is_new_was_not() -> None:
    entry = Entry(uln="1000000051", learner=Learner())
    matches = [
        Match(outcome=MatchOutcome.NEW_ULN, uln="1000000043"),
        Match(outcome=MatchOutcome.LINKED_LEARNER, uln="1", master_uln="1", linked_uln="2"),
        Match(outcome=MatchOutcome.POSSIBLE_MATCH, possible=(Possible(entry=entry, rule="R", levels={}),)),
        Match(outcome=MatchOutcome.ULN_MISMATCH, verified=Verified(code="VRF", held=replace(entry, uln="3"))),
        Match(outcome=MatchOutcome.ULN_NOT_FOUND, verified=Verified(code="VRF")),
    ]
    assert sorted(set(read_by(matches))) == [1, 2, 3, 1_000_000_051]


def test_a_submission_that_is_not_collected_is_gone_when_it_would_have_left_the_mailbox() -> None:
    pending = Pending(submission="S1", finished_on=date(2026, 1, 1), waits=False)
    assert pending.until(RETENTION) == date(2026, 4, 2)
    assert replace(pending, waits=True).until(RETENTION) is None


@pytest.mark.parametrize("why", ["", "  ", "Ada Marlow asked", "case of MARLOW", "about 1000000043"])
def test_a_reason_without_words_or_with_a_detail_is_refused(why: str) -> None:
    with pytest.raises(ConfigurationError, match="reason"):
        refuse_values(why, ["Marlow", "1000000043", ""])


def test_a_short_detail_may_stand_in_a_reason_by_chance() -> None:
    refuse_values("Case 4711, asked by letter", ["", "by", "Li"])
