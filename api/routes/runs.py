"""Runs: proposed, reviewed, performed."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Body, Path, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from api.answers import COMMON
from api.background import Background, Waits, Working, problem_of
from api.context import Asking, Context, Shared
from api.idempotency import Repeatable
from api.paging import Listed, Paged, page, place_in
from api.problems import ProblemError, refused
from api.schemas.runs import Action, Execution, Proposal, Reviewed, Run, RunSums
from api.values import Id, IsoDate, Strict, Words
from engine.services.actors import Actor, Refused
from engine.services.execution_jobs import ask_execution, execution_of
from engine.services.jobs import Job, job_with
from engine.services.plain_runs import (
    plain_action,
    plain_proposal,
    plain_run,
    plain_sums,
)
from engine.services.proposing import propose
from engine.services.reviewing import Verb, review
from engine.services.run_lists import list_actions, list_runs, show_run
from engine.services.run_sums import run_sums

router = APIRouter(prefix="/v1", tags=["runs"])

MOST = 10_000
"""Cases that are reviewed at once."""
_STATES = {"queued": "running", "done": "ended"}
"""How the states of a job are called where it performs a run; the others as they are."""

Day: TypeAlias = Annotated[IsoDate, Path(description="The day of the run.")]
Text: TypeAlias = Annotated[Words, Field(min_length=1, max_length=2_000)]
CaseId: TypeAlias = Annotated[Words, Field(min_length=1, max_length=500)]


class Proposed(Strict):
    """Which run is to be proposed."""

    on: IsoDate


class KeepBack(Strict):
    """`hold` keeps actions back until they are released, also in later runs; `drop` in this run."""

    verb: Literal["hold", "drop"]
    cases: Annotated[list[CaseId], Field(min_length=1, max_length=MOST)]
    reason: Text


class Release(Strict):
    """What was kept back goes out, and what does not go out by itself."""

    verb: Literal["release"]
    cases: Annotated[list[CaseId], Field(min_length=1, max_length=MOST)] | None = Field(
        default=None, description="Without them everything that waits for a release."
    )
    reason: Words = Field(default="", max_length=2_000)


class Approve(Strict):
    """What the policy wants approved is approved."""

    cases: Annotated[list[CaseId], Field(min_length=1, max_length=MOST)] | None = Field(
        default=None, description="Without them everything that the asker may approve."
    )
    reason: Words = Field(default="", max_length=2_000)


Review = Annotated[KeepBack | Release, Body(discriminator="verb")]


class AskedActions(Paged):
    """Which actions are asked for."""

    run: IsoDate | None = None
    """Only those of the run of this day."""
    state: list[
        Literal["proposed", "blocked", "held", "dropped", "withdrawn", "begun", "performed"]
    ] = Field(default=[], max_length=7)
    """Only those in this state; may be repeated."""
    case: Id | None = None
    """Only those of this case."""


@router.get(
    "/runs",
    operation_id="list_runs",
    response_model=None,
    responses={200: {"model": Listed[Run]}, **COMMON},
)
def get_runs(asked: Annotated[Paged, Query()], shared: Shared, actor: Asking) -> JSONResponse:
    """The runs, the latest day first."""
    place = place_in("runs", asked.cursor, int)
    before = None if place is None else _day(int(place[0]))
    found = list_runs(shared.database, actor, before=before, limit=asked.limit + 1)
    if isinstance(found, Refused):
        raise refused(found)
    body = page(
        "runs",
        found,
        asked.limit,
        lambda each: plain_run(*each),
        lambda each: (each[0].day.toordinal(),),
    )
    return JSONResponse(body)


def _day(number: int) -> datetime.date:
    return datetime.date.fromordinal(min(max(number, 1), datetime.date.max.toordinal()))


@router.post(
    "/runs",
    operation_id="propose_run",
    response_model=None,
    responses={200: {"model": Proposal}, **COMMON},
)
def propose_run(asked: Proposed, shared: Shared, actor: Asking, repeatable: Repeatable) -> Response:
    """Work out what is to be done on a day, and keep it with the reasons. Nothing is done yet."""

    def do() -> JSONResponse:
        found = propose(shared.database, actor, asked.on, shared.clock())
        if isinstance(found, Refused):
            raise refused(found)
        sums = run_sums(shared.database, actor, found.run)
        if isinstance(sums, Refused):
            raise refused(sums)
        name = f"/v1/runs/{found.run.day}"
        return JSONResponse(plain_proposal(found, sums), headers={"Location": name})

    return repeatable.once(do)


@router.get(
    "/runs/{day}",
    operation_id="run",
    response_model=None,
    responses={200: {"model": RunSums}, **COMMON},
)
def get_run(day: Day, shared: Shared, actor: Asking) -> JSONResponse:
    """A run, with what is left to do in it."""
    shown = show_run(shared.database, actor, day, limit=1)
    if isinstance(shown, Refused):
        raise refused(shown)
    sums = run_sums(shared.database, actor, shown.run)
    if isinstance(sums, Refused):
        raise refused(sums)
    return JSONResponse({**plain_run(shown.run, shown.states), **plain_sums(sums)})


@router.post(
    "/runs/{day}/reviews",
    operation_id="review_run",
    response_model=None,
    responses={200: {"model": Reviewed}, **COMMON},
)
def review_run(
    day: Day, asked: Review, shared: Shared, actor: Asking, repeatable: Repeatable
) -> Response:
    """Keep actions back or let them go: for all cases that are named, or for none."""
    return repeatable.once(
        lambda: _reviewed(shared, actor, asked.verb, day, asked.cases or (), asked.reason)
    )


@router.post(
    "/runs/{day}/approval",
    operation_id="approve_actions",
    response_model=None,
    responses={200: {"model": Reviewed}, **COMMON},
)
def approve_actions(
    day: Day, asked: Approve, shared: Shared, actor: Asking, repeatable: Repeatable
) -> Response:
    """Approve what the policy wants approved: for all cases that are named, or for none."""
    return repeatable.once(
        lambda: _reviewed(shared, actor, "approve", day, asked.cases or (), asked.reason)
    )


def _reviewed(
    shared: Shared,
    actor: Actor,
    verb: Verb,
    day: datetime.date,
    cases: list[str] | tuple[()],
    reason: str,
) -> JSONResponse:
    found = review(shared.database, actor, verb, day, cases, shared.clock(), reason)
    if isinstance(found, Refused):
        raise refused(found)
    actions = [plain_action(each) for each in found.actions]
    return JSONResponse({"on": day.isoformat(), "actions": actions, "others": found.others})


@router.post(
    "/runs/{day}/execution",
    operation_id="perform_run",
    response_model=None,
    status_code=202,
    responses={
        202: {"model": Execution, "description": "It is being performed."},
        200: {"model": Execution, "description": "It was performed while the request waited."},
        **COMMON,
    },
)
async def perform_run(
    day: Day,
    waits: Annotated[Waits, Query()],
    shared: Shared,
    actor: Asking,
    working: Working,
) -> JSONResponse:
    """Perform what nobody holds back and what waits for nobody, in the background.

    To be repeated as often as you like: nothing happens twice, and what is being performed is not
    started again.
    """
    database, at = shared.database, shared.clock()
    job = await run_in_threadpool(ask_execution, database, actor, day, at)
    if isinstance(job, Refused):
        raise refused(job)
    await run_in_threadpool(working.call)
    job = await _waited(shared, working, job, waits.wait)
    if job.problem is not None:
        raise problem_of(job.problem)
    return JSONResponse(_execution(job), 200 if job.is_over else 202)


@router.get(
    "/runs/{day}/execution",
    operation_id="execution",
    response_model=None,
    responses={200: {"model": Execution}, **COMMON},
)
async def get_execution(
    day: Day,
    waits: Annotated[Waits, Query()],
    shared: Shared,
    actor: Asking,
    working: Working,
) -> JSONResponse:
    """How far it has got that a run is performed; what the run did is in its actions."""
    job = await run_in_threadpool(execution_of, shared.database, actor, day)
    if isinstance(job, Refused):
        raise refused(job)
    if job is None:
        detail = f"nobody has asked over HTTP lately that the run of {day} is performed"
        raise ProblemError(404, "no-execution", detail, f"/v1/runs/{day} says what the run did")
    return JSONResponse(_execution(await _waited(shared, working, job, waits.wait)))


async def _waited(shared: Context, working: Background, job: Job, seconds: int) -> Job:
    return await working.over(lambda: job_with(shared.database, job), seconds)


def _execution(job: Job) -> dict[str, Any]:
    return {
        "on": job.subject,
        "state": _STATES.get(job.state, job.state),
        "by": job.actor,
        "started_at": job.asked_at.isoformat(),
        "done": job.done,
        "of": job.of,
        "result": job.result,
        "problem": None if job.problem is None else problem_of(job.problem).body,
    }


@router.get(
    "/actions",
    operation_id="list_actions",
    response_model=None,
    responses={200: {"model": Listed[Action]}, **COMMON},
)
def get_actions(
    asked: Annotated[AskedActions, Query()], shared: Shared, actor: Asking
) -> JSONResponse:
    """What runs propose and did, in the order in which it was proposed, with the decisions."""
    place = place_in("actions", asked.cursor, int)
    found = list_actions(
        shared.database,
        actor,
        day=asked.run,
        states=asked.state or None,
        case=asked.case,
        after=0 if place is None else int(place[0]),
        limit=asked.limit + 1,
    )
    if isinstance(found, Refused):
        raise refused(found)
    return JSONResponse(page("actions", found, asked.limit, plain_action, lambda each: (each.id,)))
