"""Ports kept in memory; each passes the contract that the real adapters pass (`tests/contracts`)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gateway.core.answered import AnsweredUln
from gateway.core.documents import Receipt
from gateway.core.errors import StoreError
from gateway.core.handover import Part
from gateway.core.ids import a_minute_later, mailbox_name
from gateway.core.ports.file_keys import WrappedKey
from gateway.core.submission import Folder, Job, MailboxFile, Mode, Organisation, OrganisationKey, Submission


class FakeOrganisations:
    """The `Organisations` port in memory."""

    def __init__(self) -> None:
        self._organisations: dict[str, Organisation] = {}
        self._keys: dict[str, OrganisationKey] = {}

    def add(self, organisation: Organisation, key: OrganisationKey | None = None) -> None:
        """Add an organisation with its first key, both or neither; raise StoreError where id or key is taken."""
        if organisation.id in self._organisations:
            raise StoreError(f"There is an organisation {organisation.id!r} already.")
        if key is not None:
            self.add_key(key)
        self._organisations[organisation.id] = organisation

    def find(self, organisation: str) -> Organisation | None:
        """Return the organisation of that id, or None."""
        return self._organisations.get(organisation)

    def all(self) -> list[Organisation]:
        """Return every organisation, by id."""
        return [self._organisations[name] for name in sorted(self._organisations)]

    def add_key(self, key: OrganisationKey) -> None:
        """Add a key; raise StoreError where any organisation has it already."""
        if key.fingerprint in self._keys:
            raise StoreError(f"The key {key.fingerprint} is in use already.")
        self._keys[key.fingerprint] = key

    def keys(self, organisation: str) -> list[OrganisationKey]:
        """Return the organisation's keys, valid or not."""
        return [key for key in self._keys.values() if key.organisation == organisation]

    def revoke_key(self, organisation: str, fingerprint: str, moment: datetime) -> None:
        """Let a key open nothing from a moment on; raise StoreError where the organisation has no such key."""
        key = self._keys.get(fingerprint)
        if key is None or key.organisation != organisation:
            raise StoreError(f"{organisation} has no key {fingerprint}.")
        self._keys[fingerprint] = replace(key, not_after=min(key.not_after or moment, moment))


class FakeMailboxes:
    """The `Mailboxes` port in memory."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._files: dict[tuple[str, Folder, str], MailboxFile] = {}
        self._owners: dict[str, str] = {}
        self._used: set[tuple[str, str]] = set()
        self._published: set[str] = set()
        self._answers: dict[str, tuple[str, Mode]] = {}
        self._answered: set[tuple[str, Mode, str]] = set()

    def receive(self, submission: Submission, receipt: Receipt) -> None:
        """Put an accepted upload and its receipt into their folders, as a store does when it records them."""
        owner = submission.organisation.id
        self._owners[submission.id] = owner
        self._answers[submission.id] = owner, submission.mode
        body = receipt.to_json().encode()
        moment = submission.received_at
        for file in (
            MailboxFile(
                folder=Folder.CHECK if submission.job is Job.CHECK else Folder.IN,
                name=submission.name,
                size=submission.size,
                modified_at=moment,
                blob=submission.blob,
            ),
            MailboxFile(
                folder=Folder.RECEIPTS,
                name=mailbox_name(submission.name, receipt.id, "receipt.json"),
                size=len(body),
                modified_at=moment,
                body=body,
            ),
        ):
            self._files[owner, file.folder, file.name] = file

    def listing(self, organisation: str, folder: Folder) -> list[MailboxFile]:
        """Return the files of a folder, by name."""
        there = [key for key in list(self._files) if key[:2] == (organisation, folder)]
        return [self._files[key] for key in sorted(there)]

    def find(self, organisation: str, folder: Folder, name: str) -> MailboxFile | None:
        """Return one file of a folder, or None."""
        return self._files.get((organisation, folder, name))

    def publish(self, submission: str, parts: Mapping[str, Part], answered: Iterable[AnsweredUln] = ()) -> None:
        """Put a response set into `out/`, all of it or nothing, once: a second call changes nothing."""
        if submission in self._published or submission not in self._owners:
            return
        self._answered |= {(*self._answers[submission], it.uln) for it in answered}
        self._published.add(submission)
        moment = self._clock()
        owner = self._owners[submission]
        for part in parts.values():
            name = part.name
            while part.stamped and (owner, name) in self._used:
                name = a_minute_later(name)
            self._used.add((owner, name))
            file = MailboxFile(folder=Folder.OUT, name=name, size=part.size, modified_at=moment, blob=part.blob)
            self._files[owner, Folder.OUT, name] = file

    def answered(self, submission: Submission, ulns: Collection[str]) -> frozenset[str]:
        """Return those of these ULNs that the submission's organisation was answered with, in the same mode."""
        return frozenset(uln for uln in ulns if (submission.organisation.id, submission.mode, uln) in self._answered)

    def touch(self, organisation: str, file: MailboxFile, moment: datetime) -> None:
        """List an accepted upload with a time of its sender's, which mirroring clients compare with their own."""
        key = organisation, file.folder, file.name
        if key in self._files:
            self._files[key] = replace(self._files[key], modified_at=moment)

    def acknowledge(self, organisation: str, name: str) -> bool:
        """Take a response out of `out/` because its owner deleted it; False where there is none of that name."""
        return self._files.pop((organisation, Folder.OUT, name), None) is not None


class FakeFileKeys:
    """The `KeptKeys` port in memory."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, int], WrappedKey] = {}

    def newest(self, organisation: str) -> WrappedKey | None:
        """Return the last version of an organisation's key, be it destroyed, or None."""
        return max(self._of(organisation), key=lambda key: key.version, default=None)

    def find(self, key: UUID) -> WrappedKey | None:
        """Return a key by its number, or None."""
        return next((it for it in self._keys.values() if it.id == key), None)

    def add(self, key: WrappedKey) -> WrappedKey:
        """Keep a key, and return it, or the one of its organisation and version that another was quicker to keep."""
        return self._keys.setdefault((key.organisation, key.version), key)

    def all(self) -> list[WrappedKey]:
        """Return every key that was not destroyed, by organisation and version."""
        return [self._keys[place] for place in sorted(self._keys) if self._keys[place].wrapped is not None]

    def rewrap(self, key: UUID, wrapped: bytes) -> None:
        """Keep a key as another master key wraps it; one that was destroyed meanwhile stays destroyed."""
        found = self.find(key)
        if found is not None and found.wrapped is not None:
            self._keys[found.organisation, found.version] = replace(found, wrapped=wrapped)

    def shred(self, organisation: str) -> int:
        """Destroy every key of an organisation for good, and return how many there were."""
        living = [key for key in self._of(organisation) if key.wrapped is not None]
        for key in living:
            self._keys[key.organisation, key.version] = replace(key, wrapped=None)
        return len(living)

    def _of(self, organisation: str) -> list[WrappedKey]:
        return [key for key in self._keys.values() if key.organisation == organisation]
