"""Writes that can be sent again: an `Idempotency-Key`, and the answer that is kept with it.

A route that writes takes `Repeatable` and answers `repeatable.once(lambda: JSONResponse(...))`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Request
from starlette.responses import Response

from api.context import Asking, Context, Shared
from api.problems import ProblemError, refused
from engine.services.actors import Refused
from engine.services.answered import OTHER, Answer, Sent, once

if TYPE_CHECKING:
    from collections.abc import Callable

REPLAYED = "Idempotency-Replayed"
"""Tells that an answer is the one of before."""
_KEPT = frozenset({"content-type", "etag", "location"})

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Makes a write that is sent again within a day the same write.",
    ),
]


@dataclass(frozen=True, slots=True)
class MaybeRepeated:
    """A write that may be sent again, or none that may."""

    shared: Context
    sent: Sent | None

    def once(self, do: Callable[[], Response]) -> Response:
        """Do it, or answer what was answered before. Raises ProblemError."""
        if self.sent is None:
            return do()
        database = self.shared.database
        answered = once(database, self.sent, lambda: answer_of(do()), ProblemError)
        if isinstance(answered, Refused):
            raise refused_again(answered)
        return response_of(*answered)


def answer_of(response: Response) -> Answer:
    """What is kept of a response."""
    kept = {name: value for name, value in response.headers.items() if name in _KEPT}
    return Answer(response.status_code, kept, bytes(response.body).decode())


def response_of(answer: Answer, is_replayed: bool) -> Response:  # noqa: FBT001 - as `once` tells it
    """An answer that is kept."""
    headers = {**answer.headers, **({REPLAYED: "true"} if is_replayed else {})}
    return Response(answer.body, answer.status, headers)


def refused_again(why: Refused) -> ProblemError:
    """Why something is not done under a key: 422 if it belongs to another request, else 409."""
    problem = refused(why)
    if why.code == OTHER:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        problem = ProblemError(status, why.code, why.message, why.hint, code=why.code)
    return problem


def digest_of(request: Request, body: bytes) -> str:
    """What makes a request the same request; `body` is its body, or a digest of it."""
    kind = request.headers.get("content-type", "")
    parts = (request.method, request.url.path, request.url.query, kind)
    sealed = hashlib.sha256("\n".join(parts).encode(errors="replace"))
    sealed.update(b"\n" + hashlib.sha256(body).digest())
    return sealed.hexdigest()


async def _repeatable(
    request: Request, shared: Shared, actor: Asking, key: Key = None
) -> MaybeRepeated:
    if key is None:
        return MaybeRepeated(shared, None)
    digest = digest_of(request, await request.body())
    return MaybeRepeated(shared, Sent(actor.name, key, digest, shared.clock()))


Repeatable = Annotated[MaybeRepeated, Depends(_repeatable)]
