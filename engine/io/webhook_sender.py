"""One webhook over HTTP: to an address that may be sent to, within bounds, following nothing."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Self, TypeAlias

import httpx2

from engine.io.webhook_addresses import is_public, literal, private

if TYPE_CHECKING:
    from engine.io.webhook_addresses import Address

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]

ANSWER = 500
"""Characters that are kept of an answer; not much more of it is read."""
_BODY = 2.0
"""Seconds to wait for the rest of an answer of which the status is known."""
_LOOKING_UP = 16
"""Names that are looked up at the same time."""


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, the best first. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@cache
def trusted() -> ssl.SSLContext:
    """Certificates are trusted as by everything else on this computer; read once, as it takes long.

    SSL_CERT_FILE or SSL_CERT_DIR may name others.
    """
    return httpx2.create_ssl_context()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """How webhooks leave the house."""

    allow_private: bool = False
    """Also to addresses of a house network or of this computer, and without TLS."""
    resolve: Resolver = resolved
    """Finds the addresses of a host."""
    connect: float = 5.0
    """Seconds to wait for a connection."""
    total: float = 20.0
    """Seconds for everything until the status of the answer is known."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending."""

    duration: int
    """Milliseconds."""
    status: int | None = None
    """Of the answer; None if there was none."""
    failure: str | None = None
    """Why it did not get through; one sentence without a full stop."""
    answer: str | None = None
    """How it begins."""
    retry_after: str | None = None
    """The header of the answer."""


class _FailedError(Exception):
    """Why there is no answer."""


@dataclass(slots=True)
class _Said:
    """An answer, as far as it came."""

    status: int | None = None
    retry_after: str | None = None
    body: bytes = b""


class Sender:
    """Sends requests, each over a connection of its own."""

    def __init__(self, outgoing: Outgoing) -> None:
        """`outgoing` says to where, and how long to wait."""
        self._outgoing = outgoing
        # A name server that does not answer cannot be interrupted, and must hold up nothing else.
        self._names = ThreadPoolExecutor(_LOOKING_UP, "names")

    def __enter__(self) -> Self:
        """To be closed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for no name server."""
        self._names.shutdown(wait=False, cancel_futures=True)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send something, and see what is answered. Raises nothing."""
        loop, said, failure = asyncio.get_running_loop(), _Said(), None
        start = loop.time()
        try:
            async with asyncio.timeout(self._outgoing.total):
                await self._post(httpx2.URL(url), headers, body, said)
        except _FailedError as error:
            failure = str(error)
        except TimeoutError:
            failure = f"no answer within {self._outgoing.total:g} seconds"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            failure = self._in_words(error)
        if said.status is not None:
            failure = _judged(said.status)
        return Outcome(
            round((loop.time() - start) * 1000),
            said.status,
            failure,
            None if said.status is None else _text(said.body),
            said.retry_after,
        )

    async def _post(
        self, url: httpx2.URL, headers: Mapping[str, str], body: bytes, said: _Said
    ) -> None:
        host = url.raw_host.decode()
        wait = self._outgoing
        timeout = httpx2.Timeout(wait.total, connect=wait.connect)
        # Each request has a connection of its own: a shared one would be to an address, whoever
        # else is there, and not to a name. No proxy is asked, which would connect on its own.
        async with httpx2.AsyncClient(
            verify=trusted(), trust_env=False, follow_redirects=False, timeout=timeout
        ) as client:
            addresses = await self._addresses(host, url.port or _port_of(url.scheme))
            for number, address in enumerate(addresses, start=1):
                # What was looked at is what is connected to: another look might find another.
                request = client.build_request(
                    "POST",
                    url.copy_with(host=str(address)),
                    content=body,
                    headers={**headers, "Host": url.netloc.decode(), "Connection": "close"},
                    extensions={"sni_hostname": host},
                )
                try:
                    response = await client.send(request, stream=True)
                except (httpx2.ConnectError, httpx2.ConnectTimeout):
                    if number == len(addresses):
                        raise
                    continue
                try:
                    said.status = response.status_code
                    said.retry_after = response.headers.get("retry-after")
                    await _read(response, said)
                finally:
                    await response.aclose()
                return

    async def _addresses(self, host: str, port: int) -> list[Address]:
        """The addresses of a host that may be sent to. Raises _FailedError for none."""
        found = literal(host)
        addresses = [found] if found is not None else await self._looked_up(host, port)
        if self._outgoing.allow_private:
            return addresses
        able = [each for each in addresses if is_public(each)]
        if not able:
            message, hint = private(host if found is not None else f"{host} ({addresses[0]})")
            raise _FailedError(f"{message}; {hint}")
        return able

    async def _looked_up(self, host: str, port: int) -> list[Address]:
        loop = asyncio.get_running_loop()
        try:
            names = await loop.run_in_executor(self._names, self._outgoing.resolve, host, port)
        except (OSError, UnicodeError):
            names = []
        found = [each for each in map(literal, names) if each is not None]
        if not found:
            raise _FailedError(f"the name {host} cannot be resolved")
        return found

    def _in_words(self, error: Exception) -> str:
        """Why there is no answer."""
        seconds = f"within {self._outgoing.connect:g} seconds"
        for each in _causes(error):
            match each:
                case ssl.SSLCertVerificationError():
                    return f"the certificate cannot be trusted: {each.verify_message}"
                case ssl.SSLError():
                    return f"no TLS could be agreed on: {each.reason or 'no reason was given'}"
                case ConnectionRefusedError():
                    return "the connection was refused"
                case ConnectionResetError() | BrokenPipeError():
                    return "the connection was broken off before an answer came"
                case _:
                    pass
        match error:
            case httpx2.ConnectTimeout():
                return f"no connection {seconds}"
            case httpx2.ConnectError():
                return "no connection could be made"
            case httpx2.TimeoutException():
                return f"no answer within {self._outgoing.total:g} seconds"
            case httpx2.RemoteProtocolError() | httpx2.NetworkError():
                return "the connection was closed before a whole answer came"
            case _:
                return "no request could be made of the URL"


async def _read(response: httpx2.Response, said: _Said) -> None:
    """The beginning of the body, if it comes soon; as it is sent, so that nothing is unpacked."""
    with suppress(TimeoutError, httpx2.HTTPError, OSError):
        async with asyncio.timeout(_BODY):
            async for part in response.aiter_raw():
                said.body += part[: 4 * ANSWER]
                if len(said.body) >= 4 * ANSWER:
                    return


def _causes(error: BaseException | None) -> list[BaseException]:
    """An error, and what it came from."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _judged(status: int) -> str | None:
    """Why an answer of a status is a failure; None if it is none."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    try:
        named = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        named = str(status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return f"the answer was {named}; it is not followed, so change the URL"
    return f"the answer was {named}"


def _text(body: bytes) -> str:
    """How an answer begins, in characters that every database keeps."""
    text = body.decode(errors="replace")[:ANSWER]
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _port_of(scheme: str) -> int:
    return 443 if scheme == "https" else 80
