"""The HTTP service as one application over one store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from api.background import Background
from api.calls import Traffic, Watched
from api.context import Context
from api.direct import Direct
from api.limits import Limited, Limits
from api.metrics import Metrics
from api.problems import SizeProblems, cut, failed, handle_problems
from api.repeated import sent_once
from api.routes import (
    audit,
    cases,
    decisions,
    health,
    ledger,
    metrics,
    policies,
    reports,
    runs,
    simulations,
    webhooks,
    worklist,
)
from api.schemas.sent import named
from api.slashes import Slashes
from api.telemetry import Telemetry
from api.turns import Turns, in_turn
from engine.services.version import program
from engine.services.webhook_sending import Outgoing

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from starlette.types import ASGIApp

    from api.calls import Call
    from engine.services.stores import Database

MAX_BODY = 1 << 20
"""Bytes of a request; routes that take more say so."""
DESCRIPTION = """\
Dunning as policy-as-code: ask what the next action for an invoice is, and why.

Errors are RFC 9457 problem details, and `request_id` is what the log calls the request. Dates are
`YYYY-MM-DD`; amounts are strings with the decimals of their currency. Every route but `/healthz`
and `/readyz` takes a key, in the header `Authorization: Bearer KEY`.
"""


class Service(FastAPI):
    """An application whose every request is watched, and whose every error is a problem."""

    def openapi(self) -> dict[str, Any]:
        """The description of the routes, also of what they read themselves."""
        if self.openapi_schema is None:
            schemas = super().openapi()["components"]["schemas"]
            for name, schema in named().items():
                schemas.setdefault(name, schema)
        return super().openapi()

    def build_middleware_stack(self) -> ASGIApp:
        """Also that too much was sent, or too often, which is found before any route."""
        state = self.state
        app: ASGIApp = Slashes(SizeProblems(super().build_middleware_stack()))
        if not state.is_traced:  # who traces wants to see the way that all requests take
            routes = {each.operation_id: each for each in state.routes}
            app = Direct(app, state.context, routes)
        limited = Limited(app, state.limits, state.traffic)
        return Watched(limited, state.traffic, state.tell, failed=failed, cut=cut)


@dataclass(frozen=True, slots=True)
class Operating:
    """How an application is operated: what it takes, and who is told what it does."""

    limits: Limits = field(default_factory=Limits)
    telemetry: Telemetry = field(default_factory=Telemetry)
    log: Callable[[Call], None] | None = None
    """Is told of each request."""
    outgoing: Outgoing = field(default_factory=Outgoing)
    """To where webhooks may be sent."""


def make_app(
    database: Database,
    clock: Callable[[], datetime.datetime],
    operating: Operating | None = None,
) -> FastAPI:
    """The service over a store; `clock` tells the time (UTC)."""
    operating = operating or Operating()
    name, _, version = program().partition(" ")

    app = Service(
        title=name,
        version=version or "0",
        description=DESCRIPTION,
        max_body_size=MAX_BODY,
        docs_url=None,  # would load its page from elsewhere
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        telemetry=operating.telemetry.config,
    )
    app.state.limits, app.state.traffic = operating.limits, Traffic()
    app.state.metrics = Metrics(app.state.traffic)
    tell = [app.state.metrics.answered]
    app.state.tell = tell if operating.log is None else [*tell, operating.log]
    app.state.context = Context(database, clock)
    app.state.outgoing = operating.outgoing
    app.state.background = Background(is_ending=lambda: app.state.traffic.is_ending)
    app.state.routes, app.state.is_traced = [], operating.telemetry.is_on
    handle_problems(app)
    concerns = (decisions, cases, policies, runs, worklist, simulations, reports, audit, ledger)
    app.state.turns = Turns()
    for routes in (health, metrics, *concerns, webhooks):
        # A turn ends with the work, not when a slow client has received the answer.
        turn = [] if routes in (health, metrics) else [Depends(in_turn, scope="function")]
        app.include_router(routes.router, dependencies=[*turn, Depends(sent_once)])
        app.state.routes += [each for each in routes.router.routes if isinstance(each, APIRoute)]
    return app
