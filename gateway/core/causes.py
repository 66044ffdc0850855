"""Groups the messages on a file by what has made them: thousands usually have two or three roots.

Messages are counted as they come, in memory bounded by the number of different signs and not by the file. What a
message looks like is told by `cause_signs`; here whole rows and whole columns are judged, and the groups are made.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.core.cause_shifts import shift_of
from gateway.core.cause_signs import Columns, Sign, sign_of
from gateway.core.cause_words import Facts, cause_of
from gateway.core.documents import Cause, CauseKind
from gateway.core.handover import Finding, Late
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Severity

PATTERNS: Final = 2000
"""Different sets of signs that are kept apart; in a file with more, the rest is grouped by code and field alone."""
EXAMPLES: Final = 3
_LONGEST: Final = 200
_ROW_CELL: Final = 60
_NAMED_VALUES: Final = 16
_REPEATED_AT_ONCE: Final = 6
_FORMS_APART: Final = 5
_REPEATED_SHARE: Final = 0.1
_LEAST_REPEATED: Final = 3
_LEAST_CUT_VALUES: Final = 10
_CUT_SHARE: Final = 0.9
_WEIGHTS: Final = {Severity.ERROR: 100, Severity.WARNING: 10, Severity.INFO: 1}

Key = tuple[CauseKind, str]
"""A kind of cause, and which of that kind."""


@dataclass(slots=True)
class _Pattern:
    """The records whose messages have the same signs: how many, and the first of them.

    `messages` counts the messages of each sign; `row` holds the values of the first record where several fields failed.
    """

    signs: tuple[Sign, ...]
    row: Mapping[str, str]
    messages: list[int]
    first: int
    last: int = 0
    records: int = 0
    examples: list[tuple[Notice, ...]] = field(default_factory=list)

    def add(self, found: Sequence[Sequence[Notice]]) -> None:
        """Count one record, whose messages are given sign by sign."""
        self.records += 1
        self.last = found[0][0].record or 0
        for place, notices in enumerate(found):
            self.messages[place] += len(notices)
        if len(self.examples) < EXAMPLES:
            self.examples.append(tuple(_kept(notices[0]) for notices in found))


@dataclass
class _Draft:
    """A cause in the making: which signs of which patterns belong to it."""

    parts: list[tuple[_Pattern, list[int]]] = field(default_factory=list)
    about: Counter[str] = field(default_factory=Counter)


@dataclass
class CauseCollector:
    """Takes every message of a file once, with the record that it is about, and tells the few causes of all.

    Every record is given, those without messages too: they tell how many there are, and what usually stands in a
    column. Messages are counted exactly. Records are too, up to PATTERNS different sets of signs.
    """

    _columns: Columns = field(default_factory=Columns)
    _patterns: dict[tuple[Sign, ...], _Pattern] = field(default_factory=dict)
    _values: dict[tuple[str, str | None], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, notices: Iterable[Notice], record: Record | None = None) -> None:
        """Take all messages about one record, or about the file where no record is given."""
        if record is not None:
            self._columns.add(record.values)
        found: dict[Sign, list[Notice]] = {}
        for notice in notices:
            found.setdefault(self._named(sign_of(notice)), []).append(notice)
        if not found:
            return
        signs = tuple(found)
        if signs in self._patterns or len(self._patterns) < PATTERNS:
            self._pattern(signs, record).add(tuple(found.values()))
            return
        coarse: dict[Sign, list[Notice]] = {}
        for sign, alike in found.items():
            coarse.setdefault(_coarse(sign), []).extend(alike)
        for sign, alike in coarse.items():
            self._pattern((sign,), record).add((alike,))

    def see(self, finding: Finding) -> None:
        """Take what a file kind yields while it reads, as a tally does."""
        if isinstance(finding, CheckedRecord):
            self.add(finding.notices, finding.record)
        elif isinstance(finding, Late):
            self.add(finding.notices)
        elif isinstance(finding, Notice):
            self.add([finding])

    def causes(self) -> list[Cause]:
        """Return the causes of all messages, the one first that clears most; a refused record weighs as ten others."""
        drafts: dict[Key, _Draft] = defaultdict(_Draft)
        rest: list[tuple[_Pattern, list[int]]] = []
        for pattern in self._patterns.values():
            shift = shift_of(pattern.row, pattern.signs, self._columns)
            if shift is not None:
                draft = drafts[CauseKind.SHIFTED, str(shift.by)]
                draft.parts.append((pattern, shift.places))
                draft.about[shift.start] += pattern.records
            moved = shift.places if shift is not None else []
            rest.append((pattern, [place for place in range(len(pattern.signs)) if place not in moved]))
        keys = _keys(rest, self._columns)
        for pattern, places in rest:
            for key, mine in _by_key(pattern, places, keys).items():
                drafts[key].parts.append((pattern, mine))
        causes = [_cause(key, draft, self._columns.records) for key, draft in drafts.items()]
        return sorted(causes, key=lambda it: (-it.records * _WEIGHTS[it.severity], -it.messages, it.title))

    def _pattern(self, signs: tuple[Sign, ...], record: Record | None) -> _Pattern:
        pattern = self._patterns.get(signs)
        if pattern is None:
            several = len({sign.field for sign in signs}) > 1
            values = record.values if several and record is not None else {}
            row = {name: value.strip()[:_ROW_CELL] for name, value in values.items()}
            first = record.number if record is not None else 0
            pattern = self._patterns[signs] = _Pattern(signs, row, [0] * len(signs), first)
        return pattern

    def _named(self, sign: Sign) -> Sign:
        """Return a sign whose value is left out where its field has shown many different ones before."""
        if sign.value is None:
            return sign
        named = self._values[sign.code, sign.field]
        if sign.value not in named:
            if len(named) >= _NAMED_VALUES:
                return sign._replace(value=None)
            named.add(sign.value)
        return sign


def _kept(notice: Notice) -> Notice:
    """Return a message to be kept as an example, its value cut where it is long."""
    value = notice.value
    return notice if value is None or len(value) <= _LONGEST else replace(notice, value=f"{value[:_LONGEST]}...")


def _coarse(sign: Sign) -> Sign:
    """Return a sign without what is different from value to value; there are no more of these than codes and fields."""
    form = sign.form if sign.kind is CauseKind.DATE_FORM else ""
    return sign._replace(form=form, size=0, value=None)


def _by_key(pattern: _Pattern, places: Iterable[int], keys: Mapping[Sign, Key]) -> dict[Key, list[int]]:
    grouped: dict[Key, list[int]] = defaultdict(list)
    for place in places:
        grouped[keys[pattern.signs[place]]].append(place)
    return grouped


def _keys(parts: Sequence[tuple[_Pattern, list[int]]], columns: Columns) -> dict[Sign, Key]:
    """Return the cause of every sign, now that all of the file is known."""
    counts: Counter[Sign] = Counter()
    for pattern, places in parts:
        for place in places:
            counts[pattern.signs[place]] += pattern.messages[place]
    late: dict[tuple[str, str | None], list[Sign]] = defaultdict(list)
    keys: dict[Sign, Key] = {}
    for sign in counts:
        if sign.kind in {CauseKind.FORM, CauseKind.TOO_LONG}:
            late[sign.code, sign.field].append(sign)
        else:
            keys[sign] = sign.kind, _which(sign, counts)
    for signs in late.values():
        keys.update(_late_keys(signs, counts, columns))
    return keys


def _which(sign: Sign, counts: Counter[Sign]) -> str:
    if sign.kind in {CauseKind.FILE, CauseKind.ROWS}:
        return sign.code
    if sign.kind is CauseKind.ENCODING:
        return ""
    if sign.kind is CauseKind.DATE_FORM:
        return _settled(sign.form, counts)
    return sign.field or ""


def _settled(form: str, counts: Counter[Sign]) -> str:
    """Return the form of a date, in whose undecided form the file's other dates say which number is the month."""
    if "??" not in form:
        return form
    forms = (form.replace("??", "DD", 1).replace("??", "MM"), form.replace("??", "MM", 1).replace("??", "DD"))
    return max(forms, key=lambda it: sum(count for sign, count in counts.items() if sign.form == it))


def _late_keys(signs: Sequence[Sign], counts: Counter[Sign], columns: Columns) -> Iterator[tuple[Sign, Key]]:
    """Yield the causes of one field's messages of one code, whose values had no form that tells at once."""
    repeated = _repeated(signs, counts)
    code, name = signs[0].code, signs[0].field or ""
    left = [sign for sign in signs if sign.value not in repeated]
    yield from ((sign, (CauseKind.REPEATED_VALUE, f"{code} {name}")) for sign in signs if sign.value in repeated)
    forms = _frequent_forms(left, counts)
    cut = _cut_at([sign for sign in left if sign.kind is CauseKind.FORM], counts, columns)
    for sign in left:
        if sign.form.isdigit() and len(sign.form) < columns.digits(name):
            yield sign, (CauseKind.ZEROS_LOST, name)
        elif cut and sign.size == cut and sign.kind is CauseKind.FORM:
            yield sign, (CauseKind.CUT_OFF, f"{cut} {name}")
        elif sign.kind is CauseKind.TOO_LONG:
            yield sign, (CauseKind.TOO_LONG, name)
        else:
            yield sign, (CauseKind.FORM, f"{code} {name} {sign.form if sign.form in forms else ''}")


def _frequent_forms(signs: Sequence[Sign], counts: Counter[Sign]) -> set[str]:
    """Return the forms that are causes of their own; all other values of the field share one."""
    forms: Counter[str] = Counter()
    for sign in signs:
        forms[sign.form] += counts[sign]
    return {form for form, _ in forms.most_common(_FORMS_APART)}


def _repeated(signs: Sequence[Sign], counts: Counter[Sign]) -> set[str | None]:
    """Return the few values that come again and again in one field; none where too many do."""
    values: Counter[str | None] = Counter()
    for sign in signs:
        values[sign.value] += counts[sign]
    least = max(_LEAST_REPEATED, _REPEATED_SHARE * values.total())
    often: set[str | None] = {value for value, count in values.items() if value is not None and count >= least}
    return often if len(often) <= _REPEATED_AT_ONCE else set()


def _cut_at(signs: Sequence[Sign], counts: Counter[Sign], columns: Columns) -> int:
    """Return the length at which a field's texts were cut off; 0 where they differ in length or are usual there."""
    name = signs[0].field or "" if signs else ""
    sizes: Counter[int] = Counter()
    for sign in signs:
        sizes[sign.size if "a" in sign.form.casefold() else 0] += counts[sign]
    size, most = max(sizes.items(), key=lambda it: it[1], default=(0, 0))
    various = len({sign.form for sign in signs if sign.size == size}) > 1 or columns.longest(name) <= size
    cut = various and most >= max(_LEAST_CUT_VALUES, _CUT_SHARE * sizes.total())
    named = [sign.value for sign in signs if sign.value]
    return size if cut and 2 * sum(columns.fits(name, value) for value in named) <= len(named) else 0


def _cause(key: Key, draft: _Draft, read: int) -> Cause:
    """Return a cause with its exact counts and its first places."""
    parts = draft.parts
    signs = [pattern.signs[place] for pattern, places in parts for place in places]
    seen = [(found, places) for pattern, places in parts for found in pattern.examples]
    seen.sort(key=lambda it: it[0][it[1][0]].record or 0)
    facts = Facts(
        kind=key[0],
        which=key[1] if key[0] is not CauseKind.SHIFTED else f"{key[1]} {draft.about.most_common(1)[0][0]}",
        severity=min((sign.severity for sign in signs), key=list(Severity).index),
        fields=list(dict.fromkeys(sign.field for sign in signs if sign.field)),
        codes=sorted({sign.code for sign in signs}),
        values=_values(parts),
        messages=sum(pattern.messages[place] for pattern, places in parts for place in places),
        records=read if key[0] is CauseKind.FILE else sum(pattern.records for pattern, _ in parts),
        read=read,
        span=max(pattern.last for pattern, _ in parts) - min(pattern.first for pattern, _ in parts) + 1,
        first=[_telling([found[place] for place in places]) for found, places in seen[:EXAMPLES]],
    )
    return cause_of(facts)


def _telling(notices: Sequence[Notice]) -> Notice:
    """Return the first of one record's messages that shows a value, or else the first."""
    return max(notices, key=lambda notice: bool(notice.value))


def _values(parts: Iterable[tuple[_Pattern, list[int]]]) -> list[str]:
    """Return the values that are named in a cause's signs, the most frequent first."""
    values: Counter[str] = Counter()
    for pattern, places in parts:
        for place in places:
            if (value := pattern.signs[place].value) is not None:
                values[value] += pattern.messages[place]
    return [value for value, _ in values.most_common()]
