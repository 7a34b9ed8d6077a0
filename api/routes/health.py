"""Whether the service runs, and whether it can work."""

from __future__ import annotations

import logging
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.calls import Traffic
from api.context import Shared
from api.problems import Problem, ProblemError
from api.within import SECONDS, LateError, within
from engine.services.actors import Refused
from engine.services.stores import StoreError, check_store

_LOG = logging.getLogger("dunlang.http")

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The service answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """The service can work."""

    status: Literal["ready"] = "ready"
    database: Literal["sqlite", "postgresql"]
    policies: int


@router.get("/healthz", operation_id="health")
async def health() -> Health:
    """Whether the process runs; asks nothing of anything else."""
    return Health()


@router.get(
    "/readyz",
    operation_id="readiness",
    responses={503: {"model": Problem, "description": "The store or the policies are not ready."}},
)
async def readiness(request: Request, shared: Shared) -> Readiness:
    """Whether the store can be reached and is at the right step, and policies count.

    Anybody may ask, so where the store is stands in the log only.
    """
    traffic: Traffic = request.app.state.traffic
    if traffic.is_ending:
        raise ProblemError(503, "ending", "the service ends and takes nothing new")
    try:
        await within(lambda: check_store(shared.database))
        now = await within(shared.in_force)
    except StoreError as error:
        _LOG.warning("not ready: %s", error)
        detail, hint = "the store cannot be used", "the log of the service says why"
        raise ProblemError(503, error.code, detail, hint, code=error.code) from error
    except LateError as error:
        detail = f"the store did not answer within {SECONDS:.0f} seconds"
        raise ProblemError(503, "store-late", detail) from error
    if isinstance(now, Refused):
        raise ProblemError(503, now.code, now.message, now.hint, code=now.code)
    kind: Literal["sqlite", "postgresql"] = "sqlite" if shared.database.is_sqlite else "postgresql"
    return Readiness(database=kind, policies=len(now.versions))
