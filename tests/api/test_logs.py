"""The log: a line for each request, never a secret, and never in the way of a request."""

from __future__ import annotations

import json
import logging
import os
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from api.app import Operating, make_app
from api.calls import Call
from api.logs import WAITING, Form, Log, LogHandler
from tests.api.serving import served
from tests.engine.services.publications import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.store.database import Database

KEY = "dun_" + "0" * 12 + "_" + "f" * 64


class Pipe:
    """Where a log goes, and what came out of it."""

    def __init__(self) -> None:
        self.end, self.begin = os.pipe()

    def close(self) -> None:
        os.close(self.end)

    def lines(self) -> list[str]:
        """All of them; the log must be closed."""
        os.close(self.begin)
        with os.fdopen(os.dup(self.end), encoding="utf-8") as stream:
            return stream.read().splitlines()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.close()


def told(pipe: Pipe, form: Form, entry: dict[str, Any] | Call) -> list[str]:
    with closing(Log(form, pipe.begin)) as log:
        if isinstance(entry, Call):
            log.answered(entry)
        else:
            log.put(entry)
    return pipe.lines()


def call(**changed: Any) -> Call:  # noqa: ANN401 - fields of a call
    made = Call("an-id", "GET", "10.0.0.7", None, has_body=False, began=0.0)
    made.who, made.route, made.status, made.sent, made.seconds = "shop", "/v1/runs", 200, 7, 0.0123
    for name, value in changed.items():
        setattr(made, name, value)
    return made


def test_a_request_is_a_line_of_json(pipe: Pipe) -> None:
    [line] = told(pipe, "json", call())
    entry = json.loads(line)
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "event": "request",
        "level": "info",
        "request_id": "an-id",
        "method": "GET",
        "route": "/v1/runs",
        "status": 200,
        "ms": 12.3,
        "who": "shop",
        "client": "10.0.0.7",
        "received": 0,
        "sent": 7,
    }


def test_a_request_is_a_line_that_a_person_reads(pipe: Pipe) -> None:
    [line] = told(pipe, "text", call(who=None, status=None))
    assert line[20:] == "GET /v1/runs broken off 12.3 ms - 10.0.0.7 an-id"


def test_requests_are_left_out_where_that_is_wanted(pipe: Pipe) -> None:
    assert told(pipe, "off", call()) == []


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_key_is_in_no_line_whoever_says_it(pipe: Pipe, form: Form) -> None:
    entry = {"event": "log", "level": "error", "message": f"sent {KEY}", "traceback": f"x = {KEY}"}
    text = "\n".join(told(pipe, form, entry))
    assert "sent dun_(a key)" in text
    assert "f" * 64 not in text


def test_what_a_line_says_cannot_begin_another_one(pipe: Pipe) -> None:
    [line] = told(pipe, "json", {"event": "log", "level": "info", "message": 'a\n{"event": 1}\x1b'})
    assert json.loads(line)["message"] == 'a\n{"event": 1}\x1b'


def test_what_libraries_log_goes_the_same_way_under_the_id_of_the_request(
    database: Database, pipe: Pipe
) -> None:
    client = served(database)
    client.app.state.context.clock = None  # type: ignore[attr-defined]
    with closing(Log("json", pipe.begin)) as log:
        handler = LogHandler(log)
        logging.getLogger().addHandler(handler)
        try:
            logging.getLogger("uvicorn.error").warning("Invalid %s", "request")
            assert client.get("/v1/runs", headers={"X-Request-Id": "unlucky"}).status_code == 500
        finally:
            logging.getLogger().removeHandler(handler)
    foreign, own = (json.loads(line) for line in pipe.lines())
    assert (foreign["logger"], foreign["message"]) == ("uvicorn.error", "Invalid request")
    assert (own["request_id"], own["level"]) == ("unlucky", "error")
    assert "Traceback" in own["traceback"]


def test_a_log_that_nobody_reads_costs_lines_and_no_request_waits(pipe: Pipe) -> None:
    log = Log("json", pipe.begin)
    for _ in range(3 * WAITING):
        log.put({"event": "log", "level": "info", "message": "x" * 100})
    assert log.lost >= WAITING, "what a pipe holds is little, and nobody takes it"
    found: list[str] = []
    with os.fdopen(os.dup(pipe.end), encoding="utf-8") as stream:
        reader = threading.Thread(target=lambda: found.extend(stream))
        reader.start()
        log.close()
        os.close(pipe.begin)
        reader.join(60)
    messages = [json.loads(line)["message"] for line in found]  # no line is a part of one
    assert len([each for each in messages if "lines of this log were lost" in each]) == 1
    assert log.lost + len(messages) - 1 == 3 * WAITING


def test_a_log_without_anybody_at_its_end_breaks_nothing(database: Database) -> None:
    end, begin = os.pipe()
    os.close(end)
    with closing(Log("json", begin)) as log:
        app = make_app(database, lambda: NOW, operating=Operating(log=log.answered))
        client = TestClient(app)
        for _ in range(3):
            assert client.get("/healthz").status_code == 200
    os.close(begin)
    nowhere = Log("text", None)
    nowhere.answered(call())
    nowhere.close()
    assert (log.lost, nowhere.lost) == (3, 1)
