"""Ids with a slash in them: `A%2F17` is one part of a path, whatever the id ends with.

A server decodes a path before anybody looks for its route, so that the case `A/timeline` could not
be told from the timeline of `A`. Here a slash that was encoded stays apart until the route is
found. (One that was not is taken as a part of the id, too, where that leaves no doubt.)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from starlette.convertors import Convertor, register_url_convertor

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_CASES = b"/v1/cases/"
_ENCODED = re.compile(rb"%2f", re.IGNORECASE)
_APART = "\ufffe"
"""Stands for such a slash: it is no character, so no id has it."""


class Id(Convertor[str]):
    """`{case:id}` in the path of a route."""

    regex = ".+"

    def convert(self, value: str) -> str:
        """The id, its slashes as they were meant."""
        return value.replace(_APART, "/")

    def to_string(self, value: str) -> str:
        """The id in a path that is not encoded yet."""
        return value.replace("/", _APART)


register_url_convertor("id", Id())
CASE = "/{case:id}"
"""One case in the path of a route."""


def has_slash(scope: Scope) -> bool:
    """Whether a request names a case with an encoded slash."""
    path = scope.get("raw_path") or b""
    return path.startswith(_CASES) and _ENCODED.search(path) is not None


class Slashes:
    """Tells an application which slashes of a path were encoded."""

    def __init__(self, app: ASGIApp) -> None:
        """Before the routes of an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, encoded slashes of a case's id apart."""
        if scope["type"] == "http" and has_slash(scope):
            raw = _ENCODED.sub(_APART.encode(), scope["raw_path"])
            scope = {**scope, "path": unquote_to_bytes(raw).decode(errors="replace")}
        await self.app(scope, receive, send)
