# ruff: noqa: D401 - the docstring of a rule is the text that organisations read
"""Rules of the earlier years alone: on what became of learners, and on a file without any.

The specification names no rule on destinations, so these have codes of our own.
"""

from collections.abc import Iterator
from typing import Final

from adapters.kinds.ilr.aims import facts_of
from adapters.kinds.ilr.file_rules import ENTITY_1
from adapters.kinds.ilr.rules_codes import CODES, holds
from adapters.kinds.ilr.rules_uln import uln_check_digit
from gateway.core.model import Group, Record
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context, Found, Key

FILE: Final = Rulebook()
DESTINATIONS: Final = Rulebook()
DESTINATIONS.rule("ULN_04", fields=["ULN"])(uln_check_digit)


@FILE.rule(ENTITY_1.code, fields=["records/Learner"], scope="file")
def learner_in_file(record: Record, _: Context) -> Iterator[Found]:
    """The file holds no learner at all.

    Why: a file without a learner is usually an export that failed or a wrong selection.
    Fix: export the file again and see that it holds at least one learner.
    Message: The file holds no learner.
    Bad: records/Learner=0
    Good: records/Learner=1
    """
    if record["records/Learner"] == "0":
        yield Found()


@DESTINATIONS.group_rule("DESTINATION_CODE", "DPOutcome", fields=["OutType", "OutCode"])
def destination_pair(outcome: Group, record: Record, context: Context) -> Iterator[Found]:
    """The type and the code of a destination do not belong together.

    Why: a code has a meaning only with its own type.
    Fix: correct OutType or OutCode; paid employment, for instance, is EMP with a code from 1 to 5.
    Message: {OutType} with code {OutCode} is not a valid destination.
    Bad: DPOutcome[1]/OutType=EMP DPOutcome[1]/OutCode=9
    Good: DPOutcome[1]/OutType=EMP DPOutcome[1]/OutCode=1
    """
    pair = f"{outcome['OutType']}{outcome['OutCode']}"
    year = facts_of(record, context).year
    if outcome["OutType"] and outcome["OutCode"] and not holds("Out", pair, year) and CODES["Out"].covers(year.start):
        yield Found("OutCode")


@DESTINATIONS.repeated("DESTINATION_REPEATED", fields=["LearnRefNumber"])
def destination_repeated(record: Record, _: Context) -> Iterator[Key]:
    """The destinations of a learner stand in two records.

    Why: all destinations of a learner belong into one record, so of two records one may be a copy.
    Fix: put all DPOutcome elements of the learner into one LearnerDestinationandProgression record.
    Message: LearnRefNumber {LearnRefNumber} stands on another destination record of this file too: {lines}.
    Bad: LearnRefNumber=A0001
    Good: LearnRefNumber=A0002
    """
    reference = "".join(record["LearnRefNumber"].split()).casefold()
    if reference:
        yield Key((reference,), field="LearnRefNumber")
