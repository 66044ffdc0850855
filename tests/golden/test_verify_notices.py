"""Every rule of the batch files of awarding organisations has a fixture that trips it and one that does not."""

import os
from pathlib import Path

import pytest

from gateway.core.notices import Scope
from gateway.core.rules.rule import Rule
from tests.golden.batch_cases import KINDS, ROOT, base, check_case, check_text, file_of, is_of, listed, name_of

WRITE = os.environ.get("GATEWAY_GOLDEN") == "write"
CASES = sorted(path for kind in KINDS for path in (ROOT / "fixtures" / kind).glob("*/*") if path.is_dir())
LARGE = {"looks_not_run"}
"""Rules that only a file of thousands of records breaks: it is made below and not kept."""
RULES = [
    pytest.param(kind, rule, id=f"{kind}-{rule.name}")
    for kind, made in KINDS.items()
    for rule in made.rulebook.rules.values()
    if rule.name not in LARGE
]
EXAMPLES = [
    pytest.param(kind, rule, example, sort, id=f"{kind}-{rule.name}-{sort}-{number}")
    for kind, made in KINDS.items()
    for rule in made.rulebook.rules.values()
    for sort, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples)
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "/".join(case.parts[-3:]))
def test_a_fixture_finds_exactly_the_notices_listed(case: Path) -> None:
    found = listed(check_case(case).notices)
    expected = case / "notices.csv"
    if WRITE:
        expected.write_bytes(found.encode())
    assert found == expected.read_bytes().decode()


@pytest.mark.parametrize(("kind", "rule"), RULES)
def test_every_rule_has_a_case_that_trips_it_and_one_that_does_not(kind: str, rule: Rule) -> None:
    folder = ROOT / "fixtures" / kind / rule.name
    cases = [case for case in CASES if case.parent == folder]
    trips = [any(is_of(rule, notice) for notice in check_case(case).notices) for case in cases]
    assert set(trips) == {True, False}, f"{folder} needs a case that trips {rule.name} and one that does not"


@pytest.mark.parametrize("kind", KINDS)
def test_every_fixture_folder_is_named_for_a_rule(kind: str) -> None:
    assert {path.name for path in (ROOT / "fixtures" / kind).iterdir()} == set(KINDS[kind].rulebook.rules) - LARGE


@pytest.mark.parametrize(("kind", "rule", "example", "sort"), EXAMPLES)
def test_the_examples_of_a_rule_are_true(
    kind: str, rule: Rule, example: dict[str, str], sort: str, tmp_path: Path
) -> None:
    values = dict(example)
    name = values.pop("file_name", name_of(kind))
    header = {field: values.pop(field) for field in list(values) if field in base(kind)[0]}
    found = check_text(kind, tmp_path, file_of(kind, [values], **header), name)
    told = [notice for answer in found.answers for notice in answer.checked.notices] + found.file_notices
    if rule.scope is Scope.RECORD:
        assert found.file_notices == []
    assert [is_of(rule, notice) for notice in told] == ([True] if sort == "bad" else [])


@pytest.mark.parametrize(("kind", "element"), [("verify-xml", "Learner"), ("achievement-xml", "Achievement")])
def test_second_looks_that_were_not_run_are_told(kind: str, element: str, tmp_path: Path) -> None:
    text = file_of(kind, [{}, {}])
    start, end = text.index(f"<{element}>"), text.rindex(f"</{element}>") + len(f"</{element}>")
    broken = f"<{element}><X/></{element}>"
    found = check_text(kind, tmp_path, text[:start] + broken * 2_100 + text[end:])
    assert [notice.code for notice in found.file_notices if notice.scope is Scope.FILE][-1] == "LOOKS_NOT_RUN"
    found = check_text(kind, tmp_path, text[:start] + broken * 2 + text[end:])
    assert found.file_notices == []
