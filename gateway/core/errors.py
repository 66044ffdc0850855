"""Our own faults, never the sender's: raised, logged, parked, and never sent to a sender.

GatewayError
|-- ConfigurationError    the operator's settings or installation are wrong
|   `-- AdapterError      an adapter is missing, doubled or lacks a method of its port
|-- StoreError            the system of record cannot be reached or refuses
|   `-- DatabaseError     the embedded PostgreSQL does not start or stop
|-- FilesError            kept bytes cannot be read or written
|   `-- BlobMissingError  they are not there
|-- MessengerError        operators cannot be told of an alarm
|-- ScanError             a malware scanner does not say whether a file is clean
`-- LeaseLostError        another worker has taken the submission over
"""


class GatewayError(Exception):
    """A fault of ours: the message says what, which submission, what to do next, and no learner's value."""


class ConfigurationError(GatewayError):
    """The settings or the installation are wrong; the message names the setting and the cure."""


class AdapterError(ConfigurationError):
    """An adapter is missing, named twice, or lacks a method of its port."""


class StoreError(GatewayError):
    """The system of record cannot be reached, or refuses what we ask."""


class DatabaseError(StoreError):
    """The embedded PostgreSQL cannot be made, started or stopped; the message names its log."""


class FilesError(GatewayError):
    """Kept bytes are missing, changed, or cannot be written."""


class BlobMissingError(FilesError):
    """The file store has no blob of that name."""


class MessengerError(GatewayError):
    """A mail server or a web address does not take an alert; the message names it and its setting."""


class ScanError(GatewayError):
    """The malware scanner does not say whether a file is clean, so the file waits."""


class LeaseLostError(GatewayError):
    """This worker's lease on a submission has run out and another worker has it now."""
