"""What requests know of the work that goes on beside them: it is asked for in the store.

A worker does it (`api.worker`), of this service or of another one over the same store.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.problems import INTERNAL, ProblemError, refused, unreachable
from api.values import Strict
from engine.services.actors import Refused
from engine.services.jobs import Problem
from engine.services.stores import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.services.jobs import Job

LONGEST_WAIT = 30
"""Seconds that a request may wait for the end of a job."""
_SOON, _LATER = 0.05, 0.5
"""Seconds between two looks at a job: longer each time."""


@dataclass(slots=True)
class Background:
    """The work beside the requests of one application."""

    call: Callable[[], object] = lambda: None
    """Says that there is something to do; a worker looks by itself now and then."""
    is_ending: Callable[[], bool] = lambda: False
    """Whether the service ends: then nothing is waited for."""

    async def over(self, look: Callable[[], Job], seconds: float) -> Job:
        """A job when it is over, or as it is after so many seconds. Raises StoreError."""
        until, pause = time.monotonic() + seconds, _SOON
        while True:
            job = await run_in_threadpool(look)
            left = until - time.monotonic()
            if job.is_over or left <= 0 or self.is_ending():
                return job
            await asyncio.sleep(min(pause, left))
            pause = min(1.5 * pause, _LATER)


def background(request: Request) -> Background:
    """The work beside the requests."""
    found: Background = request.app.state.background
    return found


Working = Annotated[Background, Depends(background)]


class Waits(Strict):
    """How long to wait."""

    wait: int = Field(
        default=0, ge=0, le=LONGEST_WAIT, description="Seconds to wait for the end, at most."
    )


def problem_of(plain: Mapping[str, Any]) -> ProblemError:
    """Why a job failed, as it is answered."""
    found = Problem.from_plain(plain)
    match found.kind:
        case "refused":
            return refused(Refused(found.code, found.message, found.hint))
        case "store":
            return unreachable(StoreError(found.code, found.message, found.hint))
        case "internal":
            return ProblemError(500, INTERNAL, found.message)
        case "letters" | "died":
            return ProblemError(503, found.kind, found.message, found.hint)
