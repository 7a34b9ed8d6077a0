"""Secrets of webhooks, and signatures, as the Standard Webhooks specification has them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

_MARK = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """A secret that nobody can guess, such as `whsec_...`."""
    return _MARK + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed(message: str, at: datetime.datetime, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """The headers that show from whom a message is: signed with each of some secrets."""
    time = str(int(at.timestamp()))
    content = f"{message}.{time}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": time,
        "webhook-signature": " ".join(_signature(key, content) for key in keys),
    }


def _signature(key: str, content: bytes) -> str:
    secret = base64.b64decode(key.removeprefix(_MARK))
    return "v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()
