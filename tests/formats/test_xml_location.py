"""A file tells where its schema could be fetched only where a reader would fetch it."""

import pytest
from lxml import etree

from adapters.formats.xml_items import Elsewhere
from adapters.formats.xml_location import elsewhere

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def found(attribute: str) -> Elsewhere | None:
    data = f"<M {XSI}\n xsi:{attribute}>\n<Header/></M>".encode()
    return elsewhere(etree.fromstring(data), data)


@pytest.mark.parametrize(
    "place",
    [
        "http://a.example/b.xsd", "HTTPS://a.example/b.xsd", "ftp://a/b.xsd", "file:b.xsd", "//a/b.xsd", "/a/b.xsd",
        "C:/a/b.xsd", "C:\\a\\b.xsd", "\\\\a\\b.xsd",
    ],
)  # fmt: skip
def test_a_place_that_a_reader_would_fetch_is_told_on_its_line(place: str) -> None:
    assert found(f'schemaLocation="urn:a a.xsd\n http://ns.example {place}"') == Elsewhere(place, 3)
    assert found(f'noNamespaceSchemaLocation="{place}"') == Elsewhere(place, 2)


@pytest.mark.parametrize("place", ["b.xsd", "../b.xsd", "a/b.xsd", "httpd.xsd", "file.xsd", "", "urn:b"])
def test_a_name_relative_to_the_file_is_none(place: str) -> None:
    assert found(f'schemaLocation="http://ns.example {place}"') is None
    assert found(f'noNamespaceSchemaLocation="{place}"') is None


def test_a_place_written_with_an_entity_is_told_on_the_line_of_its_element() -> None:
    assert found('noNamespaceSchemaLocation="http://a?b&amp;c"') == Elsewhere("http://a?b&c", 2)
