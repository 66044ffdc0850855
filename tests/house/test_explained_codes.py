"""`gateway explain` knows every code that a response may show and that a page names."""

import csv
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from adapters.kinds.lrb import answers
from gateway import bootstrap, code_texts
from gateway.core.matching.compare import Level
from gateway.core.matching.guards import SENTENCES
from gateway.core.outcomes import Effect, MatchOutcome
from gateway.core.ports.kinds import AnswersByCode

ROOT = Path(__file__).parents[2]
KINDS = bootstrap.file_kinds()
KNOWN = {it.code for it in code_texts.replies(KINDS)} | {rule.code for _, rule in code_texts.rules(KINDS)}
CODE = re.compile(
    r"\b(?:G[AFRE][0-9]{3}|WSRC[0-9]{4}|WSEC[0-9]{4}|WSVRC[0-9]{3}|VRF[0-9]|RC[0-9]{3}|AR-[0-9]{2}|C[01][0-9]{2})\b"
)
"""The codes of the specifications that have a form of their own."""
ELSEWHERE = {"AR-08": "GF008"}
"""Codes that a page names because another is told in their place."""


def texts() -> Iterator[Path]:
    """Yield the source and the pages in which a code may stand."""
    inside = (ROOT / "adapters", ROOT / "gateway")
    return chain((ROOT / "README.md",), *(folder.rglob(f"*.{end}") for folder in inside for end in ("py", "md")))


@pytest.mark.parametrize("path", sorted(texts()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_code_in_the_source_and_the_pages_is_explained(path: Path) -> None:
    found = set(CODE.findall(path.read_text(encoding="utf-8"))) - ELSEWHERE.keys()
    assert found <= KNOWN


def test_every_code_that_the_fixtures_show_is_explained() -> None:
    found = set()
    for path in (ROOT / "fixtures").rglob("notices.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["code"] for row in csv.DictReader(file)}
    assert found <= KNOWN
    assert len(found) > 500


def test_every_outcome_effect_guard_and_level_is_explained() -> None:
    shown = {*MatchOutcome, *Effect, *SENTENCES, *Level}
    assert {str(it) for it in shown} <= KNOWN


def test_every_reply_of_an_lrb_file_is_explained() -> None:
    folded = {code.casefold() for code in KNOWN}
    replies = (*answers.BY_OUTCOME.values(), *answers.BY_FAULT.values(), *answers.AFTER_MATCHING.values())
    assert {it.casefold() for reply in replies for it in (reply.code, reply.outcome)} <= folded


def test_every_short_text_of_the_t_level_reports_is_explained() -> None:
    kinds = [kind for name, kind in KINDS.items() if name.startswith("tlevel")]
    assert all(isinstance(kind, AnswersByCode) and "ULN required" in kind.outcome_codes for kind in kinds)
    reports = (path for path in (ROOT / "fixtures").glob("tlevel-*/*/*/errors.csv"))
    told = {row["Error"] for path in reports for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
    short = {text for text in told if not text.endswith(".")}
    assert short
    assert short <= KNOWN
