"""What the XML reader promises of records that stand in containers."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.formats.xml_file import read
from adapters.formats.xml_items import (
    Fault,
    FaultType,
    FieldWords,
    FileFault,
    Frame,
    FrameFault,
    Limits,
    Seen,
    Settings,
    Shape,
    Stop,
    Totals,
    XmlItem,
)
from adapters.formats.xml_schema import Derived, SchemaError, compiled
from adapters.formats.xml_schema_documents import loaded
from adapters.formats.xml_second import xmlschema_of
from gateway.core.model import Group
from tests.formats.xml_files import (
    NESTED,
    NESTED_HEAD,
    NESTED_XSD,
    TRAILER,
    centre,
    entry,
    faults,
    nested,
    nested_items,
    records,
)
from tests.needs import HANGING_S

PUPILS = f"<Pupils>\n<On>\n{entry('Pupil', '7')}</On>\n<Off>\n{entry('Leaver', '8')}</Off>\n</Pupils>\n"
REAL = {
    "school-census": (
        "Message",
        ("Pupils/PupilsOnRoll/PupilOnRoll", "Pupils/PupilsNoLongerOnRoll/PupilNoLongerOnRoll"),
    ),
    "ctf": ("CTfile", ("CTFpupilData/Pupil",)),
    "achievement-xml": ("AchievementBatch", ("ArrayOfAchievement/Achievement",)),
    "ao-results-xml": ("AwardingOrganisationResults", ("Centre/Candidate",)),
}


class Words:
    """A field table of one field."""

    def words(self, path: str) -> FieldWords | None:
        return FieldWords("a number of a pupil") if path == "Pupils/On/Pupil/Number" else None


def where(seen: Seen) -> object:
    """Return what a kind's rules might: the container of a record beside a field, and a line."""
    return (seen.within.get("Centre/@number"), seen.group["Number"], seen.line_of("Number"))


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return tmp_path / "given.xml"


def framed(items: list[XmlItem]) -> list[tuple[FaultType, int, str]]:
    """Return the type, line and path of each fault round the records."""
    found = [item.fault for item in items if isinstance(item, FrameFault)]
    return [(fault.type, fault.line, fault.path) for fault in found if isinstance(fault, Fault)]


def test_records_are_found_in_their_containers_with_what_is_known_of_these(given: Path) -> None:
    data = nested(centre(), centre(entry(number="2"), entry(number="3"), tag='<Centre number=" 9 " note="a">'), PUPILS)
    items = nested_items(given, data)
    assert items[0] == Frame("Results", "TEST/NESTED", "utf-8", 2, {"Header": {"Year": "2026"}})
    assert [(item.name, item.number, item.line, dict(item.within)) for item in records(items)] == [
        ("Candidate", 1, 5, {"Centre": "1", "Centre/@number": "1"}),
        ("Candidate", 2, 10, {"Centre": "2", "Centre/@number": "9", "Centre/@note": "a"}),
        ("Candidate", 3, 13, {"Centre": "2", "Centre/@number": "9", "Centre/@note": "a"}),
        ("Pupil", 4, 19, {"Pupils": "1", "Pupils/On": "1"}),
        ("Leaver", 5, 24, {"Pupils": "1", "Pupils/Off": "1"}),
    ]
    assert records(items)[4].group == Group(values={"Number": "8"}, path="")
    parts = [data[item.start : item.end].decode() + "\n" for item in records(items)]
    assert parts[1:] == [entry(number="2"), entry(number="3"), entry("Pupil", "7"), entry("Leaver", "8")]
    assert items[-1] == Totals(5, 0, {"Trailer": {"Count": "2"}})


def test_the_values_behind_flat_records_are_told_too(given: Path) -> None:
    shape = Shape(NESTED_XSD, "Results", ("Centre",))
    given.write_bytes(nested(centre()))
    assert list(read(given, shape))[-1] == Totals(1, 0, {"Trailer": {"Count": "2"}})


def test_a_record_s_faults_have_their_lines_and_the_words_of_its_whole_path(given: Path) -> None:
    bad = PUPILS.replace("7", "x").replace("8", "9</Number><Bogus/><Number>y")
    items = nested_items(given, nested(centre(entry(inside="<Date>no</Date>")), bad), Settings(fields=Words()))
    assert faults(items) == [
        (FaultType.TYPE, 6, "Date"),
        (FaultType.TYPE, 12, "Number"),
        (FaultType.UNEXPECTED, 17, "Bogus"),
        (FaultType.TYPE, 17, "Number[2]"),
    ]
    assert records(items)[1].faults[0].message == 'Number "x" is not a number of a pupil.'


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((centre(), "<Centre>\n<Candidate/></Centre>\n"), (FaultType.ATTRIBUTE, 9, "Centre[2]")),
        ((centre(), centre(entry(), "<Bogus/>")), (FaultType.UNEXPECTED, 13, "Centre[2]/Bogus")),
        ((centre("\n"),), (FaultType.MISSING, 4, "Centre[1]/Candidate")),
        (('\n<Centre number="1"/>',), (FaultType.MISSING, 5, "Centre[1]/Candidate")),
        ((centre("<Name>1</Name>", entry()),), (FaultType.TYPE, 5, "Centre[1]/Name")),
        ((centre(entry(), "\nstray\n"),), (FaultType.OTHER, 4, "Centre[1]")),
        ((centre(), "\nstray", centre()), (FaultType.OTHER, 2, "")),
        ((centre(), "\n<Candidate/>"), (FaultType.UNEXPECTED, 10, "Candidate")),
        ((PUPILS, PUPILS), (FaultType.UNEXPECTED, 16, "Pupils")),
        ((PUPILS.replace("On>", "Of>"),), (FaultType.UNEXPECTED, 5, "Pupils/Of")),
        ((centre(tag='<Centre xmlns="other" number="1">'),), (FaultType.UNEXPECTED, 4, "Centre")),
        ((centre(), "<Extra>\n", entry(), "</Extra>"), (FaultType.UNEXPECTED, 9, "Extra")),
    ],
)
def test_what_is_wrong_round_the_records_is_told_where_it_stands(
    given: Path, parts: tuple[str, ...], expected: tuple[FaultType, int, str]
) -> None:
    for limits in (Limits(), Limits(batch_records=1)):
        items = nested_items(given, nested(*parts), Settings(limits=limits))
        assert expected in framed(items)
        assert isinstance(items[-1], Totals)


def test_what_is_missing_at_the_end_is_told_once(given: Path) -> None:
    assert framed(nested_items(given, nested(centre(), trailer=""))) == [(FaultType.MISSING, 2, "Trailer")]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (centre().replace("</Centre>", "</Center>"), 8, Stop.SYNTAX),
        (centre().replace("</Centre>", "</Centre a>"), 8, Stop.SYNTAX),
        (centre().replace("</Centre>\n", ""), 15, Stop.SYNTAX),
        (centre() + "</Centre>", 9, Stop.SYNTAX),
        (centre(tag='<Centre number="1" number="2">'), 4, Stop.SYNTAX),
        (centre(tag='<Centre number="&amp">'), 4, Stop.SYNTAX),
        (centre(tag='<x:Centre number="1">').replace("</", "</x:"), 4, Stop.SYNTAX),
        (centre(entry(), "a & b\n"), 8, Stop.SYNTAX),
        ("a ]]> b" + centre(), 4, Stop.SYNTAX),
        (centre() + "\n\n<!-- -- -->" + centre(), 11, Stop.SYNTAX),
        (centre(tag='<Centre number="\x01">'), 4, Stop.CHAR),
        (centre(entry(inside="<Date><a></Date>")), 6, Stop.SYNTAX),
        (centre(tag=f'<Centre number="1" note="{"x" * 70_000}">'), 4, Stop.LIMIT),
        (centre(tag=f'<Centre number="1"><!--{"x" * 13_000_000}-->'), 4, Stop.LIMIT),
    ],
)
def test_a_fault_of_syntax_round_the_records_stops_the_reading_at_its_line(
    given: Path, text: str, line: int, why: Stop
) -> None:
    for limits in (Limits(), Limits(batch_records=1)):
        last = nested_items(given, nested(text, centre()), Settings(limits=limits))[-1]
        assert isinstance(last, FileFault)
        assert (last.why, last.line) == (why, line), last


def test_a_file_that_ends_within_a_container_is_cut_short(given: Path) -> None:
    whole = (NESTED_HEAD + centre(entry(), entry())).encode()
    for end in (len(whole), len(whole) - 10, len(whole) - 25):
        items = nested_items(given, whole[:end])
        assert isinstance(items[-1], FileFault)
        assert items[-1].why is Stop.TRUNCATED
        assert len(records(items)) == (2 if end > len(whole) - 12 else 1)


@pytest.mark.parametrize(
    "inside",
    [
        "<Result><!-- </Candidate></Centre> --><Grade>1</Grade></Result>",
        "<Result><Grade><![CDATA[1]]></Grade></Result><!-- <Centre> -->",
        "<?a </Candidate></Centre></Results>?>",
    ],
)
def test_an_end_tag_that_is_none_ends_nothing(given: Path, inside: str) -> None:
    items = nested_items(given, nested(centre(entry(inside=inside), "<!-- </Centre> -->", entry()), centre()))
    assert [dict(item.within)["Centre"] for item in records(items)] == ["1", "1", "2"]
    assert (faults(items), framed(items), items[-1]) == ([], [], Totals(3, 0, {"Trailer": {"Count": "2"}}))


@pytest.mark.parametrize(
    "change",
    [
        ('<Centre number="1">', '<Centre xmlns:c="TEST/NESTED" number="1">'),
        ('<Centre number="1">', '<Centre xmlns="TEST/NESTED" number="1">'),
        ("<Number>", '<Number xmlns:x="other">'),
    ],
)
def test_namespaces_that_a_container_declares_hold_within_it(given: Path, change: tuple[str, str]) -> None:
    data = nested(centre(), centre().replace(*change).replace("Candidate>", "Candidate >"), centre())
    items = nested_items(given, data)
    assert (faults(items), framed(items), len(records(items))) == ([], [], 3)


def test_a_prefix_is_what_its_container_says(given: Path) -> None:
    own = '<c:Centre xmlns:c="TEST/NESTED" xmlns="other" number="1"><c:Candidate><c:Number>x</c:Number>'
    items = nested_items(given, nested(centre(), own + "</c:Candidate><Bogus/></c:Centre>", centre()))
    assert faults(items) == [(FaultType.TYPE, 9, "Number")]
    assert framed(items) == [(FaultType.UNEXPECTED, 9, "Centre[2]/Bogus")]
    assert [item.name for item in records(items)] == ["Candidate"] * 3


def test_another_encoding_gives_the_same_records_without_their_bytes(given: Path) -> None:
    data = nested(centre(tag='<Centre number="1" note="é">'), PUPILS)
    wide = data.decode().encode("utf-16")
    plain = [item._replace(start=-1, end=-1) for item in records(nested_items(given, data))]
    assert records(nested_items(given, wide)) == plain


def test_processes_give_what_one_process_gives(given: Path) -> None:
    parts = [
        centre(
            *[entry(number="x" if n % 7 == 0 else "1", inside="<Bogus/>" * (n % 11 == 0)) for _ in range(3)],
            tag=f'<Centre number="{n}"' + ' other="1"' * (n % 50 == 0) + ">",
        )
        for n in range(600)
    ]
    data, limits = nested(*parts, PUPILS), Limits(batch_bytes=1_000)
    one = nested_items(given, data, Settings(work=where, limits=limits))
    assert nested_items(given, data, Settings(work=where, limits=limits, processes=2)) == one
    assert nested_items(given, data, Settings(work=where)) == one
    assert records(one)[4].found == ("1", "1", records(one)[4].line + 1)
    assert len(framed(one)) == 12
    assert framed(one)[-1][2] == "Centre[551]"


def test_what_is_wrong_within_a_container_never_shortens_the_rest(given: Path) -> None:
    data = nested(*[centre(entry(), "<a/>", entry())] * 20, "<Extra/>", centre(tag="<Centre>"))
    found = framed(nested_items(given, data))
    assert (FaultType.UNEXPECTED, 4 + 20 * 8, "Extra") in found
    assert (FaultType.ATTRIBUTE, 4 + 20 * 8, "Centre[21]") in found
    assert sum(path.endswith("/a") for *_, path in found) == 20


HOSTILE: dict[str, tuple[Callable[[], bytes], Stop | None]] = {
    "a container for each record": (lambda: nested(*[centre()] * 8_000), None),
    "empty containers": (lambda: nested('<Centre number="1"/>' * 11_000), Stop.LIMIT),
    "bad containers": (lambda: nested(*[centre(tag="<Centre>")] * 11_000), Stop.LIMIT),
    "containers within containers": (lambda: nested("<Centre>" * 100_000), Stop.LIMIT),
    "inner containers again and again": (lambda: nested("<Pupils>" + "<On></On>" * 20_000 + "</Pupils>"), Stop.LIMIT),
    "containers that declare namespaces": (
        lambda: nested(*[centre(tag=f'<Centre number="1" xmlns:a{n}="b">') for n in range(5_000)]),
        None,
    ),
    "texts between containers": (lambda: nested((centre() + "x") * 11_000), Stop.LIMIT),
    "end tags with a space": (lambda: nested(centre(entry().replace("</Candidate>", "</Candidate >") * 20_000)), None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_many_containers_cost_no_more_than_their_number(given: Path, name: str) -> None:
    make, why = HOSTILE[name]
    data = make()
    begun = time.process_time()
    last = nested_items(given, data)[-1]
    assert time.process_time() - begun < HANGING_S
    assert (last.why if isinstance(last, FileFault) else None) is why, last


@pytest.mark.parametrize("name", REAL)
def test_the_real_shapes_have_schemas_of_their_parts(name: str) -> None:
    root, paths = REAL[name]
    derived = Derived(Shape(loaded(f"xsd/{name}/{name}.xsd"), root, paths))
    for xsd in (derived.record_xsd, derived.container_xsd, derived.frame_xsd):
        assert compiled(xsd) is not None
        assert xmlschema_of(xsd) is not None
    assert set(derived.records.children) == set(derived.shape.names)
    assert all(model.children for model in derived.records.children.values())


@pytest.mark.parametrize(
    "paths", [("Centre/Candidate", "Centre"), ("Centre/Nobody",), ("Centre/Candidate", "Pupils/Candidate")]
)
def test_a_shape_that_no_file_can_be_cut_by_is_refused(paths: tuple[str, ...]) -> None:
    with pytest.raises(SchemaError):
        compiled(Derived(Shape(NESTED_XSD, "Results", paths)).record_xsd)


def test_a_shape_knows_its_records_by_name_and_path() -> None:
    assert NESTED.names == ("Candidate", "Pupil", "Leaver")
    assert NESTED.path("Leaver") == "Pupils/Off/Leaver"
    assert NESTED.containers == ("Centre", "Pupils", "Pupils/On", "Pupils/Off")
    assert NESTED.tops == ("Centre", "Pupils")
    assert TRAILER in nested().decode()
