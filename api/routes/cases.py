"""Cases of the ledger: what is to be done next."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from api.answers import COMMON
from api.context import Asking, Shared
from api.problems import ProblemError, refused
from api.schemas.decisions import EXAMPLE, Decision
from api.values import IsoDate, Moment, Strict
from engine.services.actors import Refused
from engine.services.cases import next_action
from engine.services.decisions import NoCase

router = APIRouter(prefix="/v1/cases", tags=["cases"])


class Asked(Strict):
    """What is asked about a case."""

    on: IsoDate
    """The day to decide for."""
    known: Moment | None = None
    """Use only what was recorded by this time; a date means its end."""
    explain: bool = False
    """Add the lines of the policy that mattered."""


@router.get(
    "/{case:path}/next-action",
    operation_id="next_action",
    response_model=None,
    responses={
        200: {"model": Decision, "content": {"application/json": {"example": EXAMPLE}}},
        **COMMON,
    },
)
def get_next_action(
    case: Annotated[str, Path(min_length=1, description="An invoice's or an account's id.")],
    asked: Annotated[Asked, Query()],
    shared: Shared,
    actor: Asking,
) -> JSONResponse:
    """The next action of a case on a day, from the ledger: always an answer."""
    now = shared.in_force()
    if isinstance(now, Refused):
        raise refused(now)
    found = next_action(
        shared.database, actor, now, case, asked.on, known=asked.known, explain=asked.explain
    )
    if isinstance(found, Refused):
        raise refused(found)
    if isinstance(found, NoCase):
        raise ProblemError(404, "no-case", found.reason, found.hint)
    body: dict[str, Any] = found
    return JSONResponse(body)
