"""Reports over the whole ledger, as JSON or as a table (CSV)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from api.accepting import form_wanted
from api.answers import COMMON, problem_answer
from api.context import Asking, Context, Shared
from api.problems import refused
from api.schemas.reports import AgeingReport, ExposureReport
from api.turns import turn
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
    from collections.abc import Callable, Iterable

    from engine.core.debtor import Debtor
    from engine.services.plain import Plain
    from engine.services.reports.head import Head
    from engine.services.reports.plain import Rows

router = APIRouter(prefix="/v1/reports", tags=["reports"])

CSV = "text/csv"
_FORMS = {"json": "application/json", "csv": CSV}
Made = TypeVar("Made")


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
    other = problem_answer("There is no such form of the answer.")
    return {200: {"model": model, "content": table}, **COMMON, 406: other}


@router.get("/ageing", operation_id="ageing", response_model=None, responses=_answers(AgeingReport))
def get_ageing(
    asked: Annotated[AskedAgeing, Query()], request: Request, shared: Shared, actor: Asking
) -> Response:
    """What is open on a day by how long it is overdue, each currency for itself."""
    by, form = tuple(dict.fromkeys(asked.by)), _form(request)
    found, head = _made(
        shared,
        actor,
        asked,
        lambda debtors: ageing.ageing(debtors, asked.on, asked.buckets, by),
    )
    return _answer(form, lambda: plain_ageing(found, head, asked.top), lambda: ageing_rows(found))


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
    by, form = tuple(dict.fromkeys(asked.by)), _form(request)
    found, head = _made(
        shared, actor, asked, lambda debtors: exposure.exposure(debtors, asked.on, by)
    )
    return _answer(
        form, lambda: plain_exposure(found, head, asked.top), lambda: exposure_rows(found)
    )


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
    with turn():
        found = of_store(shared.database, actor, now, asked.on, asked.known, work)
    if isinstance(found, Refused):
        raise refused(found)
    return found


def _form(request: Request) -> str:
    return form_wanted(_FORMS, None, request.headers.getlist("accept"))


def _answer(form: str, plain: Callable[[], Plain], rows: Callable[[], Rows]) -> Response:
    return Response(rows().csv, media_type=CSV) if form == "csv" else JSONResponse(plain())
