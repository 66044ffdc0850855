"""The documentation says what the code says."""

import re

import pytest

from tests.house.docs import FILES, KIND_PARTS, PARTS, ROOT, as_json, with_part

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("file", "name"), PARTS)
def test_a_generated_part_is_what_make_docs_writes(file: str, name: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert with_part(text, name, PARTS[file, name]()) == text, "run `make docs`"


@pytest.mark.parametrize("file", FILES)
def test_a_generated_file_is_what_make_docs_writes(file: str) -> None:
    assert (ROOT / file).read_text(encoding="utf-8") == as_json(FILES[file]()), "run `make docs`"


def test_the_page_of_a_kind_can_tell_its_rules_and_fields() -> None:
    rules, fields = (KIND_PARTS[name]("lrb") for name in ("rules", "fields"))
    assert "| `RC013` | error | DateOfBirth | The learner's age is outside" in rules
    assert not re.search("[{}]", rules + fields)
    assert "| 3 | UKPRN | 8 | yes | your organisation's UKPRN" in fields
    assert {line.count("|") - line.count("\\|") for line in rules.splitlines()} == {7}


def test_every_make_task_that_the_readme_names_is_there() -> None:
    tasks = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)", README)) <= tasks


def test_every_file_that_the_readme_links_to_is_there() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link
