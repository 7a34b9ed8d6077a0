"""`dun serve` as operators meet it: real connections, slow ones among them, and its end."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import threading
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.responses import Response

from api.app import Operating, make_app
from api.connections import MOST_HEAD, Impatient
from api.limits import Limits
from engine.cli.main import run
from engine.store.database import Database, connect
from tests.api.real import SECONDS, Served, eventually
from tests.api.serving import key_of
from tests.engine.services.publications import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """One in a file; what is tried here is the same with every database."""
    file = tmp_path / "store.db"
    shutil.copyfile(sqlite_template, file)
    with closing(connect(str(file))) as database:
        yield database


def connection(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), SECONDS)


def head(line: str, key: str = "", *more: str) -> bytes:
    lines = [f"{line} HTTP/1.1", "Host: test", *more]
    if key:
        lines += [f"Authorization: Bearer {key}", "Content-Type: application/json"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def rest(asked: socket.socket) -> bytes:
    """What comes until the connection ends; TimeoutError if it does not."""
    found = b""
    while part := asked.recv(1 << 16):
        found += part
    return found


def answer(asked: socket.socket) -> tuple[int, dict[str, object]]:
    """An answer with its body, as far as one read gives it."""
    found = b""
    while b"\r\n\r\n" not in found or not found.endswith(b"}"):
        part = asked.recv(1 << 16)
        assert part, found
        found += part
    return int(found.split()[1]), json.loads(found.partition(b"\r\n\r\n")[2])


LARGE = 32 << 20
"""Bytes that no connection holds by itself."""


class Quick(Impatient):
    head_seconds = after_seconds = taking_seconds = 0.3


@contextmanager
def listening(database: Database) -> Iterator[int]:
    """The service, with a clock that runs faster for who is slow; its port."""
    app = make_app(database, lambda: NOW, operating=Operating(Limits(body_seconds=0.3)))

    @app.get("/large")
    def large() -> Response:
        return Response(b"x" * LARGE)

    @app.get("/running")
    def running() -> dict[str, int]:
        return {"running": app.state.traffic.running}

    config = uvicorn.Config(
        app, http=Quick, log_config=None, lifespan="off", h11_max_incomplete_event_size=MOST_HEAD
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def test_a_client_that_is_too_slow_does_not_keep_its_connection(store: Database) -> None:
    key = key_of(store, "viewer")
    question = head("POST /v1/decisions", key, "Content-Length: 100000")
    unknown = head("POST /v1/decisions", "", "Content-Length: 100000")
    with listening(store) as port:
        for sent, drop, begins in (
            (b"", b"", b""),
            (b"GET /healthz HTTP/1.1\r\nX-Slow: ", b"a", b""),
            (head("GET /healthz") + b"GET /hea", b"l", b"HTTP/1.1 200"),
            (question, b" ", b"HTTP/1.1 408"),
            (unknown, b" ", b"HTTP/1.1 401"),
        ):
            with connection(port) as slow:
                slow.sendall(sent)
                found = dripped(slow, drop)
            assert found.startswith(begins), (sent, found)
            assert begins or not found


def dripped(slow: socket.socket, drop: bytes) -> bytes:
    """Send a byte now and then until the other end has enough of it; what it said."""
    found = b""
    slow.settimeout(0.05)
    for _ in range(SECONDS * 20):
        try:
            part = slow.recv(1 << 16)
            if not part:
                return found
            found += part
        except TimeoutError:
            try:
                slow.sendall(drop)
            except OSError:
                return found
        except ConnectionError:
            return found
    raise AssertionError(found)


def test_an_answer_that_nobody_takes_is_thrown_away(store: Database) -> None:
    with listening(store) as port, connection(port) as lazy:
        lazy.sendall(head("GET /large"))
        lazy.recv(1)
        eventually(lambda: health(port)["running"] == 1)
        assert len(rest(lazy)) < LARGE


def health(port: int) -> dict[str, object]:
    with connection(port) as asked:
        asked.sendall(head("GET /running"))
        return answer(asked)[1]


@pytest.mark.parametrize("sent", [b"\x16\x03\x01 hello\r\n\r\n", b"GET / HTTP/1.1\r\nX: "])
def test_what_is_no_request_is_answered_as_a_problem(store: Database, sent: bytes) -> None:
    with listening(store) as port, connection(port) as asked:
        asked.sendall(sent + b"x" * (MOST_HEAD if sent.startswith(b"GET") else 0))
        status, told = answer(asked)
        assert (status, told["type"]) == (400, "urn:dunlang:problem:bad-request")


def test_a_service_that_ends_finishes_what_runs_refuses_what_is_new_and_says_so(
    store: Database, tmp_path: Path
) -> None:
    key = key_of(store, "clerk")
    body = b'{"name": "Alpha"}'
    with (
        ExitStack() as stack,
        Served(str(tmp_path / "store.db"), tmp_path, ("--grace", "60")) as service,
    ):
        assert service.process is not None
        running = stack.enter_context(connection(service.port))
        running.sendall(head("PUT /v1/customers/C-1", key, f"Content-Length: {len(body)}"))
        running.sendall(body[:5])
        idle = stack.enter_context(connection(service.port))
        idle.sendall(head("GET /healthz"))
        assert answer(idle)[0] == 200
        service.process.terminate()
        eventually(lambda: readiness(service.port) == "urn:dunlang:problem:ending")
        idle.sendall(head("GET /v1/runs", key))
        status, told = answer(idle)
        assert (status, told["type"]) == (503, "urn:dunlang:problem:ending")
        assert service.process.poll() is None, "one is still running"
        running.sendall(body[5:])
        assert answer(running) == (201, {"result": "new", "doubts": []})
        assert service.process.wait(SECONDS) == 0


def readiness(port: int) -> object:
    with connection(port) as asked:
        asked.sendall(head("GET /readyz"))
        return answer(asked)[1]["type"]


def test_a_service_ends_also_if_something_cannot_be_finished(
    store: Database, tmp_path: Path
) -> None:
    key = key_of(store, "clerk")
    file = str(tmp_path / "store.db")
    with (
        Served(file, tmp_path, ("--grace", "0")) as service,
        closing(sqlite3.connect(file, isolation_level=None)) as writing,
        connection(service.port) as stuck,
    ):
        assert service.process is not None
        writing.execute("BEGIN IMMEDIATE")
        stuck.sendall(head("PUT /v1/customers/C-1", key, "Content-Length: 2") + b"{}")
        eventually(lambda: in_flight(service.port, key) == 2)
        service.process.terminate()
        status, told = answer(stuck)
        assert (status, told["type"]) == (503, "urn:dunlang:problem:ended")
        assert service.process.wait(SECONDS) == 3
        assert "were broken off" in service.log


def in_flight(port: int, key: str) -> float:
    with connection(port) as asked:
        asked.sendall(head("GET /metrics", key, "Connection: close"))
        told = rest(asked).decode()
    return float(told.partition("\ndunlang_requests_in_flight ")[2].split()[0])


def test_no_secret_is_in_anything_that_a_service_says(store: Database, tmp_path: Path) -> None:
    key = key_of(store, "admin")
    guess = f"dun_{'a' * 12}_{'b' * 64}"
    with Served(str(tmp_path / "store.db"), tmp_path) as service:
        for line in (
            "GET /v1/runs",
            f"GET /v1/runs?key={key}",
            f"GET /{key}",
            f"GET /v1/customers/{key}?password=geheim",
            f"DELETE /v1/customers/{key}",
        ):
            for sent in (key, guess, "geheim"):
                with connection(service.port) as asked:
                    asked.sendall(head(line, sent, f"X-Request-Id: {key}", f"Cookie: {key}"))
                    answer(asked)
        for body in (b'{"name": "geheim"}', b'{"geheim": ', b'{"name": 7, "password": "geheim"}'):
            with connection(service.port) as asked:
                length = f"Content-Length: {len(body)}"
                asked.sendall(head("PUT /v1/customers/C-1", key, length) + body)
                answer(asked)
        assert service.terminate() == 0
        entries = [json.loads(line) for line in service.log.splitlines()]
    assert len([each for each in entries if each["event"] == "request"]) > 18
    assert {"admin-program", None} == {
        each["who"] for each in entries if each["event"] == "request"
    }
    said = service.log
    for secret in (key, key[-64:], guess[-64:], "geheim"):
        assert secret not in said


def test_a_port_that_is_taken_is_told(
    store: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del store
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = ["serve", "--port", str(port), "--database", str(tmp_path / "store.db")]
        assert run([*words, "--drop", str(tmp_path)]) == 3
    assert f"dun: cannot listen on 127.0.0.1:{port}: " in capsys.readouterr().err
