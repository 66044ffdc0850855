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
PGP_RECIPIENT = ENGINE.describe(
    "pgp_recipient",
    "PGP_RECIPIENT",
    """The message is encrypted to another key than the gateway's.

    Why: only the holder of the key that a message is encrypted to can open it.
    Fix: encrypt it to the gateway's key; the gateway's operator has it (`gateway pgp key`).
    Message: This OpenPGP message is not encrypted to the gateway's key, so it could not be opened.
    """,
    scope="file",
)
PGP_UNSIGNED = ENGINE.describe(
    "pgp_unsigned",
    "PGP_UNSIGNED",
    """The message bears no signature.

    Why: whoever has the gateway's public key can encrypt to it; the signature alone says that the file is yours.
    Fix: encrypt and sign it, as in gpg --encrypt --sign.
    Message: This OpenPGP message is not signed, so nothing in it was read.
    """,
    scope="file",
)
PGP_SIGNER = ENGINE.describe(
    "pgp_signer",
    "PGP_SIGNER",
    """The message is signed by a key that is not known for this organisation.

    Why: a file counts as an organisation's where a key that its operator has registered signed it.
    Fix: sign it with your registered key, or ask the gateway's operator to add the new one (`gateway organisation
    pgp add`).
    Message: This OpenPGP message is signed by a key that is not registered for this organisation, so nothing in
    it was read.
    """,
    scope="file",
)
PGP_EXPIRED = ENGINE.describe(
    "pgp_expired",
    "PGP_EXPIRED",
    """The key that signed the message has expired or was revoked.

    Why: a key that its owner no longer vouches for proves nothing.
    Fix: prolong or renew your key, give its public half to the gateway's operator, and send the file again.
    Message: The key that signed this OpenPGP message has expired or was revoked, so nothing in it was read.
    """,
    scope="file",
)
PGP_SIGNATURE = ENGINE.describe(
    "pgp_signature",
    "PGP_SIGNATURE",
    """The signature does not fit the file.

    Why: the file or its signature was changed after it was signed.
    Fix: sign and encrypt the file again and send it; where it is refused again, ask who could have changed it on
    its way.
    Message: The signature of this OpenPGP message is not valid, so nothing in it was read.
    """,
    scope="file",
)
PGP_STRUCTURE = ENGINE.describe(
    "pgp_structure",
    "PGP_STRUCTURE",
    """The message is compressed, or put together in a way that is not read.

    Why: compressed messages can unpack without end; the gateway's key tells programs not to compress.
    Fix: take the gateway's newest public key, or compress nothing, as in gpg --compress-algo none; a ZIP may be
    encrypted.
    Message: This OpenPGP message is compressed or has an unusual structure, so nothing in it was read.
    """,
    scope="file",
)
PGP_DAMAGED = ENGINE.describe(
    "pgp_damaged",
    "PGP_DAMAGED",
    """The message is damaged, cut off, or no OpenPGP message.

    Why: what does not come whole cannot be told from what was changed.
    Fix: encrypt the file again and send it.
    Message: This is no whole OpenPGP message: it is damaged or was cut off, so nothing in it was read.
    """,
    scope="file",
)
PGP_TOO_LARGE = ENGINE.describe(
    "pgp_too_large",
    "PGP_TOO_LARGE",
    """The file in the message is larger than any that is read.

    Why: what decrypts to more than any file may have would stop everybody's files.
    Fix: send its records in several files.
    Message: The file in this OpenPGP message is larger than any that is read.
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
