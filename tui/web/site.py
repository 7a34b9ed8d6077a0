"""The site: what is asked for, and what is answered."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from engine.services.accounts import SESSION
from tui.backend import Refused, StoreError
from tui.web.door import give_key, is_own, key_of, take_key
from tui.web.pages import HEADERS, login_page, said_page, static, terminal_page
from tui.web.wire import look

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from tui.web.door import Door
    from tui.web.seats import Seats

_LOG = logging.getLogger("dunlang.web")
LOOKED = 30.0
"""Seconds between two looks whether sessions still hold."""
_LONGEST_FORM = 16 << 10
_NOT_OURS = (
    "this was not sent by a page of this site. Where a proxy is in front, it has to pass on the"
    " headers Host and X-Forwarded-Proto, and --proxy has to name it"
)
_NO_STORE = "The store does not answer; try again in a moment. {}"


@dataclass(slots=True)
class Site:
    """The pages over one store."""

    door: Door
    seats: Seats
    store: str
    """How it is called, without a password."""

    def app(self) -> Starlette:
        """As a server takes it."""
        routes = [
            Route("/", self.home),
            Route("/login", self.ask, methods=["GET"]),
            Route("/login", self.log_in, methods=["POST"]),
            Route("/logout", self.log_out, methods=["POST"]),
            Route("/session", self.session),
            Route("/file/{token}", self.file),
            Route("/static/{edition}/{name:path}", static),
            WebSocketRoute("/terminal", self.terminal),
        ]
        errors = {StoreError: _store_lost, HTTPStatus.NOT_FOUND.value: _nothing}
        return Starlette(routes=routes, lifespan=self._life, exception_handlers=errors)

    @asynccontextmanager
    async def _life(self, app: Starlette) -> AsyncIterator[None]:
        del app
        looking = asyncio.create_task(self._look_after_sessions())
        try:
            yield
        finally:
            looking.cancel()

    async def _look_after_sessions(self) -> None:
        while True:
            await asyncio.sleep(LOOKED)
            await self.end_what_ended()

    async def end_what_ended(self) -> None:
        """End what belongs to sessions that hold no more: run out, or of a user disabled."""
        for key in self.seats.keys():  # noqa: SIM118 - it is no mapping
            with suppress(StoreError):  # lost: whoever works sees it on the screen
                if await self.door.who(key) is None:
                    await self.seats.end_session(key, "session")

    # ------------------------------------------------------------------------------------- pages

    async def home(self, request: Request) -> Response:
        """The admin, for those who are logged in."""
        actor = await self.door.who(key_of(request))
        if actor is None:
            return _to("login")
        return terminal_page(request, f"{actor.name} ({actor.role})", self.store)

    async def ask(self, request: Request) -> Response:
        """Asks who somebody is."""
        if await self.door.who(key_of(request)) is not None:
            return _to("./")
        said = "You are logged out." if "out" in request.query_params else ""
        return login_page(said=said)

    async def log_in(self, request: Request) -> Response:
        """Lets somebody in."""
        if not is_own(request):
            return said_page("Not let in", _NOT_OURS, HTTPStatus.FORBIDDEN)
        form = await _form(request)
        if form is None:
            return login_page(said="This is too long.", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        name, address = form.get("name", "").strip(), request.client.host if request.client else ""
        session = await self.door.log_in(name, form.get("password", ""), address)
        if isinstance(session, Refused):
            # The name is not logged: some type the password there.
            _LOG.warning("somebody at %s was not let in: %s", address, session.message)
            said = f"{session.message[:1].upper()}{session.message[1:]}; {session.hint}."
            return login_page(name, said, HTTPStatus.UNAUTHORIZED)
        _LOG.info("%s logged in at %s", session.actor.name, address)
        await self._end_session(key_of(request))
        answer = _to("./")
        give_key(request, answer, session, int(SESSION.total_seconds()))
        return answer

    async def log_out(self, request: Request) -> Response:
        """Ends a session, and everything that is open in it."""
        if not is_own(request):
            return said_page("Not logged out", _NOT_OURS, HTTPStatus.FORBIDDEN)
        await self._end_session(key_of(request))
        answer = _to("login?out")
        take_key(request, answer)
        return answer

    async def _end_session(self, key: str | None) -> None:
        if key is not None:
            await self.door.log_out(key)
            await self.seats.end_session(key, "session")

    async def session(self, request: Request) -> Response:
        """Tells a page whether its session still holds."""
        actor = await self.door.who(key_of(request))
        status = HTTPStatus.UNAUTHORIZED if actor is None else HTTPStatus.NO_CONTENT
        return Response(status_code=status, headers={**HEADERS, "Cache-Control": "no-store"})

    async def file(self, request: Request) -> Response:
        """Hands out a file that the admin made, once, to whom it was made for."""
        key, token = key_of(request), request.path_params["token"]
        if key is None or await self.door.who(key) is None:
            return _to("../login")
        for seat in self.seats.seats.values():
            found = seat.file(token) if seat.key == key else None
            if found is not None:
                return _handed_out(*found)
        return _nothing(request, None)

    async def terminal(self, socket: WebSocket) -> None:
        """The screen of somebody's admin."""
        if not is_own(socket):
            await _refuse(socket, HTTPStatus.FORBIDDEN, _NOT_OURS)
            return
        key = key_of(socket)
        try:
            actor = await self.door.who(key)
        except StoreError as error:
            await _refuse(socket, HTTPStatus.SERVICE_UNAVAILABLE, _NO_STORE.format(error))
            return
        if key is None or actor is None:
            await _refuse(socket, HTTPStatus.UNAUTHORIZED, "log in first")
            return
        await look(socket, self.seats, key, actor.name)


async def _refuse(socket: WebSocket, status: HTTPStatus, why: str) -> None:
    answer = PlainTextResponse(why, status, HEADERS)
    await socket.send_denial_response(answer)


async def _form(request: Request) -> dict[str, str] | None:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=4, keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def _to(place: str) -> Response:
    headers = {**HEADERS, "Cache-Control": "no-store"}
    return RedirectResponse(place, HTTPStatus.SEE_OTHER, headers)


def _handed_out(path: Path, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {**HEADERS, "Cache-Control": "no-store", "Content-Disposition": disposition}
    gone = BackgroundTask(partial(path.unlink, missing_ok=True))
    return FileResponse(
        path, headers=headers, media_type="application/octet-stream", background=gone
    )


def _store_lost(request: Request, error: Exception) -> Response:
    del request
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return said_page("The store does not answer", _NO_STORE.format(error), status)


def _nothing(request: Request, error: object) -> Response:
    del request, error
    return said_page("Nothing here", "There is no such page.", HTTPStatus.NOT_FOUND)
