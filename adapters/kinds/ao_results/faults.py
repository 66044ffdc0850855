"""The faults of a results file in CSV that its reader finds, under the codes of results files (AR-02 to AR-11)."""

from collections.abc import Mapping
from typing import Final

from adapters.formats.csv_file import Stop
from adapters.formats.table_rules import TableRules
from adapters.formats.table_texts import TEXTS
from adapters.formats.table_values import text_invisible, text_mojibake
from adapters.kinds.ao_results import rules_grades, rules_repeats, rules_settling
from adapters.kinds.ao_results.result import SCHEMA
from adapters.kinds.ao_results.rules import RULES
from adapters.kinds.ao_results.rules_files import FILES
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Rule

RULE_MODULES: Final = (rules_grades, rules_repeats, rules_settling)
"""The modules whose rules are in `RULES` beside its own: each registers them when it is imported."""
BOOK: Final = Rulebook(rules={**FILES.rules, **RULES.rules})
_CODES: Final[Mapping[str, str]] = {
    "file_type": "AR-02",
    "nul_character": "AR-02",
    "text_encoding": "AR-02",
    "open_quote": "AR-02",
    "headings": "AR-03",
    "delimiter": "AR-03",
    "spelling": "AR-03",
    "empty": "AR-04",
    "no_records": "AR-04",
    "too_large": "AR-06",
    "too_many": "AR-06",
    "row_width": "AR-11",
    "row_quote": "AR-11",
    "long_row": "AR-11",
    "bare_quote": "AR-11",
    "blank_lines": "BLANK_LINES",
    "line_ends": "LINE_ENDS",
}
_MISSING: Final = BOOK.describe(
    "value_missing",
    "AR-10",
    """A value that every result needs is empty.

    Why: without it nobody can tell whose result it is, of what, or what is to be done with it.
    Fix: enter {title}.
    Message: {field} is empty.
    Bad: RecordRef=
    Bad: FamilyName=" "
    Bad: AwardDate=
    Good: GivenNames=
    """,
)
_WRONG: Final = BOOK.describe(
    "value_format",
    "AR-10",
    """A value does not have the form that its column asks for.

    Why: a value in another form cannot be read with certainty, so it is not guessed.
    Fix: {what the column asks for}
    Message: {what is wrong with the value}
    Bad: Action=X
    Bad: ULN=12345
    Bad: UCI=1234
    Bad: QAN=60112
    Bad: AwardDate=20/08/2026
    Bad: ExamSeries="Summer term"
    Bad: EmbargoUntil=2026-09-20
    Bad: Mark=many
    Good: UCI=-2
    Good: QAN=60112347
    Good: ExamSeries="June 2026"
    """,
)


def _described(name: str) -> Rule:
    _, severity, scope, words = TEXTS[name]
    return BOOK.describe(name, _CODES[name], words, severity=severity, scope=scope)


_TOLD: Final = {name: _described(name) for name in _CODES}
for _rule in (text_mojibake, text_invisible):
    BOOK.rule(_rule.__name__.upper(), fields=SCHEMA.names, each=True, severity="warning")(_rule(SCHEMA.names))

TABLE_RULES: Final = TableRules(
    stops={
        Stop.SIZE: _TOLD["too_large"],
        Stop.TYPE: _TOLD["file_type"],
        Stop.NUL: _TOLD["nul_character"],
        Stop.ENCODING: _TOLD["text_encoding"],
        Stop.OPEN_QUOTE: _TOLD["open_quote"],
    },
    headings=_TOLD["headings"],
    delimiter=_TOLD["delimiter"],
    empty=_TOLD["empty"],
    no_records=_TOLD["no_records"],
    too_many=_TOLD["too_many"],
    row_width=_TOLD["row_width"],
    row_quote=_TOLD["row_quote"],
    long_row=_TOLD["long_row"],
    missing=_MISSING,
    wrong=_WRONG,
    windows_text=_TOLD["text_encoding"],
    blank_lines=_TOLD["blank_lines"],
    spelling=_TOLD["spelling"],
    bare_quote=_TOLD["bare_quote"],
    line_ends=_TOLD["line_ends"],
    text=("text_mojibake", "text_invisible"),
)
"""Which of these the engine for tables tells for which fault."""
