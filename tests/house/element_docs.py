"""The tables of elements that the pages of XML kinds have between markers, made of the kinds' schemas."""

from collections.abc import Callable, Mapping
from typing import Final

import schemas
from adapters.formats.xml_items import Shape
from adapters.formats.xml_reading_listing import field_table

_ROOTS: Final[Mapping[tuple[str, str], tuple[str, str, tuple[str, ...]]]] = {
    ("achievement", "elements"): ("achievement-xml", "AchievementBatch", ("ArrayOfAchievement/Achievement",)),
    ("ao_results", "elements"): ("ao-results-xml", "AwardingOrganisationResults", ("Centre/Candidate",)),
    ("ctf", "elements"): ("ctf", "CTfile", ("CTFpupilData/Pupil",)),
    ("ilr", "elements"): ("ilr-2025-26", "Message", ("Learner",)),
    ("lrb", "elements"): ("lrb-xml", "LearnerRegistrationBatch", ("Learner",)),
    ("lrb", "request"): ("lrb-soap", "SubmitBatch", ("Learner",)),
    ("school_census", "elements"): ("school-census", "Message", ("Pupils/PupilsOnRoll/PupilOnRoll",)),
    ("verify", "elements"): ("verify-xml", "LearnerVerificationBatch", ("Learner",)),
}
"""The schema of each table by the page's folder and the name of the part: its name, its root and its records."""


def _table(schema: str, root: str, records: tuple[str, ...]) -> str:
    return field_table(Shape(schemas.text(f"xsd/{schema}/{schema}.xsd").encode(), root, records))


ELEMENT_PARTS: Final[Mapping[tuple[str, str], Callable[[], str]]] = {
    place: lambda given=given: _table(*given) for place, given in _ROOTS.items()
}
"""What each part is made of."""
