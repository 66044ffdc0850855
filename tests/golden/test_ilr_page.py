"""The page of the ILR tells the truth: its fields are those of the schema, and its example has no fault."""

import re
from pathlib import Path

from adapters.formats.xml_reading_listing import listed
from adapters.kinds.ilr.form import form_of
from adapters.kinds.ilr.years import Y1819
from tests.golden.ilr_files import check, message, notices

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "adapters/kinds/ilr/README.md").read_text(encoding="utf-8")


def test_the_fields_of_each_year_are_listed_as_the_schema_has_them() -> None:
    form = form_of(Y1819)
    fields = {(field.depth, field.name): field for field in listed(form.shape)}
    assert fields[0, "Learner"].occurs == "0..n"
    assert fields[1, "LearnerFAM"].occurs == "0..17"
    assert fields[1, "OTJHours"].holds == "a whole number from 0 to 9999"
    assert fields[2, "OutType"].occurs == "1"


def test_the_example_has_no_fault(tmp_path: Path) -> None:
    [example] = re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)
    assert notices(check(tmp_path, example.encode())) == []
    found = check(tmp_path, example.encode())
    assert all(not getattr(one, "notices", ()) for one in found)
    assert notices(check(tmp_path, message()))
