"""Takes an upload as it streams in: counted, digested, durable, and then the gateway's."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from adapters.portal.arriving import ArrivingFile, TooLargeError, arriving
from adapters.portal.shield import events
from gateway.core.documents import Receipt
from gateway.core.ports.gateway import Intake
from gateway.core.submission import Arrival, Job, Organisation

_GATHERED: Final = 1 << 20
_NEXT_HOUR: Final = {"Retry-After": "3600"}


class Uploads:
    """Takes uploads over for the gateway."""

    def __init__(self, intake: Intake, folder: Path, most: int, idle_s: float) -> None:
        self._intake, self._folder, self._most, self._idle_s = intake, folder, most, idle_s

    async def take(self, request: Request, sender: Organisation, name: str, job: Job) -> Receipt:
        """Return the receipt of a body that came whole; nothing is left of any other."""
        most = await run_in_threadpool(self._may_send, sender)
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > most:
            raise _too_large(most)
        with arriving(self._folder, most) as file:
            try:
                async for part in self._parts(request):
                    await run_in_threadpool(file.write, part)
            except TooLargeError:
                raise _too_large(most) from None
            except TimeoutError:
                raise HTTPException(408, "The upload stood still for too long. Send it again.") from None
            except ClientDisconnect:
                events.warning("refused", extra={"organisation": sender.id, "reason": "incomplete"})
                raise HTTPException(400, "The upload did not come whole. Send it again.") from None
            return await run_in_threadpool(self._take_in, file, sender, name, job)

    def _may_send(self, sender: Organisation) -> int:
        """Return how many bytes are taken of a sender now; refuse one that has sent all that it may on this day."""
        left = self._intake.allowance(sender.id)
        if left.files == 0 or left.size == 0:
            raise HTTPException(429, "You have sent all that you may send on one day. Send it tomorrow.", _NEXT_HOUR)
        return self._most if left.size is None else min(self._most, left.size)

    async def _parts(self, request: Request) -> AsyncIterator[bytes]:
        """Yield the body in parts of a size that is worth a write."""
        stream, gathered = aiter(request.stream()), bytearray()
        while True:
            try:
                gathered += await asyncio.wait_for(anext(stream), self._idle_s)
            except StopAsyncIteration:
                break
            if len(gathered) >= _GATHERED:
                yield bytes(gathered)
                gathered.clear()
        yield bytes(gathered)

    def _take_in(self, file: ArrivingFile, sender: Organisation, name: str, job: Job) -> Receipt:
        sha256 = file.seal()
        arrival = Arrival(organisation=sender, name=name, path=file.path, size=file.size, sha256=sha256, job=job)
        receipt = self._intake.take_in(arrival)
        about = {"organisation": sender.id, "bytes": file.size, "sha256": sha256}
        events.info("published", extra=about | {"submission": receipt.id, "status": receipt.status})
        return receipt


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"The file is larger than the {most:,} bytes that are taken of you now.")
