"""Reports over the whole ledger, as JSON or as a table (CSV)."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from api.answers import COMMON
from api.context import Asking, Context, Shared
from api.problems import ProblemError, refused
from api.schemas.reports import AgeingReport, ExposureReport
from api.values import IsoDate, Moment, Strict
from engine.services.actors import Actor, Refused
from engine.services.reports import ageing, exposure
from engine.services.reports.groups import By
from engine.services.reports.plain import (
    ageing_rows,
    exposure_rows,
    plain_ageing,
    plain_exposure,
)
from engine.services.reports.reading import of_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.core.debtor import Debtor
    from engine.services.plain import Plain
    from engine.services.reports.head import Head
    from engine.services.reports.plain import Rows

router = APIRouter(prefix="/v1/reports", tags=["reports"])

CSV = "text/csv"
Made = TypeVar("Made")
AT_ONCE, PATIENCE = 2, 20.0
"""So many reports are made at once, as each goes through the whole ledger; and for how many
seconds another one waits for its turn."""
_TURNS = threading.BoundedSemaphore(AT_ONCE)


Limit = Annotated[int, Field(ge=1, le=ageing.LONGEST)]


class _Asked(Strict):
    on: IsoDate
    """The day whose end the report is about."""
    known: Moment | None = None
    """Use only what was recorded by this time; a date means its end."""
    top: Annotated[int, Field(ge=1, le=10_000)] = 20
    """How many of the largest are told one by one."""


class AskedAgeing(_Asked):
    """What is asked about what is overdue."""

    by: list[By] = Field([], max_length=6)
    """What it is broken down by; may be repeated."""
    buckets: list[Limit] = Field(list(ageing.USUAL), min_length=1, max_length=ageing.MOST_BUCKETS)
    """Up to how many days overdue each bucket goes; may be repeated."""


class AskedExposure(_Asked):
    """What is asked about where open amounts stand."""

    by: list[By] = Field(list(exposure.USUAL), min_length=1, max_length=6)
    """What it is broken down by; may be repeated."""


def _answers(model: type) -> dict[int | str, dict[str, Any]]:
    table = {CSV: {"schema": {"type": "string"}}}
    return {200: {"model": model, "content": table}, **COMMON}


@router.get("/ageing", operation_id="ageing", response_model=None, responses=_answers(AgeingReport))
def get_ageing(
    asked: Annotated[AskedAgeing, Query()], request: Request, shared: Shared, actor: Asking
) -> Response:
    """What is open on a day by how long it is overdue, each currency for itself."""
    by = tuple(dict.fromkeys(asked.by))
    found, head = _made(
        shared,
        actor,
        asked,
        lambda debtors: ageing.ageing(debtors, asked.on, asked.buckets, by),
    )
    return _answer(
        request, lambda: plain_ageing(found, head, asked.top), lambda: ageing_rows(found)
    )


@router.get(
    "/exposure",
    operation_id="exposure",
    response_model=None,
    responses=_answers(ExposureReport),
)
def get_exposure(
    asked: Annotated[AskedExposure, Query()], request: Request, shared: Shared, actor: Asking
) -> Response:
    """Where open amounts stand on a day, what holds them, and what comes next."""
    by = tuple(dict.fromkeys(asked.by))
    found, head = _made(
        shared, actor, asked, lambda debtors: exposure.exposure(debtors, asked.on, by)
    )
    return _answer(
        request, lambda: plain_exposure(found, head, asked.top), lambda: exposure_rows(found)
    )


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURNS.acquire(timeout=PATIENCE):
        detail = "other reports are being made, each of which goes through the whole ledger"
        raise ProblemError(503, "busy", detail, "ask again", headers={"Retry-After": "20"})
    try:
        yield
    finally:
        _TURNS.release()


def _made(
    shared: Context,
    actor: Actor,
    asked: _Asked,
    work: Callable[[Iterable[Debtor]], Made],
) -> tuple[Made, Head]:
    """A report with what it says about itself."""
    now = shared.in_force()
    if isinstance(now, Refused):
        raise refused(now)
    with _turn():
        found = of_store(shared.database, actor, now, asked.on, asked.known, work)
    if isinstance(found, Refused):
        raise refused(found)
    return found


def _answer(request: Request, plain: Callable[[], Plain], rows: Callable[[], Rows]) -> Response:
    if _wants_csv(request.headers.get("accept", "")):
        return Response(rows().csv, media_type=CSV)
    return JSONResponse(plain())


def _wants_csv(accept: str) -> bool:
    """Whether a table is named before JSON among what is taken as an answer."""
    kinds = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return next((kind == CSV for kind in kinds if kind in {CSV, "application/json"}), False)
