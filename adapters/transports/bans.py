"""Growing bans of those who try keys that open nothing: of an address with a name, and of an address with all names.

A whole town of schools may share one address, so one school's wrong key shuts out that school there before it shuts
out the town; networks that the operator trusts are never shut out.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Lock
from typing import Final

Network = IPv4Network | IPv6Network
ANY: Final = ""
GROWTH: Final = 1.5
LONGEST_S: Final = 24 * 3600.0
MOST_ENTRIES: Final = 10_000
_MOST_STEPS: Final = 40
_PREFIX_OF_ONE_PLACE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class BanPlan:
    """After how many refused keys within a time a ban begins, and how long the first one lasts; later ones grow."""

    after: int
    after_any: int
    within_s: float
    first_s: float
    trusted: Sequence[Network] = ()


@dataclass(slots=True)
class _Score:
    refused: int = 0
    last: float = 0.0
    until: float = 0.0
    bans: int = 0


def within(address: str, networks: Sequence[Network]) -> bool:
    """Tell whether an address is of one of these networks."""
    at = _address(address)
    return any(at in network for network in networks)


@lru_cache(maxsize=10_000)
def network(text: str) -> Network:
    """Return the network that a text such as 10.0.0.0/8 names."""
    return ip_network(text)


def _address(text: str) -> IPv4Address | IPv6Address:
    at = ip_address(text.partition("%")[0])
    return at.ipv4_mapped or at if isinstance(at, IPv6Address) else at


def _place(text: str) -> str:
    """Return what one household has: an IPv4 address, or the first half of an IPv6 address."""
    at = _address(text)
    if isinstance(at, IPv4Address):
        return str(at)
    return str(IPv6Network((int(at) >> _PREFIX_OF_ONE_PLACE << _PREFIX_OF_ONE_PLACE, _PREFIX_OF_ONE_PLACE)))


class Bans:
    """Who is shut out for how long; kept in memory, within bounds, the entries longest untouched given up first."""

    def __init__(self, plan: BanPlan, clock: Callable[[], float] = time.monotonic) -> None:
        self._plan = plan
        self._clock = clock
        self._scores: OrderedDict[tuple[str, str], _Score] = OrderedDict()
        self._lock = Lock()

    def is_banned(self, address: str, account: str = ANY) -> bool:
        """Tell whether an address is shut out now, with that name or with any."""
        with self._lock:
            score = self._scores.get((_place(address), account))
            return score is not None and self._clock() < score.until

    def refused(self, address: str, account: str) -> float:
        """Count a key that opened nothing; return for how many seconds a ban begins by it, 0 for none."""
        if within(address, self._plan.trusted):
            return 0.0
        with self._lock:
            mine = self._count((_place(address), account), self._plan.after)
            return max(mine, self._count((_place(address), ANY), self._plan.after_any))

    def accepted(self, address: str, account: str) -> None:
        """Forget what a name was refused at an address: its client tried several keys, and one of them fits."""
        with self._lock:
            mine = self._scores.get((_place(address), account))
            everybody = self._scores.get((_place(address), ANY))
            if mine is not None and everybody is not None:
                everybody.refused = max(0, everybody.refused - mine.refused)
            if mine is not None:
                mine.refused = 0

    def _count(self, key: tuple[str, str], after: int) -> float:
        now = self._clock()
        score = self._scores.setdefault(key, _Score())
        self._scores.move_to_end(key)
        if len(self._scores) > MOST_ENTRIES:
            self._scores.popitem(last=False)
        if now - score.last > self._plan.within_s:
            score.refused = 0
        if now - max(score.last, score.until) > LONGEST_S:
            score.bans = 0
        score.refused, score.last = score.refused + 1, now
        if score.refused < after:
            return 0.0
        seconds = min(LONGEST_S, self._plan.first_s * GROWTH ** min(score.bans, _MOST_STEPS))
        score.refused, score.bans, score.until = 0, score.bans + 1, now + seconds
        return float(seconds)
