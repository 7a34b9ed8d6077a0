"""Webhooks: who is told of what happens, and what they were told."""

from __future__ import annotations

import datetime
from typing import Annotated, Self, TypeAlias

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field, model_validator

from api.answers import COMMON
from api.context import Asking, Shared
from api.idempotency import Repeatable
from api.paging import Listed, Paged, page, place_in
from api.problems import refused
from api.schemas.webhooks import (
    Delivery,
    Kind,
    MadeWebhook,
    Retried,
    ShownWebhook,
    State,
    Webhook,
    WholeDelivery,
)
from api.values import Moment, Strict, Words
from engine.services import webhook_deliveries, webhook_sending, webhooks
from engine.services.actors import Refused
from engine.services.plain_webhooks import (
    plain_delivery,
    plain_made,
    plain_shown,
    plain_tried,
    plain_webhook,
)
from engine.services.webhook_deliveries import Chosen
from engine.services.webhook_sending import Outgoing

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

_HIGHEST, _HIGHEST_DELIVERY = (1 << 31) - 1, (1 << 63) - 1
_WEEK, _DATE = 168, len("2026-03-16")

WebhookId: TypeAlias = Annotated[int, Path(ge=1, le=_HIGHEST, description="Of the webhook.")]
DeliveryId: TypeAlias = Annotated[
    int, Path(ge=1, le=_HIGHEST_DELIVERY, description="Of the delivery.")
]
Url: TypeAlias = Annotated[
    Words, Field(min_length=1, max_length=2_000, examples=["https://erp.example.com/dunning"])
]
Description: TypeAlias = Annotated[Words, Field(max_length=500)]
Events: TypeAlias = Annotated[
    list[Kind], Field(max_length=20, description="Of which events; none: of every event.")
]


def _beginning(value: object) -> object:
    return f"{value}T00:00:00Z" if isinstance(value, str) and len(value) == _DATE else value


Since: TypeAlias = Annotated[Moment, BeforeValidator(_beginning)]
"""A time; a date means its beginning."""


class NewWebhook(Strict):
    """Somebody who is to be told of what happens."""

    url: Url
    description: Description = ""
    events: Events = Field(default_factory=list)


class ChangedWebhook(Strict):
    """What is to be different; what is left out stays as it is."""

    url: Url | None = None
    description: Description | None = None
    events: Events | None = None
    on: bool | None = None


class NewSecret(Strict):
    """A new secret."""

    old_secret_hours: int = Field(
        default=24, ge=0, le=_WEEK, description="How long the one before signs, too."
    )


class AskedDeliveries(Paged):
    """Which deliveries are asked for."""

    state: State | None = None


class RetriedDeliveries(Strict):
    """Which deliveries are told again."""

    states: list[State] = Field(default=["dead"], min_length=1, max_length=3)
    since: Since | None = Field(default=None, description="Only what happened since.")
    until: Moment | None = Field(default=None, description="Only what happened until then.")

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        if "delivered" in self.states and self.since is None:
            message = "to tell again what was delivered, say since when"
            raise ValueError(message)
        return self


async def _outgoing(request: Request) -> Outgoing:
    found: Outgoing = request.app.state.outgoing
    return found


Leaving: TypeAlias = Annotated[Outgoing, Depends(_outgoing)]


@router.post(
    "",
    operation_id="add_webhook",
    response_model=None,
    status_code=201,
    responses={201: {"model": MadeWebhook}, **COMMON},
)
def add_webhook(
    given: NewWebhook, shared: Shared, actor: Asking, outgoing: Leaving, repeatable: Repeatable
) -> Response:
    """Let somebody be told of what happens from now on; the answer has the secret, this once."""
    wanted = webhooks.Wanted(given.url, given.description, given.events)

    def do() -> JSONResponse:
        made = webhooks.add_webhook(
            shared.database, actor, wanted, shared.clock(), allow_private=outgoing.allow_private
        )
        if isinstance(made, Refused):
            raise refused(made)
        return JSONResponse(plain_made(made), 201, {"Location": _path(made.webhook.id)})

    return repeatable.once(do)


@router.get(
    "",
    operation_id="list_webhooks",
    response_model=None,
    responses={200: {"model": Listed[ShownWebhook]}, **COMMON},
)
def get_webhooks(asked: Annotated[Paged, Query()], shared: Shared, actor: Asking) -> JSONResponse:
    """Who is told, the oldest first, and how much."""
    place = place_in("webhooks", asked.cursor, int)
    found = webhooks.webhooks(shared.database, actor)
    if isinstance(found, Refused):
        raise refused(found)
    rest = [each for each in found if place is None or each.webhook.id > int(place[0])]
    listed = page(
        "webhooks", rest[: asked.limit + 1], asked.limit, plain_shown, lambda e: (e.webhook.id,)
    )
    return JSONResponse(listed)


@router.get(
    "/{webhook}",
    operation_id="webhook",
    response_model=None,
    responses={200: {"model": ShownWebhook}, **COMMON},
)
def get_webhook(webhook: WebhookId, shared: Shared, actor: Asking) -> JSONResponse:
    """One who is told, and how much."""
    found = webhooks.webhook_of(shared.database, actor, webhook)
    if isinstance(found, Refused):
        raise refused(found)
    return JSONResponse(plain_shown(found))


@router.patch(
    "/{webhook}",
    operation_id="change_webhook",
    response_model=None,
    responses={200: {"model": Webhook}, **COMMON},
)
def change_webhook(
    webhook: WebhookId,
    given: ChangedWebhook,
    shared: Shared,
    actor: Asking,
    outgoing: Leaving,
    repeatable: Repeatable,
) -> Response:
    """Change one who is told, or switch them off and on; what waits is sent when they are on."""
    wanted = webhooks.Wanted(given.url, given.description, given.events, given.on)

    def do() -> JSONResponse:
        found = webhooks.change_webhook(
            shared.database,
            actor,
            webhook,
            wanted,
            shared.clock(),
            allow_private=outgoing.allow_private,
        )
        if isinstance(found, Refused):
            raise refused(found)
        return JSONResponse(plain_webhook(found))

    return repeatable.once(do)


@router.delete(
    "/{webhook}",
    operation_id="remove_webhook",
    response_model=None,
    status_code=204,
    responses={204: {"description": "It is told nothing any more."}, **COMMON},
)
def remove_webhook(
    webhook: WebhookId, shared: Shared, actor: Asking, repeatable: Repeatable
) -> Response:
    """Tell somebody nothing any more, and forget what they were told."""

    def do() -> Response:
        found = webhooks.remove_webhook(shared.database, actor, webhook, shared.clock())
        if isinstance(found, Refused):
            raise refused(found)
        return Response(status_code=204)

    return repeatable.once(do)


@router.post(
    "/{webhook}/secret",
    operation_id="change_webhook_secret",
    response_model=None,
    responses={200: {"model": MadeWebhook}, **COMMON},
)
def change_secret(
    webhook: WebhookId, given: NewSecret, shared: Shared, actor: Asking, repeatable: Repeatable
) -> Response:
    """A new secret, shown this once; the one before signs for a while, too."""
    keep = datetime.timedelta(hours=given.old_secret_hours)

    def do() -> JSONResponse:
        made = webhooks.rotate_secret(shared.database, actor, webhook, shared.clock(), keep=keep)
        if isinstance(made, Refused):
            raise refused(made)
        return JSONResponse(plain_made(made))

    return repeatable.once(do)


@router.post(
    "/{webhook}/test",
    operation_id="test_webhook",
    response_model=None,
    responses={200: {"model": WholeDelivery}, **COMMON},
)
def test_webhook(
    webhook: WebhookId, shared: Shared, actor: Asking, outgoing: Leaving, repeatable: Repeatable
) -> Response:
    """Send an event `webhook.test` now, once, and tell what came of it; also while it is off."""

    def do() -> JSONResponse:
        clock = shared.clock
        found = webhook_sending.send_test(shared.database, actor, webhook, clock, outgoing)
        if isinstance(found, Refused):
            raise refused(found)
        return JSONResponse(plain_tried(found))

    return repeatable.once(do)


@router.get(
    "/{webhook}/deliveries",
    operation_id="list_deliveries",
    response_model=None,
    responses={200: {"model": Listed[Delivery]}, **COMMON},
)
def get_deliveries(
    webhook: WebhookId,
    asked: Annotated[AskedDeliveries, Query()],
    shared: Shared,
    actor: Asking,
) -> JSONResponse:
    """What one was told, is to be told or could not be told, the newest first."""
    name = f"deliveries {webhook}"
    place = place_in(name, asked.cursor, int)
    chosen = Chosen(webhook) if asked.state is None else Chosen(webhook, (asked.state,))
    before = None if place is None else int(place[0])
    found = webhook_deliveries.deliveries(
        shared.database, actor, chosen, before=before, limit=asked.limit + 1
    )
    if isinstance(found, Refused):
        raise refused(found)
    return JSONResponse(page(name, found, asked.limit, plain_delivery, lambda e: (e.delivery.id,)))


@router.post(
    "/{webhook}/retry",
    operation_id="retry_deliveries",
    response_model=None,
    responses={200: {"model": Retried}, **COMMON},
)
def retry_deliveries(
    webhook: WebhookId,
    given: RetriedDeliveries,
    shared: Shared,
    actor: Asking,
    repeatable: Repeatable,
) -> Response:
    """Tell again what was given up, or everything of a range of times, under the same ids."""
    chosen = Chosen(webhook, given.states, given.since, given.until)

    def do() -> JSONResponse:
        found = webhook_deliveries.retry_all(shared.database, actor, chosen, shared.clock())
        if isinstance(found, Refused):
            raise refused(found)
        return JSONResponse({"retried": found})

    return repeatable.once(do)


@router.get(
    "/{webhook}/deliveries/{delivery}",
    operation_id="delivery",
    response_model=None,
    responses={200: {"model": WholeDelivery}, **COMMON},
)
def get_delivery(
    webhook: WebhookId, delivery: DeliveryId, shared: Shared, actor: Asking
) -> JSONResponse:
    """One thing that is told, word for word, and everything that came of trying."""
    found = webhook_deliveries.delivery_of(shared.database, actor, webhook, delivery)
    if isinstance(found, Refused):
        raise refused(found)
    return JSONResponse(plain_tried(found))


@router.post(
    "/{webhook}/deliveries/{delivery}/retry",
    operation_id="retry_delivery",
    response_model=None,
    responses={200: {"model": WholeDelivery}, **COMMON},
)
def retry_delivery(
    webhook: WebhookId,
    delivery: DeliveryId,
    shared: Shared,
    actor: Asking,
    repeatable: Repeatable,
) -> Response:
    """Tell something again now, under the same id, whether it got through or not."""

    def do() -> JSONResponse:
        at = shared.clock()
        found = webhook_deliveries.retry_one(shared.database, actor, webhook, delivery, at)
        if isinstance(found, Refused):
            raise refused(found)
        return JSONResponse(plain_tried(found))

    return repeatable.once(do)


def _path(number: int) -> str:
    return f"{router.prefix}/{number}"
