"""Shows an element as a Group whose fields are read only when they are asked for, and copies such a group plainly.

A leaf is a value; a child that holds others, bears attributes or may repeat is a group. A group that is itself a leaf
has its own text under the empty name, and each attribute stands under its name behind an @.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, TypeVar

from lxml import etree

from adapters.formats.xml_schema import Model, line_at
from gateway.core.model import Group

_SPACE: Final = " \t\r\n"
_SOUGHT: Final = 6
_KEPT: Final = 1 << 10
"""Names of children of which is remembered how they are read: more than a schema has, and no file makes them more."""
_STEP: Final = re.compile(r"([^/\[]+)(?:\[([0-9]+)\])?")
_Other = TypeVar("_Other")


@lru_cache(maxsize=4096)
def name_of(tag: str) -> str:
    """Return a tag without its namespace: the same object each time, so that many of them are sent as one."""
    return tag.rpartition("}")[2]


class Form:
    """What may be asked of an element, laid out for quick reading: how lxml finds each leaf, and the model."""

    __slots__ = ("_below", "leaves", "model", "steps")

    def __init__(self, model: Model) -> None:
        self.model = model
        self.leaves = {name: f"{{*}}{name}" for name, below in model.children.items() if not below.children}
        self._below: dict[str, Form] = {}
        self.steps: dict[str, _Step] = {}

    def below(self, name: str) -> "Form":
        """Return the form of a child, made when it is first asked for: a type may hold itself."""
        form = self._below.get(name)
        if form is None:
            form = Form(self.model.children.get(name) or Model())
            if len(self._below) < _KEPT:
                self._below[name] = form
        return form

    def step(self, tag: str) -> "_Step":
        """Return of a child by its tag: its name, its form unless it is a leaf, whether it may repeat."""
        name = name_of(tag)
        repeats = name in self.model.repeated
        is_leaf = name in self.leaves and not repeats
        step = name, None if is_leaf else self.below(name), repeats
        if len(self.steps) < _KEPT:
            self.steps[tag] = step
        return step


_Step = tuple[str, Form | None, bool]


def lazy(node: etree._Element, form: Form, path: str = "") -> Group:
    """Return an element as a group that reads what it is asked for, while the element's tree is held."""
    return Group(values=_Values(node, form), groups=_Groups(node, form, path), path=path)


def plain(group: Group) -> Group:
    """Return a copy of a group that holds all that is in it, in dicts."""
    groups = {name: tuple(map(plain, below)) for name, below in group.groups.items()}
    return Group(values=dict(group.values), groups=groups, path=group.path)


def line_below(node: etree._Element, first: int, shift: int, path: str) -> int:
    """Return the line of a field below a record by its path, or of the nearest element above it that stands."""
    found = node
    for tag, nth in _steps(path):
        child = next(islice(found.iterchildren(tag), nth, None), None)
        if child is None:
            break
        found = child
    return first if found is node else line_at(found) + shift


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[tuple[str, int], ...]:
    """Return the elements of a path as lxml finds them, and which of several each is, from 0; up to an attribute."""
    elements = path.partition("@")[0]
    return tuple((f"{{*}}{name}", int(number or 1) - 1) for name, number in _STEP.findall(elements))


class _Values(Mapping[str, str]):
    """The leaves of an element, each read when it is first asked for."""

    __slots__ = ("_children", "_known", "form", "node")

    def __init__(self, node: etree._Element, form: Form) -> None:
        self.node = node
        self.form = form
        self._known: dict[str, str | None] = {}
        self._children: dict[str, etree._Element] | None = None

    def get(self, name: str, /, default: str | _Other | None = None) -> str | _Other | None:  # type: ignore[override]
        """Return a field's trimmed text; asking for an absent field costs no exception."""
        known = self._known
        if name in known:
            text = known[name]
        else:
            text = known[name] = self._read(name)
        return default if text is None else text

    def __getitem__(self, name: str) -> str:
        text = self.get(name)
        if text is None:
            raise KeyError(name)
        return text

    def __iter__(self) -> Iterator[str]:
        names = ["", *_names(self.node), *self._attributes()]
        return (name for name in names if self.get(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _read(self, name: str) -> str | None:
        """Return the text of a leaf or an attribute; None where there is none.

        A field is sought among its siblings, until so many were that a table of all of them repays itself.
        """
        tag = self.form.leaves.get(name)
        if tag is None:
            return self._unnamed(name)
        if len(self._known) < _SOUGHT:
            for child in self.node.iterchildren(tag):
                return _text(child)
            return None
        return _text(self._table().get(name))

    def _unnamed(self, name: str) -> str | None:
        """Return what the schema names as no leaf: an attribute, the element's own text, or a leaf that is unknown."""
        model = self.form.model
        if name.startswith("@"):
            return self._attributes().get(name)
        node = self._table().get(name) if name else self.node
        above = model.children.get(name) if name else model
        return None if node is None or len(node) or (above and above.children) else _text(node)

    def _table(self) -> dict[str, etree._Element]:
        if self._children is None:
            self._children = {name_of(child.tag): child for child in self.node.iterchildren(reversed=True)}
        return self._children

    def _attributes(self) -> dict[str, str]:
        if not self.form.model.attributes:
            return {}
        return {f"@{name_of(str(name))}": str(text).strip(_SPACE) for name, text in self.node.attrib.items()}


class _Groups(Mapping[str, Sequence[Group]]):
    """The groups below an element, those of a name made when they are first asked for."""

    __slots__ = ("_form", "_known", "_named", "_node", "_path")

    def __init__(self, node: etree._Element, form: Form, path: str) -> None:
        self._node = node
        self._form = form
        self._path = path
        self._known: dict[str, tuple[Group, ...]] = {}
        self._named: dict[str, list[etree._Element]] | None = None

    def get(  # type: ignore[override]
        self, name: str, /, default: Sequence[Group] | _Other | None = None
    ) -> Sequence[Group] | _Other | None:
        """Return the groups of a name; asking for an absent name costs no exception."""
        known = self._known
        if name not in known:
            known[name] = self._made(name)
        return known[name] or default

    def __getitem__(self, name: str) -> Sequence[Group]:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        if self._named is None:
            self._named = {}
            for child in self._node:
                self._named.setdefault(name_of(child.tag), []).append(child)
        return (name for name in self._named if self.get(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _made(self, name: str) -> tuple[Group, ...]:
        below, path = self._form.below(name), f"{self._path}/{name}" if self._path else name
        found = self._node.iterchildren(f"{{*}}{name}") if self._named is None else iter(self._named.get(name, ()))
        if name in self._form.model.repeated:
            return tuple(lazy(node, below, f"{path}[{number}]") for number, node in enumerate(found, 1))
        first = next(found, None)
        is_group = first is not None and (below.model.children or below.model.attributes or len(first))
        return (lazy(first, below, path),) if first is not None and is_group else ()


def _names(node: etree._Element) -> list[str]:
    """Return the names of the children, each once, in their order."""
    return list(dict.fromkeys(name_of(child.tag) for child in node))


def _text(node: etree._Element | None) -> str | None:
    return None if node is None else (node.text or "").strip(_SPACE)


def copied(group: Group) -> Group:
    """Return a copy of a group as `plain` does, read from its element in one pass where it is not read yet."""
    values = group.values
    if not isinstance(values, _Values) or values.form.model.attributes:
        return plain(group)
    return _copied(values.node, values.form, group.path)


def _copied(node: etree._Element, form: Form, path: str) -> Group:
    values: dict[str, str] = {}
    groups: dict[str, list[Group]] = {}
    steps = form.steps
    for child in node:
        name, below, repeats = steps.get(child.tag) or form.step(child.tag)
        if below is None:
            values.setdefault(name, (child.text or "").strip(_SPACE))
            continue
        several = groups.setdefault(name, [])
        place = f"{path}/{name}" if path else name
        several.append(_copied(child, below, f"{place}[{len(several) + 1}]" if repeats else place))
    return Group(values=values, groups=groups, path=path)
