"""Parameters that are sent twice though only one is meant: nobody should have to guess which."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, get_origin

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.dependencies.models import Dependant
    from fastapi.routing import APIRoute

MESSAGE = "this is sent more than once, with different meanings perhaps; send it once"


async def sent_once(request: Request) -> None:
    """Refuse a parameter that comes twice and is no list. Raises RequestValidationError."""
    # Asynchronous, as a plain function would be run in a thread.
    sent = Counter(name for name, _ in request.query_params.multi_items())
    twice = [name for name, count in sent.items() if count > 1]
    if twice:
        route: APIRoute = request.scope["route"]
        single = set(single_names(route.dependant))
        twice = [name for name in twice if name in single]
    if twice:
        raise RequestValidationError(
            [{"type": "repeated", "loc": ("query", name), "msg": MESSAGE} for name in twice]
        )


def single_names(dependant: Dependant) -> Iterator[str]:
    """The names of the parameters of a route that are no lists."""
    for each in dependant.query_params:
        annotation: Any = each.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, field in annotation.model_fields.items():
                if get_origin(field.annotation) is not list:
                    yield field.alias or name
        elif get_origin(annotation) is not list:
            yield each.alias
    for inner in dependant.dependencies:
        yield from single_names(inner)
