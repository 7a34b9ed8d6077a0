"""Answers that every route may give."""

from __future__ import annotations

from typing import Any

from api.problems import MEDIA_TYPE, Problem


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


COMMON: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, **_problem("Nobody is known to be asking.")},
    403: _problem("The role does not allow it."),
    404: _problem("There is no such thing."),
    409: _problem("It was refused; nothing was changed."),
    422: _problem("The request is not as it should be."),
    503: _problem("The store cannot be reached, or is busy; the request can be repeated."),
}
