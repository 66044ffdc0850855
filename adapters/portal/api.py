"""The HTTP interface: a mailbox for programs, by the same rules as over SFTP."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, BinaryIO, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from adapters.portal.documents import (
    Problem,
    PublicKey,
    PublicKeys,
    SubmissionDetail,
    Submissions,
    response_file,
    standing,
)
from adapters.portal.uploads import Uploads
from gateway.core.documents import Receipt
from gateway.core.handover import Listed
from gateway.core.ports.gateway import PortalPorts
from gateway.core.submission import Folder, Job, MailboxFile, Organisation

_CHUNK: Final = 1 << 16
_PLAIN: Final = r" -.0-~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufffd"
"""The characters of a name: printable ones, without the slash."""
_FILE_NAME: Final = rf"^([ -.0-~]{{1,200}}|[{_PLAIN}]{{1,66}})$"
"""What is at most 200 bytes long."""
Id = Annotated[str, Path(pattern=r"^[0-9a-z]{14}$", description="The submission's id, as its receipt says it.")]
ResponseName = Annotated[
    str, Path(pattern=rf"^[{_PLAIN}]{{1,300}}$", description="The response file's name, as the submission lists it.")
]
FileName = Annotated[str, Query(pattern=_FILE_NAME, description="The file's name; it says of which kind the file is.")]
Asked = Annotated[Job, Query(description="FUL: everything; CHK: check only, and nothing is kept of it.")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]

Responses = dict[int | str, dict[str, Any]]

_COMMON: Final[Responses] = {
    400: {"model": Problem, "description": "The request is not whole, or cannot be read."},
    401: {"model": Problem, "description": "There is no key, or it is not good."},
    404: {"model": Problem, "description": "There is nothing of that name for you."},
    422: {"model": Problem, "description": "A value has not the form that it must have."},
    429: {"model": Problem, "description": "Too many requests; `Retry-After` says in how many seconds."},
    503: {"model": Problem, "description": "The fault is ours: send the request again later."},
}
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_BODY: Final = {
    "requestBody": {
        "description": "The file's bytes; none are an empty file, which is answered as one.",
        "required": False,
        "content": {"application/octet-stream": _BINARY},
    }
}


def router(ports: PortalPorts, uploads: Uploads, asking: Callable[..., Organisation]) -> APIRouter:
    """Return the routes of the interface."""
    routes = APIRouter(prefix="/api", responses=_COMMON)
    mine = Annotated[Organisation, Depends(asking)]
    _submitting(routes, uploads, mine)
    _asking(routes, ports, mine)
    _collecting(routes, ports, mine)
    return routes


def _submitting(routes: APIRouter, uploads: Uploads, mine: Any) -> None:  # noqa: ANN401 - an annotation
    refused: Responses = {
        408: {"model": Problem, "description": "The upload stood still for too long."},
        413: {"model": Problem, "description": "The file is larger than any that is taken."},
        200: {"model": Receipt, "description": "These bytes are held already: the receipt names the first submission."},
    }

    @routes.post("/submissions", status_code=201, openapi_extra=_BODY, responses=refused)
    async def submit(
        request: Request, response: Response, sender: mine, name: FileName, job: Asked = Job.FULL
    ) -> Receipt:
        """Send a file, the bytes themselves as the body; the receipt comes when they are held for good."""
        receipt = await uploads.take(request, sender, name, job)
        if receipt.status == "duplicate":
            response.status_code = 200
        return receipt


def _asking(routes: APIRouter, ports: PortalPorts, mine: Any) -> None:  # noqa: ANN401 - an annotation
    @routes.get("/submissions")
    def submissions(sender: mine, limit: Limit = 100) -> Submissions:
        """List your submissions, the newest first."""
        return Submissions(submissions=[standing(it) for it in ports.submissions.listing(sender.id, limit)])

    @routes.get("/submissions/{submission}")
    def submission(sender: mine, submission: Id) -> SubmissionDetail:
        """Say where a submission stands, and which response files wait for you."""
        found = _own(ports, sender, submission)
        files = [ports.intake.mailboxes.find(sender.id, Folder.OUT, name) for name in found.responses]
        return SubmissionDetail(submission=standing(found), files=[response_file(it) for it in files if it is not None])

    @routes.get("/receipt-key")
    def receipt_key(sender: mine) -> PublicKeys:  # noqa: ARG001 - it must be somebody
        """Return the public keys that receipts are checked with, the one in force first."""
        return PublicKeys(keys=[PublicKey(key_id=it, public_key=pem) for it, pem in ports.receipt_keys().items()])


def _collecting(routes: APIRouter, ports: PortalPorts, mine: Any) -> None:  # noqa: ANN401 - an annotation
    place = "/submissions/{submission}/files/{name}"
    found: Responses = {200: {"content": {"application/octet-stream": _BINARY}, "description": "The file's bytes."}}

    @routes.get(place, response_class=StreamingResponse, responses=found)
    def collect(sender: mine, submission: Id, name: ResponseName) -> StreamingResponse:
        """Return a response file's bytes."""
        file = _response(ports, sender, submission, name)
        opened = ports.intake.files.open(file.blob or "")
        headers = {
            "Content-Length": str(file.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        }
        return StreamingResponse(_chunks(opened), media_type="application/octet-stream", headers=headers)

    @routes.delete(place, status_code=204)
    def acknowledge(sender: mine, submission: Id, name: ResponseName) -> None:
        """Say that you have a response file: it leaves your mailbox."""
        _response(ports, sender, submission, name)
        ports.intake.mailboxes.acknowledge(sender.id, name)


def _own(ports: PortalPorts, sender: Organisation, submission: str) -> Listed:
    """Return a submission of the organisation that asks; another's is as if it were not there."""
    found = ports.submissions.show(submission)
    if found is None or found.submission.organisation.id != sender.id:
        raise HTTPException(404, "You have no such submission.")
    return found


def _response(ports: PortalPorts, sender: Organisation, submission: str, name: str) -> MailboxFile:
    """Return a response file of the organisation that asks, as long as it is not acknowledged."""
    responses = _own(ports, sender, submission).responses
    file = ports.intake.mailboxes.find(sender.id, Folder.OUT, name) if name in responses else None
    if file is None:
        raise HTTPException(404, "That submission has no such file, or you have acknowledged it.")
    return file


def _chunks(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        while chunk := opened.read(_CHUNK):
            yield chunk
