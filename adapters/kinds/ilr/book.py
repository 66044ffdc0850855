"""The rules of ILR files, and the names under which a learner's record holds what the file's header says."""

from typing import Final

from adapters.kinds.ilr.file_rules import BOOK

__all__ = ["BOOK", "HEADER_PREPARED", "HEADER_UKPRN", "HEADER_YEAR"]

HEADER_YEAR: Final = "Header/Year"
HEADER_PREPARED: Final = "Header/FilePreparationDate"
HEADER_UKPRN: Final = "Header/UKPRN"
"""Every learner's record holds these values of the header; no element of a learner has such a name."""
