"""What an operator sets in gateway.toml of a rule's weight is what a sender's file is judged and answered by."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.kinds.ilr.kind import Ilr2526
from adapters.kinds.school_census.kind import SchoolCensus
from gateway import bootstrap, config
from gateway.core.submission import Folder, Organisation, OrganisationKind, Submission
from gateway.pipeline import process
from tests.desk import COLLEGE, KNOWN, MOMENT, Desk, desk_of
from tests.golden import census_files
from tests.golden.ilr_files import DELIVERY, learner, message

ILR = f"ILR-10000001-2526-{MOMENT:%Y%m%d-%H%M%S}-01.xml"
SCHOOL = Organisation(id="riverside", name="Riverside School", kind=OrganisationKind.SCHOOL, estab="8234321")
CENSUS = "8234321_SC1_823LL26_001.xml"
QUILL = {"FamilyName": "Quill", "GivenNames": "Ada", "DateOfBirth": "2008-05-31", "Sex": "F", "ULN": KNOWN.uln}
UNLISTED = "<PriorAttain><PriorLevel>8</PriorLevel><DateLevelApp>2024-08-31</DateLevelApp></PriorAttain>"
OFF = 'CODE_UNLISTED]\nseverity = "off"\n'


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(database, tmp_path, issuing=False)
    kinds = {kind.name: kind.from_settings({}) for kind in (Ilr2526, SchoolCensus)}
    made.gateway = replace(made.gateway, kinds=kinds)
    made.record.organisations.add(SCHOOL)
    yield made
    made.record.close()


def report_of(desk: Desk, settings: str, file: tuple[str, bytes, Organisation]) -> tuple[Submission, dict]:
    """Return a file's submission and its report, processed by a gateway with these settings."""
    (desk.folder / config.FILE_NAME).write_text(settings, encoding="utf-8")
    context = bootstrap.context_for(config.load(desk.folder), desk.record)
    gateway = replace(desk.gateway, context=context)
    name, content, sender = file
    sent = process(desk.take(name, content, sender), gateway)
    listing = gateway.mailboxes.listing(sender.id, Folder.OUT)
    (part,) = (it for it in listing if it.name.endswith(f".{sent.id}.report.json"))
    with gateway.files.open(str(part.blob)) as kept:
        return sent, json.loads(kept.read())


def of_college() -> tuple[str, bytes, Organisation]:
    return ILR, message(learner(more=UNLISTED + DELIVERY, **QUILL)), COLLEGE


def of_school() -> tuple[str, bytes, Organisation]:
    pupil = census_files.on_roll({"SpecialEducationalNeeds/SENprovision": "A"})
    return CENSUS, census_files.message(pupil), SCHOOL


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        ("", "warning"),
        ('[rules.CODE_UNLISTED]\nseverity = "info"\n', "info"),
        ('[rules.CODE_UNLISTED]\nseverity = "error"\n', "error"),
        (f"[rules.{OFF}", None),
        (f"[kinds.ilr-2025-26.rules.{OFF}", None),
        (f"[kinds.school-census.rules.{OFF}", "warning"),
        (f"[organisations.kingsway.rules.{OFF}", None),
        (f"[organisations.riverside.rules.{OFF}", "warning"),
    ],
)
def test_a_code_on_no_list_weighs_as_it_is_set(desk: Desk, settings: str, severity: str | None) -> None:
    sent, report = report_of(desk, settings, of_college())
    told = {it["code"]: it["severity"] for it in report["notices"]}
    assert told.get("CODE_UNLISTED") == severity
    assert report["counts"]["by_code"].get("CODE_UNLISTED", 0) == (severity is not None)
    assert report["counts"]["rejected"] == (severity == "error")
    changed = {"code": "CODE_UNLISTED", "severity": severity, "declared": "warning"}
    assert report["rules"]["changed"] == ([] if severity == "warning" else [changed])
    rows = [row["Error\\Warning"] for row in desk.rows(sent, "violations.csv") if row["Rule Name"] == "CODE_UNLISTED"]
    assert rows == {"warning": ["W"], "error": ["E"]}.get(severity or "", [])


@pytest.mark.parametrize(
    ("settings", "severity"), [("", "warning"), (f"[kinds.school-census.rules.{OFF}", None), (f"[rules.{OFF}", None)]
)
def test_the_census_has_the_same_switch(desk: Desk, settings: str, severity: str | None) -> None:
    _, report = report_of(desk, settings, of_school())
    told = {it["code"]: it["severity"] for it in report["notices"]}
    assert told.get("CODE_UNLISTED") == severity
