"""Lists in pages: each page names the place after which the next one begins.

A query model inherits `Paged`; the route asks `place_in` where to begin, fetches one row more than
`limit`, and answers `page`.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.problems import INVALID, ProblemError
from api.values import Strict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Place: TypeAlias = tuple[int | str, ...]
Item = TypeVar("Item")
Row = TypeVar("Row")

LIMIT, MOST = 100, 1_000
"""Items of a page: if nothing is said, and at most."""
_LONGEST = 2_000
_HIGHEST = (1 << 63) - 1


class Paged(Strict):
    """Which page of a list is asked for."""

    cursor: Annotated[
        str | None,
        Field(max_length=_LONGEST, description="`next` of the page before; none: the first page."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="How many items at most.")] = LIMIT


class Listed(BaseModel, Generic[Item]):
    """A page of a list."""

    model_config = ConfigDict(extra="forbid")

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null: this is the last.")


def cursor_of(listed: str, place: Place) -> str:
    """The cursor for what comes after a place in a list, named so that lists are not mixed up."""
    text = json.dumps([listed, *place], ensure_ascii=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_in(listed: str, cursor: str | None, *kinds: type[int | str]) -> Place | None:
    """The place that a cursor of a list names, of values of some types; None for the first page.

    Raises ProblemError (422) for what is no cursor of this list.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        found = None
    wanted = isinstance(found, list) and len(found) == len(kinds) + 1 and found[0] == listed
    if not wanted or not all(map(_fits, found[1:], kinds)):
        message = "this is no cursor of this list"
        hint = "send 'next' of the page before as it is, or none for the first page"
        errors = [{"at": "query.cursor", "message": message, "kind": "cursor"}]
        detail = f"the request is not as it should be: query.cursor: {message}"
        raise ProblemError(422, INVALID, detail, hint, errors=errors)
    return tuple(found[1:])


def _fits(value: object, kind: type) -> bool:
    # A database takes neither larger numbers nor characters that are none.
    if kind is int:
        return type(value) is int and 0 <= value <= _HIGHEST
    return isinstance(value, str) and value.isprintable()


def page(
    listed: str,
    found: Sequence[Row],
    limit: int,
    plain: Callable[[Row], Any],
    place: Callable[[Row], Place],
) -> dict[str, Any]:
    """The answer with a page: `found` holds one row more than `limit` if there is a next page."""
    items = found[:limit]
    following = cursor_of(listed, place(items[-1])) if len(found) > limit else None
    return {"items": [plain(row) for row in items], "next": following}
