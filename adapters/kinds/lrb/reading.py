"""What the engine for tables must know of an LRB file: its table, its learners, and how a refusal is answered."""

from collections.abc import Mapping, Sequence

from adapters.formats.table_headings import Headings
from adapters.formats.table_kind import Table, all_empty, values_pass
from adapters.formats.table_numbers import doubtful_ulns
from adapters.kinds.lrb.answers import ULN_INVALID, reply_to_faults
from adapters.kinds.lrb.faults import RULES
from adapters.kinds.lrb.file_rules import BOOK, name_parts
from adapters.kinds.lrb.rules import TO_REGISTER_CODE
from adapters.kinds.lrb.table import HEADER, LEARNER, NAMES, SCHEMA
from gateway.core.model import Learner, Record
from gateway.core.notices import Notice
from gateway.core.outcomes import MatchOutcome
from gateway.core.rules.rule import Context
from gateway.core.rules.shared import invisible, is_mojibake, is_placeholder, name_fault
from gateway.core.tables import read_date
from gateway.core.uln import TEMPORARY_ULN


def learner(record: Record) -> Learner:
    """Return the learner of a record in which nothing is wrong."""
    uln = record["ULN"]
    return Learner(
        given_name=record["GivenName"],
        family_name=record["FamilyName"],
        date_of_birth=read_date(record["DateOfBirth"]),
        sex=record["Gender"],
        postcode=record["LastKnownPostCode"],
        uln="" if uln == TEMPORARY_ULN else uln,
        middle_name=record["MiddleOtherName"],
        preferred_given_name=record["PreferredGivenName"],
        previous_family_name=record["PreviousFamilyName"],
        family_name_at_16=record["FamilyNameAt16"],
        email=record["EmailAddress"],
        ability_to_share=record["AbilityToShare"],
    )


def refused_as(notices: Sequence[Notice]) -> MatchOutcome:
    """Return the outcome that a refused record is answered with."""
    return MatchOutcome.ULN_INVALID if reply_to_faults(notices) is ULN_INVALID else MatchOutcome.REFUSED


def _facts(context: Context) -> Mapping[str, str]:
    sender = context.sender
    return name_parts(context.file_name) | ({"sender_ukprn": sender.ukprn or ""} if sender else {})


def _not_mojibake(value: str) -> bool:
    return value.isascii() or not is_mojibake(value.strip())


def _all_visible(value: str) -> bool:
    return invisible(value) is None


def _is_name(value: str) -> bool:
    name = value.strip()
    return not name or (name_fault(name) is None and not is_placeholder(name))


HEADINGS = Headings(SCHEMA, "an LRB file")
TABLE = Table(
    where="adapters.kinds.lrb.reading:TABLE",
    schema=SCHEMA,
    book=BOOK,
    rules=RULES,
    key="MISIdentifier",
    learner=learner,
    file_words="an LRB file",
    reads_windows_text=True,
    facts=_facts,
    header=HEADER,
    header_columns=HEADER,
    count="learners",
    bars=frozenset({TO_REGISTER_CODE}),
    refused_as=refused_as,
    screens={
        "text_mojibake": values_pass(_not_mojibake, *LEARNER),
        "text_invisible": values_pass(_all_visible, *LEARNER),
        "person_name_characters": values_pass(_is_name, *NAMES),
        "name_placeholder": values_pass(_is_name, *NAMES),
        "header_repeated": all_empty(*HEADER),
    },
    numbers={"ULN": doubtful_ulns},
)
"""The table of LRB files."""
