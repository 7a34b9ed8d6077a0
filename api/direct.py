"""The two questions that are asked most, answered without the way that every request takes.

Only where everything is as usual: whose the key is and which policies count is known from a moment
ago, and the body is not very large. All else, and above all whatever is wrong, goes on as it came,
so that there is one place that knows about errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.concurrency import run_in_threadpool

from api.calls import asked_by
from api.routes.cases import next_action_at_hand
from api.routes.decisions import SMALL, answer
from api.slashes import has_slash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi.routing import APIRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.context import Context
    from engine.services.actors import Actor

LARGE = 1 << 20
"""Bytes of a question that is answered here; some thousand cases."""
_DECIDE, _NEXT = "decide", "next_action"
_CASES, _NEXT_ACTION = "/v1/cases/", "/next-action"


class Direct:
    """Answers what it can at once and passes on everything else."""

    def __init__(self, app: ASGIApp, shared: Context, routes: Mapping[str, APIRoute]) -> None:
        """Around an application; `routes` by the ids of their operations."""
        self.app, self.shared, self.routes = app, shared, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question, or let the application do it."""
        operation = _operation(scope)
        actor = None if operation is None else self._actor(scope)
        if operation is None or actor is None:
            await self.app(scope, receive, send)
            return
        came: list[Message] = []
        if operation == _NEXT:
            found = await self._next_action(scope, actor)
        else:
            found = await self._decided(receive, actor, came)
        if found is None:
            await self.app(scope, _again(came, receive), send)
            return
        scope["route"] = self.routes[operation]
        headers = [
            (b"content-length", b"%d" % len(found)),
            (b"content-type", b"application/json"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": found})

    def _actor(self, scope: Scope) -> Actor | None:
        """Who asks, if that is known without asking the store."""
        if not self.shared.is_fresh:
            return None
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, key = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
        if scheme.lower() != b"bearer":
            return None
        actor = self.shared.actor_at_hand(key.decode("latin-1"))
        if actor is not None:
            asked_by(actor.name)
        return actor

    async def _decided(self, receive: Receive, actor: Actor, came: list[Message]) -> bytes | None:
        """The decisions; None if they are none. `came` takes what was read of the request."""
        size, is_whole = 0, False
        while not is_whole:
            message = await receive()
            came.append(message)
            size += len(message.get("body", b""))
            if message["type"] != "http.request" or size > LARGE:
                return None
            is_whole = not message.get("more_body", False)
        body = b"".join(message.get("body", b"") for message in came)
        try:
            if size > SMALL:
                return await run_in_threadpool(answer, self.shared, actor, body)
            return answer(self.shared, actor, body)
        except Exception:  # noqa: BLE001 - whoever answers instead meets it, and tells it
            return None

    async def _next_action(self, scope: Scope, actor: Actor) -> bytes | None:
        case = scope["path"][len(_CASES) : -len(_NEXT_ACTION)]
        query = scope["query_string"].decode("latin-1")
        try:
            return await next_action_at_hand(self.shared, actor, case, query)
        except Exception:  # noqa: BLE001 - as above
            return None


def _operation(scope: Scope) -> str | None:
    """Which of the two questions this is."""
    if scope["type"] != "http" or scope.get("root_path") or has_slash(scope):
        return None
    path, method = scope["path"], scope["method"]
    if method == "POST" and path == "/v1/decisions":
        types = [value for name, value in scope["headers"] if name == b"content-type"]
        return _DECIDE if types == [b"application/json"] else None
    if method == "GET" and path.startswith(_CASES) and path.endswith(_NEXT_ACTION):
        return _NEXT if len(path) > len(_CASES) + len(_NEXT_ACTION) else None
    return None


def _again(came: list[Message], receive: Receive) -> Receive:
    """What came already, then what comes."""
    if not came:
        return receive
    waiting = iter(came)

    async def received() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return received
