"""The rulebook of results files in XML, and the faults that their reader finds (AR-02 to AR-11)."""

from typing import Final

from adapters.formats.xml_reading_rules import describe_location
from adapters.kinds.ao_results import rules_grades, rules_repeats, rules_settling
from adapters.kinds.ao_results.rules import RULES
from adapters.kinds.ao_results.rules_files import FILES
from gateway.core.rules.registry import Rulebook

RULE_MODULES: Final = (rules_grades, rules_repeats, rules_settling)
"""The modules whose rules are in `RULES` beside its own: each registers them when it is imported."""
_OF_CSV: Final = frozenset({"learner_not_named", "same_organisation", "trailer_count"})
"""Rules on the short form, on what the header of an XML file says once, and on a trailer of another form."""
BOOK: Final = Rulebook(rules={name: rule for name, rule in (FILES.rules | RULES.rules).items() if name not in _OF_CSV})

UNREADABLE = BOOK.describe(
    "file_unreadable",
    "AR-02",
    """The file is not XML of results that can be read.

    Why: from the first fault of form on nothing can be told apart with certainty, so nothing of the file is taken.
    Fix: {what to do}
    Message: {what is wrong}
    """,
    scope="file",
)
LIMIT = BOOK.describe(
    "file_limit",
    "AR-06",
    """The file is too large, or asks for more than is ever held at once.

    Why: a limit keeps one file from holding up everybody else's.
    Fix: {what to do}
    Message: {what is wrong}
    """,
    scope="file",
)
LOCATION = describe_location(BOOK)
HEADER_VALUE = BOOK.describe(
    "header_value",
    "AR-03",
    """The header, or the order of centres and header, is not as the schema asks.

    Why: the header says whose results they are and of which series; with a doubtful one nothing is taken.
    Fix: {what to do}
    Message: {what is wrong}
    """,
    scope="file",
)
TRAILER_VALUE = BOOK.describe(
    "trailer_value",
    "AR-05",
    """The trailer is missing or not as the schema asks.

    Why: a file that lost results on its way would otherwise be taken for the whole.
    Fix: {what to do}
    Message: {what is wrong}
    """,
    scope="file",
)
TRAILER_COUNTS = BOOK.describe(
    "trailer_counts",
    "AR-05",
    """A count in the trailer is not the number of elements.

    Why: a file that lost results on its way would otherwise be taken for the whole.
    Fix: see that nothing was lost or added, then write {counted} into {field}.
    Message: {field} says {value}, but the file holds {counted}.
    """,
    scope="file",
)
SERIES_VALUE = BOOK.describe(
    "series_in_header",
    "AR-07",
    """The series in the header is none.

    Why: without its series nobody can tell where a file belongs.
    Fix: write the series as its name such as June 2026, or as its code such as 6G26.
    Message: The series {value} in the header is no exam series.
    """,
    scope="file",
)
NO_RESULTS = BOOK.describe(
    "no_results",
    "AR-04",
    """The file holds no result.

    Why: a file without a Result element is usually an export that failed.
    Fix: export the file again and see that it holds results.
    Message: There is no Result element in the file.
    """,
    scope="file",
)
SCHEMA_FAULT = BOOK.describe(
    "candidate_form",
    "AR-10",
    """The elements of a candidate are not those of the schema.

    Why: what is unknown, repeated, missing or out of order cannot be read, so the candidate's results are refused.
    Fix: {what to do}
    Message: {what is wrong}
    """,
)
VALUE = BOOK.describe(
    "value_format",
    "AR-10",
    """A value is missing or does not have the form that its field asks for.

    Why: a value in another form cannot be read with certainty, so it is not guessed.
    Fix: {what to do}
    Message: {what is wrong}
    """,
)
