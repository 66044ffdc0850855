"""The examples of the census's rules hold in files too: each is written as a return in XML and read by the kind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.kinds.school_census.book import REACHES, Reach, Roll
from gateway.core.notices import Notice, Scope
from gateway.core.rules.rule import Context, Rule, RuleSettings
from tests.golden.census_cases import BOOK, CONTEXT, HEADER, OURS
from tests.golden.census_files import BEA, BOTH, GONE, ON, check, message, notices, pupil

_COUNTED = "1320Q"
"""Its examples hold a count that only the reader makes."""
RULES = [rule for rule in OURS if rule.code != _COUNTED]
OTHER = {**BOTH, **BEA, "PupilIdentifiers/UPN": "U301400018001"}
OTHERS = {rule.code for rule in BOOK.rules.values()}

Head = tuple[tuple[str, str], ...]
Example = tuple[str, Mapping[str, str]]


def by_head(rule: Rule) -> Iterator[tuple[dict[str, str], list[Example]]]:
    """Yield the examples of a rule, each with its sort, that may stand in one file, with that file's header."""
    found: dict[Head, list[Example]] = defaultdict(list)
    for sort, examples in (("good", rule.good), ("bad", rule.bad)):
        for example in examples:
            head = {**HEADER, **{path: example[path] for path in example if path.startswith(("Header/", "School/"))}}
            head["file_name"] = example.get("file_name", HEADER["file_name"])
            found[tuple(head.items())].append((sort, {path: it for path, it in example.items() if path not in head}))
    yield from ((dict(head), examples) for head, examples in found.items())


def read(rule: Rule, head: Mapping[str, str], folder: Path, *pupils: str) -> list[Notice]:
    """Return what a rule says of a file where all others are switched off."""
    settings = RuleSettings(tuple((code, None) for code in OTHERS - {rule.code}))
    context: Context = replace(CONTEXT, file_name=head["file_name"], settings=settings)
    data = message(*pupils, head={path: value for path, value in head.items() if path != "file_name"})
    return [it for it in notices(check(folder, data, context=context)) if it.severity is rule.severity]


@pytest.mark.parametrize(
    "rule", [it for it in RULES if it.scope is Scope.RECORD and it.keys is None], ids=lambda rule: rule.name
)
def test_the_examples_of_a_rule_are_told_of_the_pupils_of_a_file(rule: Rule, tmp_path: Path) -> None:
    roll = REACHES.get(rule.name, Reach()).roll or Roll.ON
    for head, examples in by_head(rule):
        parts = [pupil(GONE if "PupilStatus/NCyearLeaving" in it else roll, it) for _, it in examples]
        on_roll_first = sorted(range(len(parts)), key=lambda place: parts[place].startswith(f"<{GONE}>"))
        found = read(rule, head, tmp_path, *parts)
        expected = {number for number, place in enumerate(on_roll_first, start=1) if examples[place][0] == "bad"}
        assert {it.record for it in found} == expected
        assert {it.code for it in found} <= {rule.code}


@pytest.mark.parametrize("rule", [it for it in RULES if it.scope is Scope.FILE], ids=lambda rule: rule.name)
def test_the_examples_of_a_rule_are_told_of_the_whole_file(rule: Rule, tmp_path: Path) -> None:
    for head, examples in by_head(rule):
        found = {it.code for it in read(rule, head, tmp_path)}
        assert found == ({rule.code} if examples[0][0] == "bad" else set())


@pytest.mark.parametrize("rule", [it for it in RULES if it.keys is not None], ids=lambda rule: rule.name)
def test_what_stands_on_roll_and_no_longer_on_roll_is_told_of_both(rule: Rule, tmp_path: Path) -> None:
    [bad], [good, *_] = rule.bad, rule.good
    twice = read(rule, HEADER, tmp_path, pupil(ON, bad), pupil(ON, OTHER), pupil(GONE, bad))
    assert [(it.code, it.record) for it in twice] == [(rule.code, 1), (rule.code, 3)]
    assert read(rule, HEADER, tmp_path, pupil(ON, bad), pupil(GONE, good)) == []
