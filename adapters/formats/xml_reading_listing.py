"""Lists every field of an XML file kind from its schema, for the page that its senders read."""

from collections.abc import Iterator
from typing import NamedTuple

from adapters.formats.xml_items import FieldTable, Shape
from adapters.formats.xml_reading_form import file_model
from adapters.formats.xml_schema import Model


class ListedField(NamedTuple):
    """A field or group: its name, how deep it stands below the root, how often it may stand, and what it holds."""

    name: str
    depth: int
    occurs: str
    holds: str


def listed(shape: Shape, table: FieldTable) -> Iterator[ListedField]:
    """Yield all that may stand below the root of a shape's files, in the order of the schema."""
    yield from _below(file_model(shape), table, ())


def _below(model: Model, table: FieldTable, above: tuple[str, ...]) -> Iterator[ListedField]:
    for name, below in model.children.items():
        path = (*above, name)
        words = table.words("/".join(path))
        said = [words.title, words.looks_like] if words else []
        holds = ": ".join(filter(None, said if below.leaf else said[:1]))
        yield ListedField(name, len(above), _occurs(model, name), holds)
        yield from _below(below, table, path)


def _occurs(model: Model, name: str) -> str:
    """Return how often a child may stand: `1`, `0..1`, `0..17`, or `1..n` where nothing bounds it."""
    least = "1" if name in model.required else "0"
    most = str(model.most[name]) if name in model.most else "n"
    return least if least == most else f"{least}..{most}"


def field_table(shape: Shape, table: FieldTable) -> str:
    """Return the fields as the table that a page holds; what stands within a group is set off by dots."""
    lines = ["| field | how often | what it holds |", "| --- | --- | --- |"]
    for field in listed(shape, table):
        name = "· " * field.depth + field.name
        lines.append(f"| {name} | {field.occurs} | {_cell(field.holds)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
