"""Who asks: the organisation of the key that a request bears, within its pace."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from adapters.portal.pace import Pace
from adapters.portal.shield import events
from gateway.core import api_key
from gateway.core.ports.gateway import PortalPorts
from gateway.core.submission import Organisation

WRONG_KEYS_PER_MINUTE: Final = 60
_BEARER = HTTPBearer(auto_error=False, description="The key that `gateway organisation api-key add` printed.")
_ASK_AGAIN: Final = {"Retry-After": "60"}


class Admission:
    """Lets requests in that bear a good key; wrong keys are counted by the address that they come from."""

    def __init__(self, ports: PortalPorts, pace: Pace, wrong: Pace) -> None:
        self._ports, self._pace, self._wrong = ports, pace, wrong

    def admit(self, text: str | None, address: str) -> Organisation:
        """Return whose key it is; raise HTTPException where it is none, or was used too often."""
        if self._wrong.exhausted(address):
            raise HTTPException(429, "Too many requests with a wrong key. Wait a minute.", _ASK_AGAIN)
        organisation = self._owner(text, address)
        if organisation is None:
            self._wrong.allows(address)
            raise HTTPException(
                401, "Send your API key: `Authorization: Bearer lgk_...`.", {"WWW-Authenticate": "Bearer"}
            )
        if not self._pace.allows(organisation.id):
            raise HTTPException(429, "Too many requests. Wait a minute.", _ASK_AGAIN)
        return organisation

    def _owner(self, text: str | None, address: str) -> Organisation | None:
        given = api_key.read(text or "")
        found = self._ports.api_keys.find(given[0]) if given else None
        moment = self._ports.intake.clock()
        if given is None or found is None or not found.opens(given[1], moment, address):
            if text:
                events.warning("wrong key", extra={"peer": address})
            return None
        self._ports.api_keys.used(found.id, moment)
        return self._ports.intake.organisations.find(found.organisation)


def dependency(admission: Admission) -> Callable[..., Organisation]:
    """Return what tells a route who asks."""

    def asking(
        request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Organisation:
        return admission.admit(given.credentials if given else None, request.client.host if request.client else "")

    return asking
