"""Whether the service runs, and whether it can work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.context import Shared
from api.problems import Problem, ProblemError
from engine.services.actors import Refused
from engine.services.stores import StoreError, check_store

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The service answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """The service can work."""

    status: Literal["ready"] = "ready"
    database: str
    policies: int


@router.get("/healthz", operation_id="health")
def health() -> Health:
    """Whether the process runs; asks nothing of anything else."""
    return Health()


@router.get(
    "/readyz",
    operation_id="readiness",
    responses={503: {"model": Problem, "description": "The store or the policies are not ready."}},
)
def readiness(shared: Shared) -> Readiness:
    """Whether the store can be reached and is at the right step, and policies count."""
    try:
        check_store(shared.database)
        now = shared.in_force()
    except StoreError as error:
        raise ProblemError(503, error.code, error.message, error.hint, code=error.code) from error
    if isinstance(now, Refused):
        raise ProblemError(503, now.code, now.message, now.hint, code=now.code)
    return Readiness(database=shared.database.name, policies=len(now.versions))
