"""Decides about the bytes of a file as a whole: are they text, in which encoding, or why in none."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from adapters.formats.csv_file import Stop, Unreadable

_CHUNK: Final = 1 << 20
_NOT_IN_WINDOWS_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_SIGNATURES = (
    (codecs.BOM_UTF32_LE, "a text file saved as UTF-32"),
    (codecs.BOM_UTF32_BE, "a text file saved as UTF-32"),
    (codecs.BOM_UTF16_LE, 'a text file saved as "Unicode Text" (UTF-16)'),
    (codecs.BOM_UTF16_BE, 'a text file saved as "Unicode Text" (UTF-16)'),
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip file or an Excel workbook (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF document"),
)
_MARKUP = ((b"<!doctype html", "a web page (HTML)"), (b"<html", "a web page (HTML)"), (b"<", "an XML file"))
_JSON = (b"{", b"[")


@dataclass(frozen=True, slots=True)
class Text:
    """A file is text in this encoding; `first_doubt` is the first line that is not UTF-8."""

    encoding: str
    first_doubt: int | None = None


def probe(path: Path, max_bytes: int) -> Text | Unreadable:
    """Tell in which encoding a file can be read: UTF-8, or where it is not that, Windows-1252; or why in none."""
    stopped = no_text(path, max_bytes)
    if stopped:
        return stopped
    with path.open("rb") as file:
        doubt = _not_utf8(file)
        if doubt is None:
            file.seek(0)
            return Text("utf-8-sig" if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else "utf-8")
        unknown = _find(file, _outside_windows_1252)
        if unknown is not None:
            return Unreadable(Stop.ENCODING, _line_at(file, doubt))
        return Text("cp1252", first_doubt=_line_at(file, doubt))


def no_text(path: Path, max_bytes: int) -> Unreadable | None:
    """Return why a file's bytes are too many or no text at all, whatever its encoding; None where they are text."""
    if path.stat().st_size > max_bytes:
        return Unreadable(Stop.SIZE)
    with path.open("rb") as file:
        if what := _signature(file.read(_CHUNK)):
            return Unreadable(Stop.TYPE, what=what)
        nul = _find(file, lambda chunk: chunk.find(b"\0"))
        return None if nul is None else Unreadable(Stop.NUL, _line_at(file, nul))


def _signature(head: bytes) -> str | None:
    """Return what a file is that is no CSV, known by its first bytes."""
    plain = head.removeprefix(codecs.BOM_UTF8).lstrip()[:64].lower()
    if plain.startswith(_JSON):
        return "a JSON file"
    return next((what for start, what in _SIGNATURES if head.startswith(start)), None) or next(
        (what for start, what in _MARKUP if plain.startswith(start)), None
    )


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _find(file: BinaryIO, find: Callable[[bytes], int]) -> int | None:
    """Return the offset of the first byte that a search of a chunk finds."""
    base = 0
    for chunk in _chunks(file):
        place = find(chunk)
        if place >= 0:
            return base + place
        base += len(chunk)
    return None


def _outside_windows_1252(chunk: bytes) -> int:
    found = _NOT_IN_WINDOWS_1252.search(chunk)
    return found.start() if found else -1


def _not_utf8(file: BinaryIO) -> int | None:
    """Return the offset of the first byte that is not UTF-8, or None."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    base = 0
    for chunk in _chunks(file):
        waiting = len(decoder.getstate()[0])
        if not waiting and chunk.isascii():
            base += len(chunk)
            continue
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return base - waiting + error.start
        base += len(chunk)
    waiting = len(decoder.getstate()[0])
    return base - waiting if waiting else None


def _line_at(file: BinaryIO, offset: int) -> int:
    """Return the physical line, from 1, on which the byte at an offset stands."""
    file.seek(0)
    line, left, after_cr = 1, offset, False
    while left:
        chunk = file.read(min(left, _CHUNK))
        line += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
        line -= after_cr and chunk.startswith(b"\n")
        after_cr = chunk.endswith(b"\r")
        left -= len(chunk)
    return line
