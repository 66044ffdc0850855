"""The list of the 48 sentences is whole, and every test that it names is there."""

import ast

import pytest

from tests.acceptance.sftp.the_48 import PROMISES, ROOT, Seen


def test_every_number_has_a_sentence_and_tests() -> None:
    assert list(PROMISES) == list(range(1, 49))
    assert all(promise.sentence and promise.tests for promise in PROMISES.values())


@pytest.mark.parametrize("number", PROMISES)
def test_every_test_that_the_list_names_is_there(number: int) -> None:
    for node in PROMISES[number].nodes:
        file, name = node.split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {it.name for it in tree.body if isinstance(it, ast.FunctionDef)}, node


def test_a_sentence_is_held_when_all_its_tests_passed() -> None:
    seen, promise = Seen(), PROMISES[10]
    assert seen.lines() == []
    for node in promise.nodes:
        seen.see(node, "passed")
    assert seen.result(promise) == "pass"
    assert seen.result(PROMISES[1]) == "not run"
    assert seen.lines() == [f"10 pass     {promise.sentence}"]
    seen.see(f"{promise.nodes[1]}[link]", "failed")
    seen.see(f"{promise.nodes[1]}[pipe]", "passed")
    assert seen.result(promise) == "fail"
    for node in PROMISES[2].nodes:
        seen.see(node, "passed")
    assert seen.result(PROMISES[2]) == "replaced"
    assert "(the clock of a busy machine" in seen.lines()[0]
