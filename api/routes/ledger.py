"""The ledger: customers, invoices and events, written one by one or many at once, and read."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.responses import Response

from api.answers import COMMON, problem_answer
from api.bodies import JSON, LINES, MAX_LINES, Spooled, kind_of, object_in, spooled
from api.calls import written
from api.context import Asking, Context, Shared
from api.etags import is_known
from api.idempotency import (
    Key,
    MaybeRepeated,
    Repeatable,
    answer_of,
    digest_of,
    refused_again,
    response_of,
)
from api.problems import INVALID, ProblemError, refused
from api.schemas import sent
from api.schemas.writes import EXAMPLES, Customer, Invoice, Taken, Written
from engine.services.actors import Actor, Refused, not_allowed
from engine.services.answered import OTHER, Sent
from engine.services.ledger_writes import (
    ANYTHING,
    CHANGED,
    Condition,
    Writing,
    find_stored,
    write_many,
    write_one,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.core.problems import DataProblem
    from engine.services.answered import Answer
    from engine.services.imported import Imported

router = APIRouter(prefix="/v1", tags=["ledger"])

Kind = Literal["customers", "invoices", "events"]
MAX_ONE = 1 << 20
"""Bytes of a request with one object."""
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


async def _body(request: Request) -> bytes:
    kind_of(request, JSON)
    return await request.body()


Body = Annotated[bytes, Depends(_body)]
Name = Annotated[str, Path(min_length=1, max_length=500, description="The id.")]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]
IfMatch = Annotated[str | None, Header(alias="If-Match")]


def _sent_as(kind: Kind, *types: str) -> dict[str, Any]:
    """The description of a body that is not parsed by its description."""
    content: dict[str, Any] = {}
    example = EXAMPLES[kind]
    if JSON in types:
        content[JSON] = {"schema": sent.reference(sent.WRITES[kind]), "example": example}
    if LINES in types:
        line = json.dumps({"id": "C-17" if kind == "customers" else "R-1001", **example})
        content[LINES] = {"schema": {"type": "string", "format": "binary"}, "example": f"{line}\n"}
    return {"requestBody": {"required": True, "content": content}}


def _answers(model: type[Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model}, **COMMON}


_WRITTEN: dict[int | str, dict[str, Any]] = {
    201: {"model": Written, "description": "It is new."},
    **_answers(Written),
    412: problem_answer("It is not what the writer has seen; nothing was changed."),
    413: problem_answer("The body is too large."),
    415: problem_answer("The body is of another type."),
}
_TAKEN: dict[int | str, dict[str, Any]] = {
    **_answers(Taken),
    413: problem_answer("The body is too large."),
    415: problem_answer("The body is of another type."),
}


# ------------------------------------------------------------------------------------ reading


@router.get(
    "/customers/{name:path}",
    operation_id="customer",
    response_model=None,
    responses={**_answers(Customer), 304: {"description": "It is what the client has."}},
)
def get_customer(
    name: Name, shared: Shared, actor: Asking, if_none_match: IfNoneMatch = None
) -> Response:
    """A customer as it came in the last time; its ETag changes when it comes in changed."""
    return _shown(shared, actor, "customers", name, if_none_match)


@router.get(
    "/invoices/{name:path}",
    operation_id="invoice",
    response_model=None,
    responses={**_answers(Invoice), 304: {"description": "It is what the client has."}},
)
def get_invoice(
    name: Name, shared: Shared, actor: Asking, if_none_match: IfNoneMatch = None
) -> Response:
    """An invoice as it came in the last time; its ETag changes when it comes in changed."""
    return _shown(shared, actor, "invoices", name, if_none_match)


def _shown(
    shared: Context,
    actor: Actor,
    kind: Literal["customers", "invoices"],
    name: str,
    if_none_match: str | None,
) -> Response:
    found = find_stored(shared.database, actor, kind, name)
    if isinstance(found, Refused):
        raise refused(found)
    headers = {"ETag": found.etag, "Cache-Control": "no-cache"}
    if is_known(found.etag, if_none_match):
        return Response(status_code=304, headers=headers)
    return JSONResponse(found.plain, headers=headers)


# ------------------------------------------------------------------------------------ one


@router.put(
    "/customers/{name:path}",
    operation_id="put_customer",
    response_model=None,
    responses=_WRITTEN,
    openapi_extra=_sent_as("customers", JSON),
)
def put_customer(
    name: Name,
    body: Body,
    shared: Shared,
    actor: Asking,
    repeatable: Repeatable,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Make or change a customer. A field that is not sent stays as it is, null makes it unknown."""
    condition = _condition(if_match, if_none_match)
    return _put(repeatable, shared, actor, "customers", _named(body, name), condition)


@router.put(
    "/invoices/{name:path}",
    operation_id="put_invoice",
    response_model=None,
    responses=_WRITTEN,
    openapi_extra=_sent_as("invoices", JSON),
)
def put_invoice(
    name: Name,
    body: Body,
    shared: Shared,
    actor: Asking,
    repeatable: Repeatable,
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Make an invoice, or change its due date and facts; the rest of it does not change."""
    condition = _condition(if_match, if_none_match)
    return _put(repeatable, shared, actor, "invoices", _named(body, name), condition)


def _named(body: bytes, name: str) -> dict[str, Any]:
    """What is sent, with the id of the path, which it may repeat."""
    fields = object_in(body)
    if fields.get("id", name) != name:
        raise _invalid("body.id", "the path has another id", "leave it out")
    if "\ufffd" in name:
        raise _invalid("path.name", "this is not UTF-8 text", "percent-encode the id in UTF-8")
    return {**fields, "id": name}


def _condition(if_match: str | None, if_none_match: str | None) -> Condition:
    if if_none_match is not None and if_none_match.strip() != "*":
        raise _invalid("header.If-None-Match", "only * can be asked for by a write")
    if if_match is None:
        return Condition(is_new=True) if if_none_match is not None else ANYTHING
    given = [each.strip() for each in if_match.split(",")]
    if given == ["*"]:
        return Condition(frozenset(), is_new=if_none_match is not None)
    if not all(map(_ETAG.fullmatch, given)):
        raise _invalid("header.If-Match", "this is no list of ETags", 'such as "5d94a0"')
    return Condition(frozenset(given), is_new=if_none_match is not None)


def _put(
    repeatable: MaybeRepeated,
    shared: Context,
    actor: Actor,
    kind: Kind,
    fields: Mapping[str, Any],
    condition: Condition = ANYTHING,
) -> Response:
    writing = Writing(partial(_written, kind), repeatable.sent, condition)
    found = write_one(shared.database, actor, shared.clock(), kind, fields, writing)
    return _answered(found, is_one=True)


def _written(kind: Kind, result: Imported, etag: str | None) -> Answer:
    word = "new" if result.taken else "changed" if result.changed else "unchanged"
    body = {"result": word, "doubts": list(result.doubts)}
    written(kind, {word: 1})
    headers = {} if etag is None else {"ETag": etag}
    return answer_of(JSONResponse(body, 201 if result.taken else 200, headers))


# ------------------------------------------------------------------------------------ many


@router.post(
    "/customers",
    operation_id="post_customers",
    response_model=None,
    responses=_TAKEN,
    max_body_size=MAX_LINES,
    openapi_extra=_sent_as("customers", LINES),
)
async def post_customers(
    request: Request, shared: Shared, actor: Asking, key: Key = None
) -> Response:
    """Make or change many customers, one a line: all of them, or none if one is wrong."""
    return await _post(request, shared, actor, "customers", key)


@router.post(
    "/invoices",
    operation_id="post_invoices",
    response_model=None,
    responses=_TAKEN,
    max_body_size=MAX_LINES,
    openapi_extra=_sent_as("invoices", LINES),
)
async def post_invoices(
    request: Request, shared: Shared, actor: Asking, key: Key = None
) -> Response:
    """Make or change many invoices, one a line: all of them, or none if one is wrong."""
    return await _post(request, shared, actor, "invoices", key)


@router.post(
    "/events",
    operation_id="post_events",
    response_model=None,
    responses={
        **_TAKEN,
        200: {
            "description": "Of many, or of one that was there already.",
            "content": {
                JSON: {
                    "schema": {
                        "oneOf": [
                            {"$ref": "#/components/schemas/Written"},
                            {"$ref": "#/components/schemas/Taken"},
                        ]
                    }
                }
            },
        },
        201: {"model": Written, "description": "It is new."},
    },
    max_body_size=MAX_LINES,
    openapi_extra=_sent_as("events", JSON, LINES),
)
async def post_events(request: Request, shared: Shared, actor: Asking, key: Key = None) -> Response:
    """Say what happened: one event, or many, one a line: all of them, or none if one is wrong.

    The same id twice is the same event; one without an id is the same if it says the same.
    """
    return await _post(request, shared, actor, "events", key)


async def _post(
    request: Request, shared: Context, actor: Actor, kind: Kind, key: str | None
) -> Response:
    types = (JSON, LINES) if kind == "events" else (LINES,)
    given = kind_of(request, *types)
    why = not_allowed(actor, "import", f"write {kind}")
    if why is not None:
        raise refused(why)
    async with spooled(request, MAX_ONE if given == JSON else MAX_LINES) as body:
        sent = None
        if key is not None:
            digest = digest_of(request, body.sha256)
            sent = Sent(actor.name, key, digest, shared.clock())
        if given == JSON:
            repeatable = MaybeRepeated(shared, sent)
            return await run_in_threadpool(_one, repeatable, shared, actor, kind, body)
        return await run_in_threadpool(_many, sent, shared, actor, kind, body)


def _one(
    repeatable: MaybeRepeated, shared: Context, actor: Actor, kind: Kind, body: Spooled
) -> Response:
    return _put(repeatable, shared, actor, kind, object_in(body.path.read_bytes()))


def _many(sent: Sent | None, shared: Context, actor: Actor, kind: Kind, body: Spooled) -> Response:
    writing = Writing(partial(_taken, kind), sent)
    found = write_many(shared.database, actor, shared.clock(), kind, body.path, writing)
    return _answered(found, is_one=False)


def _taken(kind: Kind, result: Imported, _: str | None) -> Answer:
    counts = {"new": result.taken, "changed": result.changed, "unchanged": result.unchanged}
    written(kind, counts)
    return answer_of(JSONResponse({**counts, "doubts": list(result.doubts)}))


# ---------------------------------------------------------------------------------- answers


def _answered(found: tuple[Answer, bool] | Imported | Refused, *, is_one: bool) -> Response:
    if isinstance(found, tuple):
        return response_of(*found)
    if not isinstance(found, Refused):
        raise _bad(found, is_one=is_one)
    if found.code == CHANGED:
        raise ProblemError(412, found.code, found.message, found.hint, code=found.code)
    raise refused_again(found) if found.code == OTHER else refused(found)


def _bad(result: Imported, *, is_one: bool) -> ProblemError:
    """What is wrong with what was sent; nothing of it was taken."""
    errors = [_error(each, is_one=is_one) for each in result.problems]
    told = "; ".join(f"{each['at']}: {each['message']}" for each in errors[:3])
    more = f"; {result.found} problems in all" if result.found > 3 else ""  # noqa: PLR2004 - as many as are told
    return ProblemError(422, INVALID, f"nothing was taken: {told}{more}", errors=errors)


def _error(problem: DataProblem, *, is_one: bool) -> dict[str, Any]:
    at = "body" if is_one or problem.line is None else f"line {problem.line}"
    if problem.name:
        at = f"{at}.{problem.name}"
    error: dict[str, Any] = {"at": at, "message": problem.message, "kind": problem.code}
    if problem.hint:
        error["hint"] = problem.hint
    if problem.line is not None and not is_one:
        error["line"] = problem.line
    return error


def _invalid(at: str, message: str, hint: str = "") -> ProblemError:
    errors = [{"at": at, "message": message, "kind": "value"}]
    detail = f"the request is not as it should be: {at}: {message}"
    return ProblemError(422, INVALID, detail, hint, errors=errors)
