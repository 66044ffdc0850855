"""Lists every element and attribute of an XML file kind from its schema, for the page that its senders read."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from adapters.formats.xml_items import FieldWords, Shape
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import file_model
from adapters.formats.xml_schema import Model

_SHOWN: Final = 30
"""So many codes of a list are told; of a longer one the first few, and how many there are."""
_SUCH_AS: Final = 3


class ListedField(NamedTuple):
    """A field or group: its name, how deep it stands below the root, how often it may stand, and what it holds."""

    name: str
    depth: int
    occurs: str
    holds: str


def listed(shape: Shape) -> Iterator[ListedField]:
    """Yield all that may stand below the root of a shape's files, in the order of the schema; attributes bear an @."""
    yield from _below(file_model(shape), SchemaFields(shape), ())


def _below(model: Model, table: SchemaFields, above: tuple[str, ...]) -> Iterator[ListedField]:
    yield from _attributes(table, above)
    for name, below in model.children.items():
        path = (*above, name)
        words = table.words("/".join(path))
        yield ListedField(name, len(above), _occurs(model, name), _holds(words, is_group=not below.leaf))
        yield from _below(below, table, path)


def _attributes(table: SchemaFields, above: tuple[str, ...]) -> Iterator[ListedField]:
    for name, required in table.attributes("/".join(above)):
        words = table.words("/".join((*above, f"@{name}")))
        yield ListedField(f"@{name}", len(above), "1" if required else "0..1", _holds(words, is_group=False))


def _holds(words: FieldWords | None, *, is_group: bool) -> str:
    """Return what a field is and what it must be: in the schema's words, else by its codes."""
    if words is None:
        return ""
    said = [words.title] if is_group else [words.title, words.looks_like or _codes(words.codes)]
    return ": ".join(filter(None, said))


def _codes(codes: tuple[str, ...]) -> str:
    if len(codes) <= _SHOWN:
        return ", ".join(codes)
    return f"one of {len(codes)} codes, such as {', '.join(codes[:_SUCH_AS])}"


def _occurs(model: Model, name: str) -> str:
    """Return how often a child may stand: `1`, `0..1`, `0..17`, or `1..n` where nothing bounds it."""
    least = "1" if name in model.required else "0"
    most = str(model.most[name]) if name in model.most else "n"
    return least if least == most else f"{least}..{most}"


def field_table(shape: Shape) -> str:
    """Return the fields as the table that a page holds; what stands within a group is set off by dots."""
    lines = ["| field | how often | what it holds |", "| --- | --- | --- |"]
    for field in listed(shape):
        name = "· " * field.depth + field.name
        lines.append(f"| {name} | {field.occurs} | {_cell(field.holds)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
