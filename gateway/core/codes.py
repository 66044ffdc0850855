"""Code lists as dated data: which codes a field may hold on a day, and what they mean.

A description is JSON (`schemas/codes/*.json`), one file for each body that publishes codes.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property

from pydantic import BaseModel, ConfigDict


class Code(BaseModel):
    """One code and the days on which it may be used, both bounds included; None is without bound.

    Where there is a `shape`, a pattern, it stands for every code of that shape, and `code` says so in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    shape: str | None = None
    meaning: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the code may be used on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class CodeList(BaseModel):
    """The codes of one field; a code may stand several times, with other days or another meaning.

    The list speaks for the days from `covers_from` to `covers_to`: what is not on it may be a code on another day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    title: str
    covers_from: date | None = None
    covers_to: date | None = None
    codes: tuple[Code, ...]

    def valid(self, code: str, day: date) -> bool:
        """Tell whether a code may be used on a day."""
        return any(found.holds_on(day) for found in self._found(code))

    def known(self, code: str) -> bool:
        """Tell whether a code may be used on any day at all."""
        return next(self._found(code), None) is not None

    def meaning(self, code: str, day: date) -> str:
        """Return what a code means on a day; empty where it is not valid, or its meaning is not on the list."""
        return next((found.meaning for found in self._found(code) if found.holds_on(day)), "")

    def listed(self, day: date) -> tuple[Code, ...]:
        """Return the codes that may be used on a day, in the order of the list."""
        return tuple(code for code in self.codes if code.holds_on(day))

    def covers(self, day: date) -> bool:
        """Tell whether the list speaks for a day; where it does not, a code that it lacks is no error."""
        after = self.covers_from is None or self.covers_from <= day
        return after and (self.covers_to is None or day <= self.covers_to)

    def _found(self, code: str) -> Iterator[Code]:
        yield from self._by_code.get(code, ())
        yield from (found for pattern, found in self._shapes if pattern.fullmatch(code))

    @cached_property
    def _by_code(self) -> dict[str, list[Code]]:
        by_code: dict[str, list[Code]] = {}
        for code in self.codes:
            if code.shape is None:
                by_code.setdefault(code.code, []).append(code)
        return by_code

    @cached_property
    def _shapes(self) -> list[tuple[re.Pattern[str], Code]]:
        return [(re.compile(code.shape, re.ASCII), code) for code in self.codes if code.shape is not None]


class CodeBook(BaseModel):
    """The code lists of one body, by field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    source: str
    lists: tuple[CodeList, ...]

    def __getitem__(self, field: str) -> CodeList:
        """Return the code list of a field; raise KeyError where there is none."""
        return self._by_field[field]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that have a list."""
        return tuple(self._by_field)

    @cached_property
    def _by_field(self) -> dict[str, CodeList]:
        return {codes.field: codes for codes in self.lists}
