"""Says in plain words what a schema finds wrong with one field, and by which code: place, cause and cure."""

import re
from datetime import date
from typing import Final, NamedTuple

from adapters.formats.xml_items import FaultType, FieldTable, FieldWords, RawFault
from adapters.formats.xml_schema import Model
from gateway.core.rules.shared import described

TOO_MANY: Final = "XSD_TOO_MANY"
EMPTY: Final = "XSD_EMPTY"
_NOTHING: Final = FieldWords()
_INDEX: Final = re.compile(r"\[([0-9]+)\]")
_UK_DATE: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SHOWN: Final = 40
_CODES: Final = 12
_CUT: Final = 500
_PLACES: Final = frozenset({FaultType.MISSING, FaultType.UNEXPECTED, FaultType.TOO_LARGE, FaultType.ATTRIBUTE})


class Told(NamedTuple):
    """A schema fault in words: its code, what is wrong, and what to do."""

    code: str
    message: str
    fix: str


def told(raw: RawFault, record: str, model: Model, table: FieldTable) -> Told:
    """Return a fault of a record (or of what stands round the records) in words; `model` is that of the record."""
    words = table.words("/".join(filter(None, (record, _INDEX.sub("", raw.path))))) or _NOTHING
    if raw.type is FaultType.UNEXPECTED:
        return _unexpected(raw, model)
    if raw.type in _PLACES:
        return Told(raw.type, *_placed(raw, words))
    if raw.value is not None and not raw.value.strip():
        message = f"{raw.field} is empty{_must(words)}."
        otherwise = "" if is_required(raw, model) else ", or leave the element out"
        return Told(EMPTY, message, f"Fill in {raw.field}{otherwise}.")
    return Told(raw.type, *_valued(raw, words))


def is_required(raw: RawFault, model: Model) -> bool:
    """Tell whether the element at fault must stand where it stands."""
    return raw.field in _above(raw, model).required


def _above(raw: RawFault, model: Model) -> Model:
    """Return the model of the element above the one at fault."""
    for step in _INDEX.sub("", raw.path).split("/")[:-1]:
        model = model.children.get(step, Model())
    return model


def _must(words: FieldWords) -> str:
    return f"; it must be {words.looks_like}" if words.looks_like else ""


def _placed(raw: RawFault, words: FieldWords) -> tuple[str, str]:
    """Return the words for a fault of what stands where."""
    if raw.type is FaultType.TOO_LARGE:
        message = f"The {raw.field} record is too large to be checked ({int(raw.detail or 0):,} bytes)."
        return message, "Split it, or ask your software's supplier why it is so large."
    if raw.type is FaultType.ATTRIBUTE:
        return (
            f"{raw.field}: an attribute is missing or is not allowed there.",
            "Correct the attributes of the element.",
        )
    before = f" (it stands before {raw.detail})" if raw.detail else ""
    what = f": {words.looks_like}" if words.looks_like else ""
    return f"{raw.field or 'An element'} is missing{before}.", f"Add {raw.field}{what}."


def _unexpected(raw: RawFault, model: Model) -> Told:
    """Return the words for an element that is unknown, stands too often or stands in the wrong place."""
    most = _above(raw, model).most.get(raw.field)
    numbered = _INDEX.search(raw.path.rpartition("/")[2])
    nth = int(numbered[1]) if numbered else 1
    if raw.detail != "place":
        message = f"{raw.field[:_SHOWN]} is not a known element here."
        return Told(raw.type, message, "Take it out, or correct its name; capital letters count.")
    if most is not None and nth > most:
        times = "once" if most == 1 else f"{most} times"
        message = f"{raw.field} stands {nth} times or more; it may stand {times}."
        return Told(TOO_MANY, message, "Leave out all but one." if most == 1 else f"Leave out all but {most}.")
    return Told(raw.type, f"{raw.field} stands in the wrong place.", "Put it in the order of the specification.")


def _valued(raw: RawFault, words: FieldWords) -> tuple[str, str]:
    """Return the words for a fault of a value."""
    if raw.type in {FaultType.MIN_LENGTH, FaultType.MAX_LENGTH}:
        return _lengthy(raw)
    value = _shown(raw.value or "")
    if raw.type is FaultType.ENUM:
        codes = words.codes or tuple(re.findall(r"'([^']*)'", raw.detail))
        listed = ", ".join(codes[:_CODES]) + (" or another code of the list" if len(codes) > _CODES else "")
        ask = f"be {listed}" if len(codes) == 1 else f"be one of {listed}"
        return f'{raw.field} is "{value}"; it must {ask}.', "Use a code that is allowed, as it is written there."
    ask = words.looks_like or "of another form"
    if raw.type is FaultType.OTHER and not words.looks_like:
        return f"{raw.field} is not as the schema asks.", "Write the element as the specification shows it."
    strange = _strange(raw.value or "") if raw.type is FaultType.PATTERN else None
    holds = f" (it holds {strange})" if strange else ""
    return f'{raw.field} is "{value}"{holds}; it must be {ask}.', _cure(raw, ask)


def _lengthy(raw: RawFault) -> tuple[str, str]:
    size = len(raw.value or "")
    count = f"{size} character{'s' * (size != 1)}" + (" or more" if size >= _CUT else "")
    needed = f"{raw.detail} {'is' if raw.detail == '1' else 'are'}"
    if raw.type is FaultType.MAX_LENGTH:
        return f"{raw.field} has {count}; at most {needed} allowed.", f"Shorten it to {raw.detail}."
    return f"{raw.field} has {count}; at least {needed} needed.", "Complete it."


def _cure(raw: RawFault, ask: str) -> str:
    """Return what to write instead; a date as spreadsheets show it is given in the form that is asked for."""
    found = _UK_DATE.fullmatch((raw.value or "").strip())
    if found and raw.type is FaultType.TYPE:
        try:
            return f"Write {date(int(found[3]), int(found[2]), int(found[1])).isoformat()}."
        except ValueError:
            return "Check the date: there is no such day. Write the year first, as in 2008-05-31."
    if raw.type is FaultType.TYPE and _ISO_DATE.fullmatch((raw.value or "").strip()):
        return "Check the date: there is no such day."
    return f"Write {ask}."


def _strange(value: str) -> str | None:
    """Return the first character that no plain English keyboard has, described; None where there is none."""
    return next((described(character) for character in value if not " " <= character <= "~"), None)


def _shown(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
