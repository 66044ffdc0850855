"""What a layout says of a fixed-width file: its record types, and where each field stands in a record.

A description is JSON (`schemas/fixed/*.json`), so that another layout needs no code.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Member

from gateway.core.tables import Field


class Place(Field):
    """A field of a fixed-width record; `start` counts characters from 1."""

    start: int = Member(ge=1)
    length: int = Member(ge=1)
    justified: Literal["left", "right"] = "left"

    @property
    def end(self) -> int:
        """Return the place of the field's last character, counted from 1."""
        return self.start + self.length - 1


class RecordType(BaseModel):
    """One type of record, known by its first characters; `under` is the type of the record that it belongs to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    title: str
    under: str | None = None
    fields: tuple[Place, ...]

    def values(self, line: str) -> dict[str, str]:
        """Return a line's values by field, without the blanks around them; what the line lacks is empty."""
        return {field.name: line[field.start - 1 : field.end].strip() for field in self.fields}

    def stray(self, line: str) -> int | None:
        """Return the first place, counted from 1, that holds a character though no field stands there, or None."""
        return next((place for place, character in self._gaps(line) if not character.isspace()), None)

    def _gaps(self, line: str) -> Iterator[tuple[int, str]]:
        return ((place, character) for place, character in enumerate(line, start=1) if place not in self._taken)

    @cached_property
    def _taken(self) -> frozenset[int]:
        return frozenset(place for field in self.fields for place in range(field.start, field.end + 1))

    @model_validator(mode="after")
    def _fields_stand_one_after_the_other(self) -> Self:
        for left, right in zip(self.fields, self.fields[1:], strict=False):
            if right.start <= left.end:
                raise ValueError(f"the fields {left.name} and {right.name} of {self.type} overlap")
        return self


class FixedLayout(BaseModel):
    """The record types of one fixed-width file; every record has `record_length` characters before its line end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    version: str
    source: str
    record_length: int = Member(alias="recordLength")
    records: tuple[RecordType, ...]

    def __getitem__(self, record_type: str) -> RecordType:
        """Return a record type by its first characters; raise KeyError where there is none."""
        return self._by_type[record_type]

    def type_of(self, line: str) -> RecordType | None:
        """Return the type of the record that a line holds, or None where it begins like none."""
        return next((record for record in self.records if line.startswith(record.type)), None)

    @cached_property
    def _by_type(self) -> dict[str, RecordType]:
        return {record.type: record for record in self.records}

    @model_validator(mode="after")
    def _fields_fit_into_the_record(self) -> Self:
        for record in self.records:
            if record.fields[-1].end > self.record_length:
                raise ValueError(f"{record.type} is longer than {self.record_length} characters")
        return self
