"""What the gateway itself says of a file, whatever its kind; a kind's own code wins where it has one."""

from gateway.core.rules.registry import RULE_CRASH, Rulebook

ENGINE = Rulebook(rules={RULE_CRASH.name: RULE_CRASH})

FILE_KIND = ENGINE.describe(
    "file_kind",
    "FILE_KIND",
    """The file is of no kind that this gateway knows.

    Why: a file is known by its name, and its name tells which rules it is checked by and who must answer it.
    Fix: give the file the name that its specification asks for; the kinds known here are {kinds}.
    Message: No file kind knows a file of this name and content.
    """,
    scope="file",
)
SENDER_SUSPENDED = ENGINE.describe(
    "sender_suspended",
    "SENDER_SUSPENDED",
    """The sender's mailbox is suspended.

    Why: the gateway's operator has stopped processing for this organisation; its files are kept.
    Fix: ask the gateway's operator; when the mailbox is open again the file can be replayed.
    Message: The mailbox of this organisation is suspended, so the file was kept and not processed.
    """,
    scope="file",
)
SENDER_KIND = ENGINE.describe(
    "sender_kind",
    "SENDER_KIND",
    """The sender is no organisation that sends files of this kind.

    Why: who may send what follows from what an organisation is; another's file would be answered wrongly.
    Fix: send it from the mailbox of {who may send it}; the gateway's operator knows what yours is set up as.
    Message: Files of this kind come from {who may send it}; this mailbox belongs to {what the sender is}.
    """,
    scope="file",
)
FILE_EMPTY = ENGINE.describe(
    "file_empty",
    "FILE_EMPTY",
    """The file holds no bytes.

    Why: an upload of nothing is usually an export that failed.
    Fix: export the file again, see that it is not empty, and send it.
    Message: The file is empty.
    """,
    scope="file",
)
FILE_INFECTED = ENGINE.describe(
    "file_infected",
    "FILE_INFECTED",
    """A malware scanner has found the file infected.

    Why: what could harm those who open it goes no further; nothing in the file was read.
    Fix: have the computer that made it looked at, export the file again there when it is clean, and send it.
    Message: The malware scanner refuses this file, so nothing in it was read.
    """,
    scope="file",
)
FILE_ZIP = ENGINE.describe(
    "file_zip",
    "FILE_ZIP",
    """The ZIP cannot be opened, or does not hold exactly one file.

    Why: which of several files counts cannot be told, and what unpacks without end would stop everybody's files.
    Fix: put the one file into a ZIP of its own, without a folder or a password, or send the file itself.
    Message: {what is wrong}
    """,
    scope="file",
)
DECISION_UNKNOWN = ENGINE.describe(
    "decision_unknown",
    "DECISION_UNKNOWN",
    """No record of yours that was held has this submission and number.

    Why: a decision settles one record that was held, and is taken for that record alone.
    Fix: copy the submission's id and the record's number from the match report, or wait for its supplement.
    Message: No record of yours that was held is number {record} of submission {submission}.
    """,
)
DECISION_SETTLED = ENGINE.describe(
    "decision_settled",
    "DECISION_SETTLED",
    """The record is settled already.

    Why: a person decided on it before, and an answer that was given is not changed by another decision file.
    Fix: look at the supplement that answered it; ask the gateway's operator where it is wrong.
    Message: Record {record} of submission {submission} was settled before, so this decision changes nothing.
    """,
)
ULN_OF_ANOTHER = ENGINE.describe(
    "uln_settled_as_anothers",
    "ULN_OF_ANOTHER",
    """A person has looked, and the ULN belongs to somebody else.

    Why: what is kept under the wrong number harms two people.
    Fix: check the ULN with the learner's school or college, and send the record again.
    Message: A person has looked, and the learner who has this ULN is not the one of this record.
    """,
)
LISTED_NOWHERE = ENGINE.describe(
    "reference_settled_as_wrong",
    "LISTED_NOWHERE",
    """A person has looked, and what the record names is on no list.

    Why: a list that was older than the file was thought possible, and a person has found that it was not so.
    Fix: correct the number that the other notice on this record names, and send the record again.
    Message: A person has looked, and what the other notice names does not exist.
    """,
)
UPDATE_REFUSED = ENGINE.describe(
    "ability_to_share_goes_back",
    "WSRC0014",
    """A learner's ability to share cannot go back to "privacy notice not seen".

    Why: a learner who has once seen the privacy notice has seen it (specification of LRS web services, update guards).
    Fix: send 1 or 2 in AbilityToShare, or leave it empty.
    Message: AbilityToShare is 0 but the register already holds the learner's answer.
    """,
)
