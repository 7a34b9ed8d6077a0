"""Cases of the ledger: what is open, how one stands, what happened, what is to be done next."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.answers import COMMON
from api.calls import decided
from api.context import Asking, Context, Shared
from api.paging import Listed, Paged, cursor_of, place_in
from api.problems import ProblemError, refused
from api.schemas.cases import CaseState, Timeline
from api.schemas.decisions import EXAMPLE, Decision
from api.slashes import CASE
from api.values import Id, IsoDate, Moment, Strict
from engine.core.decision import Outcome
from engine.services.actors import Actor, Refused
from engine.services.case_lists import Wanted, find_cases
from engine.services.case_states import case_state, case_timeline
from engine.services.cases import next_action, short_next_action
from engine.services.decisions import NoCase
from engine.services.plain import Plain, counted
from engine.services.stored_company import InForce

router = APIRouter(prefix="/v1/cases", tags=["cases"])


Case = Annotated[str, Path(min_length=1, description="An invoice's or an account's id.")]
_LIST = "cases"


class Searched(Paged):
    """Which cases are looked for."""

    on: IsoDate
    """The day to decide for."""
    known: Moment | None = None
    """Use only what was recorded by this time; a date means its end."""
    customer: Id | None = None
    """Who owes them, or whose invoices they are."""
    id: Id | None = None
    """With this the case's id begins."""
    outcome: Outcome | None = None
    """What is to be done."""
    policy: Id | None = None
    """The policy that decides."""


class Stood(Strict):
    """What is asked about how a case stands."""

    on: IsoDate
    """The day."""
    known: Moment | None = None
    """Use only what was recorded by this time; a date means its end."""


class Followed(Strict):
    """What is asked about what follows."""

    on: IsoDate | None = None
    """The day after which it is projected; today if nothing is said."""


class Asked(Strict):
    """What is asked about a case."""

    on: IsoDate
    """The day to decide for."""
    known: Moment | None = None
    """Use only what was recorded by this time; a date means its end."""
    explain: bool = False
    """Add the lines of the policy that mattered."""


@router.get(
    "",
    operation_id="cases",
    response_model=None,
    responses={200: {"model": Listed[Decision]}, **COMMON},
)
def get_cases(asked: Annotated[Searched, Query()], shared: Shared, actor: Asking) -> JSONResponse:
    """Cases that are open on a day, with what is to be done next."""
    place = place_in(_LIST, asked.cursor, int, str)
    now = _in_force(shared)
    wanted = Wanted(
        asked.on, asked.known, asked.customer, asked.id or "", asked.outcome, asked.policy
    )
    after = None if place is None else (int(place[0]), str(place[1]))
    found = find_cases(shared.database, actor, now, wanted, after=after, limit=asked.limit)
    if isinstance(found, Refused):
        raise refused(found)
    following = None if found.next is None else cursor_of(_LIST, found.next)
    return JSONResponse({"items": found.cases, "next": following})


@router.get(
    f"{CASE}/next-action",
    operation_id="next_action",
    response_model=None,
    responses={
        200: {"model": Decision, "content": {"application/json": {"example": EXAMPLE}}},
        **COMMON,
    },
)
def get_next_action(
    case: Case,
    asked: Annotated[Asked, Query()],
    shared: Shared,
    actor: Asking,
) -> JSONResponse:
    """The next action of a case on a day, from the ledger: always an answer."""
    now = _in_force(shared)
    found = next_action(
        shared.database, actor, now, case, asked.on, known=asked.known, explain=asked.explain
    )
    if isinstance(found, dict):
        decided(counted((found,)))
    return _answer(found)


@lru_cache(maxsize=100)
def _asked(query: str) -> Asked | None:
    """What is asked, which hardly changes in a day; None where something is asked twice."""
    given = parse_qsl(query, keep_blank_values=True)
    return None if len(given) > len(dict(given)) else Asked.model_validate(dict(given))


async def next_action_at_hand(shared: Context, actor: Actor, case: str, query: str) -> bytes | None:
    """The next action of a case as JSON; None where it takes longer, or is another answer.

    `query` as it stands in the request. Raises ValidationError, StoreError.
    """
    asked, now = _asked(query), shared.in_force()
    if asked is None or isinstance(now, Refused):
        return None
    answering = shared.answering(now)
    found = await short_next_action(
        shared.database, actor, answering, case, asked.on, known=asked.known, explain=asked.explain
    )
    if found is None:
        return None
    decided(found.counts)
    return found.texts[0].encode()


@router.get(
    f"{CASE}/timeline",
    operation_id="timeline",
    response_model=None,
    responses={200: {"model": Timeline}, **COMMON},
)
def get_timeline(
    case: Case, asked: Annotated[Followed, Query()], shared: Shared, actor: Asking
) -> JSONResponse:
    """What happened to a case so far, and what would follow if nothing changes."""
    now, at = _in_force(shared), shared.clock()
    on = asked.on or at.date()
    return _answer(case_timeline(shared.database, actor, now, case, on, at))


@router.get(
    CASE,
    operation_id="case",
    response_model=None,
    responses={200: {"model": CaseState}, **COMMON},
)
def get_case(
    case: Case, asked: Annotated[Stood, Query()], shared: Shared, actor: Asking
) -> JSONResponse:
    """How a case stands on a day: what is owed, where it is on its ladder, what was done."""
    now = _in_force(shared)
    found = case_state(shared.database, actor, now, case, asked.on, known=asked.known)
    return _answer(found)


def _in_force(shared: Context) -> InForce:
    now = shared.in_force()
    if isinstance(now, Refused):
        raise refused(now)
    return now


def _answer(found: Plain | NoCase | Refused) -> JSONResponse:
    if isinstance(found, Refused):
        raise refused(found)
    if isinstance(found, NoCase):
        raise ProblemError(404, "no-case", found.reason, found.hint)
    return JSONResponse(found)
