"""A request from its first byte to its last: its id, who asked, and what became of it.

Logs and figures are told of each request when it is over; what is said meanwhile, by whatever code
in whatever thread, finds the request by `current_call()`.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opentelemetry import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOG = logging.getLogger("dunlang.http")

HEADER = b"x-request-id"
_SANE = re.compile(rb"[\x21-\x7e]{1,128}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROCESS, _NUMBERS = secrets.token_hex(5), itertools.count(1)
"""Of which ids of requests are made: asking the system for each is no less than answering one."""
NO_ROUTE = "none"
"""The route of what is asked for where nothing is."""


@dataclass(slots=True)
class Call:
    """A request that is being answered."""

    id: str
    """What the client called it, if that is sane; else made."""
    method: str
    client: str
    """The address that it came from."""
    key: int | None
    """Tells one key from another; says nothing about it."""
    has_body: bool
    began: float
    who: str | None = None
    """The name of who asks."""
    route: str = NO_ROUTE
    """The template, never a path: there are as many as there are routes."""
    status: int | None = None
    """None: it broke off before it was answered."""
    received: int = 0
    sent: int = 0
    seconds: float = 0.0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    """What its answer tells beside what the route says."""
    decisions: Mapping[tuple[str, str | None], int] = field(default_factory=dict)
    """How many were answered, by outcome and policy."""
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many were written, by kind and by what came of them."""


@dataclass(slots=True)
class Traffic:
    """What one process is answering. Changed by the event loop only."""

    running: int = 0
    is_ending: bool = False
    """New requests are refused, as the process ends when the running ones are answered."""


_CURRENT: ContextVar[Call | None] = ContextVar("call", default=None)


def current_call() -> Call | None:
    """The request for which this code runs, if it runs for one."""
    return _CURRENT.get()


def trace_id() -> str | None:
    """The trace to which the request belongs for which this code runs, if it does to one."""
    span = trace.get_current_span().get_span_context()
    return f"{span.trace_id:032x}" if span.is_valid else None


def asked_by(name: str) -> None:
    """It is known who asks."""
    call = _CURRENT.get()
    if call is not None:
        call.who = name


def decided(decisions: Mapping[tuple[str, str | None], int]) -> None:
    """Decisions are answered: how many, by outcome and policy."""
    call = _CURRENT.get()
    if call is not None:
        call.decisions = decisions


def written(kind: str, results: Mapping[str, int]) -> None:
    """Rows are written, if all goes well: how many are `new`, `changed` and so on."""
    call = _CURRENT.get()
    if call is not None:
        call.rows = {(kind, result): many for result, many in results.items()}


def _call(scope: Scope) -> Call:
    name, key, has_body = b"", None, False
    for header, value in scope["headers"]:
        if header == b"authorization":
            key = hash(value)
        elif header == HEADER:
            name = value
        elif header in {b"content-length", b"transfer-encoding"}:
            has_body = value != b"0"
    method = scope["method"]
    return Call(
        id=name.decode() if _SANE.fullmatch(name) else f"{_PROCESS}{next(_NUMBERS):06x}",
        method=method if method in _METHODS else "OTHER",
        client=(scope.get("client") or ("",))[0],
        key=key,
        has_body=has_body,
        began=time.perf_counter(),
    )


class Watched:
    """Gives each request an id, and tells of it when it is over."""

    def __init__(
        self,
        app: ASGIApp,
        traffic: Traffic,
        tell: Sequence[Callable[[Call], None]],
        *,
        failed: ASGIApp,
        cut: ASGIApp,
    ) -> None:
        """Around a whole application; `failed` answers when that does not even do this.

        `cut` answers when the process ends before it does.
        """
        self.app, self.traffic, self.tell = app, traffic, tell
        self.failed, self.cut = failed, cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; whatever fails ends here, in the log."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        call = _call(scope)
        token = _CURRENT.set(call)
        self.traffic.running += 1

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
                added = (HEADER, call.id.encode())
                message["headers"] = [*message["headers"], added, *call.headers]
            else:
                call.sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception:  # noqa: BLE001 - it is logged, and who asks is told
            _LOG.exception("%s %s failed", call.method, _route(scope))
            if call.status is None:
                await self.failed(scope, receive, answer)
        except asyncio.CancelledError:
            if not self.traffic.is_ending:
                raise
            if call.status is None:
                await self.cut(scope, receive, answer)
        finally:
            self.traffic.running -= 1
            call.route = _route(scope)
            call.seconds = time.perf_counter() - call.began
            for tell in self.tell:
                tell(call)
            _CURRENT.reset(token)


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return NO_ROUTE if route is None else str(getattr(route, "path_format", route.path))
