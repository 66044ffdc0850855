"""Reads a rule's public text: a docstring's title and its sections Why, Fix, Message, Bad and Good.

Message and Fix may name the record's fields and the words that the rule yields, in braces; `{field}` is the field at
fault.
"""

import re
import shlex
from collections.abc import Mapping

from gateway.core.errors import AdapterError
from gateway.core.notices import Scope, Severity
from gateway.core.rules.rule import Rule

_SECTION = re.compile(r"^(Why|Fix|Message|Bad|Good): ?(.*)$")
_SECTIONS = ("why", "fix", "message")


def read_text(name: str, text: str) -> Rule:
    """Return a rule of a docstring's title, sections and examples; raise AdapterError where one is missing."""
    title, _, rest = text.partition("\n")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in rest.splitlines():
        opened = _SECTION.match(line)
        if opened:
            current = sections.setdefault(opened[1].lower(), [])
            current.append(opened[2])
        elif line.strip() and current:
            current[-1] = f"{current[-1]} {line.strip()}"
    missing = [section for section in _SECTIONS if section not in sections]
    if missing or not title.endswith("."):
        raise AdapterError(f"The rule {name} lacks {', '.join(missing) or 'a title that is a sentence'}; write it.")
    return Rule(
        name=name,
        code="",
        severity=Severity.ERROR,
        scope=Scope.RECORD,
        fields=(),
        title=title,
        why=_sentence(sections["why"][0]),
        fix=_sentence(sections["fix"][0]),
        message=sections["message"][0],
        bad=tuple(map(_example, sections.get("bad", []))),
        good=tuple(map(_example, sections.get("good", []))),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _example(line: str) -> Mapping[str, str]:
    pairs = (pair.partition("=") for pair in shlex.split(line))
    return {name: value for name, _, value in pairs}
