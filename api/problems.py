"""Errors as RFC 9457 problem details: what was wrong, in words, and a type that stays the same."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.calls import current_call
from engine.services.actors import NOT_ALLOWED, NOT_APPROVING, Refused
from engine.services.stores import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:dunlang:problem:"
UNAUTHORIZED, INVALID, INTERNAL = "unauthorized", "invalid-request", "internal"

_FORBIDDEN = frozenset({NOT_ALLOWED, NOT_APPROVING, "S803"})
"""Codes of refusals because of who asks."""
_MISSING = frozenset(
    {
        *("S207", "S311", "S403", "S405", "S408", "S411", "S503"),
        *("S801", "S804", "S901", "S905"),
    }
)
"""Codes of refusals because there is no such thing."""
_LATE = frozenset({"S702"})
_INVALID = frozenset({"S301", "S307", "S309", "S315", "S316", "S406", "S806", "S902", "S903"})
"""Codes of refusals because of what was sent, whatever there is."""
_BUSY = "S104"


class Mistake(BaseModel):
    """Something that is wrong with a request, or with the policy in it."""

    model_config = ConfigDict(extra="allow")

    message: str
    at: str | None = Field(default=None, description="The place in the request.")
    kind: str | None = Field(default=None, description="What kind of mistake it is.")
    hint: str | None = Field(default=None, description="The way out.")
    code: str | None = Field(default=None, description="The code of a problem in a policy.")
    line: int | None = Field(default=None, description="The line of what was sent.")
    column: int | None = None


class Problem(BaseModel):
    """A problem detail of RFC 9457."""

    type: str = Field(description="A name for this kind of problem, which stays the same.")
    title: str = Field(description="The kind of problem, for people.")
    status: int
    detail: str = Field(description="What could not be done, in one sentence.")
    code: str | None = Field(default=None, description="The code of the refusal, such as S201.")
    hint: str | None = Field(default=None, description="The way out.")
    errors: list[Mistake] | None = Field(
        default=None, description="What is wrong with the request, each with its place."
    )
    request_id: str | None = Field(
        default=None, description="What the log calls the request; to be told to the operator."
    )


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        hint: str = "",
        *,
        code: str | None = None,
        errors: Sequence[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """`kind` is the stable end of the type; `detail` one sentence."""
        super().__init__(detail)
        self.status, self.headers = status, headers
        self.body: dict[str, Any] = {
            "type": _TYPE + kind,
            "title": _title(status),
            "status": status,
            "detail": detail,
        }
        more = {"code": code, "hint": hint or None, "errors": errors}
        self.body.update((name, value) for name, value in more.items() if value is not None)

    def response(self) -> JSONResponse:
        """What is answered."""
        call = current_call()
        named = {} if call is None else {"request_id": call.id}
        body = jsonable_encoder({**self.body, **named})
        return JSONResponse(body, self.status, self.headers, media_type=MEDIA_TYPE)


def refused(why: Refused) -> ProblemError:
    """A refusal of a service."""
    if why.code in _FORBIDDEN:
        status = HTTPStatus.FORBIDDEN
    elif why.code in _MISSING:
        status = HTTPStatus.NOT_FOUND
    elif why.code in _INVALID:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    elif why.code in _LATE:
        status = HTTPStatus.SERVICE_UNAVAILABLE
    else:
        status = HTTPStatus.CONFLICT
    return ProblemError(status, why.code, why.message, why.hint, code=why.code)


def unreachable(error: StoreError) -> ProblemError:
    """The store failed; the request can be repeated."""
    headers = {"Retry-After": "5"} if error.code == _BUSY else None
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return ProblemError(
        status, error.code, error.message, error.hint, code=error.code, headers=headers
    )


def handle_problems(app: FastAPI) -> None:
    """Let every error of an application be answered as a problem."""
    # Asynchronous, as plain functions would be run in a thread.

    @app.exception_handler(ProblemError)
    async def problem(_: Request, error: ProblemError) -> JSONResponse:
        return error.response()

    @app.exception_handler(StoreError)
    async def store(_: Request, error: StoreError) -> JSONResponse:
        return unreachable(error).response()

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_place(each) for each in error.errors()]
        detail = "the request is not as it should be: " + "; ".join(
            f"{each['at']}: {each['message']}" for each in errors[:3]
        )
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return ProblemError(status, INVALID, detail, errors=errors).response()

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        title = _title(error.status_code)
        kind = title.lower().replace(" ", "-")
        headers = dict(error.headers) if error.headers else None
        detail, hint = str(error.detail) or title, ""
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {"Allow": _methods(request)}
            detail, hint = f"{request.method} is not taken here", f"taken is {headers['Allow']}"
        elif error.status_code == HTTPStatus.NOT_FOUND and detail == title:
            detail, hint = "there is nothing at this path", "/v1/openapi.json lists what there is"
        return ProblemError(error.status_code, kind, detail, hint, headers=headers).response()

    @app.exception_handler(ClientDisconnect)
    async def gone(_: Request, __: ClientDisconnect) -> JSONResponse:
        detail = "the request broke off; nothing was changed"
        return ProblemError(HTTPStatus.BAD_REQUEST, "bad-request", detail).response()

    @app.exception_handler(Exception)
    async def bug(_: Request, __: Exception) -> JSONResponse:
        return _bug().response()


async def failed(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request for which nothing else answers."""
    await _bug().response()(scope, receive, send)


async def cut(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request that was broken off because the service ends."""
    detail = "the service ended before this was answered; nobody knows whether it was done"
    hint = "look, and ask again; a write with an 'Idempotency-Key' is done once"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    problem = ProblemError(status, "ended", detail, hint, headers={"Connection": "close"})
    await problem.response()(scope, receive, send)


def _bug() -> ProblemError:
    detail = "something went wrong inside; it is a bug in dunlang, and it is in the log"
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL, detail)


def _title(status: int) -> str:
    """A kind of problem; some are called otherwise in older versions of Python."""
    titles = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}
    return titles.get(status) or HTTPStatus(status).phrase


def _methods(request: Request) -> str:
    """What may be done at a place: all of its routes know, and the one that was found only its."""
    path = request.url.path
    found = (each for each in request.app.state.routes if each.path_regex.match(path))
    return ", ".join(sorted({method for each in found for method in each.methods}))


class SizeProblems:
    """Answers as a problem that too much was sent, where the server answers in plain text."""

    def __init__(self, app: ASGIApp) -> None:
        """Around a whole application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on whatever is no such answer."""
        is_told = False

        async def tell(message: Message) -> None:
            nonlocal is_told
            if message.get("status") == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and not any(
                value.startswith(MEDIA_TYPE.encode()) for _, value in message["headers"]
            ):
                is_told = True
                problem = ProblemError(413, "content-too-large", "more was sent than is taken")
                await problem.response()(scope, receive, send)
            elif not is_told:
                await send(message)

        await self.app(scope, receive, tell)


def _place(error: dict[str, Any]) -> dict[str, Any]:
    """A mistake in a request: where, and what, without repeating what was sent."""
    place = ".".join(str(part) for part in error["loc"])
    place = place.encode(errors="replace").decode()  # JSON may name half a character
    if error["type"] == "extra_forbidden":
        return {"at": place, "message": "there is no such field", "kind": error["type"]}
    message = error["msg"].removeprefix("Value error, ")  # the words of pydantic, before ours
    return {"at": place, "message": message, "kind": error["type"]}
