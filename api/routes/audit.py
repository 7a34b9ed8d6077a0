"""The audit trail: who did what, and when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.answers import COMMON
from api.context import Asking, Shared
from api.paging import Listed, Paged, page, place_in
from api.problems import refused
from api.schemas.runs import Entry
from api.values import Words
from engine.services.actors import Refused
from engine.services.audit import plain_entry, trail

router = APIRouter(prefix="/v1/audit", tags=["audit"])

_HIGHEST = (1 << 31) - 1


class AskedEntries(Paged):
    """Which entries are asked for."""

    subject: Words | None = Field(default=None, min_length=1, max_length=1_000)
    """Only what is about this, such as `user anna`, `case R-1001`, `policy de_standard 3`."""
    after: int = Field(default=0, ge=0, le=_HIGHEST, description="Only entries after this number.")


@router.get(
    "",
    operation_id="audit_trail",
    response_model=None,
    responses={200: {"model": Listed[Entry]}, **COMMON},
)
def get_audit(
    asked: Annotated[AskedEntries, Query()], shared: Shared, actor: Asking
) -> JSONResponse:
    """Who did what and when, in order; each entry is sealed with the hash of the one before."""
    place = place_in("audit", asked.cursor, int)
    after = asked.after if place is None else max(asked.after, int(place[0]))
    found = trail(shared.database, actor, subject=asked.subject, after=after, limit=asked.limit + 1)
    if isinstance(found, Refused):
        raise refused(found)
    return JSONResponse(page("audit", found, asked.limit, plain_entry, lambda e: (e.number,)))
