"""Writes the outcome of a results file as outcome.xml, with the same facts as outcome.csv."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape
from typing import Final, TextIO

from adapters.kinds.ao_results.responder import COLUMNS, Told, outcome_of, told_of, told_of_file, totals
from gateway.core.handover import Case
from gateway.core.model import Answer

_ALWAYS: Final = frozenset({"record_ref", "outcome"})
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class OutcomeXml:
    """Writes outcome.xml, with the totals as its last element."""

    def __init__(self, case: Case, create: Callable[[str], TextIO]) -> None:
        self._file = create("outcome.xml")
        self._counted: Counter[str] = Counter()
        self._file.write('<?xml version="1.0" encoding="UTF-8"?>\n<outcomes>\n')
        self._results(told_of_file(iter(case.rejections)))

    def write(self, answer: Answer) -> None:
        """Write what became of one result."""
        self._counted[outcome_of(answer)] += 1
        self._results(told_of(answer))

    def finish(self) -> None:
        """Write the totals."""
        listed = "".join(_element(name, count) for name, count in totals(self._counted).items())
        self._file.write(f"  <totals>{listed}</totals>\n</outcomes>\n")

    def _results(self, lines: Iterable[Told]) -> None:
        for line in lines:
            told = zip(COLUMNS, line, strict=True)
            listed = "".join(_element(name, value) for name, value in told if value or name in _ALWAYS)
            self._file.write(f"  <result>{listed}</result>\n")


def _element(name: str, value: object) -> str:
    return f"<{name}>{escape(_FORBIDDEN.sub(' ', str(value)), quote=False)}</{name}>"
