"""The faults of batch files that their readers find, under the codes that such files have (specification `lrs` 3.5)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from adapters.formats.csv_file import Stop
from adapters.formats.table_rules import TableRules
from adapters.formats.table_texts import TEXTS
from adapters.formats.xml_items import FaultType
from adapters.formats.xml_reading_rules import describe_files, form_text
from adapters.formats.xml_reading_words import EMPTY, TOO_MANY
from adapters.kinds.verify import batch_texts
from adapters.kinds.verify.batch import RECORDS, no_records, put, too_many
from gateway.core.notices import Scope, Severity
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Rule

_UNREADABLE: Final = "GF006"
_BADLY_FORMED: Final = "WSEC0001"
_AS_THE_ENGINE: Final = ("windows_text", "row_width", "row_quote", "long_row", "bare_quote", "blank_lines", "line_ends")
"""What is told under the engine's own codes."""


@dataclass(frozen=True, slots=True)
class SizeCodes:
    """By which codes a kind tells that a file holds nothing, holds too much, and that its headings are wrong."""

    empty: str
    too_many: str
    too_large: str = "GF007"
    headings: str = "GF004"


def table_faults(book: Rulebook, sizes: SizeCodes, missing: Rule, wrong: Rule) -> TableRules:
    """Put what the reader of tables finds into a rulebook, and return which rule tells which fault.

    `missing` and `wrong` are the kind's own rules on values, which look at files in XML as well.
    """
    codes = dict.fromkeys(("headings", "delimiter"), sizes.headings) | {"too_large": sizes.too_large}
    codes |= dict.fromkeys(("file_type", "nul_character", "text_encoding", "open_quote"), _UNREADABLE)
    codes |= {name: TEXTS[name][0] for name in _AS_THE_ENGINE}
    told = {name: _described(book, name, code) for name, code in codes.items()}
    told["empty"] = book.describe("file_empty", sizes.empty, TEXTS["empty"][3], scope="file")
    told["no_records"] = book.describe("no_records", sizes.empty, batch_texts.NO_RECORDS, scope="file")
    told["too_many"] = book.describe("too_many", sizes.too_many, batch_texts.TOO_MANY, scope="file")
    stops = {
        Stop.SIZE: told.pop("too_large"),
        Stop.TYPE: told.pop("file_type"),
        Stop.NUL: told.pop("nul_character"),
        Stop.ENCODING: told.pop("text_encoding"),
        Stop.OPEN_QUOTE: told.pop("open_quote"),
    }
    return TableRules(stops=stops, missing=missing, wrong=wrong, text=(), **told)


def _described(book: Rulebook, name: str, code: str) -> Rule:
    _, severity, scope, text = TEXTS[name]
    return book.describe(name, code, text, severity=severity, scope=scope)


def xml_faults(book: Rulebook, sizes: SizeCodes) -> Mapping[str, Rule]:
    """Put what the reader of XML finds into a rulebook, and return the rules by the reader's own codes."""
    read = Rulebook()
    codes = {"FILE_LIMIT": sizes.too_large, "FILE_ROOT": _BADLY_FORMED, "FILE_NAMESPACE": _BADLY_FORMED}
    files = {
        code: replace(rule, code=codes.get(code, _UNREADABLE)) if rule.severity is Severity.ERROR else rule
        for code, rule in describe_files(read).items()
    }
    book.rules |= {rule.name: rule for rule in files.values()}
    schema = book.describe("schema", _BADLY_FORMED, _SCHEMA)
    large = book.describe("record_too_large", _BADLY_FORMED, _TOO_LARGE)
    put(book, no_records, (sizes.empty, batch_texts.NO_RECORDS), [RECORDS], scope=Scope.FILE)
    put(book, too_many, (sizes.too_many, batch_texts.TOO_MANY), [RECORDS], scope=Scope.FILE)
    return {**files, **dict.fromkeys((*FaultType, EMPTY, TOO_MANY), schema), FaultType.TOO_LARGE: large}


_SCHEMA: Final = form_text(
    "The elements are not those of this kind of file.",
    "elements have one order and one spelling, capital letters included, and what cannot be placed cannot be read.",
    "take the element out, correct its name, or put it in its order; the page of this file kind lists them.",
    "Surname is not a known element here.",
)
_TOO_LARGE: Final = form_text(
    "A record is larger than any that is checked.",
    "no record has so much to tell; it is a fault of the software, or an attack.",
    "ask your software's supplier why it is so large.",
    "The record is too large to be checked (2,000,000 bytes).",
)
