"""Puts a schema fault into plain words, by the field table of a kind."""

import re
from typing import Final

from adapters.formats.xml_items import Fault, FaultType, FieldTable, FieldWords, RawFault

_INDEX = re.compile(r"\[[0-9]+\]")
_SHOWN = 40
_MANY = 12
_TYPES: Final = {
    "xs:date": ("a date", "Write the date as YYYY-MM-DD, such as 1999-12-31."),
    "xs:dateTime": ("a date and time", "Write it as YYYY-MM-DDThh:mm:ss, such as 2025-10-01T09:30:00."),
    "xs:boolean": ("true or false", "Write true or false."),
    "xs:decimal": ("a number", "Write digits, with a point where there are decimals."),
    "xs:time": ("a time", "Write it as hh:mm:ss."),
}
_WHOLE = ("a whole number", "Write digits only.")
_NOTHING = FieldWords()


def worded(raw: RawFault, record: str, table: FieldTable | None) -> Fault:
    """Return a fault with its message and its cure; libxml2's own words stand only where no others are known."""
    path = "/".join(filter(None, (record, _INDEX.sub("", raw.path))))
    words = (table.words(path) if table else None) or _NOTHING
    message, fix = _say(raw, words)
    return Fault(raw.type, raw.line, raw.path, raw.field, raw.value, message, fix)


def _say(raw: RawFault, words: FieldWords) -> tuple[str, str]:
    name = raw.field
    if raw.type in _STRUCTURE:
        return _STRUCTURE[raw.type](raw, words)
    if raw.value is not None and not raw.value.strip():
        return f"{name} is empty.", f"Enter {words.title or words.looks_like or 'a value'}, or leave {name} out."
    value = _shown(raw.value or "")
    if raw.type is FaultType.ENUM:
        return _enum(raw, words, value)
    if raw.type is FaultType.TYPE:
        what, fix = _TYPES.get(raw.detail, _WHOLE if "int" in raw.detail.lower() or "long" in raw.detail else ("", ""))
        looks = words.looks_like
        return f'{name} "{value}" is not {looks or what or "of the form that is asked for"}.', fix or _write(looks)
    if raw.type is FaultType.PATTERN:
        return f'{name} "{value}" is not {words.looks_like or "of the form that is asked for"}.', _write(
            words.looks_like
        )
    return _measured(raw, words, value)


def _measured(raw: RawFault, words: FieldWords, value: str) -> tuple[str, str]:
    if raw.type in {FaultType.MIN, FaultType.MAX}:
        low = raw.type is FaultType.MIN
        side = ("below the smallest" if low else "above the largest") + " allowed value"
        return f'{raw.field} "{value}" is {side} {raw.detail}.', _write(words.looks_like)
    if raw.type in {FaultType.MIN_LENGTH, FaultType.MAX_LENGTH}:
        return _length(raw, words)
    return f"{raw.field}: {raw.detail}", _write(words.looks_like)


def _enum(raw: RawFault, words: FieldWords, value: str) -> tuple[str, str]:
    codes = words.codes or tuple(re.findall(r"'([^']*)'", raw.detail))
    several = ", ".join(codes[:_MANY]) + (", ..." if len(codes) > _MANY else "")
    ask = f"be {codes[0]}" if len(codes) == 1 else f"be one of {several}"
    return f'{raw.field} is "{value}"; it must {ask}.', f"Use {codes[0] if len(codes) == 1 else 'one of those codes'}."


def _length(raw: RawFault, words: FieldWords) -> tuple[str, str]:
    limit = "limit" if raw.type is FaultType.MAX_LENGTH else "least"
    cure = "Shorten it" if raw.type is FaultType.MAX_LENGTH else "Complete it"
    message = f"{raw.field} has {len(raw.value or '')} characters; the {limit} is {raw.detail}."
    return message, _write(words.looks_like) if words.looks_like else f"{cure}."


def _missing(raw: RawFault, words: FieldWords) -> tuple[str, str]:
    before = f" (before {raw.detail})" if raw.detail else ""
    return (
        f"{raw.field or 'An element'} is missing{before}.",
        f"Add {raw.field}{': ' * bool(words.title)}{words.title}.",
    )


def _unexpected(raw: RawFault, _words: FieldWords) -> tuple[str, str]:
    if raw.detail == "place":
        fix = f"Put {raw.field} in its place in the order of the specification, as often as it allows."
        return f"{raw.field} stands in the wrong place or too often.", fix
    return f"{raw.field} is not a known field here.", f"Take {raw.field} out or correct its name."


def _large(raw: RawFault, _words: FieldWords) -> tuple[str, str]:
    return f"{raw.field} is too large to be checked ({raw.detail} bytes).", "Send the record with fewer parts."


_STRUCTURE = {FaultType.MISSING: _missing, FaultType.UNEXPECTED: _unexpected, FaultType.TOO_LARGE: _large}


def _write(looks_like: str) -> str:
    return f"Write {looks_like}." if looks_like else "Correct the value."


def _shown(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
