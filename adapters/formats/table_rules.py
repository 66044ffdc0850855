"""The engine's own rules on tables: what stops the reading, what refuses a row, what only is told.

`table_rules` adds them to a kind's rulebook; a kind with codes of its own hands its own rules in instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.formats.csv_file import Stop
from adapters.formats.table_texts import TEXTS
from adapters.formats.table_values import text_invisible, text_mojibake
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRules:
    """Which rule tells which fault; one that is None is not told."""

    stops: Mapping[Stop, Rule]
    headings: Rule
    delimiter: Rule
    empty: Rule
    no_records: Rule
    too_many: Rule
    row_width: Rule
    row_quote: Rule
    long_row: Rule
    missing: Rule
    wrong: Rule
    windows_text: Rule
    blank_lines: Rule
    spelling: Rule | None = None
    bare_quote: Rule | None = None
    line_ends: Rule | None = None
    text: tuple[str, ...] = ()
    """The names of the rules on damaged and invisible characters, which the engine looks for beside its own checks."""


def table_rules(
    book: Rulebook, fields: Sequence[str], *, text: bool = True, own: Mapping[str, Rule] | None = None
) -> TableRules:
    """Add the engine's rules to a kind's rulebook and return them.

    `own` are the kind's own rules by the engine's name, such as `row_width`, which are told instead. With `text` the
    values of the fields are looked through for damaged and for invisible characters.
    """
    told = dict(own or {})
    for name, (code, severity, scope, words) in TEXTS.items():
        if name not in told:
            told[name] = book.describe(name, code, words, severity=severity, scope=scope)
    if text:
        book.rule("TEXT_MOJIBAKE", fields=fields, each=True, severity="warning")(text_mojibake(fields))
        book.rule("TEXT_INVISIBLE", fields=fields, each=True, severity="warning")(text_invisible(fields))
    stops = {
        Stop.SIZE: told.pop("too_large"),
        Stop.TYPE: told.pop("file_type"),
        Stop.NUL: told.pop("nul_character"),
        Stop.ENCODING: told.pop("text_encoding"),
        Stop.OPEN_QUOTE: told.pop("open_quote"),
    }
    return TableRules(stops=stops, text=("text_mojibake", "text_invisible") if text else (), **told)
