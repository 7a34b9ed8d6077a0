"""What keeps one client from taking everything: how often, how many at once, how slowly."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from api.calls import current_call
from api.problems import ProblemError
from engine.services.buckets import Buckets, network_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from api.calls import Call, Traffic

OPERATIONS = frozenset({"/healthz", "/readyz", "/metrics"})
"""What is answered also where nothing else is."""
BODY_UNIT = 64 << 10
"""Bytes of a body that count as one more request."""
BODY_SECONDS = 30.0
"""How long a body may keep its reader waiting, and a second more for each `SLOWEST` bytes."""
SLOWEST = 8 << 10
FAILURES, FAILURES_A_SECOND = 20, 10 / 60
"""Keys that an address may send in vain at once, and after that."""
_MANY = 10_000
"""Of whom something is remembered."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken."""

    rate: float | None = None
    """Requests a second under one key; None: any number."""
    burst: int | None = None
    """How many may come at once; None: those of two seconds."""
    at_once: int = 500
    """Requests that are answered at the same time."""
    body_seconds: float = BODY_SECONDS
    failures: int | None = FAILURES
    """Keys that an address may send in vain at once; None: any number."""


class Limited:
    """Refuses what is too much before anything is done for it."""

    def __init__(self, app: ASGIApp, limits: Limits, traffic: Traffic) -> None:
        """Around a whole application; what is running is counted by others."""
        self.app, self.limits, self.traffic = app, limits, traffic
        self.failures = Buckets(FAILURES_A_SECOND, limits.failures or 1)
        self.known: dict[int, str] = {}
        """Whose keys were right the last time: nobody is guessing who has one of them."""
        self.rates: Buckets | None = None
        self.policy = b""
        if limits.rate is not None:
            burst = max(1, limits.burst or math.ceil(2 * limits.rate))
            self.rates = Buckets(limits.rate, burst)
            self.policy = f'"requests";q={burst};w={math.ceil(burst / limits.rate)}'.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is not too much."""
        call = current_call() if scope["type"] == "http" else None
        if call is None:
            await self.app(scope, receive, send)
            return
        if scope["path"] not in OPERATIONS:
            now = time.monotonic()
            why = self._too_much() or self._too_often(call, now)
            if why is not None:
                call.who = None if call.key is None else self.known.get(call.key)
                await why.response()(scope, receive, send)
                return
        try:
            await self.app(scope, self._patient(call, receive) if call.has_body else receive, send)
        except HTTPException as error:  # who read the body has left the answer to us
            problem = ProblemError(error.status_code, "request-timeout", error.detail)
            problem.headers = dict(error.headers or {})
            await problem.response()(scope, receive, send)
        self._learn(call)

    def _too_much(self) -> ProblemError | None:
        if self.traffic.is_ending:
            detail, hint = "the service ends and takes nothing new", "ask again in a moment"
            return _busy("ending", detail, hint, Connection="close")
        if self.traffic.running > self.limits.at_once:
            detail = f"{self.limits.at_once} requests are being answered, and no more are taken"
            return _busy("too-busy", detail, "ask again in a moment")
        return None

    def _too_often(self, call: Call, now: float) -> ProblemError | None:
        if call.key is None:
            return None
        if self.limits.failures is not None and call.key not in self.known:
            wait = self.failures.wait(network_of(call.client), now)
            if wait > 0:
                detail = "too many keys were sent from this address that nobody has"
                return _too_often("too-many-failures", detail, wait)
        if self.rates is None:
            return None
        wait = self.rates.wait(call.key, now)
        if wait == 0:
            self.rates.take(call.key, now)
        left, full_in = self.rates.left(call.key, now), self.rates.seconds(call.key, now)
        call.headers += (
            (b"ratelimit-policy", self.policy),
            (b"ratelimit", b'"requests";r=%d;t=%d' % (left, full_in)),
        )
        if wait > 0:
            detail = "more requests came under this key than are taken"
            return _too_often("too-many-requests", detail, wait)
        return None

    def _learn(self, call: Call) -> None:
        """Remember what came of a request."""
        if call.key is None:
            return
        if self.rates is not None and call.received >= BODY_UNIT:
            # A large body is paid for by the requests after it.
            self.rates.take(call.key, time.monotonic(), call.received // BODY_UNIT)
        if call.status == HTTPStatus.UNAUTHORIZED:
            self.known.pop(call.key, None)
            self.failures.take(network_of(call.client), time.monotonic())
        elif call.who is not None and call.key not in self.known:
            if len(self.known) >= _MANY:
                self.known.clear()
            self.known[call.key] = call.who

    def _patient(self, call: Call, receive: Receive) -> Receive:
        """How a body is received: not by waiting for ever."""
        waited, is_whole = 0.0, False

        async def received() -> Message:
            nonlocal waited, is_whole
            if is_whole:
                return await receive()
            began = time.monotonic()
            most = self.limits.body_seconds + call.received / SLOWEST - waited
            try:
                async with asyncio.timeout(most):
                    message = await receive()
            except TimeoutError:
                detail = "the body came too slowly, so it is not waited for; nothing was changed"
                status = HTTPStatus.REQUEST_TIMEOUT
                raise HTTPException(status, detail, {"Connection": "close"}) from None
            waited += time.monotonic() - began
            call.received += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            return message

        return received


def _busy(kind: str, detail: str, hint: str, **headers: str) -> ProblemError:
    told: dict[str, Any] = {"Retry-After": "1", **headers}
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, kind, detail, hint, headers=told)


def _too_often(kind: str, detail: str, wait: float) -> ProblemError:
    seconds = math.ceil(wait)
    hint = f"ask again in {seconds} second{'' if seconds == 1 else 's'}"
    told = {"Retry-After": str(seconds)}
    return ProblemError(HTTPStatus.TOO_MANY_REQUESTS, kind, detail, hint, headers=told)
