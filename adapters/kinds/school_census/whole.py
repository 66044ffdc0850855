"""Counts what only a whole return shows: its pupils, its classes, and the pupils eligible for free meals."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from adapters.kinds.school_census.book import Roll
from adapters.kinds.school_census.pupil import DATE_LENGTH, FSM_PERIOD
from gateway.core.tables import read_date

_CLASS = "Class"


class Whole(NamedTuple):
    """How many there are in a return; `eligible` are those on roll with a free school meal period on census day."""

    on_roll: int = 0
    left: int = 0
    classes: int = 0
    eligible: int = 0


def whole_of(path: Path, day: date | None) -> Whole:
    """Return the counts of a return that was read to its end without a fault of form."""
    counts = dict.fromkeys((Roll.ON.value, Roll.LEFT.value, _CLASS), 0)
    eligible = 0
    found = etree.iterparse(
        str(path),
        tag=tuple(counts),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # the reader has held the file to limits of its own, and this pass must not fail on others
    )
    for _, element in found:
        counts[str(element.tag)] += 1
        eligible += day is not None and element.tag == Roll.ON and _is_eligible(element, day)
        element.clear()
        above = element.getparent()
        while above is not None and element.getprevious() is not None:
            del above[0]
    return Whole(counts[Roll.ON], counts[Roll.LEFT], counts[_CLASS], eligible)


def _is_eligible(pupil: etree._Element, day: date) -> bool:
    return any(_holds(period, day) for period in pupil.iterfind(FSM_PERIOD))


def _holds(period: etree._Element, day: date) -> bool:
    """Tell whether a free school meal period holds on a day; one without an end goes on."""
    start, end = (
        read_date((period.findtext(name) or "").strip()[:DATE_LENGTH]) for name in ("FSMstartDate", "FSMendDate")
    )
    return start is not None and start <= day and (end is None or day <= end)
