"""What commands that send webhooks share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli.exits import UsageError

if TYPE_CHECKING:
    from engine.services.webhook_sending import Outgoing

ALLOW = "DUN_ALLOW_PRIVATE_WEBHOOKS"
"""The environment variable that allows webhooks in the house."""
_MEANS = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}

AllowPrivate: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--allow-private-webhooks",
        help=f"Webhooks may go to private addresses and http:// URLs; else {ALLOW}=1 says so.",
    ),
]


def outgoing(*, allow_private: bool) -> Outgoing:
    """To where webhooks may go: as the option says, else the environment."""
    from engine.services.webhook_sending import Outgoing

    given = os.environ.get(ALLOW, "").strip().lower()
    if given not in _MEANS:
        message = f"{ALLOW} is 1 or 0, not '{given}'"
        raise UsageError(message)
    return Outgoing(allow_private=allow_private or _MEANS[given])
