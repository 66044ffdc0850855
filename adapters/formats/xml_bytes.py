"""Reads a file's bytes as UTF-8, whichever allowed encoding it is in, and knows what is no XML by its first bytes."""

import codecs
import re
from typing import BinaryIO, Final

from adapters.formats.xml_items import FileFault, Stop

HEAD: Final = 1 << 16
FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARATION = re.compile(rb"<\?xml(?=[ \t\r\n])([^?]*(?:\?(?!>)[^?]*)*)\?>")
_VERSION = re.compile(rb"version\s*=\s*[\"']([^\"']*)[\"']")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")
_SIGNATURES = (
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip file or an Excel workbook (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF document"),
)
_STARTS = (
    (b"<!doctype html", "a web page (HTML)"),
    (b"<html", "a web page (HTML)"),
    (b"{", "a JSON file"),
    (b"[", "a JSON file"),
)
_TYPE_FIX = "Send the XML file itself, as your software writes it."
_ENCODING_FIX = "Save the file as UTF-8."
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "us-ascii",
    "ascii": "us-ascii",
    "iso-8859-1": "iso-8859-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def lines(data: bytes) -> int:
    """Return how many lines end in some bytes, as an editor counts them: at CRLF, LF or CR."""
    ends = data.count(b"\n")
    return ends + data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else ends


def one_line_end(data: bytes) -> bytes:
    """Return the bytes with each line end as LF, as XML itself reads them; libxml2 counts no other."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


class Source:
    """A file read on as UTF-8; `bad` is where in the file a byte stands that its encoding does not know."""

    def __init__(self, file: BinaryIO, encoding: str, start: int) -> None:
        self._file = file
        self.encoding = encoding
        self.bad: int | None = None
        self._read = start
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
        file.seek(start)

    def read(self, size: int) -> bytes:
        """Return up to that many bytes as UTF-8; nothing at the end, or before a bad byte."""
        while self.bad is None:
            data = self._file.read(size)
            if self._decoder is None:
                return data
            text = self._decoded(data)
            if text or not data:
                return text
        return b""

    def _decoded(self, data: bytes) -> bytes:
        decoder = self._decoder
        assert decoder is not None  # noqa: S101 - tells mypy what `read` has just asked
        waiting = len(decoder.getstate()[0])
        try:
            text = decoder.decode(data, final=not data).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            self.bad = self._read - waiting + error.start
            fresh = codecs.getincrementaldecoder(self.encoding)()
            whole = error.object[: error.start]
            return fresh.decode(whole).encode("utf-8", "surrogatepass") if isinstance(whole, bytes) else b""
        self._read += len(data)
        return text


class Start:
    """What the first bytes of a file say: its encoding and where its text begins."""

    def __init__(self, encoding: str, offset: int) -> None:
        self.encoding = encoding
        self.offset = offset


def start(file: BinaryIO) -> Start | FileFault:
    """Return how a file is to be read, or why it is no XML file that can be."""
    file.seek(0)
    head = file.read(HEAD)
    wide = next((name for mark, name in _WIDE if head.startswith(mark)), None)
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) or head[:4] in {b"<\0\0\0", b"\0\0\0<"}:
        return _encoding("The file is saved as UTF-32.")
    if wide is not None:
        return _declared(head[2:].decode(wide, "ignore").encode("utf-8", "ignore"), wide, 2)
    if head[:2] in {b"<\0", b"\0<"}:
        return _encoding("The file is saved as UTF-16 without its mark (BOM).")
    offset = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    return _no_xml(head[offset:]) or _declared(head[offset:], "utf-8", offset)


def _no_xml(head: bytes) -> FileFault | None:
    plain = head.lstrip()[:64].lower()
    if not plain.strip(b"\0"):
        return (
            FileFault(Stop.CHAR, "The file holds only NUL characters.", "Send the file again.", 1)
            if plain
            else FileFault(Stop.TRUNCATED, "The file is empty.", "Send the whole file again.", 1)
        )
    what = next((what for begins, what in _SIGNATURES if head.startswith(begins)), None) or next(
        (what for begins, what in _STARTS if plain.startswith(begins)), None
    )
    return FileFault(Stop.TYPE, f"This is {what}, not an XML file.", _TYPE_FIX) if what else None


def _declared(head: bytes, found: str, offset: int) -> Start | FileFault:
    """Hold the XML declaration against what the bytes show; only a declared one-byte encoding changes the reading."""
    declaration = _DECLARATION.match(head)
    if declaration is None:
        return Start(found, offset)
    version = _VERSION.search(declaration[1])
    if version and version[1] != b"1.0":
        return FileFault(
            Stop.SYNTAX, "The file declares a version of XML other than 1.0.", 'Write version="1.0" at its start.', 1
        )
    named = _ENCODING.search(declaration[1])
    name = named[1].decode("ascii", "replace").lower() if named else ""
    if found.startswith("utf-16"):
        wide = not name or name.replace("_", "-") in {"utf-16", found}
        return Start(found, offset) if wide else _encoding("The file is saved as UTF-16 and declares another encoding.")
    if name.startswith(("utf-16", "utf16", "ucs", "utf-32")):
        return _encoding("The file declares UTF-16 or UTF-32 and is saved in another encoding.")
    codec = _CODECS.get(name or "utf-8")
    if codec is None or (offset and codec != "utf-8"):
        return _encoding("The file declares an encoding that is not accepted, or not the one that it is saved in.")
    return Start(codec, offset)


def _encoding(message: str) -> FileFault:
    return FileFault(Stop.ENCODING, message, _ENCODING_FIX, 1)


def bad_byte(data: bytes, place: int, line: int) -> FileFault:
    """Return the fault of a byte that is not UTF-8, by its place in some bytes that begin on a line."""
    before = one_line_end(data[:place])
    column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    message = f"The byte 0x{data[place]:02X} is not UTF-8: was the file saved as Windows-1252?"
    return FileFault(Stop.ENCODING, message, _ENCODING_FIX, line + before.count(b"\n"), column)


def bad_character(data: bytes, place: int, line: int, *, after_end: bool = False) -> FileFault:
    """Return the fault of a control character, by its place in some bytes that begin on a line."""
    before = one_line_end(data[:place])
    what = "NUL characters stand as padding after the end of the file" if after_end else "A control character"
    message = f"{what}." if after_end else f"{what} (0x{data[place]:02X}) stands in the file."
    column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    return FileFault(Stop.CHAR, message, "Take the character out.", line + before.count(b"\n"), column)


def not_utf8(data: bytes) -> int | None:
    """Return the place of the first byte that is not UTF-8, or None."""
    if data.isascii():
        return None
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None
