"""Every schema says in plain words what each of its values must look like, once, and holds nothing that is not used."""

import re
from collections.abc import Iterator

import pytest
from lxml import etree

from tests.core.xsd_table import ALL, TABLES

XS = "{http://www.w3.org/2001/XMLSchema}"
MEANINGS = {  # code lists of which the specification gives each meaning
    "lrb-soap": ["JobType"],
    "verify-xml-out": ["FailureFlag"],
    "school-census": ["SourceLevel", "Country", "YoungCarer", "TypeOfClass", "SenProvision"],
    "ilr-2025-26": ["CollectionName", "CollectionYear", "ProtectiveMarking"],
}
FACETS = ("length", "minLength", "maxLength", "minInclusive", "maxInclusive", "totalDigits")
SPELT = {"1": "one", "10000000": "eight digits", "99999999": "eight digits"}
SPELT |= {"1000000000": "ten digits", "9999999999": "ten digits"}


def root(name: str) -> etree._Element:
    return etree.parse(ALL[name].xsd).getroot()


def documentation(node: etree._Element) -> str:
    return " ".join((node.findtext(f"{XS}annotation/{XS}documentation") or "").split())


def simple_types(name: str) -> dict[str, etree._Element]:
    return {node.get("name"): node for node in root(name).iterchildren(f"{XS}simpleType")}


def complex_types(name: str) -> dict[str, etree._Element]:
    return {node.get("name"): node for node in root(name).iterchildren(f"{XS}complexType")}


def with_value(name: str) -> Iterator[etree._Element]:
    """Yield each declaration of something that holds a value: not those of a group."""
    groups = complex_types(name)
    for node in root(name).iter(f"{XS}element", f"{XS}attribute"):
        if node.get("type") not in groups:
            yield node


@pytest.mark.parametrize("name", ALL)
def test_every_value_has_words_of_its_own_or_of_its_type(name: str) -> None:
    types = simple_types(name)
    assert [*with_value(name)]
    bare = [it.get("name") for it in with_value(name) if not documentation(it) and it.get("type") not in types]
    assert not bare
    assert not [key for key, node in types.items() if not documentation(node)]


@pytest.mark.parametrize("name", ALL)
def test_the_words_read_on_after_it_must_be_and_hold_no_pattern(name: str) -> None:
    for key, node in simple_types(name).items():
        words = documentation(node)
        assert not re.search(r"[\[\]{}\\^$]|\.$|[Pp]attern|[Rr]egular|xs:", words), (key, words)
        assert re.match(r"[a-z]|[0-9]|[A-Z0-9]+\b|Yes\b|Full\b|Provisional\b|School\b|Waiting\b", words), (key, words)


@pytest.mark.parametrize("name", ALL)
def test_the_words_name_the_limits_of_the_value(name: str) -> None:
    for key, node in simple_types(name).items():
        for facet in FACETS:
            for limit in node.findall(f"{XS}restriction/{XS}{facet}"):
                value = limit.get("value")
                named = value in documentation(node) or SPELT.get(value, value) in documentation(node)
                assert named or (facet, value) == ("minLength", "1"), (key, facet, value)


@pytest.mark.parametrize("name", ALL)
def test_the_words_of_a_short_code_list_name_each_code(name: str) -> None:
    for key, node in simple_types(name).items():
        codes = [it.get("value") for it in node.iter(f"{XS}enumeration") if it.get("value")]
        listed = re.findall(r"[A-Za-z0-9*-]+", documentation(node))
        missing = [code for code in codes if code not in listed]
        assert not missing or len(codes) > 8 or " to " in documentation(node), (key, missing)


@pytest.mark.parametrize("name", MEANINGS)
def test_a_code_has_its_meaning_where_the_specification_gives_it(name: str) -> None:
    for key in MEANINGS[name]:
        codes = [*simple_types(name)[key].iter(f"{XS}enumeration")]
        assert codes
        assert all(map(documentation, codes)), key


@pytest.mark.parametrize("name", ALL)
def test_every_group_is_a_named_type_with_a_sentence(name: str) -> None:
    for key, node in complex_types(name).items():
        assert re.fullmatch(r"[A-Z][^.]*\.", documentation(node)), key
    assert not [it for it in root(name).iter(f"{XS}complexType") if it.get("name") is None]


@pytest.mark.parametrize("name", ALL)
def test_a_schema_reads_nothing_else_and_has_one_root_and_no_type_that_is_not_used(name: str) -> None:
    tree = root(name)
    names = {etree.QName(it).localname for it in tree.iter("*")}
    assert not names & {"unique", "key", "keyref", "include", "import", "redefine"}
    assert [it.get("name") for it in tree.iterchildren(f"{XS}element")] == [ALL[name].top.name]
    used = {it.get(key) for it in tree.iter("*") for key in ("type", "base")}
    assert {*simple_types(name), *complex_types(name)} <= used


@pytest.mark.parametrize("name", ALL)
def test_only_types_that_say_so_hold_anything(name: str) -> None:
    for key, node in complex_types(name).items():
        if node.find(f".//{XS}any") is not None:
            assert re.search(r"anything|nothing", documentation(node)), key


def test_the_tables_stand_beside_the_tests() -> None:
    assert len(TABLES) == 16
