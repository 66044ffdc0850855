"""What a schema says of a table: its fields in order, and what each may hold.

A description is a Table Schema in JSON (`schemas/csv/*.json`); this module says what is wrong with a value in words
that a data manager understands, never in a regular expression.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Member

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_SPREADSHEET_DATE = re.compile(r"[0-9]{1,2}[/. -]([0-9]{1,2}|[A-Za-z]{3,9})[/. -][0-9]{2,4}( [0-9:]+)?", re.ASCII)
_DATE_FIX = "Write the date as YYYY-MM-DD, such as 2008-05-31; keep a spreadsheet from changing it."
_FIRST_YEAR, _LAST_YEAR = 1800, 2099


class FieldFault(BaseModel):
    """What is wrong with one value: `missing` where it is empty and must not be."""

    model_config = ConfigDict(frozen=True)

    missing: bool
    message: str
    fix: str


class Constraints(BaseModel):
    """The limits of one field, named as Table Schema names them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    required: bool = False
    max_length: int | None = Member(None, alias="maxLength")
    pattern: str | None = None
    enum: tuple[str, ...] | None = None


class Field(BaseModel):
    """One field: `looks_like` is its pattern in words, `aliases` are spellings that are read as its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: Literal["string", "date", "integer"] = "string"
    title: str
    looks_like: str = Member("", alias="looksLike")
    aliases: tuple[str, ...] = ()
    meanings: Mapping[str, str] = {}
    constraints: Constraints = Constraints()

    @cached_property
    def check(self) -> Callable[[str], FieldFault | None]:
        """Return a function that says what is wrong with a trimmed value of this field, or None.

        Of several faults the one is told that says most: a code that is not allowed before a text that is too long.
        """
        tests = [test for test in (self._type(), self._enum(), self._pattern(), self._length()) if test]
        missing = self._missing() if self.constraints.required else None

        def check(value: str) -> FieldFault | None:
            if not value:
                return missing
            for test in tests:
                fault = test(value)
                if fault is not None:
                    return fault
            return None

        return check

    def _missing(self) -> FieldFault:
        return FieldFault(missing=True, message=f"{self.name} is empty.", fix=f"Enter {self.title}.")

    def _length(self) -> Callable[[str], FieldFault | None] | None:
        limit = self.constraints.max_length
        if limit is None:
            return None

        fix = f"Write {self.looks_like}." if self.looks_like else f"Shorten it to {limit} characters or fewer."

        def test(value: str) -> FieldFault | None:
            if len(value) <= limit:
                return None
            message = f"{self.name} has {len(value)} characters; the limit is {limit}."
            return FieldFault(missing=False, message=message, fix=fix)

        return test

    def _type(self) -> Callable[[str], FieldFault | None] | None:
        return {"date": self._date, "integer": self._integer}.get(self.type)

    def _date(self, value: str) -> FieldFault | None:
        if read_date(value) is not None:
            return None
        message = f"{self.name} is not a date in the form YYYY-MM-DD"
        if _ISO_DATE.fullmatch(value):
            message = f"{self.name} is not a day that exists in the years {_FIRST_YEAR} to {_LAST_YEAR}"
        elif _SPREADSHEET_DATE.fullmatch(value):
            message += ": a spreadsheet has probably changed its form"
        return FieldFault(missing=False, message=f"{message}.", fix=_DATE_FIX)

    def _integer(self, value: str) -> FieldFault | None:
        if value.isascii() and value.isdigit():
            return None
        return FieldFault(missing=False, message=f"{self.name} is not a whole number.", fix="Write digits only.")

    def _pattern(self) -> Callable[[str], FieldFault | None] | None:
        if self.constraints.pattern is None:
            return None
        pattern = re.compile(self.constraints.pattern, re.ASCII)
        fault = FieldFault(
            missing=False,
            message=f"{self.name} must be {self.looks_like}.",
            fix=f"Write {self.looks_like}.",
        )
        return lambda value: None if pattern.fullmatch(value) else fault

    def _enum(self) -> Callable[[str], FieldFault | None] | None:
        if self.constraints.enum is None:
            return None
        allowed = frozenset(self.constraints.enum)
        words = ", ".join(self._with_meaning(code) for code in self.constraints.enum)
        fault = FieldFault(
            missing=False, message=f"{self.name} is not one of the codes allowed.", fix=f"Use one of: {words}."
        )
        return lambda value: None if value in allowed else fault

    def _with_meaning(self, code: str) -> str:
        meaning = self.meanings.get(code)
        return f"{code} ({meaning})" if meaning else code


class TableSchema(BaseModel):
    """The fields of one table in their order, with the name and version that the field's users know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    version: str
    source: str
    fields: tuple[Field, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the headings in their order."""
        return tuple(field.name for field in self.fields)

    def __getitem__(self, name: str) -> Field:
        """Return a field by its name; raise KeyError where there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}


def read_date(value: str) -> date | None:
    """Return the date that a text in the form YYYY-MM-DD names, years 1800 to 2099, or None (`lrs` 6.5)."""
    return _read_date(value) if len(value) == len("YYYY-MM-DD") else None


@lru_cache(maxsize=1 << 14)
def _read_date(value: str) -> date | None:
    found = _ISO_DATE.fullmatch(value)
    if not found or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
