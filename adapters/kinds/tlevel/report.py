"""Writes the T Level error report: `Line,ULN,Error`, the stages of `awarding` 5.2 and the texts of 5.3.

What the first two stages find comes first, in the order of the rows; then what the third found in rows that passed
them. The fourth is told only where all the others found nothing, and without a line. `report.json` leaves nothing out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TextIO

from gateway.core import csv_text
from gateway.core.handover import Case
from gateway.core.model import Answer
from gateway.core.notices import Notice, Scope

COLUMNS: Final = ("Line", "ULN", "Error")
Place = tuple[str, str | None]
"""A rule's code and the field that it is told of."""
_TEXTS: Final[Mapping[Place, str]] = {
    ("FILE_HEADER", None): "File header is not valid",
    ("FILE_DELIMITER", None): "File header is not valid",
    ("NO_RECORDS", None): "No registration data received",
    ("FILE_EMPTY", None): "No registration data received",
    ("FIELD_MISSING", "ULN"): "ULN required",
    ("FIELD_FORMAT", "ULN"): "ULN must be a 10 digit number",
    ("ULN_RANGE", "ULN"): "ULN must be a 10 digit number",
    ("ULN_DUPLICATE", "ULN"): "Duplicate ULN found",
    ("ULN_NOT_REGISTERED", "ULN"): "ULN not registered with awarding organisation",
}
_FIRST: Final = frozenset({"FILE_NAME", "FILE_LIMIT"})
"""The codes of the first stage: a file that fails it is not looked into."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What the report says of one kind: its short texts, the order of a row's errors, and which are of a late stage.

    What `order` does not hold comes after what it does.
    """

    columns: int
    order: Sequence[Place]
    texts: Mapping[Place, str] = field(default_factory=dict)
    third: frozenset[str] = frozenset()
    fourth: frozenset[str] = frozenset()


def short_texts(profile: Profile) -> dict[str, str]:
    """Return what each short text of a kind's report says: by which rules it is told."""
    codes: dict[str, set[str]] = {_too_wide(profile): {"ROW_WIDTH"}}
    for (code, _), text in (*_TEXTS.items(), *profile.texts.items()):
        codes.setdefault(text, set()).add(code)
    return {
        text: f"An error in errors.csv, told by {' and '.join(sorted(told))}; `gateway explain` says more of that code."
        for text, told in codes.items()
    }


def _too_wide(profile: Profile) -> str:
    return f"Data in more than the required {profile.columns} columns"


class TLevelReport:
    """The responder of all T Level kinds; lines of the later stages wait in memory, of 10,000 rows at most."""

    def __init__(self, profile: Profile, case: Case, create: Callable[[str], TextIO]) -> None:
        self._profile = profile
        self._rank = {place: rank for rank, place in enumerate(profile.order)}
        self._rows = csv_text.writer(create("errors.csv"), COLUMNS, neutral=False)
        self._rejected = bool(case.rejections)
        self._third: list[tuple[object, ...]] = []
        self._fourth: list[tuple[object, ...]] = []
        self._refused = False
        first = [notice for notice in case.rejections if notice.code in _FIRST]
        self._rows.writerows((None, None, self._text(notice)) for notice in first or case.rejections)

    def write(self, answer: Answer) -> None:
        """Write what the second stage found in a row; keep what the later ones did."""
        if self._rejected:
            return
        uln = _told(answer.checked.record["ULN"])
        second = list(self._of(answer, frozenset()))
        self._refused |= bool(second)
        self._rows.writerows((it.line, None if self._is_wide(it) else uln, self._text(it)) for it in second)
        self._third += ((it.line, uln, self._text(it)) for it in self._of(answer, self._profile.third))
        self._fourth += ((None, uln, self._text(it)) for it in self._of(answer, self._profile.fourth))

    def finish(self) -> None:
        """Write what the third stage found, or what the fourth did where nothing else was found at all."""
        self._rows.writerows(self._third)
        if not self._refused and not self._third:
            self._rows.writerows(self._fourth)

    def _of(self, answer: Answer, codes: frozenset[str]) -> Iterator[Notice]:
        """Yield a row's errors of a stage, told by its codes, in the order of its checks; of the second without any."""
        late = self._profile.third | self._profile.fourth
        errors = [it for it in answer.notices if it.refuses(Scope.RECORD)]
        wanted = [it for it in errors if (it.code in codes if codes else it.code not in late)]
        yield from sorted(wanted, key=lambda it: self._rank.get((it.code, it.field), len(self._rank)))

    def _text(self, notice: Notice) -> str:
        place = notice.code, notice.field
        if self._is_wide(notice):
            return _too_wide(self._profile)
        text = self._profile.texts.get(place) or _TEXTS.get(place)
        return text or f"{notice.message} {notice.fix}"

    def _is_wide(self, notice: Notice) -> bool:
        if notice.code != "ROW_WIDTH":
            return False
        # The reader tells how many columns a row has in its message alone.
        found = next(filter(str.isdigit, notice.message.split()), "0")
        return int(found) > self._profile.columns


def _told(uln: str) -> str | None:
    """Return the ULN that the service names beside an error: one that holds other than digits is no number to it."""
    digits = uln.strip()
    return digits if digits.isascii() and digits.isdigit() else None
