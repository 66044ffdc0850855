"""The examples of the ILR's rules hold in files too: each is written as a learner in XML and read by the kind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading_form import file_model
from adapters.formats.xml_schema import Model
from adapters.formats.xml_schema_documents import loaded
from gateway.core.handover import FileHeader
from gateway.core.model import CheckedRecord, Group
from gateway.core.rules.rule import Rule, RuleSettings
from tests.examples import record_of
from tests.golden.ilr_files import HEAD, KIND, LEARNER_RULES, NAME, TAIL, uln_of
from tests.golden.ilr_rule_cases import CONTEXT, HEADER, OURS

LEARNER = file_model(Shape(loaded("xsd/ilr-2025-26/ilr-2025-26.xsd"), "Message", ("Learner",))).children["Learner"]
NEEDED = {
    "": {
        "Ethnicity": "31", "Sex": "F", "LLDDHealthProb": "9", "PostcodePrior": "ZZ99 9ZZ", "Postcode": "ZZ99 9ZZ",
    },
    "LearningDelivery": {
        "LearnAimRef": "60100001", "AimType": "4", "LearnStartDate": "2025-09-01", "LearnPlanEndDate": "2026-07-17",
        "FundModel": "99", "DelLocPostCode": "ZZ99 9ZZ", "CompStatus": "1",
    },
    "LearnerEmploymentStatus": {"EmpStat": "10", "DateEmpStatApp": "2025-09-01"},
    "PriorAttain": {"DateLevelApp": "2025-09-01"},
    "LLDDandHealthProblem": {"LLDDCat": "4"},
    "LearningDeliveryFAM": {"LearnDelFAMCode": "1"},
    "LearningDeliveryWorkPlacement": {
        "WorkPlaceStartDate": "2025-09-01", "WorkPlaceHours": "100", "WorkPlaceMode": "2",
    },
    "AppFinRecord": {"AFinType": "TNP", "AFinCode": "1", "AFinDate": "2025-09-01", "AFinAmount": "100"},
    "ProviderSpecLearnerMonitoring": {"ProvSpecLearnMon": "x"},
    "ProviderSpecDeliveryMonitoring": {"ProvSpecDelMon": "x"},
}  # fmt: skip
"""What the schema asks for beside what an example says."""
_OTHER_YEARS = "code_of_a_year_without_list"
RULES = [rule for rule in OURS if rule.keys is None and rule.name != _OTHER_YEARS]


def element(name: str, group: Group, model: Model, needed: Mapping[str, str]) -> str:
    """Return a group as XML, its fields in the order of the schema, with those that it needs."""
    values = {**needed, **{field: value for field, value in group.values.items() if value}}
    inner = "".join(
        f"<{field}>{escape(values[field])}</{field}>" if field in values else groups(field, group, below)
        for field, below in model.children.items()
    )
    return f"<{name}>{inner}</{name}>\n"


def groups(name: str, above: Group, model: Model) -> str:
    numbered = {"AimSeqNumber": ""} if name == "LearningDelivery" else {}
    return "".join(
        element(name, one, model, {**NEEDED.get(name, {}), **{field: str(place) for field in numbered}})
        for place, one in enumerate(above.all(name), start=1)
    )


def head(header: Mapping[str, str]) -> str:
    prepared = header["Header/FilePreparationDate"]
    made = HEAD.replace("<FilePreparationDate>2026-01-15<", f"<FilePreparationDate>{prepared}<")
    return made.replace("<UKPRN>10000001<", f"<UKPRN>{header['Header/UKPRN']}<")


def by_header(examples: Mapping[int, Mapping[str, str]]) -> Iterator[tuple[Mapping[str, str], dict[int, Group]]]:
    """Yield the examples that may stand in one file, with that file's header."""
    found: dict[tuple[tuple[str, str], ...], dict[int, Group]] = defaultdict(dict)
    for place, example in examples.items():
        header = {**HEADER, **{name: value for name, value in example.items() if name in HEADER}}
        found[tuple(header.items())][place] = record_of({"LearningDelivery[1]/AimType": "4", **example})
    for header_items, learners in found.items():
        yield dict(header_items), learners


def told(rule: Rule, examples: Mapping[int, Mapping[str, str]], folder: Path) -> dict[int, set[str]]:
    """Return the codes that each example is told, where all other rules on learners are switched off."""
    others = tuple((code, None) for code in LEARNER_RULES | {"R_06"} if code != rule.code)
    context = replace(CONTEXT, file_name=NAME, settings=RuleSettings(others))
    found: dict[int, set[str]] = {}
    numbers = count()
    for header, learners in by_header(examples):
        needed = ({**NEEDED[""], "LearnRefNumber": ref, "ULN": uln_of(ref)} for ref in map("L{}".format, numbers))
        parts = [element("Learner", one, LEARNER, more) for one, more in zip(learners.values(), needed, strict=False)]
        path = folder / "given"
        path.write_text("".join([head(header), *parts, TAIL]), encoding="utf-8")
        given = [it for it in KIND.check(path, context) if not isinstance(it, FileHeader)]
        checked = [it for it in given if isinstance(it, CheckedRecord)]
        found |= {place: {it.code for it in one.notices} for place, one in zip(learners, checked, strict=True)}
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_examples_hold_in_a_file(rule: Rule, tmp_path: Path) -> None:
    """An example whose value the schema itself refuses is told by the field's own rule instead."""
    examples = dict(enumerate([*rule.bad, *rule.good]))
    found = {place: codes for place, codes in told(rule, examples, tmp_path).items() if not any(map(of_form, codes))}
    assert {place: codes for place, codes in found.items() if place < len(rule.bad)}
    for place, codes in found.items():
        assert codes == ({rule.code} if place < len(rule.bad) else set()), examples[place]


def of_form(code: str) -> bool:
    return code.startswith("FD_") or code == "Schema"
