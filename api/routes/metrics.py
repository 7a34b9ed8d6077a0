"""Figures for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import COMMON
from api.context import Asking, Shared
from api.metrics import MEDIA_TYPE, Metrics
from api.within import LateError, within
from engine.services.actors import Refused
from engine.services.figures import figures
from engine.services.stores import StoreError

router = APIRouter(tags=["operations"])


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={
        200: {
            "description": "Figures in the text format of Prometheus.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        **{status: answer for status, answer in COMMON.items() if status in {401, 422, 429, 503}},
    },
)
async def get_metrics(request: Request, shared: Shared, _: Asking) -> Response:
    """What was asked, decided and written, and how the store stands; also where it does not."""
    told: Metrics = request.app.state.metrics
    try:
        store = await within(lambda: figures(shared.database, shared.clock()))
        now = await within(shared.in_force)
    except (StoreError, LateError):
        return Response(told.text(None, ()), media_type=MEDIA_TYPE)
    policies = () if isinstance(now, Refused) else now.versions
    return Response(told.text(store, policies), media_type=MEDIA_TYPE)
