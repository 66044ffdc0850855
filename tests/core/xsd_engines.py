"""What three engines say of a document by a schema: libxml2 with the place, xmlschema and xmllint yes or no."""

import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import xmlschema
from lxml import etree

from tests.core.xsd_cases import Case
from tests.core.xsd_table import Table
from tests.needs import needs


@cache
def libxml2(xsd: Path) -> etree.XMLSchema:
    """Return libxml2's checker."""
    return etree.XMLSchema(etree.parse(xsd))


@cache
def second(xsd: Path) -> xmlschema.XMLSchema10:
    """Return xmlschema's checker."""
    return xmlschema.XMLSchema10(xsd)


def wrong(table: Table, cases: Iterable[Case]) -> list[str]:
    """Return what libxml2 does not accept, or does not refuse at the one element where it should."""
    return [f"{case.title}: {faults(table, case.root)}" for case in cases if not as_told(table, case)]


def faults(table: Table, root: etree._Element) -> list[tuple[etree._Element, str]]:
    """Return each element that libxml2 refuses, and its sentence."""
    schema = libxml2(table.xsd)
    schema.validate(root)
    prefixes = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    return [(root.xpath(error.path, namespaces=prefixes or None)[0], error.message) for error in schema.error_log]


def as_told(table: Table, case: Case) -> bool:
    """Tell whether libxml2 says what the case expects."""
    here = faults(table, case.root)
    if case.at is None or not here:
        return case.at is None and not here
    return all(place is case.at for place, _ in here) and case.told in " ".join(told for _, told in here)


def disagreed(table: Table, cases: Iterable[Case]) -> list[str]:
    """Return where xmlschema gives another verdict."""
    schema = second(table.xsd)
    return [case.title for case in cases if schema.is_valid(case.root) != (case.at is None)]


def xmllint(table: Table, folder: Path, *names: str) -> dict[str, bool]:
    """Return what xmllint says of each file: whether it validates. Skip where there is no xmllint, but not on CI."""
    needs("xmllint")
    command = ["xmllint", "--noout", "--schema", str(table.xsd), *names]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stderr
    verdicts = re.findall(r"^(\S+) (validates|fails to validate)$", told, re.MULTILINE)
    return {name: verdict == "validates" for name, verdict in verdicts}


def other_verdicts(table: Table, cases: Iterable[Case], folder: Path) -> list[str]:
    """Return where xmllint gives another verdict."""
    files = {f"{number}.xml": case for number, case in enumerate(cases)}
    for name, case in files.items():
        (folder / name).write_bytes(etree.tostring(case.root))
    verdicts = xmllint(table, folder, *files)
    return [case.title for name, case in files.items() if verdicts.get(name) != (case.at is None)]
