"""A real receiver of webhooks on loopback, which fails, hangs and answers late as it is told to."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

WAIT = 20.0
"""Seconds after which a test has failed."""


class Handler(BaseHTTPRequestHandler):
    """A request, to be answered by one of the functions below."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        server = self.server
        assert isinstance(server, _Server)
        server.owner.take(self, Received(self.path, dict(self.headers), body.decode()))

    def log_message(self, *_: object) -> None:
        """Nothing is told to anybody."""


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def id(self) -> str:
        """By which the same message is known again."""
        return self.headers["webhook-id"]


Answer: TypeAlias = Callable[[Handler], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    owner: Receiver
    tls: ssl.SSLContext | None

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as it is there
        """With TLS where there is any; in the thread of the request."""
        try:
            if self.tls is not None:
                request = self.tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
            if self.tls is not None:
                request.close()
        except OSError:
            return  # who sends does not trust it


@dataclass
class Receiver:
    """What came in, and how it is answered: by the first of the answers, then by the rest."""

    answers: list[Answer] = field(default_factory=list)
    otherwise: Answer = field(default_factory=lambda: status(204))
    received: list[Received] = field(default_factory=list)
    port: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    def take(self, request: Handler, received: Received) -> None:
        """Keep a request, and answer it."""
        with self._changed:
            self.received.append(received)
            answer = self.answers.pop(0) if self.answers else self.otherwise
            self._changed.notify_all()
        answer(request)

    def wait_for(self, count: int) -> None:
        """Until so many requests came in."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= count, WAIT), count


@contextmanager
def receiving(*answers: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that answers in these ways, and then takes everything."""
    receiver = Receiver(list(answers))
    server = _Server(("127.0.0.1", 0), Handler)
    server.owner, server.tls = receiver, tls
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# -------------------------------------------------------------------------------- ways to answer


def status(code: int, text: str = "", **headers: str) -> Answer:
    """At once."""

    def answer(request: Handler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(text.encode())))
        request.end_headers()
        request.wfile.write(text.encode())

    return answer


def late(release: threading.Event, code: int = 204) -> Answer:
    """As soon as a test lets it, which may be after nobody waits any more."""

    def answer(request: Handler) -> None:
        assert release.wait(WAIT)
        try:
            status(code)(request)
        except OSError:
            request.close_connection = True

    return answer


def breaks_off(request: Handler) -> None:
    """The connection is closed, and nothing was said."""
    request.close_connection = True


def nonsense(request: Handler) -> None:
    """Something else than HTTP is spoken."""
    request.wfile.write(b"220 mail.example.com ESMTP\r\n")
    request.close_connection = True


def endless(request: Handler) -> None:
    """The answer never ends."""
    request.send_response(200)
    request.end_headers()
    try:
        while True:
            request.wfile.write(b"more " * 10_000)
    except OSError:
        request.close_connection = True


def endless_headers(request: Handler) -> None:
    """The answer never begins: header after header comes."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    try:
        while True:
            request.wfile.write(b"X-More: " + b"m" * 1_000 + b"\r\n")
    except OSError:
        request.close_connection = True


def trickle(release: threading.Event) -> Answer:
    """A byte now and then, so that no single wait is long."""

    def answer(request: Handler) -> None:
        try:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not release.wait(0.01):
                request.wfile.write(b"s")
        except OSError:
            request.close_connection = True

    return answer
