"""Whatever the bytes: both ways of cutting agree, the verdict is that of libxml2, and nothing else is raised."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.formats.xml_file import read
from adapters.formats.xml_items import FileFault, FrameFault, Limits, Settings, Stop, Totals, XmlItem, XmlRecord
from tests.formats.xml_files import DELIVERY, HEAD, OUTCOME, SHAPE, TAIL, XSD, learner, message
from tests.fuzzing import times

TINY = Limits(batch_bytes=400, batch_lines=30, batch_records=3)
ODD = st.sampled_from(
    [
        "",
        "\n\n",
        "<!-- </Learner> -->",
        "<FamilyName><![CDATA[</Learner><Learner>]]></FamilyName>",
        "<?a </Learner>?>",
        "<FamilyName>a&amp;b</FamilyName>",
        "<DateOfBirth></DateOfBirth>",
        "<Bogus/>",
        "<Learner/>",
        "<Learner><Sex>F</Sex></Learner>",
    ]
)
LEARNERS = st.builds(
    learner, st.sampled_from(["A1", "!"]), sex=st.sampled_from("FQ"), inside=ODD, more=st.just(DELIVERY)
)
PARTS = st.one_of(
    LEARNERS,
    LEARNERS.map(lambda text: text.replace("<Learner>", '<Learner\n a="</Learner">'.replace("</", "/"), 1)),
    LEARNERS.map(lambda text: text.replace("</Learner>\n", "</Learner >")),
    st.sampled_from(
        ["<Learner/>", OUTCOME, "<Outcome />", "\n\n\n", "<!-- <Learner> -->", "stray", "<Extra>\n</Extra>"]
    ),
)
FILES = st.builds(
    lambda parts, end, mark: mark + (HEAD + "".join(parts) + TAIL).replace("\n", end).encode(),
    st.lists(PARTS, max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
SCHEMA = etree.XMLSchema(etree.fromstring(XSD))


def items_of(data: bytes, how: Settings) -> list[XmlItem]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given.xml"
        path.write_bytes(data)
        return list(read(path, SHAPE, how))


def is_right(items: list[XmlItem]) -> bool:
    """Tell whether nothing was found in a file."""
    bad = any(isinstance(item, FrameFault) or (isinstance(item, XmlRecord) and item.faults) for item in items)
    return isinstance(items[-1], Totals) and not bad


def is_valid(data: bytes) -> bool:
    """Tell libxml2's own verdict of a whole file."""
    try:
        return bool(SCHEMA.validate(etree.fromstring(data)))
    except etree.XMLSyntaxError:
        return False


@given(FILES)
@settings(max_examples=times(150), deadline=None)
def test_every_cut_gives_the_same_items_and_libxml2_s_verdict(data: bytes) -> None:
    items = items_of(data, Settings())
    assert items_of(data, Settings(limits=TINY)) == items
    assert items_of(data, Settings(limits=TINY, exact=True)) == items
    assert is_right(items) == is_valid(data)
    ends = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for item in items:
        if isinstance(item, XmlRecord):
            part = data[item.start : item.end]
            assert part.startswith(b"<" + item.name.encode())
            assert part.endswith(b">")
            before = data[: item.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            assert item.line == 1 + before.count(b"\n")
            assert all(item.line <= fault.line <= ends.count(b"\n") + 1 for fault in item.faults)


WHOLE = message(learner(), learner(inside="<FamilyName>é</FamilyName>", more=DELIVERY), "<!-- a -->", OUTCOME)
CHANGES = st.tuples(
    st.integers(0, len(WHOLE)),
    st.integers(0, 12),
    st.one_of(
        st.binary(max_size=6), st.sampled_from([b"<", b"</", b">", b"&", b'"', b"<!--", b"]]>", b"<![CDATA[", b"\0"])
    ),
)


@given(st.lists(CHANGES, min_size=1, max_size=4))
@settings(max_examples=times(400), deadline=None)
def test_a_changed_file_gives_items_and_a_verdict_and_raises_nothing(changes: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE
    for place, length, new in changes:
        data = data[:place] + new + data[place + length :]
    items = items_of(data, Settings())
    assert isinstance(items[-1], (Totals, FileFault))
    assert items_of(data, Settings(limits=TINY, exact=True)) == items
    if isinstance(items[-1], Totals):
        assert is_right(items) == is_valid(data)
    elif items[-1].why in {Stop.SYNTAX, Stop.TRUNCATED, Stop.CHAR}:
        assert not is_valid(data)


@given(st.binary(max_size=200))
@settings(max_examples=times(200), deadline=None)
def test_any_bytes_give_a_fault_and_raise_nothing(data: bytes) -> None:
    assert isinstance(items_of(data, Settings())[-1], FileFault)
