"""The rulebooks of achievement files in CSV and in XML: the same rules, and what each carrier's reader finds."""

from typing import Final

from adapters.kinds.achievement import rules_reference, rules_settling
from adapters.kinds.achievement.rules import RULES, header_repeated, submission_type
from adapters.kinds.achievement.table import BATCH, HEADER, SUBMISSION_TYPE
from adapters.kinds.verify.batch import CSV, XML, declare, share
from adapters.kinds.verify.batch_faults import SizeCodes, table_faults, xml_faults
from adapters.kinds.verify.batch_texts import texts
from gateway.core.rules.registry import Rulebook

MODULES: Final = (rules_reference, rules_settling)
"""The modules of further rules: each put its own into the book when it was imported."""
_WORDS: Final = {
    "kind": "an achievement file",
    "form": "QCF_UKPRN_YYYY-MM-DD_nnn",
    "count": BATCH.count_field,
    "count code": "WSRC0017",
    "ukprn": "10000101",
}
_SIZES: Final = SizeCodes(empty="WSEC0047", too_many="WSEC0046")


def _book(extension: str) -> Rulebook:
    stem = "QCF_10000101_2026-09-01_001"
    words = {"extension": extension, "example": f"{stem}{extension}", "lower": f"{stem}{extension.lower()}"}
    words |= {"wrong": f"QCF_10000101_2026-02-31_001{extension}", "other": f"QCF_10000102_2026-09-01_001{extension}"}
    book = Rulebook()
    declare(book, texts(_WORDS | words), HEADER, BATCH.count_field)
    book.rule("WSEC0045", fields=[SUBMISSION_TYPE], scope="file")(submission_type)
    book.rules |= RULES.rules
    return book


CSV_BOOK: Final = _book(CSV)
CSV_BOOK.rule("HEADER_REPEATED", fields=HEADER, severity="warning")(header_repeated)
CSV_RULES: Final = table_faults(CSV_BOOK, _SIZES, RULES.rules["value_missing"], RULES.rules["value_format"])
XML_BOOK: Final = _book(XML)
XML_FAULTS: Final = xml_faults(XML_BOOK, _SIZES)
share(XML_BOOK, CSV_BOOK)
