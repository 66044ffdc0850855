"""What the batch files of awarding organisations have in common: name, header, count, in CSV and in XML.

The rules look at the file's frame: `file_name`, `name_fault` (the code of what is wrong with the name), `name_ukprn`,
`sender_ukprn`, the header's values by name, `header` (their names), `count_field` (the one that counts), `most_records`
and, once all is read, `records`. A value that is not known is absent. Each kind says the texts.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from gateway.core.corrections import Wanted
from gateway.core.handover import Claim
from gateway.core.model import Record
from gateway.core.notices import Scope
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, RecordRule, Rule
from gateway.core.rules.text import read_text
from gateway.core.submission import Organisation
from gateway.core.tables import TableSchema

VERSIONS: Final = ("2A", "1")
"""The versions of the layout that are read; none is published, so that of the registration file is taken as well."""
CSV, XML = ".CSV", ".XML"
RECORDS: Final = "records"
_UKPRN_SIZE: Final = 8
_OLDEST: Final = 110


@dataclass(frozen=True, kw_only=True)
class Batch:
    """One sort of batch file: its header, the field that counts its records, and how its files are named.

    `is_stem` tells whether a name without its extension is right, `prefix` is how every name begins, and `most` is how
    many records a file may hold.
    """

    header: tuple[str, ...]
    count_field: str
    prefix: str
    is_stem: Callable[[str], bool]
    most: int

    def facts(self, file_name: str, extension: str, sender: Organisation | None) -> dict[str, str]:
        """Return what the rules on the file are given beside its header."""
        stem, dot, ending = file_name.rpartition(".")
        values = {
            "file_name": file_name,
            "name_fault": self._fault(stem if dot else file_name, dot + ending, extension),
            "header": " ".join(self.header),
            "count_field": self.count_field,
            "most_records": str(self.most),
        }
        ukprn = file_name.removeprefix(self.prefix).partition("_")[0]
        if file_name.startswith(self.prefix) and len(ukprn) == _UKPRN_SIZE:
            values["name_ukprn"] = ukprn
        return values | ({"sender_ukprn": sender.ukprn or ""} if sender else {})

    def _fault(self, stem: str, ending: str, extension: str) -> str:
        if not self.is_stem(stem):
            return "GF001"
        return "" if ending == extension else "GF002"

    def is_name(self, file_name: str, extension: str) -> bool:
        """Tell whether a file's name is right in full."""
        return not self.facts(file_name, extension, None)["name_fault"]

    def wanted(self, schema: TableSchema, born: str, day: date) -> Wanted:
        """Return what a corrected table must be; `born` is the field of the date of birth, which bounds the century."""
        oldest = date(day.year - _OLDEST, 1, 1)
        return Wanted(schema=schema, extension=CSV, is_name=self._is_table, days={born: (oldest, day)})

    def _is_table(self, file_name: str) -> bool:
        return self.is_name(file_name, CSV)

    def claim(self, file_name: str, extension: str, head: bytes, *, looks_so: bool) -> Claim | None:
        """Claim right names, nearly right ones, and what looks so; extension or first sign tell the carrier."""
        if self.is_name(file_name, extension):
            return Claim(weight=Claim.STRICT)
        name = file_name.upper()
        is_xml = name.endswith(XML) or (not name.endswith(CSV) and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<")
        if is_xml is not (extension == XML):
            return None
        if name.startswith(self.prefix):
            return Claim(weight=Claim.LIKELY)
        return Claim(weight=Claim.CONTENT) if looks_so else None


def file_name(record: Record, _: Context) -> Iterator[Found]:
    """Yield a name of another form."""
    if record["name_fault"] == "GF001":
        yield Found(words={"value": record["file_name"]})


def file_extension(record: Record, _: Context) -> Iterator[Found]:
    """Yield an extension that is not the right one in capital letters."""
    if record["name_fault"] == "GF002":
        yield Found(words={"value": record["file_name"]})


def header_value_missing(record: Record, _: Context) -> Iterator[Found]:
    """Yield each value of the header that is empty; an element that is not there is told by the reader."""
    for name in record["header"].split():
        if name in record.values and not record[name]:
            yield Found(name, line=_line(record))


def header_value_format(record: Record, _: Context) -> Iterator[Found]:
    """Yield a UKPRN or a count that is none."""
    ukprn, count = record["UKPRN"], record[record["count_field"]]
    if ukprn and not _is_ukprn(ukprn):
        yield Found("UKPRN", {"what": "eight digits or letters"}, line=_line(record))
    if count and not _is_number(count):
        yield Found(record["count_field"], {"what": "a whole number"}, line=_line(record))


def file_version(record: Record, _: Context) -> Iterator[Found]:
    """Yield a version that is not read here."""
    if record["FileVersion"] and record["FileVersion"] not in VERSIONS:
        yield Found("FileVersion", {"known": " or ".join(VERSIONS)}, line=_line(record))


def ukprn_of_sender(record: Record, context: Context) -> Iterator[Found]:
    """Yield a UKPRN that is not the sender's."""
    ukprn = record["UKPRN"].upper()
    if context.sender is not None and ukprn and ukprn != record["sender_ukprn"].upper():
        yield Found("UKPRN", line=_line(record))


def ukprn_in_file_name(record: Record, _: Context) -> Iterator[Found]:
    """Yield a name with another UKPRN than the file or, where that has none, than the mailbox."""
    inside = record["UKPRN"] if _is_ukprn(record["UKPRN"]) else ""
    other = inside or record["sender_ukprn"]
    if record["name_ukprn"] and other and record["name_ukprn"] != other.upper():
        where = "the file itself" if inside else "the mailbox"
        yield Found(words={"where": where, "other": other, "value": record["name_ukprn"]})


def record_count(record: Record, _: Context) -> Iterator[Found]:
    """Yield a count that is not the number of records; that there is none at all is told by another rule."""
    field, records = record["count_field"], record[RECORDS]
    if records != "0" and _is_number(record[field]) and record[field].lstrip("0") != records:
        yield Found(field, {"count": record[field]}, line=_line(record))


def no_records(record: Record, _: Context) -> Iterator[Found]:
    """Yield a file without a record."""
    if record[RECORDS] == "0":
        yield Found(words={"what there is instead": "only the header"})


def too_many(record: Record, _: Context) -> Iterator[Found]:
    """Yield a file of more records than are taken."""
    if int(record[RECORDS]) > int(record["most_records"]):
        yield Found(words={"limit": f"{int(record['most_records']):,}", "of what": "records"})


def declare(book: Rulebook, texts: Mapping[str, tuple[str, str]], header: Sequence[str], count_field: str) -> None:
    """Put the rules on the file into a kind's rulebook, under the code and with the text that it says of each."""
    fields: dict[RecordRule, tuple[str, ...]] = {
        file_name: ("file_name",),
        file_extension: ("file_name",),
        header_value_missing: tuple(header),
        header_value_format: ("UKPRN", count_field),
        file_version: ("FileVersion",),
        ukprn_of_sender: ("UKPRN", "sender_ukprn"),
        ukprn_in_file_name: ("name_ukprn",),
        record_count: (RECORDS,),
    }
    each = {header_value_missing, header_value_format}
    for function, names in fields.items():
        put(book, function, texts[function.__name__], names, each=function in each, scope=Scope.FILE)


def put(  # noqa: PLR0913 - each is a fact of the rule
    book: Rulebook,
    function: RecordRule,
    told: tuple[str, str],
    fields: Sequence[str],
    *,
    each: bool = False,
    scope: Scope = Scope.RECORD,
) -> Rule:
    """Put a rule with a code and a text into a rulebook and return it."""
    code, text = told
    rule = read_text(function.__name__, inspect.cleandoc(text))
    known = replace(rule, code=code, fields=tuple(fields), scope=scope, each=each, function=function)
    book.rules[known.name] = known
    return known


def share(book: Rulebook, other: Rulebook) -> None:
    """Make equal rules of two carriers one, so that the page of the kind tells them once."""
    book.rules |= {name: rule for name, rule in other.rules.items() if book.rules.get(name) == rule}


def _line(record: Record) -> int | None:
    """Return the line of a table's first record; the lines of an XML header are known where they are read."""
    return record.line if record.line > 1 else None


def _is_ukprn(text: str) -> bool:
    return len(text) == _UKPRN_SIZE and text.isascii() and text.isalnum()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
