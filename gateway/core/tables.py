"""What a schema says of a table: its fields in order, and what each may hold.

A description is a Table Schema in JSON (`schemas/csv/*.json`); this module says what is wrong with a value in words
that a data manager understands, never in a regular expression.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Member

from gateway.core.date_forms import FIRST_YEAR, ISO_DAY, ISO_MOMENT, LAST_YEAR, SHAPES, DateForm, read_moment

_SPREADSHEET_DATE = re.compile(r"[0-9]{1,2}[/. -]([0-9]{1,2}|[A-Za-z]{3,9})[/. -][0-9]{2,4}( [0-9:]+)?", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_NAME_WORDS = re.compile("a+(-a+)*( a+(-a+)*)*")
_NAME_SIGNS = {"-": "-", "'": "-", "\N{RIGHT SINGLE QUOTATION MARK}": "-", " ": " "}


Test = Callable[[str], "FieldFault | None"]
"""Says what is wrong with a value, or None."""


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
    min_length: int | None = Member(None, alias="minLength")
    max_length: int | None = Member(None, alias="maxLength")
    pattern: str | None = None
    enum: tuple[str, ...] | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None


class Field(BaseModel):
    """One field: `looks_like` is its form in words, `aliases` are spellings that are read as its name.

    `format` is how its dates are written, and `tolerated` are forms that are read too; the format `name` asks for words
    of letters and marks of any script with hyphens and apostrophes inside. `missing_values` are texts that stand for no
    value, also where one is required.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: Literal["string", "date", "datetime", "integer", "number"] = "string"
    format: DateForm | Literal["name"] | None = None
    tolerated: tuple[DateForm, ...] = ()
    title: str
    looks_like: str = Member("", alias="looksLike")
    aliases: tuple[str, ...] = ()
    meanings: Mapping[str, str] = {}
    missing_values: tuple[str, ...] = Member((), alias="missingValues")
    constraints: Constraints = Constraints()

    @cached_property
    def check(self) -> Test:
        """Return a function that says what is wrong with a trimmed value of this field, or None.

        Of several faults the one is told that says most: a code that is not allowed before a text that is too long.
        """
        found = (self._type(), self._enum(), self._pattern(), self._range(), self._length())
        tests = [test for test in found if test]
        missing = self._missing() if self.constraints.required else None
        no_value = frozenset(self.missing_values)

        def check(value: str) -> FieldFault | None:
            if not value:
                return missing
            if value in no_value:
                return None
            for test in tests:
                fault = test(value)
                if fault is not None:
                    return fault
            return None

        return check

    def present(self, value: str) -> str:
        """Return a trimmed value, or an empty text where it is one that stands for no value."""
        return "" if value in self.missing_values else value

    def moment(self, value: str) -> datetime | None:
        """Return the moment that a value names in the field's own form or in one that is tolerated, or None."""
        moment = read_moment(value, self._form)
        if moment is not None or not self.tolerated:
            return moment
        moments = (read_moment(value, form) for form in self.tolerated)
        return next((moment for moment in moments if moment is not None), None)

    def day(self, value: str) -> date | None:
        """Return the day that a value names in the field's own form or in one that is tolerated, or None."""
        moment = self.moment(value)
        return None if moment is None else moment.date()

    def tolerates(self, value: str) -> bool:
        """Tell whether a value is a date or time, but not in the field's own form."""
        return read_moment(value, self._form) is None and self.moment(value) is not None

    @cached_property
    def _form(self) -> DateForm:
        if self.format is None or self.format == "name":
            return ISO_MOMENT if self.type == "datetime" else ISO_DAY
        return self.format

    def _missing(self) -> FieldFault:
        return FieldFault(missing=True, message=f"{self.name} is empty.", fix=f"Enter {self.title}.")

    def _length(self) -> Test | None:
        least, limit = self.constraints.min_length or 0, self.constraints.max_length
        if not least and limit is None:
            return None
        fix = self.looks_like and f"Write {self.looks_like}."
        wanted = f"the limit is {limit}" if limit != least else f"it must have {limit}"

        def test(value: str) -> FieldFault | None:
            size = len(value)
            if size >= least and (limit is None or size <= limit):
                return None
            told = wanted if size >= least or limit == least else f"it must have at least {least}"
            message = f"{self.name} has {size} character{'' if size == 1 else 's'}; {told}."
            shorter = f"Shorten it to {limit} characters or fewer."
            longer = f"Write {least} characters or more."
            return FieldFault(missing=False, message=message, fix=fix or (shorter if size >= least else longer))

        return test

    def _range(self) -> Test | None:
        least, most = self.constraints.minimum, self.constraints.maximum
        if self.type not in {"integer", "number"} or least is most is None:
            return None
        bounds = {"at least": least, "at most": most}
        words = " and ".join(f"{bound} {limit}" for bound, limit in bounds.items() if limit is not None)
        fault = FieldFault(missing=False, message=f"{self.name} must be {words}.", fix=f"Enter {self.title}.")

        def test(value: str) -> FieldFault | None:
            number = Decimal(value)
            return None if (least is None or least <= number) and (most is None or number <= most) else fault

        return test

    def _type(self) -> Test | None:
        if self.format == "name":
            return self._name
        dated = self._date
        return {"date": dated, "datetime": dated, "integer": self._integer, "number": self._number}.get(self.type)

    def _date(self, value: str) -> FieldFault | None:
        if self.moment(value) is not None:
            return None
        shape = SHAPES[self._form]
        what, whole = ("date and time", "moment") if shape.timed else ("date", "day")
        message = f"{self.name} is not a {what} in the form {shape.words}"
        if shape.pattern.fullmatch(value):
            message = f"{self.name} is not a {whole} that exists in the years {FIRST_YEAR} to {LAST_YEAR}"
        elif _SPREADSHEET_DATE.fullmatch(value):
            message += ": a spreadsheet has probably changed its form"
        fix = f"Write the {what} as {shape.words}, such as {shape.example}; keep a spreadsheet from changing it."
        return FieldFault(missing=False, message=f"{message}.", fix=fix)

    def _name(self, value: str) -> FieldFault | None:
        if _NAME_WORDS.fullmatch("".join(map(_name_part, value))):
            return None
        return FieldFault(
            missing=False, message=f"{self.name} must be {self.looks_like}.", fix=f"Write {self.looks_like}."
        )

    def _integer(self, value: str) -> FieldFault | None:
        if value.isascii() and value.isdigit():
            return None
        return FieldFault(missing=False, message=f"{self.name} is not a whole number.", fix="Write digits only.")

    def _number(self, value: str) -> FieldFault | None:
        if _NUMBER.fullmatch(value):
            return None
        return FieldFault(
            missing=False, message=f"{self.name} is not a number.", fix="Write a number such as 57 or 57.5."
        )

    def _pattern(self) -> Test | None:
        if self.constraints.pattern is None:
            return None
        pattern = re.compile(self.constraints.pattern, re.ASCII)
        fault = FieldFault(
            missing=False,
            message=f"{self.name} must be {self.looks_like}.",
            fix=f"Write {self.looks_like}.",
        )
        return lambda value: None if pattern.fullmatch(value) else fault

    def _enum(self) -> Test | None:
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
    """The fields of one table in their order, with the name and version that the field's users know.

    `fields_match` tells how a heading row is read: `exact` in this order and letter for letter, `equal` in any order
    and any case. `primary_key` names the fields by which a row is known; `max_rows` and `max_bytes` bound a file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    version: str
    source: str
    fields_match: Literal["exact", "equal"] = Member("exact", alias="fieldsMatch")
    primary_key: tuple[str, ...] = Member((), alias="primaryKey")
    max_rows: int | None = Member(None, alias="maxRows")
    max_bytes: int | None = Member(None, alias="maxBytes")
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


@lru_cache(maxsize=1 << 14)
def read_date(value: str) -> date | None:
    """Return the date that a text in the form YYYY-MM-DD names, years 1800 to 2099, or None (`lrs` 6.5)."""
    moment = read_moment(value, ISO_DAY) if len(value) == len("YYYY-MM-DD") else None
    return None if moment is None else moment.date()


def _name_part(character: str) -> str:
    """Return what a character is in a name: `a` for letters and marks, `-` for what joins, a blank, or `?`."""
    if unicodedata.category(character)[0] in "LM":
        return "a"
    return _NAME_SIGNS.get(character, "?")
