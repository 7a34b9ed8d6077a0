"""Decisions from facts that are sent along: nothing is read from a ledger, nothing is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.responses import Response

from api.answers import COMMON, problem_answer
from api.calls import decided
from api.context import Asking
from api.problems import INVALID, ProblemError, refused
from api.schemas import sent
from api.schemas.ledger import ANSWERS, QUESTION, Answers, Question
from engine.services.actors import Actor, Refused
from engine.services.given_answers import Answered, answer_given, collector_at_rest
from engine.services.given_ledger import TOO_MUCH, Objects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.context import Context
    from engine.core.problems import DataProblem

router = APIRouter(tags=["decisions"])

MAX_BODY = 16 << 20
SMALL = 4096
"""Bytes of a question that is answered at once; a larger one must not let others wait."""
_SECONDS = 60.0
_TOLD = 100
"""Of what is wrong; nobody reads more."""


@router.post(
    "/v1/decisions",
    operation_id="decide",
    response_model=None,
    max_body_size=MAX_BODY,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": sent.reference(sent.QUESTION), "example": QUESTION}
            },
        }
    },
    responses={
        200: {"model": Answers, "content": {"application/json": {"example": ANSWERS}}},
        **COMMON,
        413: problem_answer("More was sent than 16 MiB."),
        415: problem_answer("What was sent does not say that it is JSON."),
    },
)
async def post_decisions(request: Request, actor: Asking) -> Response:
    """The next action of every case that is sent, on a day: facts in, decisions out.

    Nobody's ledger is asked and nothing is kept. The fields of customers, invoices and events are
    the columns of ledger files.
    """
    shared: Context = request.app.state.context
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        hint = "send a header 'Content-Type: application/json'"
        raise ProblemError(415, "unsupported-media-type", "a question is JSON", hint)
    body = await request.body()
    if len(body) <= SMALL and shared.is_fresh:
        answered = answer(shared, actor, body)
    else:
        answered = await run_in_threadpool(answer, shared, actor, body)
    return Response(answered, media_type="application/json")


def answer(shared: Context, actor: Actor, body: bytes) -> bytes:
    """The decisions that a body asks for, as JSON. Raises what is answered as a problem."""
    with collector_at_rest():
        return _answer(shared, actor, body)


def _answer(shared: Context, actor: Actor, body: bytes) -> bytes:
    try:
        asked = Question.model_validate_json(body)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([_in_body(each) for each in wrong[:_TOLD]]) from None
    now = shared.in_force()
    if isinstance(now, Refused):
        raise refused(now)
    given = Objects(asked.customers, asked.invoices, asked.events)
    until = time.monotonic() + _SECONDS
    found = answer_given(
        actor,
        shared.answering(now),
        given,
        asked.on,
        known=asked.known,
        explain=asked.explain,
        is_late=lambda: time.monotonic() > until,
    )
    if isinstance(found, Refused):
        if found.code == TOO_MUCH:
            raise ProblemError(413, found.code, found.message, found.hint, code=found.code)
        raise refused(found)
    if not isinstance(found, Answered):
        raise _wrong(found)
    decided(found.counts)
    versions = [
        {"policy": policy, "version": version, "sha256": sha256}
        for policy, version, sha256 in now.versions
    ]
    policies = to_json(versions).decode()
    return f'{{"decisions":[{",".join(found.texts)}],"policies":{policies}}}'.encode()


def _in_body(error: Any) -> dict[str, Any]:  # noqa: ANN401 - a typed dictionary of pydantic's
    return {**error, "loc": ("body", *error["loc"])}


def _wrong(problems: Sequence[DataProblem]) -> ProblemError:
    """What is wrong with the ledger, each with its place, such as `invoices[3].due`."""
    errors = [
        {
            "at": _place(each),
            "message": each.message,
            "kind": each.code,
            **({"hint": each.hint} if each.hint else {}),
        }
        for each in problems[:_TOLD]
    ]
    detail = "; ".join(f"{each['at']}: {each['message']}" for each in errors[:3])
    more = f"; {len(problems)} problems in all" if len(problems) > 3 else ""  # noqa: PLR2004
    hint = f"the first {_TOLD} are told" if len(problems) > _TOLD else ""
    return ProblemError(422, INVALID, f"nothing was decided: {detail}{more}", hint, errors=errors)


def _place(problem: DataProblem) -> str:
    at = problem.file if problem.line is None else f"{problem.file}[{problem.line - 1}]"
    return at if problem.column is None else f"{at}.{problem.name}"
