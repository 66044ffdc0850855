# ruff: noqa: D401 - the docstring of a rule is the text that schools read
"""A query on codes that were never on a list, or not on census day, where no rule asks for them (specification 3)."""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.school_census.book import BOOK
from adapters.kinds.school_census.pupil import EXCLUSION, SEN_NEED, SEN_PROVISION, at, is_code, said
from gateway.core.model import Group, Record
from gateway.core.rules.registry import groups_at
from gateway.core.rules.rule import Context, Found

_LISTS: Final = {
    "Category": "ExclusionCategory",
    **dict.fromkeys(("Reason", "Reason1", "Reason2", "Reason3"), "ExclusionReason"),
    "SENprovision": "SENprovision",
    "SENtype": "SENtype",
}
"""The list of each field that is asked for."""


@BOOK.rule("CODE_UNLISTED", fields=[SEN_PROVISION, SEN_NEED, EXCLUSION], severity="warning", each=True)
def code_listed(record: Record, _: Context) -> Iterator[Found]:
    """A code of special educational needs, of a suspension or of an exclusion is not on the list of the census day.

    Why: codes come and go with the school years; one that is not on the list of its day has no meaning.
    Fix: use a code of the year of this census; explain it if the code is right.
    Message: {name} is {given}, which is not on the list of its codes on census day.
    Bad: SpecialEducationalNeeds/SENprovision=A
    Bad: SpecialEducationalNeeds/SENneeds/SENneed[1]/SENtype=QQ
    Bad: Exclusions/TermlyExclusion[1]/Category=FIXD
    Bad: Exclusions/TermlyExclusion[1]/Reason1=OT
    Bad: Exclusions/TermlyExclusion[1]/SENprovision=S
    Good: SpecialEducationalNeeds/SENprovision=K SpecialEducationalNeeds/SENneeds/SENneed[1]/SENtype=NSA
    Good: Exclusions/TermlyExclusion[1]/Category=SUSP Exclusions/TermlyExclusion[1]/Reason1=LG
    Good: Exclusions/TermlyExclusion[1]/Category=FIXD Header/CollectionDetails/ReferenceDate=2020-01-16
    """
    for path, group in _coded(record):
        value = at(group, path)
        if value and not is_code(_LISTS[path.rpartition("/")[2]], value, record):
            place = path if group is record else f"{group.path}/{path}"
            yield said(record, place)


def _coded(record: Record) -> Iterator[tuple[str, Group]]:
    """Yield the place of each code that is asked for, with the group that it stands in."""
    yield SEN_PROVISION, record
    yield from (("SENtype", need) for need in groups_at(record, SEN_NEED))
    for exclusion in groups_at(record, EXCLUSION):
        yield from ((name, exclusion) for name in _LISTS if name != "SENtype")
