"""Gives the one file in a ZIP as a readable path, unpacked in bounded memory, or why it is refused.

The archive's own words are not believed: sizes, names and checksum are held against what is really there, and the
unpacking ends before a limit is passed, whatever the archive declares.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final, NamedTuple, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

_CHUNK: Final = 1 << 16
_MOST_AT_ONCE: Final = 1 << 19
_LOCAL: Final = struct.Struct("<4sHHHHHLLLHH")
_LOCAL_SIGN: Final = b"PK\x03\x04"
_ENCRYPTED: Final = 0x1
_MOST_NAME_BYTES: Final = 200
_WRAPPED: Final = (".zip", ".gz", ".7z", ".rar", ".tar", ".pgp", ".gpg", ".asc")
_DAMAGED: Final = (
    BadZipFile,
    LargeZipFile,
    struct.error,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    OverflowError,
)
_RESEND: Final = "Make the ZIP again and send it, or send the file itself."


class ZipFault(StrEnum):
    """Why a ZIP is refused."""

    CORRUPT = "corrupt"
    NOT_ONE = "not-one"
    PROTECTED = "protected"
    NAME = "name"
    METHOD = "method"
    TOO_LARGE = "too-large"


class ZipRefusal(NamedTuple):
    """Why a ZIP is refused, in words, and what to do."""

    why: ZipFault
    message: str
    fix: str


@dataclass(frozen=True)
class ZipLimits:
    """How much may come out of a ZIP: in bytes, and for each byte that went in once there are more than a few."""

    most_bytes: int = 1 << 30
    most_ratio: int = 250
    ratio_from: int = 4 << 20


class _Refused(Exception):  # noqa: N818 - it carries a refusal and never leaves this module
    def __init__(self, refusal: ZipRefusal) -> None:
        super().__init__()
        self.refusal = refusal


@contextmanager
def unpacked(path: Path, name: str, limits: ZipLimits | None = None) -> Iterator[Path | ZipRefusal]:
    """Give a path to the unpacked file while the block lasts, or the refusal; `name` is that of the upload."""
    with TemporaryDirectory(prefix="unpacked-") as folder:
        whole = Path(folder) / "unpacked.xml"
        with whole.open("wb") as out:
            member = _unpack(path, out, partial(_check_same_name, name), limits or ZipLimits())
        yield whole if isinstance(member, str) else member


def unpack(path: Path, out: BinaryIO, limits: ZipLimits) -> str | ZipRefusal:
    """Write the one file in a ZIP, whatever it is, and return its own name, or the refusal."""
    return _unpack(path, out, _check_plain_name, limits)


def _unpack(path: Path, out: BinaryIO, check: Callable[[ZipInfo], None], limits: ZipLimits) -> str | ZipRefusal:
    try:
        with path.open("rb") as file:
            member = _only_member(file)
            check(member)
            _inflate(file, member, out, limits)
            return member.orig_filename
    except _Refused as refused:
        return refused.refusal
    except _DAMAGED:
        return _corrupt("The ZIP is damaged and cannot be read.")


def _only_member(file: BinaryIO) -> ZipInfo:
    """Return the one member of an archive; raise _Refused where there is another number, or it is not as it must be."""
    with ZipFile(cast("BinaryIO", _Capped(file))) as archive:
        members = archive.infolist()
    if len(members) != 1:
        found = f"{len(members)} files" if members else "nothing"
        raise _Refused(ZipRefusal(ZipFault.NOT_ONE, f"The ZIP holds {found}; it must hold one file.", _RESEND))
    member = members[0]
    if member.flag_bits & _ENCRYPTED:
        fix = "Make the ZIP without a password: the connection itself is encrypted."
        raise _Refused(ZipRefusal(ZipFault.PROTECTED, "The file in the ZIP is protected by a password.", fix))
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        fix = "Make the ZIP with the usual method (Deflate)."
        raise _Refused(ZipRefusal(ZipFault.METHOD, "The ZIP is packed by a method that is not read.", fix))
    return member


def _is_plain(inside: str) -> bool:
    return not any(sign in inside for sign in "/\\:\0") and inside not in {"", ".", ".."}


def _check_plain_name(member: ZipInfo) -> None:
    """Refuse a member whose name is a path or unprintable, and one that is an archive or encrypted itself."""
    inside = member.orig_filename
    if not _is_plain(inside) or not inside.isprintable() or len(inside.encode()) > _MOST_NAME_BYTES:
        message = "The file in the ZIP has a name that no file here can have, or stands in a folder."
        raise _Refused(ZipRefusal(ZipFault.NAME, message, "Put the file itself into the ZIP, in no folder."))
    if inside.casefold().endswith(_WRAPPED):
        message = "The file in the ZIP is packed or encrypted itself."
        raise _Refused(ZipRefusal(ZipFault.NOT_ONE, message, "Pack the file once, and encrypt the ZIP if you wish."))


def _check_same_name(name: str, member: ZipInfo) -> None:
    """Refuse a member that is no XML file, whose name is a path, or not the ZIP's own with .xml in place of .zip."""
    inside = member.orig_filename
    plain = _is_plain(inside)
    wanted = PurePath(name).stem.casefold()
    if not plain or PurePath(inside).stem.casefold() != wanted or PurePath(inside).suffix.casefold() != ".xml":
        shown = inside if plain and inside.isprintable() and len(inside) <= _CHUNK >> 8 else "named otherwise"
        message = f"The file in the ZIP is {shown}; it must be {PurePath(name).stem}.xml, without a folder."
        fix = "Give the file inside the same name as the ZIP, with .xml at its end, and put it in no folder."
        why = ZipFault.NAME if PurePath(inside).suffix.casefold() == ".xml" else ZipFault.NOT_ONE
        raise _Refused(ZipRefusal(why, message, fix))


def _inflate(file: BinaryIO, member: ZipInfo, out: BinaryIO, limits: ZipLimits) -> None:
    """Write the member's bytes; raise _Refused as soon as they are more than allowed, or other than declared."""
    _find(file, member)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type == ZIP_DEFLATED else _Stored()
    size = check = taken = 0
    held = b""
    while not unpacker.eof:
        if not held:
            held = file.read(min(_CHUNK, member.compress_size - taken))
            taken += len(held)
        part = unpacker.decompress(held, _CHUNK)
        ended = not held and not part
        held = unpacker.unconsumed_tail
        size, check = size + len(part), zlib.crc32(part, check)
        _check_size(size, taken, limits)
        out.write(part)
        if ended:
            break
    whole = taken == member.compress_size and not held and not unpacker.unused_data
    is_stored = member.compress_type == ZIP_STORED
    if not (unpacker.eof or is_stored) or not whole or size != member.file_size or check != member.CRC:
        raise _Refused(_corrupt("The file in the ZIP is not what the ZIP says of it: its size or checksum differs."))


def _find(file: BinaryIO, member: ZipInfo) -> None:
    """Move to the member's first byte; its own heading must name it as the archive's list does."""
    file.seek(member.header_offset)
    heading = _LOCAL.unpack(file.read(_LOCAL.size))
    name = file.read(heading[9])
    listed = member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437", "replace")
    if heading[0] != _LOCAL_SIGN or name != listed or heading[2] & _ENCRYPTED != member.flag_bits & _ENCRYPTED:
        raise _Refused(_corrupt("The ZIP's list names another file than the one that is in it."))
    file.seek(heading[10], 1)


def _check_size(size: int, taken: int, limits: ZipLimits) -> None:
    if size > limits.most_bytes:
        message = f"The file in the ZIP is larger than the {limits.most_bytes:,} bytes that are read."
        raise _Refused(ZipRefusal(ZipFault.TOO_LARGE, message, "Send its records in several files."))
    if size > limits.ratio_from and size > taken * limits.most_ratio:
        message = f"The ZIP unpacks to more than {limits.most_ratio} times its own size, as no real file does."
        raise _Refused(ZipRefusal(ZipFault.TOO_LARGE, message, "Send the file itself."))


def _corrupt(message: str) -> ZipRefusal:
    return ZipRefusal(ZipFault.CORRUPT, message, _RESEND)


class _Stored:
    """Passes on bytes that are stored as they are, as zlib's unpacker would."""

    eof = False
    unconsumed_tail = unused_data = b""

    def decompress(self, data: bytes, _most: int) -> bytes:
        """Return the bytes themselves."""
        return data


class _Capped:
    """A file that is never asked for more than a small archive's list needs: a long list is refused unread."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable
        self.close = lambda: None

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; raise BadZipFile where they would be too many."""
        data = self._file.read(_MOST_AT_ONCE + 1 if size < 0 else min(size, _MOST_AT_ONCE + 1))
        if len(data) > _MOST_AT_ONCE:
            raise BadZipFile
        return data
