"""Says in plain words why bytes are no well-formed XML, and on which line of the file."""

import re
from typing import Any, Final, cast

from lxml import etree

from adapters.formats.xml_bytes import FORBIDDEN, bad_byte, bad_character, not_utf8, one_line_end
from adapters.formats.xml_items import FileFault, Stop

_TYPES = etree.ErrorTypes
_FIX: Final = "Correct the line and send the file again."
_AMPERSAND = "An & must be written &amp; in XML."
_WORDS: Final = {
    _TYPES.ERR_NAME_REQUIRED: f"A name is missing after < or &. {_AMPERSAND}",
    _TYPES.ERR_ENTITYREF_SEMICOL_MISSING: f"A reference that begins with & does not end in ;. {_AMPERSAND}",
    _TYPES.ERR_UNDECLARED_ENTITY: f"A reference that begins with & names nothing. {_AMPERSAND}",
    _TYPES.ERR_TAG_NAME_MISMATCH: "An end tag does not match the start tag that is open.",
    _TYPES.ERR_ATTRIBUTE_REDEFINED: "An attribute stands twice in one tag.",
    _TYPES.ERR_LT_IN_ATTRIBUTE: "A < stands in an attribute; write &lt; there.",
    _TYPES.NS_ERR_UNDEFINED_NAMESPACE: "A prefix is used that the file does not declare.",
    _TYPES.NS_ERR_ATTRIBUTE_REDEFINED: "An attribute stands twice in one tag.",
    _TYPES.ERR_DOCUMENT_END: "Something stands after the end of the file's root.",
    _TYPES.ERR_RESERVED_XML_NAME: "The XML declaration does not stand at the very start of the file.",
    _TYPES.ERR_MISPLACED_CDATA_END: "The characters ]]> stand in a text; write ]]&gt; there.",
}
_AT_END = frozenset(
    {
        _TYPES.ERR_TAG_NOT_FINISHED,
        _TYPES.ERR_DOCUMENT_END,
        _TYPES.ERR_DOCUMENT_EMPTY,
        _TYPES.ERR_COMMENT_NOT_FINISHED,
        _TYPES.ERR_PI_NOT_FINISHED,
        _TYPES.ERR_CDATA_NOT_FINISHED,
        _TYPES.ERR_GT_REQUIRED,
        _TYPES.ERR_LTSLASH_REQUIRED,
        _TYPES.ERR_ATTRIBUTE_NOT_FINISHED,
        _TYPES.ERR_ATTRIBUTE_NOT_STARTED,
        _TYPES.ERR_ATTRIBUTE_WITHOUT_VALUE,
        _TYPES.ERR_SPACE_REQUIRED,
        _TYPES.ERR_NAME_REQUIRED,
        _TYPES.ERR_XMLDECL_NOT_FINISHED,
        _TYPES.ERR_TAG_NAME_MISMATCH,
        _TYPES.ERR_ENTITYREF_SEMICOL_MISSING,
        _TYPES.ERR_EQUAL_REQUIRED,
    }
)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_TAIL = 200


def cut_short(line: int) -> FileFault:
    """Return the fault of a file that ends before its root does."""
    return FileFault(Stop.TRUNCATED, "The file ends before its last element is closed.", "Send the whole file.", line)


def not_well_formed(line: int) -> FileFault:
    """Return the fault of bytes of which no more can be said."""
    return FileFault(Stop.SYNTAX, "The file is not well-formed XML here.", _FIX, line)


def limit(line: int, message: str = "An element, text or comment is larger or deeper than is accepted.") -> FileFault:
    """Return the fault of a file that asks for more than is ever held."""
    return FileFault(Stop.LIMIT, message, "Shorten it, or ask your software's supplier.", line)


def doctype(data: bytes, line: int) -> FileFault | None:
    """Return the refusal of a document type declaration, on its line."""
    found = _DOCTYPE.search(_COMMENT.sub(lambda comment: re.sub(rb"[^\r\n]", b" ", comment[0]), data))
    if found is None:
        return None
    message = "The file holds a document type declaration (DOCTYPE), which is never read."
    return FileFault(Stop.DOCTYPE, message, "Take it out.", line + one_line_end(data[: found.start()]).count(b"\n"))


def diagnose(data: bytes, line: int, opening: bytes = b"", closing: bytes | None = b"") -> FileFault | None:
    """Return the first fault in some bytes that begin on a line, or None where they are well-formed.

    `opening` and `closing` are what they stand between; where nothing closes them, their mere end is no fault here.
    """
    plain = one_line_end(data)
    forbidden, undecoded = FORBIDDEN.search(plain), not_utf8(plain)
    places = [fault for fault in (_character(plain, forbidden, line), _byte(plain, undecoded, line)) if fault]
    first = min(places, key=lambda fault: (fault.line or 0, fault.column or 0), default=None)
    error = first_error(opening + plain + (closing or b""))
    if error is None:
        return first
    found = line + max(error.line, 1) - 1
    if first is not None and (first.line or 0) <= found:
        return first
    if closing is None and _is_end(error, opening + plain):
        return None
    return _fault(error, found)


def _character(data: bytes, found: re.Match[bytes] | None, line: int) -> FileFault | None:
    return bad_character(data, found.start(), line) if found else None


def _byte(data: bytes, place: int | None, line: int) -> FileFault | None:
    return bad_byte(data, place, line) if place is not None else None


def first_error(data: bytes) -> etree._LogEntry | None:
    """Return the first error of syntax in a document, or None where it is well-formed; no tree of it is made."""
    target = cast("Any", _Nothing())
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    raised = False
    try:
        etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raised = True
    wrong = (entry for entry in parser.error_log if entry.level >= etree.ErrorLevels.ERROR)
    return next(wrong, parser.error_log[-1] if raised else None)


class _Nothing:
    """Takes nothing of what a parser reads."""

    def close(self) -> None:
        """End the reading."""


def _is_end(error: etree._LogEntry, data: bytes) -> bool:
    """Tell whether an error says no more than that the bytes end."""
    if "too big" in (error.message or "") or error.line < 1 + data.count(b"\n"):
        return False
    last = data.rpartition(b"\n")[2]
    return error.type in _AT_END and error.column >= min(len(last), len(last.decode("utf-8", "ignore"))) - _TAIL


def _fault(error: etree._LogEntry, line: int) -> FileFault:
    message = error.message or ""
    if error.type in {_TYPES.ERR_RESOURCE_LIMIT, _TYPES.ERR_NAME_TOO_LONG} or "too big" in message:
        return limit(line)
    if error.type == _TYPES.ERR_INVALID_CHAR:
        return FileFault(Stop.CHAR, "A character stands in the file that XML forbids.", "Take it out.", line)
    words = _WORDS.get(error.type, "The file is not well-formed XML here.")
    return FileFault(Stop.SYNTAX, words, _FIX, line)
