"""The whole application, and how it says that something is wrong."""

import time
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match

from adapters.portal.admission import WRONG_KEYS_PER_MINUTE, Admission, dependency
from adapters.portal.api import router
from adapters.portal.documents import Problem
from adapters.portal.pace import Pace
from adapters.portal.settings import PortalSettings
from adapters.portal.uploads import Uploads
from gateway.core.ports.gateway import PortalPorts

OURS = "We could not do that, and the fault is ours. Send the request again later."


def application(ports: PortalPorts, settings: PortalSettings) -> FastAPI:
    """Return the application; its description is at /api/openapi.json, and no page of it loads anything from afar."""
    app = FastAPI(
        title="Learner Gateway",
        version="1",
        summary="A mailbox for batch files of learner data, for programs.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    pace = Pace(settings.requests_per_minute, time.monotonic)
    admission = Admission(ports, pace, Pace(WRONG_KEYS_PER_MINUTE, time.monotonic))
    uploads = Uploads(ports.intake, settings.arriving_folder, settings.max_bytes, settings.idle_s)
    routes = router(ports, uploads, dependency(admission))
    app.include_router(routes)
    app.state.routes = routes.routes
    app.add_exception_handler(HTTPException, _said)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _ours)
    return app


def _said(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return _ours(request, error)
    headers = dict(error.headers or {})
    methods = _methods(request) if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else []
    if methods:
        headers["Allow"] = ", ".join(methods)
    return _problem(error.status_code, str(error.detail), headers)


def _methods(request: Request) -> list[str]:
    """Return what a place can be asked for: the framework itself names those of its first route alone."""
    routes: list[APIRoute] = request.app.state.routes
    return sorted(
        {it for route in routes if route.matches(request.scope)[0] is not Match.NONE for it in route.methods or ()}
    )


def _malformed(_request: Request, error: Exception) -> JSONResponse:
    """Say which value is wrong and how, and not what it was."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    return _problem(422, "; ".join(f"{it['loc'][-1]}: {it['msg']}" for it in faults), {})


def _ours(_request: Request, _error: Exception) -> JSONResponse:
    return _problem(503, OURS, {"Retry-After": "60"})


def _problem(status: int, message: str, headers: dict[str, str]) -> JSONResponse:
    return JSONResponse(Problem(message=message).model_dump(mode="json"), status, headers)
