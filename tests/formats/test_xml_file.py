"""What the XML reader promises of lines, paths, words, and of both ways of cutting."""

import gc
import subprocess
from pathlib import Path

import pytest

from adapters.formats.xml_check import Checker
from adapters.formats.xml_file import read
from adapters.formats.xml_items import (
    Fault,
    FaultType,
    FieldWords,
    FileFault,
    Frame,
    FrameFault,
    Limits,
    Settings,
    Totals,
    XmlRecord,
)
from gateway.core.model import Group
from tests.formats.xml_files import (
    DELIVERY,
    OUTCOME,
    SHAPE,
    SMALL,
    XSD,
    faults,
    items_of,
    learner,
    message,
    records,
    shout,
)
from tests.needs import needs


class Words:
    """A field table of one field."""

    def words(self, path: str) -> FieldWords | None:
        return FieldWords("one of the legal sexes", ("F (female)", "M (male)")) if path == "Learner/Sex" else None


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return tmp_path / "given.xml"


def test_the_frame_comes_first_with_the_header_s_values(given: Path) -> None:
    frame = items_of(given, message(learner()))[0]
    assert frame == Frame("Message", "TEST/ILR/2025-26", "utf-8", 2, {"Header": {"Year": "2526"}})


def test_all_faults_of_a_record_are_found_with_line_path_and_words(given: Path) -> None:
    bad = learner(
        "!", uln="12", sex="Q", inside="<DateOfBirth>31/12/1999</DateOfBirth>", more=DELIVERY + "\n" + DELIVERY
    )
    items = items_of(given, message(learner(), bad.replace("36<", "x<")), Settings(fields=Words()))
    assert faults(items) == [
        (FaultType.PATTERN, 10, "LearnRefNumber"),
        (FaultType.MIN, 11, "ULN"),
        (FaultType.TYPE, 11, "DateOfBirth"),
        (FaultType.ENUM, 12, "Sex"),
        (FaultType.TYPE, 12, "LearningDelivery[1]/FundModel"),
        (FaultType.TYPE, 13, "LearningDelivery[2]/FundModel"),
    ]
    told = [fault.message for fault in records(items)[1].faults]
    assert told[1:4] == [
        'ULN "12" is below the smallest allowed value 1000000000.',
        'DateOfBirth "31/12/1999" is not a date.',
        'Sex is "Q"; it must be one of F (female), M (male).',
    ]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<FamilyName></FamilyName>", (FaultType.MIN_LENGTH, "FamilyName")),
        (f"<FamilyName>{'x' * 21}</FamilyName>", (FaultType.MAX_LENGTH, "FamilyName")),
        ("<DateOfBirth/>", (FaultType.TYPE, "DateOfBirth")),
        ("<Bogus/>", (FaultType.UNEXPECTED, "Bogus")),
        ("<LearnRefNumber>A</LearnRefNumber>", (FaultType.UNEXPECTED, "LearnRefNumber[2]")),
        (DELIVERY, (FaultType.UNEXPECTED, "LearningDelivery[1]")),
        ("stray text", (FaultType.OTHER, "")),
    ],
)
def test_each_sort_of_fault_has_its_type(given: Path, inside: str, expected: tuple[FaultType, str]) -> None:
    found = [(sort, path) for sort, _, path in faults(items_of(given, message(learner(inside=inside))))]
    assert found == [expected]


def test_a_missing_field_is_named_where_it_should_stand(given: Path) -> None:
    text = learner().replace("<ULN>1000000043</ULN>\n", "") + learner().replace("<Sex>F</Sex>\n", "")
    items = items_of(given, message(text))
    assert faults(items) == [(FaultType.MISSING, 6, "ULN"), (FaultType.MISSING, 8, "Sex")]
    assert records(items)[0].faults[0].message == "ULN is missing (before Sex)."


def test_the_second_look_finds_what_stands_behind_a_misplaced_field(given: Path) -> None:
    bad = learner(sex="Q", inside="<Bogus/>", more="<LearningDelivery><AimType>x</AimType></LearningDelivery>")
    assert faults(items_of(given, message(bad))) == [
        (FaultType.UNEXPECTED, 6, "Bogus"),
        (FaultType.ENUM, 7, "Sex"),
        (FaultType.TYPE, 7, "LearningDelivery[1]/AimType"),
        (FaultType.MISSING, 7, "LearningDelivery[1]/FundModel"),
    ]


def test_lines_are_exact_beyond_65535_and_for_empty_elements(given: Path) -> None:
    bad = learner(inside="\n<DateOfBirth></DateOfBirth>")
    data = message(learner() * 20_000, bad, OUTCOME)
    line = 1 + data[: data.index(b"<DateOfBirth>")].count(b"\n")
    assert faults(items_of(given, data)) == [(FaultType.TYPE, line, "DateOfBirth")]
    assert line > 100_000


def test_a_blank_stretch_longer_than_libxml2_counts_keeps_lines(given: Path) -> None:
    items = items_of(given, message(learner(), "\n" * 200_000, learner(sex="")))
    assert faults(items) == [(FaultType.ENUM, 200_012, "Sex")]


def test_bytes_of_a_record_are_its_own(given: Path) -> None:
    data = message(learner("A"), "<!-- <Learner> -->", learner("B"), OUTCOME, "<Outcome/>")
    parts = [data[item.start : item.end] for item in records(items_of(given, data))]
    assert parts == [
        learner("A").strip().encode(),
        learner("B").strip().encode(),
        OUTCOME.strip().encode(),
        b"<Outcome/>",
    ]


def test_fields_are_plain_groups_trimmed_where_no_work_is_given(given: Path) -> None:
    item = records(items_of(given, message(learner(uln=" 1000000043\n", more=DELIVERY))))[0]
    assert item.group == Group(
        values={"LearnRefNumber": "A1", "ULN": "1000000043", "Sex": "F"},
        groups={"LearningDelivery": (Group(values={"AimType": "1", "FundModel": "36"}, path="LearningDelivery[1]"),)},
    )
    assert isinstance(item.group.values, dict)


def test_processes_give_what_one_process_gives(given: Path) -> None:
    parts = [learner(f"A{n}", sex="Q" if n % 50 == 0 else "F", inside="<Bogus/>" * (n % 5 == 0)) for n in range(2_000)]
    data = message(*parts, OUTCOME * 30)
    limits = Limits(batch_bytes=2_000, second_looks=350)
    one = items_of(given, data, Settings(work=shout, limits=limits))
    assert items_of(given, data, Settings(work=shout, limits=limits, processes=2)) == one
    assert one[-1] == Totals(2_030, 50)


@pytest.mark.parametrize(
    "parts",
    [
        (learner(), "<Extra/>", learner()),
        (learner(), "stray", learner()),
        (OUTCOME, learner()),
        (),
        (learner(), OUTCOME, learner()),
        ("<Header/>", learner()),
        (learner(), '<Learner xmlns="other"/>'),
    ],
)
def test_what_is_wrong_between_records_is_a_fault_of_the_frame(given: Path, parts: tuple[str, ...]) -> None:
    items = items_of(given, message(*parts))
    assert any(isinstance(item, FrameFault) for item in items)
    assert items == items_of(given, message(*parts), Settings(exact=True))


def test_a_wrong_header_is_told_before_the_records(given: Path) -> None:
    items = items_of(given, message(learner()).replace(b"<Year>2526", b"<Year>2425"))
    fault = items[1]
    assert isinstance(fault, FrameFault)
    assert isinstance(fault.fault, Fault)
    assert (fault.fault.type, fault.fault.line, fault.fault.path) == (FaultType.ENUM, 3, "Header/Year")
    assert isinstance(items[2], XmlRecord)


def test_records_before_a_fault_of_syntax_are_kept(given: Path) -> None:
    parts = [learner(f"A{n}") for n in range(30)] + ["<Learner><a></Learner>"] + [learner()] * 30
    for settings in (Settings(), Settings(limits=SMALL), Settings(exact=True)):
        items = items_of(given, message(*parts), settings)
        assert [item.group["LearnRefNumber"] for item in records(items)] == [f"A{n}" for n in range(30)]
        last = items[-1]
        assert isinstance(last, FileFault)
        assert last.line == 4 + 30 * 5


@pytest.mark.parametrize(
    "data",
    [
        message(learner(), OUTCOME),
        message(),
        message(OUTCOME),
        message(learner(sex="Q")),
        message(learner(), "<Bogus/>"),
        message(learner(), "x"),
        message(learner(inside="<FamilyName><!-- a -->a<![CDATA[b]]></FamilyName>")),
        message("<Learner/>"),
        message("<Learner a='1'/>"),
        message(learner()).replace(b"<Message", b"<Message a='1'"),
        message(learner()).replace(b"<Year>2526</Year>", b""),
        message(learner()).replace(b"Learner>", b"Learner >"),
        message(learner(), OUTCOME, learner()),
        message(learner())[:-5],
        b"<Message/>",
        b'<Message xmlns="TEST/ILR/2025-26"/>',
    ],
)
def test_the_verdict_is_that_of_xmllint(given: Path, tmp_path: Path, data: bytes) -> None:
    needs("xmllint")
    items = items_of(given, data)
    (tmp_path / "schema.xsd").write_bytes(XSD)
    command = ["xmllint", "--noout", "--nonet", "--schema", str(tmp_path / "schema.xsd"), str(given)]
    right = subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert right == (
        isinstance(items[-1], Totals) and not faults(items) and not any(isinstance(i, FrameFault) for i in items)
    )


def test_nothing_of_a_file_is_held_once_it_has_been_read(tmp_path: Path) -> None:
    path = tmp_path / "given.xml"
    path.write_bytes(message(learner(sex="Q"), learner()))

    def checkers() -> int:
        gc.collect()
        return sum(isinstance(it, Checker) for it in gc.get_objects())

    before = checkers()
    for _ in range(3):
        assert list(read(path, SHAPE))
    assert checkers() == before
