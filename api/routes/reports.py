"""Reports over the whole ledger, as JSON or as a table (CSV)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field, model_validator

from api.accepting import form_wanted
from api.answers import COMMON, problem_answer
from api.context import Asking, Context, Shared
from api.problems import refused
from api.schemas.reports import AgeingReport, ExposureReport
from api.schemas.reports_done import EffectivenessReport, FeesReport
from api.turns import late
from api.values import IsoDate, Moment, Strict
from engine.services.actors import Actor, Refused
from engine.services.reports import ageing, done, effectiveness, exposure, fees
from engine.services.reports.groups import By
from engine.services.reports.plain import (
    ageing_rows,
    exposure_rows,
    plain_ageing,
    plain_exposure,
)
from engine.services.reports.plain_done import (
    effectiveness_rows,
    fees_rows,
    plain_effectiveness,
    plain_fees,
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
Window = Annotated[int, Field(ge=1, le=effectiveness.LONGEST)]


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


class _AskedDone(_Asked):
    first: Annotated[IsoDate | None, Field(alias="from")] = None
    """Only what was done on this day or later."""
    last: Annotated[IsoDate | None, Field(alias="to")] = None
    """Only what was done on this day or before."""
    by: list[done.ByDone] = Field(list(done.USUAL), min_length=1, max_length=9)
    """What it is broken down by; may be repeated."""

    @property
    def period(self) -> done.Period:
        """The days on which something was done that counts."""
        return done.Period(self.first, self.last)

    @model_validator(mode="after")
    def _a_period(self) -> Self:
        wrong = self.period.wrong(self.on)
        if wrong is not None:
            raise ValueError(wrong)
        return self


class AskedFees(_AskedDone):
    """What is asked about what was charged."""


class AskedEffectiveness(_AskedDone):
    """What is asked about what came of stages."""

    within: list[Window] = Field(
        list(effectiveness.WINDOWS), min_length=1, max_length=effectiveness.MOST_WINDOWS
    )
    """In how many days payments are counted; may be repeated."""


def _answers(model: type) -> dict[int | str, dict[str, Any]]:
    table = {CSV: {"schema": {"type": "string"}}}
    other = problem_answer("There is no such form of the answer.")
    return {200: {"model": model, "content": table}, **COMMON, 406: other}


@router.get("/ageing", operation_id="ageing", response_model=None, responses=_answers(AgeingReport))
def get_ageing(
    asked: Annotated[AskedAgeing, Query()], request: Request, shared: Shared, actor: Asking
) -> Response:
    """What is open on a day by how long it is overdue, each currency for itself."""
    by = tuple(dict.fromkeys(asked.by))
    make = _Making(request, shared, actor, asked)
    return make.answer(
        lambda debtors: ageing.ageing(debtors, asked.on, asked.buckets, by),
        plain_ageing,
        ageing_rows,
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
    make = _Making(request, shared, actor, asked)
    return make.answer(
        lambda debtors: exposure.exposure(debtors, asked.on, by), plain_exposure, exposure_rows
    )


@router.get("/fees", operation_id="fees", response_model=None, responses=_answers(FeesReport))
def get_fees(
    asked: Annotated[AskedFees, Query()], request: Request, shared: Shared, actor: Asking
) -> Response:
    """What was charged in a period, and what became of it."""
    by = tuple(dict.fromkeys(asked.by))
    make = _Making(request, shared, actor, asked)
    return make.answer(
        lambda debtors: fees.fees(debtors, asked.on, asked.period, by), plain_fees, fees_rows
    )


@router.get(
    "/effectiveness",
    operation_id="effectiveness",
    response_model=None,
    responses=_answers(EffectivenessReport),
)
def get_effectiveness(
    asked: Annotated[AskedEffectiveness, Query()], request: Request, shared: Shared, actor: Asking
) -> Response:
    """Which stages were executed in a period, and what was paid on them within some days."""
    by = tuple(dict.fromkeys(asked.by))
    make = _Making(request, shared, actor, asked)
    return make.answer(
        lambda debtors: effectiveness.effectiveness(
            debtors, asked.on, asked.period, asked.within, by
        ),
        plain_effectiveness,
        effectiveness_rows,
    )


@dataclass(frozen=True, slots=True)
class _Making:
    """A report that was asked for, by whom, and in which form."""

    request: Request
    shared: Context
    actor: Actor
    asked: _Asked

    def answer(
        self,
        work: Callable[[Iterable[Debtor]], Made],
        plain: Callable[[Made, Head, int], Plain],
        rows: Callable[[Made], Rows],
    ) -> Response:
        """The report as JSON, with what it says about itself, or as a table."""
        form = form_wanted(_FORMS, None, self.request.headers.getlist("accept"))
        asked, now = self.asked, self.shared.in_force()
        if isinstance(now, Refused):
            raise refused(now)
        found = of_store(
            self.shared.database, self.actor, now, asked.on, asked.known, work, is_late=late()
        )
        if isinstance(found, Refused):
            raise refused(found)
        made, head = found
        if form == "csv":
            return Response(rows(made).csv, media_type=CSV)
        return JSONResponse(plain(made, head, asked.top))
