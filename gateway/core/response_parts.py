"""The parts of a response set that every kind has, and the drafts that they are written into."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from io import TextIOWrapper
from typing import BinaryIO, TextIO

from gateway.core import csv_text, match_report
from gateway.core.answered import AnsweredUlns
from gateway.core.documents import Proposed, proposed
from gateway.core.extract import AS_IS, Place, extract
from gateway.core.handover import Part
from gateway.core.ids import forward_name, mailbox_name
from gateway.core.model import Answer
from gateway.core.notices import Notice
from gateway.core.ports.files import Draft, Files
from gateway.core.ports.kinds import Amending, Extracting, FileKind, Proposing
from gateway.core.rules.rule import Context, value_at
from gateway.core.submission import Submission

FORWARD = "forward.CSV"
"""The part that is a registration batch file, ready to be sent on; in the mailbox it has a name of its own."""
Copying = Callable[[BinaryIO, Iterable[Place], int, BinaryIO], object]
"""Writes the accepted records of a file, which are so many, by the places of all of them."""
ERROR_COLUMNS = ("code", "severity", "line", "record", "key", "field", "value", "message", "fix")


class _NothingToOfferError(Exception):
    """Nothing in a file is to be corrected."""


@dataclass
class Parts:
    """The response files being written, each a draft that is kept when all are complete.

    `bare` is the submission with its file as it came out of what it was sent in.
    """

    submission: Submission
    bare: Submission
    files: Files
    drafts: dict[str, Draft] = field(default_factory=dict)
    supplement: int | None = None
    answered: Draft | None = None

    def creator(self, stack: ExitStack) -> Callable[[str], TextIO]:
        """Return what opens a part for text; the stack closes all of them."""

        def create(part: str) -> TextIO:
            draft = stack.enter_context(self.files.create(self.submission.id))
            self.drafts[part] = draft
            return _text(draft, stack)

        return create

    def answered_ulns(self, stack: ExitStack) -> AnsweredUlns:
        """Return what lists the ULNs that records are answered with, in a draft that is no part of the set."""
        self.answered = stack.enter_context(self.files.create(self.submission.id))
        return AnsweredUlns(_text(self.answered, stack))

    def propose(self, kind: FileKind, context: Context, blob: str) -> Proposed | None:
        """Write the corrected file that is offered, and its changes; None where there is nothing to offer."""
        if not isinstance(kind, Proposing):
            return None
        space = self.submission.id
        with suppress(_NothingToOfferError), ExitStack() as stack:
            path = stack.enter_context(self.files.local(blob))
            file, listed = (stack.enter_context(self.files.create(space)) for _ in range(2))
            proposal = kind.propose(path, context, file.handle, _text(listed, stack))
            if not proposal.changes:
                raise _NothingToOfferError  # so that nothing is left of the two drafts
            self.drafts[f"proposed.{proposal.name.rpartition('.')[2]}"] = file
            self.drafts["changes.csv"] = listed
            return proposed(proposal)
        return None

    def extract(self, kind: FileKind, header: Mapping[str, str], places: Iterable[Place], accepted: int) -> None:
        """Write the accepted records as a file of the same kind, by the places of all records of the file."""
        with self.files.open(self.bare.blob) as source, self.files.create(self.submission.id) as draft:
            copying(kind, header)(source, places, accepted, draft.handle)
        self.drafts[f"accepted.{self.bare.name.rpartition('.')[2]}"] = draft

    def kept(self) -> dict[str, Part]:
        """Return the parts by their names, once every draft is complete."""
        return {
            self._part(part): Part(name=self._name(part), blob=draft.blob, size=draft.size, stamped=part == FORWARD)
            for part, draft in self.drafts.items()
        }

    def _part(self, part: str) -> str:
        if self.supplement is not None:
            return f"supplement-{self.supplement}.{part}"
        return f"replay-{self.submission.replays}.{part}" if self.submission.replays else part

    def _name(self, part: str) -> str:
        sent = self.submission
        if part == FORWARD:
            return forward_name(sent.organisation.ukprn or "", sent.received_at)
        return mailbox_name(sent.name, sent.id, self._part(part))


def copying(kind: FileKind, header: Mapping[str, str]) -> Copying:
    """Return what copies the accepted records of a file into a file of the same kind."""
    if isinstance(kind, Extracting):
        return kind.extract
    return partial(extract, amendments=kind.amendments(header) if isinstance(kind, Amending) else AS_IS)


def _text(draft: Draft, stack: ExitStack) -> TextIO:
    """Return a draft as text; what was written is in it when the stack lets go of it, before the draft is kept."""
    text = TextIOWrapper(draft.handle, encoding="utf-8", newline="")
    stack.callback(text.detach)
    return text


@dataclass
class ErrorReport:
    """Writes `errors.csv`: what is said of the file first, then every notice of every record."""

    handle: TextIO
    file_notices: Iterable[Notice]

    def __post_init__(self) -> None:
        self._rows = csv_text.writer(self.handle, ERROR_COLUMNS)
        self._rows.writerows(map(error_row, self.file_notices))

    def write(self, answer: Answer) -> None:
        """Write a line for each notice."""
        self._rows.writerows(map(error_row, answer.notices))

    def finish(self) -> None:
        """Write nothing: the error report has no last line."""


@dataclass
class MatchReport:
    """Writes `match.csv` as one responder among the others; a kind may name the field that its ULNs are sent in."""

    handle: TextIO
    uln_field: str = "ULN"

    def __post_init__(self) -> None:
        self._rows = csv_text.writer(self.handle, match_report.COLUMNS)

    def write(self, answer: Answer) -> None:
        """Write the record's line."""
        learner = answer.checked.learner
        sent = value_at(answer.checked.record, self.uln_field) or (learner.uln if learner else "")
        self._rows.writerow(match_report.row(answer, sent_uln=sent))

    def finish(self) -> None:
        """Write nothing: the match report has no last line."""


def error_row(notice: Notice) -> list[object]:
    """Return a notice as a line of `errors.csv`."""
    return [getattr(notice, column) for column in ERROR_COLUMNS]
