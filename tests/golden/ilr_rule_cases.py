"""What the examples of the ILR's rules are judged by: a header, small reference lists, and the rules themselves."""

from datetime import UTC, date, datetime

from adapters.kinds.ilr.book import BOOK, HEADER_PREPARED, HEADER_UKPRN, HEADER_YEAR
from adapters.kinds.ilr.rules_all import RULES
from gateway.core.reference import HeldList, ListVersion, Reference, ReferenceRow, by_key, reference_key
from gateway.core.rules.rule import Context, Rule

HEADER = {HEADER_YEAR: "2526", HEADER_PREPARED: "2026-01-31", HEADER_UKPRN: "10000001"}
LISTS: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {
    "organisations": (("ukprn",), [("10000001",), ("10000002",)]),
    "campuses": (("campus", "ukprn"), [("CAMP0001", "10000001")]),
    "postcodes": (("postcode",), [("CV1 2WT",)]),
    "qualifications": (("qan", "title"), [("60100001", "Bricklaying"), ("60100002", "Functional Skills in Maths")]),
    "employers": (("employer",), [("123456789",)]),
}
MODULES = {module.__name__ for module in RULES}


def reference() -> Reference:
    return Reference(
        HeldList(
            ListVersion(
                name=name,
                columns=columns,
                rows=len(rows),
                digest="1",
                source=f"{name}.csv",
                loaded_at=datetime(2026, 1, 1, tzinfo=UTC),
            ),
            by_key(ReferenceRow(2, reference_key(cells[0]), None, None, cells) for cells in rows),
        )
        for name, (columns, rows) in LISTS.items()
    )


CONTEXT = Context(as_of=date(2026, 2, 1), file_name="ILR-10000001-2526-20260131-093000-01.xml", reference=reference())


def ours(rule: Rule) -> bool:
    function = rule.function or rule.group_function or rule.keys
    return function is not None and function.__module__ in MODULES


OURS = [rule for rule in BOOK.rules.values() if ours(rule)]
