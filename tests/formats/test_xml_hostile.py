"""The hostile XML of the validation study, items 1 to 62, each with the outcome named there."""

import gzip
import io
import resource
import socket
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.formats.xml_file import read
from adapters.formats.xml_items import (
    Elsewhere,
    FaultType,
    FileFault,
    Frame,
    FrameFault,
    Settings,
    Stop,
    Totals,
    XmlItem,
    XmlRecord,
)
from tests.formats.xml_files import HEAD, OUTCOME, SHAPE, TAIL, learner, message
from tests.needs import HANGING_S

DOCTYPES = {
    "1 billion laughs": '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    "2 quadratic blow-up": f'<!DOCTYPE a [<!ENTITY a "{"a" * 100_000}">]>',
    "3 attribute entities": '<!DOCTYPE a [<!ATTLIST Learner a CDATA "&b;">]>',
    "4 file entity": '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "5 http entity": '<!DOCTYPE a [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>',
    "6 parameter entity": '<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>',
    "7 external DTD": '<!DOCTYPE Message SYSTEM "http://127.0.0.1:9/a.dtd">',
}


def _zip() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.xml", message(learner()))
    return held.getvalue()


def _cut(text: str) -> bytes:
    return (HEAD + learner() + text).encode()


STOPS: dict[str, tuple[Callable[[], bytes], Stop]] = {
    "10 nesting 300": (lambda: _cut("<a>" * 300 + "</a>" * 300 + TAIL), Stop.LIMIT),
    "11 nesting 1M": (lambda: _cut("<a>" * 1_000_000 + "</a>" * 1_000_000 + TAIL), Stop.LIMIT),
    "12 attribute of 20 MB": (lambda: _cut(f'<Learner a="{"x" * 20_000_000}"/>{TAIL}'), Stop.LIMIT),
    "13 text of 20 MB": (lambda: message(learner(inside=f"<FamilyName>{'x' * 20_000_000}</FamilyName>")), Stop.LIMIT),
    "14 comment of 20 MB": (lambda: message(learner(), f"<!--{'x' * 20_000_000}-->"), Stop.LIMIT),
    "14 comment of 20 MB at the start": (f"<!--{'x' * 20_000_000}--><Message/>".encode, Stop.LIMIT),
    "15 name of 100 KB": (lambda: message(learner(inside=f"<{'x' * 100_000}/>")), Stop.LIMIT),
    "18 cp1252 declared UTF-8": (
        lambda: message(learner(inside="<FamilyName>é</FamilyName>")).decode().encode("cp1252"),
        Stop.ENCODING,
    ),
    "19 overlong UTF-8": (lambda: message(learner(), "@@").replace(b"@@", b"\xc0\xbc"), Stop.ENCODING),
    "20 surrogate bytes": (lambda: message(learner(), "@@").replace(b"@@", b"\xed\xa0\x80"), Stop.ENCODING),
    "22 unknown encoding": (lambda: message(learner()).replace(b"UTF-8", b"KLINGON"), Stop.ENCODING),
    "23 UTF-16 declared on UTF-8": (lambda: message(learner()).replace(b"UTF-8", b"UTF-16"), Stop.ENCODING),
    "24 UTF-7": (lambda: message(learner()).replace(b"UTF-8", b"UTF-7"), Stop.ENCODING),
    "25 UTF-32": (lambda: message(learner()).decode().encode("utf-32"), Stop.ENCODING),
    "28 NUL in text": (lambda: message(learner(sex="\0")), Stop.CHAR),
    "29 NUL padding": (lambda: message(learner()) + b"\0" * 5000, Stop.CHAR),
    "30 control character": (lambda: message(learner(sex="\x01")), Stop.CHAR),
    "31 reference to NUL": (lambda: message(learner(sex="&#0;")), Stop.CHAR),
    "31 reference to U+FFFF": (lambda: message(learner(sex="&#xFFFF;")), Stop.CHAR),
    "32 cut mid-record": (lambda: message(learner(), learner())[:-40], Stop.TRUNCATED),
    "33 cut mid-tag": (lambda: message(learner(), learner())[:-16], Stop.TRUNCATED),
    "33 cut after a record": ((HEAD + learner()).encode, Stop.TRUNCATED),
    "33 cut in the head": (HEAD[:-12].encode, Stop.TRUNCATED),
    "34 empty": (lambda: b"", Stop.TRUNCATED),
    "35 white space only": (lambda: b" \n\n ", Stop.TRUNCATED),
    "36 blank line before the declaration": (lambda: b"\n" + message(learner()), Stop.SYNTAX),
    "37 two roots": (lambda: message(learner()) + b"<Message/>", Stop.SYNTAX),
    "38 trailing garbage": (lambda: message(learner()) + b"garbage", Stop.SYNTAX),
    "39 gzip": (lambda: gzip.compress(message(learner())), Stop.TYPE),
    "40 gzip bomb": (lambda: gzip.compress(b" " * 50_000_000), Stop.TYPE),
    "41 zip": (_zip, Stop.TYPE),
    "42 HTML": (lambda: b"<!DOCTYPE html>\n<html></html>", Stop.TYPE),
    "43 JSON": (lambda: b'{"a": 1}', Stop.TYPE),
    "44 wrong namespace": (lambda: message(learner()).replace(b"2025-26", b"2024-25"), Stop.NAMESPACE),
    "45 no namespace": (lambda: message(learner()).replace(b' xmlns="TEST/ILR/2025-26"', b""), Stop.NAMESPACE),
    "46 other root": (lambda: message(learner()).replace(b"Message", b"Massage"), Stop.ROOT),
    "50 XML 1.1": (lambda: message(learner()).replace(b'"1.0"', b'"1.1"'), Stop.SYNTAX),
    "57 undeclared prefix": (lambda: message(learner(inside="<x:a/>")), Stop.SYNTAX),
    "58 duplicate attribute": (lambda: message(learner(inside='<a b="1" b="2"/>')), Stop.SYNTAX),
    "59 bare ampersand": (lambda: message(learner(inside="<FamilyName>a & b</FamilyName>")), Stop.SYNTAX),
    "59 bare < in a text": (lambda: message(learner(inside="<FamilyName>a < b</FamilyName>")), Stop.SYNTAX),
    "unknown entity": (lambda: message(learner(inside="<FamilyName>&t;</FamilyName>")), Stop.SYNTAX),
    "wrong end tag": (lambda: message(learner(inside="<FamilyName>a</Familyname>")), Stop.SYNTAX),
    "root closed by another name": (lambda: message(learner()).replace(b"</Message>", b"</Massage>"), Stop.SYNTAX),
    "DOCTYPE in a record": (lambda: message(learner(inside="<!DOCTYPE a>")), Stop.SYNTAX),
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], list[XmlItem]]:
    """Return a reader that both paths of cutting serve, that opens no connection and ends in five seconds."""

    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", refuse)

    def run(data: bytes) -> list[XmlItem]:
        path = tmp_path / "given.xml"
        path.write_bytes(data)
        begun, most = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        items = list(read(path, SHAPE))
        assert time.process_time() - begun < HANGING_S
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < 700_000
        assert items == list(read(path, SHAPE, Settings(exact=True)))
        return items

    return run


def _faults(items: list[XmlItem]) -> list[FaultType]:
    return [fault.type for item in items if isinstance(item, XmlRecord) for fault in item.faults] + [
        item.fault.type for item in items if isinstance(item, FrameFault)
    ]


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_document_type_is_refused_where_it_stands(run: Callable[[bytes], list[XmlItem]], name: str) -> None:
    [fault] = run(message(learner()).replace(b"<Message", DOCTYPES[name].encode() + b"<Message"))
    assert isinstance(fault, FileFault)
    assert (fault.why, fault.line) == (Stop.DOCTYPE, 2)


@pytest.mark.parametrize("name", STOPS)
def test_a_hostile_file_is_refused_by_its_code(run: Callable[[bytes], list[XmlItem]], name: str) -> None:
    make, why = STOPS[name]
    last = run(make())[-1]
    assert isinstance(last, FileFault), last
    assert (last.why, last.why is Stop.TYPE or last.line is not None) == (why, True), last
    assert last.message


ACCEPTED = {
    "21 windows-1252, declared": lambda: (
        message(learner(inside="<FamilyName>é</FamilyName>")).decode().replace("UTF-8", "windows-1252").encode("cp1252")
    ),
    "26 UTF-8 BOM": lambda: b"\xef\xbb\xbf" + message(learner()),
    "27 UTF-16 with BOM": lambda: message(learner()).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "46 prefixed": lambda: (
        message(learner())
        .replace(b"<", b"<i:")
        .replace(b"<i:/", b"</i:")
        .replace(b"<i:?", b"<?")
        .replace(b"xmlns=", b"xmlns:i=")
    ),
    "47 end tag in CDATA": lambda: message(learner(inside="<FamilyName><![CDATA[</Learner>]]></FamilyName>")),
    "47 end tag in a comment": lambda: message(learner(inside="<!-- </Learner><Learner> -->")),
    "47 end tag in an instruction": lambda: message(learner(inside="<?a </Learner> ?>")),
    "49 CR only": lambda: message(learner()).replace(b"\n", b"\r"),
    "49 mixed line ends": lambda: message(learner()).replace(b"\n", b"\r\n", 4),
    "60 white space round a number": lambda: message(learner(uln="\n 1000000043 ")),
    "62 script in a name": lambda: message(learner(inside="<FamilyName>&lt;script&gt;\u202e</FamilyName>")),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_odd_and_right_files_are_accepted(run: Callable[[bytes], list[XmlItem]], name: str) -> None:
    items = run(ACCEPTED[name]())
    assert _faults(items) == []
    assert items[-1] == Totals(1, 0)
    assert next(item for item in items if isinstance(item, XmlRecord)).group["ULN"] == "1000000043"


MANY = " ".join(f'a{n}=""' for n in range(100_000))
SPACES = " ".join(f'xmlns:a{n}="b"' for n in range(30_000))
FAULTS = {
    "8 XInclude": (
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>',
        FaultType.UNEXPECTED,
    ),
    "16 100k attributes": (f"<Sex {MANY}>F</Sex>", FaultType.TOO_LARGE),
    "17 100k namespaces": (f"<Bogus {SPACES}/>", FaultType.TOO_LARGE),
    "51 16k bad children": ("<a/>" * 16_000, FaultType.TOO_LARGE),
    "51 2M bad children": ("<a/>" * 2_000_000, FaultType.TOO_LARGE),
    "55 nil": (
        '<DateOfBirth xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>',
        FaultType.OTHER,
    ),
    "56 xsi:type": (
        '<DateOfBirth xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xsi:no">2001-01-01</DateOfBirth>',
        FaultType.OTHER,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_only_the_schema_refuses_refuses_one_record(run: Callable[[bytes], list[XmlItem]], name: str) -> None:
    inside, fault = FAULTS[name]
    items = run(message(learner(), learner(inside=inside), learner()))
    bad = [item for item in items if isinstance(item, XmlRecord) and item.faults]
    assert [item.number for item in bad] == [2]
    assert fault in _faults(items)
    assert items[-1] == Totals(3, 0)


def test_9_a_schema_location_is_never_fetched(run: Callable[[bytes], list[XmlItem]]) -> None:
    hint = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="TEST/ILR/2025-26 http://127.0.0.1:9/a"'
    data = message(learner(sex="Q", inside="<Bogus/>"), OUTCOME).replace(b"<Message", b"<Message" + hint)
    items = run(data.replace(b"<Learner>", b"<Learner" + hint + b">"))
    assert items[-1] == Totals(2, 0)
    assert isinstance(items[0], Frame)
    assert items[0].elsewhere == Elsewhere("http://127.0.0.1:9/a", 2)


def test_48_a_file_on_one_line_is_cut_by_bytes(run: Callable[[bytes], list[XmlItem]]) -> None:
    items = run(message(*[learner().replace("\n", "")] * 20_000, OUTCOME))
    assert items[-1] == Totals(20_001, 0)
    assert {item.line for item in items if isinstance(item, XmlRecord)} == {4}


def test_52_a_file_of_bad_records_costs_in_step_with_its_size(run: Callable[[bytes], list[XmlItem]]) -> None:
    items = run(message(*[learner(sex="Q")] * 20_000))
    assert len(_faults(items)) == 20_000


def test_52_second_looks_end_at_their_limit_and_the_rest_is_told(run: Callable[[bytes], list[XmlItem]]) -> None:
    items = run(message(*[learner(inside="<Bogus/>")] * 2_100))
    assert items[-1] == Totals(2_100, 100)
    looked = [item.looked_twice for item in items if isinstance(item, XmlRecord)]
    assert looked == [True] * 2_000 + [False] * 100


def test_18_the_byte_is_told_with_its_line_and_column(run: Callable[[bytes], list[XmlItem]]) -> None:
    last = run(message(learner(), learner(sex="@")).replace(b"@", b"\x92"))[-1]
    assert isinstance(last, FileFault)
    assert (last.line, last.column) == (12, 6)
    assert "0x92" in last.message


def test_29_padding_is_named(run: Callable[[bytes], list[XmlItem]]) -> None:
    last = run(message(learner()) + b"\0" * 3_000_000)[-1]
    assert isinstance(last, FileFault)
    assert "padding" in last.message
