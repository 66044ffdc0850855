"""A file kind with rules of every sort, for the tests of the XML reader, and what it finds."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from adapters.formats.xml_reading import XmlReading
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.formats.xml_reading_form import XmlForm
from adapters.formats.xml_reading_rules import describe_fields, describe_files
from gateway.core.handover import Finding
from gateway.core.model import CheckedRecord, Group, Learner, Record
from gateway.core.notices import Notice
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, Key
from tests.formats.xml_files import SHAPE

DAY = date(2026, 1, 15)
BOOK = Rulebook()
OUTCOMES = Rulebook()
FAULTS = {**describe_files(BOOK), **describe_fields(BOOK)}


@BOOK.rule("SEX", fields=["Sex"], severity="warning")
def sex_told(record: Record, _: Context) -> Iterator[Found]:
    """Sex is M.

    Why: because.
    Fix: mend it.
    Message: Sex is {Sex} in {Header/Year}.
    """
    if record["Sex"] == "M":
        yield Found("Sex")


@BOOK.group_rule("AIM", "LearningDelivery", fields=["AimType", "/ULN"])
def aim_known(delivery: Group, _record: Record, _: Context) -> Iterator[Found]:
    """The aim is 9.

    Why: because.
    Fix: mend it.
    Message: AimType is {AimType}.
    """
    if delivery["AimType"] == "9":
        yield Found("AimType")


@BOOK.rule("CRASH", fields=["ULN"])
def raises(record: Record, _: Context) -> Iterator[Found]:
    """The rule raises.

    Why: because.
    Fix: mend it.
    Message: never.
    """
    if record["ULN"] == "1000000086":
        raise ZeroDivisionError
    yield from ()


@BOOK.repeated("SAME_REF", fields=["LearnRefNumber"])
def same_reference(record: Record, _: Context) -> Iterator[Key]:
    """The reference stands twice.

    Why: because.
    Fix: mend it.
    Message: It stands at {lines} too.
    """
    yield Key((record["LearnRefNumber"],), field="LearnRefNumber")


@BOOK.repeated("SAME_ULN", fields=["ULN"], severity="warning")
def same_uln(record: Record, _: Context) -> Iterator[Key]:
    """The ULN stands twice.

    Why: because.
    Fix: mend it.
    Message: It stands at {lines} too.
    """
    if record["ULN"] == "raise":
        raise ZeroDivisionError
    yield Key((record["ULN"],), field="ULN")


@BOOK.rule("HEAD", fields=["Header/Prepared", "file_name"], scope="file", severity="warning")
def prepared(record: Record, _: Context) -> Iterator[Found]:
    """The file was prepared on a certain day.

    Why: because.
    Fix: mend it.
    Message: {Header/Prepared} in {file_name}.
    """
    if record["Header/Prepared"]:
        yield Found("Header/Prepared")


@BOOK.rule("NAME", fields=["file_name"], scope="file")
def named_well(record: Record, _: Context) -> Iterator[Found]:
    """The name is bad.

    Why: because.
    Fix: mend it.
    Message: The name is {file_name}.
    """
    if record["file_name"].startswith("bad"):
        yield Found()


@BOOK.rule("COUNT", fields=["records", "records/Outcome"], scope="file", severity="info")
def counted(_record: Record, _: Context) -> Iterator[Found]:
    """How many there are.

    Why: because.
    Fix: mend it.
    Message: {records} records, {records/Outcome} outcomes.
    """
    yield Found()


@OUTCOMES.rule("OUT", fields=["OutDate"], severity="warning")
def outcome_seen(_record: Record, _: Context) -> Iterator[Found]:
    """An outcome.

    Why: because.
    Fix: mend it.
    Message: OutDate is {OutDate}.
    """
    yield Found("OutDate")


def to_learner(element: str, record: Record) -> Learner | None:
    if record["ULN"] == "1000000027":
        raise ZeroDivisionError
    return Learner(uln=record["ULN"]) if element == "Learner" else None


def other_year(namespace: str) -> str | None:
    return f"It is of {namespace[-7:]}." if namespace.startswith("TEST/ILR/") else None


FORM = XmlForm(
    shape=SHAPE,
    book=BOOK,
    faults=FAULTS,
    fields=SchemaFields(SHAPE),
    key="LearnRefNumber",
    learner=to_learner,
    header={"Year": "Header/Year"},
    given={"Header/Year": "Header/Year"},
    kept=("LearnRefNumber", "LearningDelivery/AimType"),
    books={"Outcome": OUTCOMES},
    uln_codes=frozenset({"XSD_MIN"}),
    year_of=other_year,
)


def findings(tmp_path: Path, data: bytes, **known: object) -> list[Finding]:
    path = tmp_path / "given.xml"
    path.write_bytes(data)
    name = str(known.pop("name", "given.xml"))
    most = known.pop("max_bytes", None)
    context = Context(as_of=DAY, file_name=name, **known)  # type: ignore[arg-type]
    reading = XmlReading(FORM, path, context, {"file_name": name}, most if isinstance(most, int) else None)
    return list(reading.findings())


def records(found: list[Finding]) -> list[CheckedRecord]:
    return [one for one in found if isinstance(one, CheckedRecord)]


def told(found: list[Finding]) -> list[tuple[str, int | None, int | None, str | None]]:
    """Return the notices of a file in order: code, line, record, field."""
    notices = [it for one in found for it in ([one] if isinstance(one, Notice) else getattr(one, "notices", ()))]
    return [(it.code, it.line, it.record, it.field) for it in notices if it.code != "COUNT"]
