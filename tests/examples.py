"""Makes records of the examples in rules' texts: `LearningDelivery[2]/FundModel=35` is a field of the second group.

A step with a number is a group that may repeat; one without is a field, or with `once` a group that stands once.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from dataclasses import field as member

from gateway.core.model import Group, Record

_STEP = re.compile(r"([^\[]+)\[([1-9][0-9]*)\]")


@dataclass
class _Branch:
    """A group in the making: its values, and its groups by name and number; 0 is one that stands once."""

    values: dict[str, str] = member(default_factory=dict)
    groups: dict[str, dict[int, "_Branch"]] = member(default_factory=dict)

    def put(self, path: str, value: str, once: Collection[str]) -> None:
        step, _, rest = path.partition("/")
        numbered = _STEP.fullmatch(step)
        if not rest or (numbered is None and step not in once):
            self.values[path] = value
            return
        name, number = (numbered[1], int(numbered[2])) if numbered else (step, 0)
        self.groups.setdefault(name, {}).setdefault(number, _Branch()).put(rest, value, once)

    def below(self, path: str) -> dict[str, tuple[Group, ...]]:
        """Return the groups in the order of their numbers, which must be 1, 2, 3 and so on."""
        return {name: tuple(self._made(found, f"{path}{name}")) for name, found in self.groups.items()}

    def _made(self, found: dict[int, "_Branch"], path: str) -> list[Group]:
        numbers = sorted(found)
        if numbers not in ([0], list(range(1, len(numbers) + 1))):
            raise ValueError(f"The groups {path} of an example must be numbered from 1 without a gap.")
        places = [(found[number], f"{path}[{number}]" if number else path) for number in numbers]
        return [Group(values=it.values, groups=it.below(f"{place}/"), path=place) for it, place in places]


def record_of(example: Mapping[str, str], *, number: int = 1, key: str = "", once: Collection[str] = ()) -> Record:
    """Return the record that an example describes; its line is ten times its number.

    `once` names groups that stand once; any other path without numbers is a field's own name, such as `Header/Year`.
    """
    whole = _Branch()
    for path, value in example.items():
        whole.put(path, value, once)
    return Record(number=number, line=10 * number, key=key, values=whole.values, groups=whole.below(""))
