"""Simulations: asked for, followed, taken away as files."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import Field

from api.accepting import form_wanted
from api.answers import COMMON, problem_answer
from api.background import Waits, Working
from api.context import Asking, Context, Shared
from api.idempotency import Repeatable
from api.paging import Listed, Paged, cursor_of, page, place_in
from api.problems import ProblemError, refused
from api.schemas.simulations import (
    AskedSimulation,
    Draft,
    SimulatedEvent,
    Simulation,
    SimulationBrief,
    StoredVersion,
)
from api.simulation_stream import MEDIA_TYPE as STREAM
from api.simulation_stream import streamed
from api.values import Id
from engine.core.simulate import EventName
from engine.services.actors import Actor, Refused
from engine.services.jobs import job_with
from engine.services.plain_policies import plain_problems
from engine.services.publishing import Faulty
from engine.services.simulation_asked import Asked, BadEvents, ask_simulation
from engine.services.simulation_downloads import as_csv, as_lines, as_parquet
from engine.services.simulation_policies import AskedVersion
from engine.services.simulation_results import (
    Shown,
    Side,
    Wanted,
    cancel_simulation,
    list_simulations,
    ordered_blocks,
    remove_simulation,
    show_simulation,
    simulated_events,
)

router = APIRouter(prefix="/v1/simulations", tags=["simulations"])

MAX_BODY = 4 << 20
"""Bytes of what is asked for: drafts of policies have up to 200,000 characters each."""
Number: TypeAlias = Annotated[int, Path(ge=1, le=(1 << 63) - 1, description="Its number.")]
Form: TypeAlias = Literal["json", "events", "ndjson", "csv", "parquet"]
_FORMS: dict[str, str] = {
    "json": "application/json",
    "events": STREAM,
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_FILES = {"ndjson": as_lines, "csv": as_csv, "parquet": as_parquet}
_TEXT = {"schema": {"type": "string"}}
_EVENTS: dict[str, Any] = {
    "model": Listed[SimulatedEvent],
    "description": "A page of events; or all of them as a file, or as they are found.",
    "content": {media: _TEXT for name, media in _FORMS.items() if name != "json"},
}


class AskedEvents(Paged):
    """Which events are asked for, and how."""

    side: Side = "policies"
    """Whose: those of the policies, or of those that they are compared with."""
    case: Id | None = None
    """Only those of this case."""
    event: list[EventName] = Field(default=[], max_length=9)
    """Only those of this kind; may be repeated."""
    format: Form | None = None
    """In place of the header Accept."""


@router.post(
    "",
    operation_id="simulate",
    response_model=None,
    status_code=202,
    responses={202: {"model": Simulation, "description": "It is going to be played."}, **COMMON},
    max_body_size=MAX_BODY,
)
def post_simulation(
    asked: AskedSimulation, shared: Shared, actor: Asking, working: Working, repeatable: Repeatable
) -> Response:
    """Play the dunning runs of a range of days in the background, over the ledger as it is now."""

    def do() -> JSONResponse:
        at, now = shared.clock(), shared.in_force()
        job = ask_simulation(shared.database, actor, _meant(asked), at, now)
        if isinstance(job, Refused):
            raise _refused(job)
        shown = _shown(show_simulation(shared.database, actor, job.id))
        working.call()
        return JSONResponse(shown.plain, 202, {"Location": f"/v1/simulations/{job.id}"})

    return repeatable.once(do)


def _meant(asked: AskedSimulation) -> Asked:
    return Asked(
        asked.first,
        asked.last,
        asked.case,
        asked.run_on,
        asked.known,
        asked.no_more_payments,
        asked.from_scratch,
        [each.model_dump(exclude_unset=True) for each in asked.what_if],
        _versions(asked.policies),
        _versions(asked.against),
    )


def _versions(asked: list[Draft | StoredVersion] | None) -> list[AskedVersion] | None:
    if asked is None:
        return None
    return [
        AskedVersion(text=each.text)
        if isinstance(each, Draft)
        else AskedVersion(policy=each.policy, version=each.version)
        for each in asked
    ]


def _refused(why: Refused) -> ProblemError:
    """What is wrong with what was sent, each with its place."""
    if isinstance(why, Faulty):
        errors = plain_problems(why.problems)
    elif isinstance(why, BadEvents):
        errors = [
            {
                "at": f"what_if[{(each.line or 1) - 1}]" + (f".{each.name}" if each.name else ""),
                "message": each.message,
                "kind": each.code,
                **({"hint": each.hint} if each.hint else {}),
            }
            for each in why.problems
        ]
    else:
        return refused(why)
    return ProblemError(422, why.code, why.message, why.hint, code=why.code, errors=errors)


def _shown(found: Shown | Refused) -> Shown:
    if isinstance(found, Refused):
        raise refused(found)
    return found


@router.get(
    "",
    operation_id="list_simulations",
    response_model=None,
    responses={200: {"model": Listed[SimulationBrief]}, **COMMON},
)
def get_simulations(
    asked: Annotated[Paged, Query()], shared: Shared, actor: Asking
) -> JSONResponse:
    """The simulations that are not forgotten yet, the newest first."""
    place = place_in("simulations", asked.cursor, int)
    before = None if place is None else int(place[0])
    found = list_simulations(shared.database, actor, before=before, limit=asked.limit + 1)
    if isinstance(found, Refused):
        raise refused(found)
    body = page(
        "simulations",
        found,
        asked.limit,
        lambda each: each.brief,
        lambda each: (each.job.id,),
    )
    return JSONResponse(body)


@router.get(
    "/{number}",
    operation_id="simulation",
    response_model=None,
    responses={200: {"model": Simulation}, **COMMON},
)
async def get_simulation(
    number: Number,
    waits: Annotated[Waits, Query()],
    shared: Shared,
    actor: Asking,
    working: Working,
) -> JSONResponse:
    """How far a simulation has got, and what its events come to."""
    database = shared.database
    shown = _shown(await run_in_threadpool(show_simulation, database, actor, number))
    if waits.wait and not shown.job.is_over:
        await working.over(lambda: job_with(database, shown.job), waits.wait)
        shown = _shown(await run_in_threadpool(show_simulation, database, actor, number))
    return JSONResponse(shown.plain)


@router.post(
    "/{number}/cancellation",
    operation_id="cancel_simulation",
    response_model=None,
    responses={200: {"model": Simulation}, **COMMON},
)
def post_cancellation(number: Number, shared: Shared, actor: Asking) -> JSONResponse:
    """Let it end before it is done: at once if it waits, else within seconds."""
    found = cancel_simulation(shared.database, actor, number, shared.clock())
    return JSONResponse(_shown(found).plain)


@router.delete(
    "/{number}",
    operation_id="remove_simulation",
    response_model=None,
    status_code=204,
    responses={204: {"description": "It is forgotten."}, **COMMON},
)
def delete_simulation(number: Number, shared: Shared, actor: Asking) -> Response:
    """Forget a simulation that has ended, with all that it found."""
    why = remove_simulation(shared.database, actor, number)
    if why is not None:
        raise refused(why)
    return Response(status_code=204)


@router.get(
    "/{number}/events",
    operation_id="simulated_events",
    response_model=None,
    responses={
        200: _EVENTS,
        406: problem_answer("There is no such form of the answer."),
        **COMMON,
    },
)
def get_events(
    number: Number,
    asked: Annotated[AskedEvents, Query()],
    shared: Shared,
    actor: Asking,
    working: Working,
    request: Request,
    last: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            pattern=r"^[0-9]{1,18}$",
            description="Of server-sent events: the id of the last one that came.",
        ),
    ] = None,
) -> Response:
    """What happens, in order of date, then case, as `dun simulate --format json` tells it.

    As server-sent events: as it is found, with progress, until it ends.
    """
    wanted = Wanted(asked.side, asked.case, frozenset(asked.event))
    form = form_wanted(_FORMS, asked.format, request.headers.getlist("accept"))
    if form == "json":
        return _page(shared, actor, number, asked, wanted)
    if form == "events":
        _shown(show_simulation(shared.database, actor, number))
        return streamed(shared.database, working, number, wanted, int(last or 0))
    blocks = ordered_blocks(shared.database, actor, number, wanted)
    if isinstance(blocks, Refused):
        raise refused(blocks)
    name = f'attachment; filename="simulation-{number}.{form}"'
    headers = {"Content-Disposition": name}
    return StreamingResponse(_FILES[form](blocks), media_type=_FORMS[form], headers=headers)


def _page(
    shared: Context, actor: Actor, number: int, asked: AskedEvents, wanted: Wanted
) -> JSONResponse:
    listed = f"simulation {number} {asked.side}"
    place = place_in(listed, asked.cursor, int)
    after = 0 if place is None else int(place[0])
    found = simulated_events(shared.database, actor, number, wanted, after=after, limit=asked.limit)
    if isinstance(found, Refused):
        raise refused(found)
    events, following = found
    return JSONResponse(
        {
            "items": [event for _, event in events],
            "next": None if following is None else cursor_of(listed, (following,)),
        }
    )
