"""Checks one Learner element: its form, its values and every rule, in the words of its elements."""

from collections.abc import Iterator
from dataclasses import replace

from adapters.formats.xml_items import RawFault, Seen, Shape
from adapters.formats.xml_reading_form import record_model
from adapters.formats.xml_reading_words import told
from adapters.kinds.lrb.reading import learner, refused_as
from adapters.kinds.lrb.rules import TO_REGISTER_CODE
from adapters.kinds.lrb.table import SCHEMA
from adapters.kinds.lrb.xml_book import BOOK, LEARNER_FORM, VALUE_FORMAT, VALUE_MISSING
from adapters.kinds.lrb.xml_shape import ELEMENTS, FIELDS, RECORD, VALUES
from gateway.core.model import CheckedRecord, Record
from gateway.core.notices import Notice, Scope
from gateway.core.rules.rule import Context, Found

_NEVER_EMPTY = "AbilityToShare"
_FILL_OR_DROP = "Write one of its codes, 0, 1 or 2, or leave the element out."
_COLUMNS = {element: name for name, element in ELEMENTS.items()}


def work(context: Context, shape: Shape, seen: Seen) -> CheckedRecord | None:
    """Return a learner with everything that is wrong with it; None where nothing is and only faults are wanted.

    Its values bear the names of the CSV's columns, all of them, empty where the element is absent.
    """
    values = {name: seen.group[element] for name, element in ELEMENTS.items()}
    record = Record(number=0, line=seen.line, key=values["MISIdentifier"], values=values)
    notices = [_form(fault, shape, record) for fault in seen.faults]
    notices += _wrong_values(record, seen)
    failed = frozenset(_COLUMNS.get(notice.field or "", "") for notice in notices)
    judged = BOOK.apply(record, context, failed=failed, scope=Scope.RECORD)
    bar = next((_placed(notice, seen) for notice in judged.notices if notice.code == TO_REGISTER_CODE), None)
    notices += [_placed(notice, seen) for notice in judged.notices if notice.code != TO_REGISTER_CODE]
    if context.faults_only and not notices and bar is None:
        return None
    refused = any(notice.refuses(Scope.RECORD) for notice in notices)
    return CheckedRecord(
        record=record,
        notices=tuple(notices),
        learner=None if refused else learner(record),
        refused_as=refused_as(notices) if refused else None,
        registration_bar=bar,
        not_run=judged.not_run,
    )


def _wrong_values(record: Record, seen: Seen) -> Iterator[Notice]:
    for name, field in VALUES.items():
        fault = field.check(record[name])
        if name == _NEVER_EMPTY and not record[name] and name in seen.group.values:
            words = {"what is wrong": f"{name} is there, but empty.", "what to do": _FILL_OR_DROP}
            yield _placed(VALUE_FORMAT.notice(record, Found(name, words)), seen)
        elif fault is not None:
            words = {"what is wrong": fault.message, "what to do": fault.fix, "title": SCHEMA[name].title}
            rule = VALUE_MISSING if fault.missing else VALUE_FORMAT
            yield _placed(rule.notice(record, Found(name, {**words, "field": field.name})), seen)


def _placed(notice: Notice, seen: Seen) -> Notice:
    """Return a notice that names an element as the file spells it, on the line of that element."""
    if notice.field is None:
        return notice
    element = ELEMENTS.get(notice.field, notice.field)
    message = notice.message if element == notice.field else notice.message.replace(notice.field, element, 1)
    return replace(notice, field=element, message=message, line=seen.line_of(element))


def _form(fault: RawFault, shape: Shape, record: Record) -> Notice:
    words = told(fault, RECORD, record_model(shape, RECORD), FIELDS[shape.root])
    said = Found(fault.path or None, {"what is wrong": words.message, "what to do": words.fix})
    return replace(LEARNER_FORM.notice(record, said), line=fault.line, value=fault.value)
