"""The wrapping `zip`: one file in a ZIP, of whatever kind; it is judged by its own name, not by the ZIP's."""

from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO, Self

from adapters.formats.zip_file import ZipLimits, ZipRefusal, unpack
from gateway.core.notices import Notice
from gateway.core.ports.wrappings import Wrapped
from gateway.core.rules.engine import FILE_ZIP
from gateway.core.rules.rule import Found


class ZipWrapping:
    """The `Wrapping` port for ZIP archives."""

    name = "zip"

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> Self:  # noqa: ARG003 - nothing is set of it
        """Return the wrapping."""
        return cls()

    def claims(self, file_name: str) -> bool:
        """Tell whether the name is that of a ZIP."""
        return file_name.casefold().endswith(".zip")

    def open(self, wrapped: Wrapped, out: BinaryIO) -> str | Notice:
        """Write the one file inside and return its name; a bomb is refused before the limit is passed."""
        found = unpack(wrapped.path, out, ZipLimits(most_bytes=wrapped.most_bytes))
        if not isinstance(found, ZipRefusal):
            return found
        notice = FILE_ZIP.notice(found=Found(words={"what is wrong": found.message}))
        return replace(notice, fix=found.fix)
