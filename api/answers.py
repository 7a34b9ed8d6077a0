"""Answers that every route may give."""

from __future__ import annotations

from typing import Any

from api.problems import MEDIA_TYPE, Problem


def problem_answer(description: str) -> dict[str, Any]:
    """An answer that is a problem."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


_LATER = {
    "Retry-After": {
        "description": "Seconds after which to ask again.",
        "schema": {"type": "integer"},
    }
}
COMMON: dict[int | str, dict[str, Any]] = {
    400: problem_answer("The body cannot be read: it is no JSON in UTF-8."),
    401: {"model": Problem, **problem_answer("Nobody is known to be asking.")},
    403: problem_answer("The role does not allow it."),
    404: problem_answer("There is no such thing."),
    408: problem_answer("The body came too slowly; nothing was changed."),
    409: problem_answer("It was refused; nothing was changed."),
    413: problem_answer("More was sent than the route takes."),
    422: problem_answer("The request is not as it should be."),
    429: {
        **problem_answer("Too many requests under one key, or wrong keys from one address."),
        "headers": _LATER,
    },
    503: problem_answer("The store cannot be reached, or is busy; the request can be repeated."),
}
