"""The worklist: what people have to do."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from api.answers import COMMON
from api.context import Asking, Shared
from api.idempotency import Repeatable
from api.paging import Paged, page, place_in
from api.problems import refused
from api.schemas.runs import Task, Worklist
from api.values import Id, Strict, Words
from engine.services import worklist as service
from engine.services.actors import Refused
from engine.services.plain_runs import plain_task, plain_waiting

router = APIRouter(prefix="/v1/worklist", tags=["worklist"])

_HIGHEST = (1 << 31) - 1


class AskedTasks(Paged):
    """Which tasks are asked for."""

    state: Literal["open", "done", "void"] = "open"
    case: Id | None = None
    """Only those of this case."""


class Finished(Strict):
    """What came of a task."""

    note: Words = Field(default="", max_length=2_000)


@router.get(
    "",
    operation_id="worklist",
    response_model=None,
    responses={200: {"model": Worklist}, **COMMON},
)
def get_worklist(
    asked: Annotated[AskedTasks, Query()], shared: Shared, actor: Asking
) -> JSONResponse:
    """Tasks as they were made, and what waits for a person in the newest run."""
    place = place_in("worklist", asked.cursor, int)
    found = service.worklist(
        shared.database,
        actor,
        state=asked.state,
        case=asked.case,
        after=0 if place is None else int(place[0]),
        limit=asked.limit + 1,
    )
    if isinstance(found, Refused):
        raise refused(found)
    body = page("worklist", found.tasks, asked.limit, plain_task, lambda each: (each.id,))
    body["open"] = found.open
    body["waiting"] = [plain_waiting(each) for each in found.waiting[: asked.limit]]
    body["waiting_in_all"] = found.waiting_in_all
    return JSONResponse(body)


@router.post(
    "/{number}/done",
    operation_id="finish_task",
    response_model=None,
    responses={200: {"model": Task}, **COMMON},
)
def finish_task(
    number: Annotated[int, Path(ge=1, le=_HIGHEST, description="As the worklist numbers it.")],
    done: Finished,
    shared: Shared,
    actor: Asking,
    repeatable: Repeatable,
) -> Response:
    """A person did a task."""

    def do() -> JSONResponse:
        found = service.finish(shared.database, actor, number, done.note, shared.clock())
        if isinstance(found, Refused):
            raise refused(found)
        return JSONResponse(plain_task(found))

    return repeatable.once(do)
