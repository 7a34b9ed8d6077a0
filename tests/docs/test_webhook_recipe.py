"""What docs/http.md tells receivers of webhooks to do is right."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from freezegun import freeze_time

from engine.services.webhook_secrets import new_secret, signed
from tests.docs.blocks import blocks_of
from tests.docs.console import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
BODY = '{"type":"action.executed","data":{"customer":"Müller"}}'.encode()


def recipe() -> Callable[[str, dict[str, str], bytes], bool]:
    """The function that the document shows."""
    blocks = blocks_of(ROOT / "docs" / "http.md")
    (block,) = (each for each in blocks if "def is_from_dun" in each.text)
    names: dict[str, Any] = {}
    exec(block.text, names)  # noqa: S102 - of this project
    found: Callable[[str, dict[str, str], bytes], bool] = names["is_from_dun"]
    return found


def test_a_receiver_that_follows_the_document_takes_what_is_signed_and_nothing_else() -> None:
    is_from_dun = recipe()
    secret, other, old = new_secret(), new_secret(), new_secret()
    headers = signed("msg_1", NOW, BODY, [secret, old])
    with freeze_time(NOW + datetime.timedelta(minutes=4)):
        assert is_from_dun(secret, headers, BODY)
        assert is_from_dun(old, headers, BODY)
        assert not is_from_dun(other, headers, BODY)
        assert not is_from_dun(secret, headers, BODY + b" ")
        for name in headers:
            for value in ("", "msg_2", "1773653401", "v1,", "ü"):
                assert not is_from_dun(secret, {**headers, name: value}, BODY)
    for minutes in (-6, 6):
        with freeze_time(NOW + datetime.timedelta(minutes=minutes)):
            assert not is_from_dun(secret, headers, BODY)
