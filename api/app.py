"""The HTTP service as one application over one store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from api.context import Context
from api.problems import handle_problems
from api.routes import cases, decisions, health
from engine.services.version import program

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from engine.services.stores import Database

MAX_BODY = 1 << 20
"""Bytes of a request; routes that take more say so."""
DESCRIPTION = """\
Dunning as policy-as-code: ask what the next action for an invoice is, and why.

Errors are RFC 9457 problem details. Dates are `YYYY-MM-DD`; amounts are strings with the decimals
of their currency. Every route but `/healthz` and `/readyz` takes a key, in the header
`Authorization: Bearer KEY`.
"""


def make_app(database: Database, clock: Callable[[], datetime.datetime]) -> FastAPI:
    """The service over a store; `clock` tells the time (UTC)."""
    name, _, version = program().partition(" ")
    app = FastAPI(
        title=name,
        version=version or "0",
        description=DESCRIPTION,
        max_body_size=MAX_BODY,
        docs_url=None,  # would load its page from elsewhere
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.context = Context(database, clock)
    handle_problems(app)
    for routes in (health, decisions, cases):
        app.include_router(routes.router)
    return app
