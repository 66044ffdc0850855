"""What is done with each record in the worker process: its faults in words, its rules, its keys, its learner."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice
from typing import Final, NamedTuple, TypeVar

from adapters.formats.xml_groups import copied, plain
from adapters.formats.xml_items import FaultType, RawFault, Seen
from adapters.formats.xml_reading_form import XmlForm, record_model
from adapters.formats.xml_reading_probe import probe_of
from adapters.formats.xml_reading_words import EMPTY, Told, is_required, told
from adapters.formats.xml_schema import Model
from gateway.core.model import CheckedRecord, Group, Record
from gateway.core.notices import Notice, Scope
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.registry import RULE_CRASH, Judged, Rulebook
from gateway.core.rules.repeats import Stamp, stamps
from gateway.core.rules.rule import Context, Found, value_at

_Result = TypeVar("_Result")
_Other = TypeVar("_Other")
_NOTHING: Final = Judged([])
_NUMBER: Final = re.compile(r"\[[0-9]+\]")
_Tree = Mapping[str, "_Tree"]


class Worked(NamedTuple):
    """A record as it leaves the worker, its number not yet known; `checked` is None where nothing was found in it.

    `stamps` are the keys that must not stand twice, by the line of the field that each is of.
    """

    key: str
    stamps: tuple[tuple[int, tuple[Stamp, ...]], ...]
    checked: CheckedRecord | None


def work(form: XmlForm, context: Context, given: Mapping[str, str], seen: Seen) -> Worked | None:
    """Check a record; return None where nothing was found, nothing is to be compared, and only faults are wanted.

    `given` are values of the file's header, which the rules find in the record as if they stood in it; what the form
    names of the record's containers is found there too.
    """
    if form.reads_all:
        seen = Seen(seen.name, seen.line, copied(seen.group), seen.faults, seen.line_of, seen.within)
    record = _record(form, given, seen)
    key = record.key
    notices = list(_faults(form, seen, key))
    failed = frozenset(notice.field for notice in notices if notice.field)
    book = form.book_of(seen.name)
    probe = probe_of(book, context, form.triggers, form.near)
    is_right = not failed and probe.finds_nothing(record)
    judged = _NOTHING if is_right else book.apply(record, context, failed=failed, scope=Scope.RECORD)
    notices += [replace(notice, line=_line(seen, notice.field)) for notice in judged.notices]
    none: tuple[Stamp, ...] = ()
    found = _guarded(lambda: _stamps(probe.repeated, record, context, failed), none, "repeated keys", record, notices)
    keys = _by_line(found, seen)
    if context.faults_only and not notices:
        return Worked(key, keys, None) if keys else None
    bars = any(notice.refuses(Scope.RECORD) and notice.code not in form.looked_for for notice in notices)
    learner = None if bars else _guarded(lambda: form.learner(seen.name, record), None, "learner", record, notices)
    return Worked(
        key,
        keys,
        CheckedRecord(
            record=_leaving(seen, key, None if context.keeps_values else _kept(form, notices)),
            notices=tuple(notices),
            learner=learner,
            refused_as=refused_as(form, notices),
            not_run=tuple(dict.fromkeys(judged.not_run)),
        ),
    )


def _record(form: XmlForm, given: Mapping[str, str], seen: Seen) -> Record:
    """Return a record as its rules see it: with what is known of the file's header and of its containers."""
    key = (value_at(seen.group, form.key) or "").strip()
    if form.within:
        given = {**given, **{name: seen.within[path] for name, path in form.within.items() if path in seen.within}}
    values = _joined(seen.group.values, given) if given else seen.group.values
    return Record(number=0, line=seen.line, key=key, values=values, groups=seen.group.groups)


def refused_as(form: XmlForm, notices: Sequence[Notice]) -> MatchOutcome | None:
    """Return the outcome that a record is answered with where these notices refuse it."""
    errors = {notice.code for notice in notices if notice.refuses(Scope.RECORD)}
    if not errors:
        return None
    return MatchOutcome.ULN_INVALID if errors <= form.uln_codes else MatchOutcome.REFUSED


def form_notice(form: XmlForm, fault: RawFault, words: Told, key: str, *, required: bool) -> Notice:
    """Return the notice of a fault of form in a record, by the rule that tells it in this kind."""
    code = FaultType.MISSING if words.code == EMPTY and required and _tells_missing(form, fault) else words.code
    rule = form.rule(fault.field, code)
    return Notice(
        code=rule.code,
        severity=rule.severity,
        scope=Scope.RECORD,
        message=words.message,
        fix=words.fix,
        line=fault.line,
        key=key or None,
        field=fault.path or None,
        value=fault.value,
    )


def _tells_missing(form: XmlForm, fault: RawFault) -> bool:
    """Tell whether the kind has a rule of its own for this field's absence, which an empty element comes to."""
    return (fault.field, str(FaultType.MISSING)) in form.own


def _faults(form: XmlForm, seen: Seen, key: str) -> Iterator[Notice]:
    if seen.faults:
        model = record_model(form.shape, seen.name)
        for raw in seen.faults:
            fault = _named(raw, seen, model)
            words = told(fault, form.shape.path(seen.name), model, form.fields)
            yield form_notice(form, fault, words, key, required=is_required(fault, model))


def _named(raw: RawFault, seen: Seen, model: Model) -> RawFault:
    """Return a fault of something missing by the field that must stand: libxml2 names only the first few that may."""
    if raw.type is not FaultType.MISSING or is_required(raw, model):
        return raw
    above = raw.path.rpartition("/")[0]
    group: Group | None = seen.group
    for step in filter(None, above.split("/")):
        name, _, number = step.rstrip("]").partition("[")
        model = model.children.get(name, Model())
        group = next(islice(group.all(name), int(number or 1) - 1, None), None) if group is not None else None
    absent = [name for name in model.children if name in model.required and group is not None and not _has(group, name)]
    return raw._replace(field=absent[-1], path=f"{above}/{absent[-1]}" if above else absent[-1]) if absent else raw


def _has(group: Group, name: str) -> bool:
    return name in group.values or bool(group.all(name))


def _by_line(keys: tuple[Stamp, ...], seen: Seen) -> tuple[tuple[int, tuple[Stamp, ...]], ...]:
    """Return the keys of a record by the line that each stands on."""
    lines: dict[int, tuple[Stamp, ...]] = {}
    for stamp in keys:
        line = _line(seen, stamp.field)
        lines[line] = (*lines.get(line, ()), stamp)
    return tuple(lines.items())


def _stamps(book: Rulebook, record: Record, context: Context, failed: frozenset[str]) -> tuple[Stamp, ...]:
    """Return the keys of a record; a value that failed already is compared with no other."""
    return tuple(stamp for stamp in stamps(book, record, context) if stamp.field not in failed)


def _line(seen: Seen, field: str | None) -> int:
    return seen.line if field is None else seen.line_of(field)


def _guarded(
    call: Callable[[], _Result], otherwise: _Result, what: str, record: Record, notices: list[Notice]
) -> _Result:
    """Return what a kind's function returns; where it raises, the record is refused and nothing else is stopped."""
    try:
        return call()
    except Exception:  # noqa: BLE001 - a fault of ours in one record must not refuse the file, nor pass the record
        notices.append(RULE_CRASH.notice(record, Found(words={"rule": what})))
        return otherwise


def _kept(form: XmlForm, notices: Sequence[Notice]) -> tuple[str, ...] | None:
    """Return the paths that a record keeps: those of its kind, and those of the fields of what was found in it."""
    if form.kept is None or not notices:
        return form.kept
    own = {_NUMBER.sub("", notice.field) for notice in notices if notice.field}
    ruled = (form.paths.get(notice.code, frozenset()) for notice in notices)
    return (*form.kept, *sorted(own.union(*ruled).difference(form.kept)))


def _leaving(seen: Seen, key: str, kept: tuple[str, ...] | None) -> Record:
    """Return a record in plain values, all of them or those that are kept."""
    left = plain(seen.group) if kept is None else _thinned(seen.group, _tree(kept))
    return Record(number=0, line=seen.line, key=key, values=left.values, groups=left.groups)


def _joined(own: Mapping[str, str], given: Mapping[str, str]) -> Mapping[str, str]:
    return {**own, **given} if isinstance(own, dict) else _Joined(own, given)


class _Joined(Mapping[str, str]):
    """A record's own values and those of the file's header, as one; nothing is copied."""

    def __init__(self, own: Mapping[str, str], given: Mapping[str, str]) -> None:
        self._own = own
        self._given = given

    def get(self, name: str, /, default: str | _Other | None = None) -> str | _Other | None:  # type: ignore[override]
        """Return a value; asking for an absent one costs no exception."""
        return self._given[name] if name in self._given else self._own.get(name, default)

    def __getitem__(self, name: str) -> str:
        return self._given[name] if name in self._given else self._own[name]

    def __iter__(self) -> Iterator[str]:
        return chain(self._given, self._own)

    def __len__(self) -> int:
        return len(self._given) + len(self._own)


@lru_cache(maxsize=4096)
def _tree(paths: tuple[str, ...]) -> _Tree:
    """Return paths step by step; what is kept whole needs none of the steps below it."""
    whole = tuple(f"{path}/" for path in paths)
    tree: dict[str, dict[str, object]] = {}
    for path in (path for path in paths if not path.startswith(whole)):
        place: dict[str, dict[str, object]] = tree
        for step in path.split("/"):
            place = place.setdefault(step, {})  # type: ignore[assignment]
    return tree  # type: ignore[return-value]


def _thinned(group: Group, tree: _Tree) -> Group:
    values, groups = {}, {}
    for name, below in tree.items():
        value = group.values.get(name)
        if value is not None:
            values[name] = value
        found = group.all(name)
        if found:
            groups[name] = tuple(_thinned(one, below) if below else plain(one) for one in found)
    return Group(values=values, groups=groups, path=group.path)
