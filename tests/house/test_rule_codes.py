"""Every rule code of the specifications has a rule in the kinds that it is for, and every rule has its fixtures.

`rule_codes.json` holds the codes as the pages list them, by what the names of their kinds begin with.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway import samples
from gateway.core.days import uk_day
from gateway.core.handover import SamplePlan
from gateway.core.notices import Notice
from gateway.core.rules.engine import ENGINE
from gateway.core.rules.rule import Context, Rule
from gateway.core.submission import Organisation, OrganisationKind
from tests.golden.fixture_cases import FIELDS, FIXTURES, KINDS, WHOLE, cases_of, said_of
from tests.golden.told import is_of
from tests.needs import LONG

CODES: Mapping[str, list[str]] = json.loads((Path(__file__).parent / "rule_codes.json").read_text(encoding="utf-8"))
BESIDE = {"ao-results": ("jcq",)}
"""Families whose kinds share the rules of another, by what their names begin with."""
ELSEWHERE: Mapping[str, str] = {
    "AR-08": "the gateway's receipt for a duplicate says it, for every kind",
}
"""Codes that no rule of a kind bears, and where they are told."""
SAME_AS = {"ilr-2018-19": "ilr-2025-26", "ilr-2020-21": "ilr-2025-26"}
"""Kinds that share rules with another, whose fixtures show those that are the same in both."""
LARGE = frozenset({"looks_not_run", "record_too_large"})
"""Rules that only a file too large to be kept breaks where no fixture shows them; such a file is made below."""
ELEMENTS = {
    "achievement-xml": "Achievement",
    "ctf": "Pupil",
    "school-census": "PupilOnRoll",
    "verify-xml": "Learner",
    **dict.fromkeys(("ilr-2018-19", "ilr-2020-21", "ilr-2025-26"), "Learner"),
}
"""The records of the kinds that such a file is made of."""
SENDER = Organisation(id="sample", name="Sample", kind=OrganisationKind.SCHOOL, ukprn="10000001")
MOMENT = datetime(2026, 9, 1, 12, tzinfo=UTC)
NEVER_TOLD: Mapping[str, frozenset[str]] = {
    "challenge": frozenset({"windows_text", "spelling"}),
    "decision": frozenset({"windows_text", "spelling"}),
    "ilr": frozenset({"code_of_a_year_without_list"}),
    "record-request": frozenset({"windows_text", "spelling"}),
    "school-census": frozenset({"xsd_empty", "xsd_min", "xsd_max", "xsd_minlen", "xsd_other"}),
    "tlevel": frozenset({"windows_text"}),
}
"""Rules that no file of a kind can break today, by what the kinds' names begin with.

Tables share rules with those that are read as UTF-8 alone or whose headings must be exact; every year that is read has
its list of codes; the census bounds numbers by their form, and takes an empty element for one that is not there.
"""


def _rules() -> Iterator[tuple[str, Rule]]:
    for kind, made in sorted(KINDS.items()):
        never = next((names for begin, names in NEVER_TOLD.items() if kind.startswith(begin)), frozenset())
        yield from ((kind, rule) for rule in made.rulebook.rules.values() if rule.name not in never)


RULES = list(_rules())
MADE = [(kind, rule) for kind, rule in RULES if rule.name in LARGE and not (FIXTURES / kind / rule.name).exists()]

LATE = {kind for kind, _ in MADE} - {"ctf", "ilr-2025-26"}
"""Kinds of which large files are made by make check-long alone: their reader is the same."""


@pytest.mark.parametrize(("family", "code"), [(family, code) for family, codes in CODES.items() for code in codes])
def test_a_code_of_the_specifications_has_a_rule(family: str, code: str) -> None:
    told = {rule.code for rule in ENGINE.rules.values()}
    for name, kind in KINDS.items():
        if name.startswith((family, *BESIDE.get(family, ()))):
            told |= {rule.code for rule in kind.rulebook.rules.values()}
    assert code in told or code in ELSEWHERE, f"write the rule {code} in the kinds {family}*"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_rule_has_a_fixture_that_trips_it_and_one_that_does_not(kind: str) -> None:
    lacking = [
        words for name, rule in RULES if name == kind and (name, rule) not in MADE for words in _lacks(name, rule)
    ]
    assert not lacking, "\n".join(lacking)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_fixture_folder_is_named_for_a_rule(kind: str) -> None:
    folders = {path.name for path in (FIXTURES / kind).iterdir()} - WHOLE - {FIELDS}
    assert folders <= {rule.name for name, rule in RULES if name == kind}


@pytest.mark.parametrize(
    ("kind", "rule"),
    [pytest.param(*one, marks=LONG if one[0] in LATE else ()) for one in MADE],
    ids=lambda it: it if isinstance(it, str) else it.name,
)
def test_a_rule_on_large_files_finds_one_and_no_small_one(kind: str, rule: Rule, tmp_path: Path) -> None:
    small, large = _sizes(kind, rule)
    assert not any(is_of(rule, notice) for notice in _read(kind, small, tmp_path))
    assert any(is_of(rule, notice) for notice in _read(kind, large, tmp_path))


def _lacks(kind: str, rule: Rule) -> Iterator[str]:
    """Yield what must still be written for a rule, with the folder that it belongs into."""
    shown = SAME_AS.get(kind, kind)
    at = shown if KINDS[shown].rulebook.rules.get(rule.name) == rule else kind
    cases = cases_of(at, rule.name) or cases_of(at, FIELDS)
    trips = {any(is_of(rule, notice) for notice in said_of(case)) for case in cases}
    for found, words in ((True, "trips"), (False, "passes")):
        if found not in trips:
            yield f"{rule.code}: write the fixture {at}/{rule.name}/{words}"


def _read(kind: str, content: bytes, folder: Path) -> list[Notice]:
    path = folder / "given"
    path.write_bytes(content)
    found = KINDS[kind].check(path, Context(as_of=uk_day(MOMENT), file_name=_sample(kind)[0]))
    return [it for one in found for it in ([one] if isinstance(one, Notice) else getattr(one, "notices", ()))]


def _sizes(kind: str, rule: Rule) -> tuple[bytes, bytes]:
    """Return a sample, and the same with what breaks a rule on large files in the place of its first record."""
    text = _sample(kind)[1].decode()
    tag = ELEMENTS[kind]
    first = re.search(rf"<{tag}>.*?</{tag}>", text, re.DOTALL)
    assert first is not None
    broken = f"<{tag}>{'<X/>' * 16_000}</{tag}>" if "record" in rule.name else f"<{tag}><X/></{tag}>" * 2_100
    return text.encode(), text.replace(first[0], broken, 1).encode()


def _sample(kind: str) -> tuple[str, bytes]:
    plan = SamplePlan(organisation=SENDER, moment=MOMENT, bad_percent=0, seed=1)
    made = KINDS[kind].samples(samples.people(1, 2, uk_day(MOMENT)), plan)
    return made.name, made.content
