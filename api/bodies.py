"""Bodies of requests: one JSON object, or many, one a line, kept in a file and not in memory."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi.concurrency import run_in_threadpool

from api.problems import INVALID, ProblemError
from engine.services.ledger_writes import MalformedError, parse_object

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import Request

JSON, LINES = "application/json", "application/x-ndjson"
MAX_LINES = 64 << 20
"""Bytes of a request with many objects."""
_AT_ONCE = 1 << 20
"""Bytes that are written to the file together."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A body in a file, which is gone after the request."""

    path: Path
    sha256: bytes


def kind_of(request: Request, *allowed: str) -> str:
    """Of which type the body is. Raises ProblemError (415) for another one."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed:
        detail = f"the body is of type '{given}'" if given else "the type of the body is not told"
        hint = f"send a header 'Content-Type: {' or '.join(allowed)}'"
        raise ProblemError(415, "unsupported-media-type", detail, hint)
    return given


@asynccontextmanager
async def spooled(request: Request, most: int) -> AsyncIterator[Spooled]:
    """A body in a file, of which no more than a part is ever held.

    Raises ProblemError (413) for one of more than so many bytes.
    """
    sealed, part, size = hashlib.sha256(), bytearray(), 0
    with tempfile.TemporaryDirectory(prefix="dun-") as folder:
        path = Path(folder, "body.ndjson")
        with await run_in_threadpool(path.open, "wb") as stream:
            async for block in request.stream():
                size += len(block)
                if size > most:
                    detail = f"the body is larger than {most} bytes"
                    raise ProblemError(413, "content-too-large", detail, "send it in parts")
                sealed.update(block)
                part += block
                if len(part) >= _AT_ONCE:
                    await run_in_threadpool(stream.write, bytes(part))
                    part.clear()
            stream.write(part)
        yield Spooled(path, sealed.digest())


def object_in(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises ProblemError (422)."""
    try:
        return parse_object(body)
    except MalformedError as why:
        errors = [{"at": "body", "message": str(why), "kind": "json"}]
        detail = f"the request is not as it should be: body: {why}"
        raise ProblemError(422, INVALID, detail, errors=errors) from None
