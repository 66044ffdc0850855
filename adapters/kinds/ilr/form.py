"""Puts a year's form together: its schema, its rules, and the rules that tell the faults of its fields.

A fault of one field is told by the rule that providers know: `FD_`, the field's name and MA (missing), AL (length), AP
(form), AR (range) or EO (how often). Whatever else is wrong with the tree of a learner is told as `Schema`.
"""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Final, NamedTuple

from adapters.formats.xml_items import FaultType, Shape, Stop
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm, file_model
from adapters.formats.xml_reading_rules import describe_files, form_text
from adapters.formats.xml_reading_words import EMPTY, TOO_MANY
from adapters.formats.xml_schema import Model
from adapters.formats.xml_schema_documents import loaded
from adapters.kinds.ilr.book import HEADER_PREPARED, HEADER_UKPRN, HEADER_YEAR
from adapters.kinds.ilr.file_rules import BOOK, ENTITY_1, NAMESPACE
from adapters.kinds.ilr.record import KEPT, to_learner
from adapters.kinds.ilr.rules_all import RULES
from adapters.kinds.ilr.rules_earlier import DESTINATIONS, FILE
from adapters.kinds.ilr.triggers import TRIGGERS
from adapters.kinds.ilr.years import DESTINATION, LEARNER, IlrYear, year_of
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Rule

MODULES: Final = RULES
"""The modules of the rules on learners: each has put its own into `BOOK` when it was imported."""
_LENGTHS: Final = frozenset({"minLength", "maxLength", "totalDigits", "length"})
_RANGES: Final = frozenset({"minInclusive", "maxInclusive"})
_HEADER: Final = {
    "UKPRN": "Header/Source/UKPRN",
    "Year": "Header/CollectionDetails/Year",
    "FilePreparationDate": "Header/CollectionDetails/FilePreparationDate",
    "SoftwareSupplier": "Header/Source/SoftwareSupplier",
    "SoftwarePackage": "Header/Source/SoftwarePackage",
    "Release": "Header/Source/Release",
    "SerialNo": "Header/Source/SerialNo",
}
_SCHEMA: Final = form_text(
    "The learner's elements are not those of the specification.",
    "elements have one order and one spelling, and what cannot be placed cannot be read.",
    "take the element out, correct its name, or put it in the order of the specification.",
    "Surname is not a known element here.",
)
_FILE: Final = form_text(
    "The file is not well-formed XML, or its header is not that of the specification.",
    "from the first fault of form on, nothing can be told apart with certainty.",
    "correct the line that is named; software that writes XML does not make such faults, editing by hand does.",
    "An end tag does not match the start tag that is open.",
)
_NOT_THE_FORM: Final = frozenset({Stop.SYNTAX, Stop.TRUNCATED, Stop.CHAR, Stop.ROOT, Stop.NAMESPACE})
"""What stops a file and is told as providers know it; what no provider has a rule for keeps the gateway's own code."""
_TOO_LARGE: Final = form_text(
    "A record is larger than any that is checked.",
    "no learner has so much to tell; it is a fault of the software, or an attack.",
    "ask your software's supplier why it is so large.",
    "The Learner record is too large to be checked (2,000,000 bytes).",
)


_COMMON: Final = Rulebook()
_SCHEMA_FAULT: Final = _COMMON.describe("schema", "Schema", _SCHEMA)
_FILE_FAULT: Final = _COMMON.describe("schema_of_file", "Schema", _FILE, scope="file")
_STOPS: Final[Mapping[str, Rule]] = {
    **describe_files(_COMMON, _NOT_THE_FORM),
    **{str(why): _FILE_FAULT for why in _NOT_THE_FORM},
    Stop.NAMESPACE: NAMESPACE,
}
_LARGE: Final = _COMMON.describe("record_too_large", "RECORD_TOO_LARGE", _TOO_LARGE)


class _Sort(NamedTuple):
    """One sort of field rule: its suffix, its texts, and the faults that it tells."""

    suffix: str
    title: str
    why: str
    fix: str
    message: str
    faults: tuple[str, ...]


_MISSING: Final = _Sort(
    "MA",
    "{name} is missing.",
    "it must be returned wherever its group is.",
    "add it in its place in the order of the specification.",
    "{name} is missing.",
    (FaultType.MISSING,),
)
_LENGTH: Final = _Sort(
    "AL",
    "{name} is empty or has the wrong length.",
    "nothing is ever cut off, and an empty element says neither a value nor that there is none.",
    "write {words}, or leave the element out where it may be absent.",
    "{name} has the wrong length.",
    (FaultType.MIN_LENGTH, FaultType.MAX_LENGTH, EMPTY),
)
_FORM: Final = _Sort(
    "AP",
    "{name} does not have the form that is asked for.",
    "a value of another form is a mistake, or holds characters that other systems cannot take.",
    "write {words}.",
    "{name} does not have the form that is asked for.",
    (FaultType.PATTERN, FaultType.TYPE, FaultType.ENUM),
)
_RANGE: Final = _Sort(
    "AR",
    "{name} is too small or too large.",
    "the smallest and the largest number allowed are part of what the field means.",
    "write {words}.",
    "{name} is too small or too large.",
    (FaultType.MIN, FaultType.MAX),
)
_OFTEN: Final = _Sort(
    "EO",
    "{name} is returned too often or too seldom.",
    "the specification bounds how often it may stand.",
    "leave out what is too much, or add what is missing.",
    "{name} stands too often or too seldom.",
    (FaultType.MISSING, TOO_MANY),
)


@cache
def form_of(year: IlrYear) -> XmlForm:
    """Return the form of a year's files."""
    shape = Shape(loaded(year.schema), "Message", year.records)
    fields = SchemaFields(shape)
    is_earlier = LEARNER not in file_model(shape).required
    books = {LEARNER: BOOK, DESTINATION: DESTINATIONS} if DESTINATION in year.records else {}
    on_records = {**(DESTINATIONS.rules if books else {}), **BOOK.rules}
    rules = {**on_records, **(FILE.rules if is_earlier else {}), **_COMMON.rules}
    book = Rulebook(rules=rules, tells_all=BOOK.tells_all)
    faults = dict.fromkeys((*FaultType, EMPTY, TOO_MANY), _SCHEMA_FAULT)
    own = dict(_field_rules(shape, fields, book))
    return XmlForm(
        shape=shape,
        book=book,
        faults={**_STOPS, **faults, FaultType.TOO_LARGE: _LARGE},
        own={**own, ("Learner", FaultType.MISSING): ENTITY_1},
        fields=fields,
        key="LearnRefNumber",
        learner=to_learner,
        header=_HEADER,
        given={
            HEADER_YEAR: _HEADER["Year"],
            HEADER_PREPARED: _HEADER["FilePreparationDate"],
            HEADER_UKPRN: _HEADER["UKPRN"],
        },
        kept=KEPT,
        books=books,
        triggers=TRIGGERS,
        reads_all=True,
        uln_codes=frozenset({"ULN_04", "ULN_05"}),
        year_of=partial(year_of, year),
        encodings=frozenset({"utf-8", "us-ascii"}),
    )


def _field_rules(shape: Shape, fields: SchemaFields, book: Rulebook) -> Iterator[tuple[tuple[str, str], Rule]]:
    """Yield for each field and fault the rule that tells it; a rule stands in the book once."""
    for record in shape.records:
        for path, name, above in _leaves_and_groups(file_model(shape).children[record], record):
            words = fields.words(path)
            for sort, faults in _sorts(name, above, fields.facets(path)):
                rule = _rule(book, sort, name, words.looks_like if words else "")
                yield from (((name, fault), rule) for fault in faults)


def _leaves_and_groups(model: Model, path: str) -> Iterator[tuple[str, str, Model]]:
    for name, below in model.children.items():
        yield f"{path}/{name}", name, model
        yield from _leaves_and_groups(below, f"{path}/{name}")


def _sorts(name: str, above: Model, facets: frozenset[str]) -> Iterator[tuple[_Sort, tuple[str, ...]]]:
    """Yield the sorts of rules that a field or group can break, each with the faults that it tells."""
    if not above.children[name].leaf:
        if name in above.required or name in above.most:
            yield _OFTEN, _OFTEN.faults
        return
    if name in above.required:
        yield _MISSING, _MISSING.faults
    if name not in above.required or facets & _LENGTHS:
        digits = (FaultType.MAX,) if "totalDigits" in facets else ()
        yield _LENGTH, (*_LENGTH.faults, *digits)
    if facets & {"pattern", "enumeration", "type"}:
        places = (FaultType.OTHER,) if "fractionDigits" in facets else ()
        yield _FORM, (*_FORM.faults, *places)
    if facets & _RANGES:
        yield _RANGE, _RANGE.faults


def _rule(book: Rulebook, sort: _Sort, name: str, words: str) -> Rule:
    code = f"FD_{name}_{sort.suffix}"
    return book.rules.setdefault(code.lower(), _described(code, sort, name, words))


@cache
def _described(code: str, sort: _Sort, name: str, words: str) -> Rule:
    """Return the rule that tells a fault of a field; years that ask for the same share it."""
    known: Mapping[str, str] = {"name": name, "words": words or "the value as the specification shows it"}
    texts = (text.format_map(known) for text in (sort.title, sort.why, sort.fix, sort.message))
    return Rulebook().describe(code.lower(), code, form_text(*texts))
