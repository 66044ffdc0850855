"""The HTTP interface on a real database and a real file store, and programs of two organisations that use it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import requests

from adapters.portal.server import HttpPortal
from gateway.core.api_key import ApiKey, digest_of, written
from gateway.core.ports.gateway import Intake, PortalPorts
from gateway.core.quota import UNLIMITED, Quota
from gateway.core.submission import OrganisationKind
from gateway.pipeline import process, take_in
from tests.desk import COLLEGE, LEASE, Desk
from tests.needs import HANGING_S

SCHOOL = replace(COLLEGE, id="hilltop", kind=OrganisationKind.SCHOOL)
SECRET = "s" * 43
MOST_BYTES = 1 << 20


def api_key(organisation: str, number: int, **terms: Any) -> ApiKey:  # noqa: ANN401 - its fields as they are named
    return ApiKey(id=f"{number:012}", organisation=organisation, digest=digest_of(SECRET), **terms)


def ports_of(desk: Desk, quota: Quota = UNLIMITED) -> PortalPorts:
    intake = Intake(
        take_in=lambda arrival: take_in(arrival, desk.gateway), organisations=desk.record.organisations,
        mailboxes=desk.record.mailboxes, files=desk.gateway.files, clock=desk.gateway.clock,
        allowance=lambda sender: quota if sender == SCHOOL.id else UNLIMITED,
    )  # fmt: skip
    return PortalPorts(
        intake=intake, submissions=desk.record.submissions, api_keys=desk.record.api_keys,
        receipt_keys=lambda: {"0123456789abcdef": "-----BEGIN PUBLIC KEY-----"},
    )  # fmt: skip


def settings_of(desk: Desk, **more: object) -> dict[str, object]:
    folder = desk.folder / "arriving-by-http"
    return {"host": "127.0.0.1", "port": 0, "max_bytes": MOST_BYTES, "arriving_folder": folder} | more


@dataclass
class Office:
    """The open interface and a client for it."""

    desk: Desk
    url: str
    client: requests.Session

    def ask(self, method: str, path: str, key: int | None = 1, **more: Any) -> requests.Response:  # noqa: ANN401 - what requests takes
        headers = {} if key is None else {"Authorization": f"Bearer {written(f'{key:012}', SECRET)}"}
        return self.client.request(method, f"{self.url}/api{path}", headers=headers, timeout=HANGING_S, **more)

    def send(self, name: str, content: bytes | Iterator[bytes], key: int | None = 1, **query: str) -> requests.Response:
        return self.ask("POST", "/submissions", key, params={"name": name, **query}, data=content)

    def process_all(self) -> None:
        while (claimed := self.desk.gateway.store.claim("test", LEASE)) is not None:
            process(claimed, self.desk.gateway)

    @property
    def left(self) -> list[str]:
        return [path.name for path in (self.desk.folder / "arriving-by-http").iterdir()]


@contextmanager
def opened(desk: Desk, quota: Quota = UNLIMITED, **settings: object) -> Iterator[Office]:
    """Give the interface while the block lasts; key 1 is the college's, key 2 the school's, and so is the quota."""
    portal = HttpPortal.from_settings(settings_of(desk, **settings))
    url = portal.open(ports_of(desk, quota)).replace("HTTP on ", "http://")
    try:
        with requests.Session() as client:
            yield Office(desk, url, client)
    finally:
        portal.close(timedelta(seconds=5))
        assert not [it for it in threading.enumerate() if it.name == "portal"]
