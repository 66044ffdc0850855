"""Whatever a file of nested records is like: any batch gives the same items, and the verdict is that of libxml2."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.formats.xml_items import FileFault, FrameFault, Limits, Settings, Stop, Totals, XmlItem, XmlRecord
from tests.formats.xml_files import NESTED_XSD, centre, entry, nested, nested_items
from tests.fuzzing import times

WAYS = [Limits(), Limits(batch_records=1), Limits(batch_records=3, batch_bytes=200), Limits(batch_lines=40)]
ODD = st.sampled_from(
    [
        "",
        "\n\n",
        "<!-- </Candidate></Centre> -->",
        "<Date><![CDATA[</Centre>]]></Date>",
        "<?a </Candidate>?>",
        "<Date>2026-01-01</Date>",
        "<Result><Grade>x</Grade></Result>",
        "<Bogus/>",
        "<Candidate/>",
        "<Centre number='1'><Candidate/></Centre>",
    ]
)
RECORDS = st.one_of(
    st.builds(entry, st.sampled_from(["Candidate", "Pupil"]), st.sampled_from(["1", "x"]), ODD),
    st.builds(entry, st.just("Candidate"), st.just("1"), st.just("")),
)
PARTS = st.one_of(
    RECORDS,
    RECORDS,
    st.sampled_from(["stray", "<Name>a</Name>", "<Name/>", "\n", "<!-- </Centre> -->", "<Extra>\n</Extra>", "&amp;"]),
    st.sampled_from(["<Candidate/>", "<Candidate />", "<![CDATA[</Centre>]]>", '<c:Candidate xmlns:c="TEST/NESTED"/>']),
)
TAGS = st.sampled_from(
    [
        '<Centre number="1">',
        "<Centre\n number='2'\n note='>'>",
        "<Centre>",
        '<Centre number="x" other="1">',
        '<Centre number="3" xmlns:c="TEST/NESTED">',
        '<Centre xmlns="TEST/NESTED" number="4">',
    ]
)
CENTRES = st.builds(lambda tag, parts: centre(*parts, tag=tag), TAGS, st.lists(PARTS, max_size=5))
ON = st.lists(st.builds(entry, st.just("Pupil"), st.just("1"), ODD), max_size=3).map(
    lambda parts: f"<On>{''.join(parts)}</On>\n"
)
OFF = st.sampled_from(
    ["", "<Off/>", "<Off></Off>", f"<Off>{entry('Leaver')}</Off>", f"stray<Off>{entry('Leaver')}</Off>"]
)
PUPILS = st.builds(lambda on, off: f"<Pupils>\n{on}{off}</Pupils>", ON, OFF)
OUTER = st.one_of(
    CENTRES,
    CENTRES,
    PUPILS,
    st.sampled_from(['<Centre number="1"/>', "<Centre/>", '<Centre xmlns="other"><Candidate/></Centre>', "<Pupils/>"]),
    st.sampled_from(["stray", "<Candidate/>", "<!-- <Centre> -->", '<c:Centre xmlns:c="TEST/NESTED" number="1"/>']),
)
FILES = st.builds(
    lambda parts, end, mark: mark + nested(*parts).replace(b"\n", end),
    st.lists(OUTER, max_size=6),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
SCHEMA = etree.XMLSchema(etree.fromstring(NESTED_XSD))


def same_items(data: bytes) -> list[XmlItem]:
    """Return what every size of batch gives."""
    with tempfile.TemporaryDirectory() as folder:
        first, *others = [nested_items(Path(folder) / "given.xml", data, Settings(limits=limits)) for limits in WAYS]
    assert all(items == first for items in others)
    return first


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
@settings(max_examples=times(200), deadline=None)
def test_every_batch_gives_the_same_items_and_libxml2_s_verdict(data: bytes) -> None:
    items = same_items(data)
    assert is_right(items) == is_valid(data)
    most = 1 + data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    for item in items:
        if isinstance(item, XmlRecord):
            part = data[item.start : item.end]
            assert part.startswith(b"<")
            assert part.endswith(b">")
            before = data[: item.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            assert item.line == 1 + before.count(b"\n")
            assert all(item.line <= fault.line <= most for fault in item.faults)


WHOLE = nested(
    centre(entry(), entry(inside="<Date>2026-01-01</Date>")),
    centre(tag='<Centre number="2" note="é">'),
    f"<!-- a --><Pupils><On>{entry('Pupil')}</On><Off>{entry('Leaver')}</Off></Pupils>",
)
CHANGES = st.tuples(
    st.integers(0, len(WHOLE)),
    st.integers(0, 12),
    st.one_of(
        st.binary(max_size=6),
        st.sampled_from([b"<", b"</", b">", b"&", b'"', b"<!--", b"]]>", b"<![CDATA[", b"\0", b"</Centre>", b"<On>"]),
    ),
)


@given(st.lists(CHANGES, min_size=1, max_size=4))
@settings(max_examples=times(400), deadline=None)
def test_a_changed_file_gives_items_and_a_verdict_and_raises_nothing(changes: list[tuple[int, int, bytes]]) -> None:
    data = WHOLE
    for place, length, new in changes:
        data = data[:place] + new + data[place + length :]
    items = same_items(data)
    assert isinstance(items[-1], (Totals, FileFault))
    if isinstance(items[-1], Totals):
        assert is_right(items) == is_valid(data)
    elif items[-1].why in {Stop.SYNTAX, Stop.TRUNCATED, Stop.CHAR}:
        assert not is_valid(data)
