"""A service under load: 200 connections for a minute, of which nothing may be lost.

uvicorn on loopback in a process of its own, with the limits and the log of `dun serve` (the rate of
a key is left out, as one key asks everything), over a store in SQLite; PostgreSQL with
`--postgres`. Every connection asks again as soon as it was answered: single decisions, next
actions, writes of one customer each, lists, and now and then something wrong. Every answer must be
the right one for its request, and in the end the store must hold every customer whose write was
answered.

Run with `python -m bench load`; `--seconds=N` for how long, `--connections=N` for how many.
`--requests=N` asks for as many single decisions over eight connections instead, and tells how the
memory of the server grows.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from sqlalchemy import text

from api.app import Operating, make_app
from api.connections import Impatient
from api.limits import Limits
from api.logs import begin_log
from bench.http import AT, company, postgres, question
from bench.importing import write_company
from engine.store.database import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INVOICES = 10_000
CONNECTIONS, SECONDS = 200, 60
ASKING = 8
"""Connections where only the number of requests counts."""


@dataclass
class Load:
    """What is asked, and what came of it."""

    key: str
    answers: Counter[str] = field(default_factory=Counter)
    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)

    def request(self, worker: int, number: int) -> tuple[str, bytes, Callable[[int, bytes], bool]]:
        """The next request of a connection: its kind, its bytes, and whether an answer is right."""
        kind = ("decision", "next", "decision", "write", "decision", "list", "wrong")[number % 7]
        if kind == "decision":
            return kind, self._sent("POST", "/v1/decisions", question(1)), _is_decision
        if kind == "next":
            case = f"R-{(worker * 7919 + number) % INVOICES}"
            path = f"/v1/cases/{case}/next-action?on=2026-03-16"
            return kind, self._sent("GET", path), lambda status, body: _is_next(status, body, case)
        if kind == "write":
            name = f"L-{worker}-{number}"
            sent = self._sent("PUT", f"/v1/customers/{name}", {"name": name})
            return kind, sent, lambda status, body: self._is_written(status, body, name)
        if kind == "list":
            return kind, self._sent("GET", "/v1/policies?limit=1"), _is_list
        return kind, self._sent("GET", "/v1/cases/R-1/next-action?on=0"), _is_refusal

    def _sent(self, method: str, path: str, body: object = None) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.key}\r\n"
        if content:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        return f"{head}\r\n".encode() + content

    def _is_written(self, status: int, body: bytes, name: str) -> bool:
        if status != 201 or json.loads(body)["result"] != "new":
            return False
        self.written.add(name)
        return True


def _is_decision(status: int, body: bytes) -> bool:
    return status == 200 and json.loads(body)["decisions"][0]["case"] == "R-0"


def _is_next(status: int, body: bytes, case: str) -> bool:
    return status == 200 and json.loads(body)["case"] == case


def _is_list(status: int, body: bytes) -> bool:
    return status == 200 and len(json.loads(body)["items"]) == 1


def _is_refusal(status: int, body: bytes) -> bool:
    return status == 422 and json.loads(body)["type"] == "urn:dunlang:problem:invalid-request"


def main() -> None:
    """Print what was answered, how fast, and what the server held."""
    requests = _option("--requests", 0)
    with tempfile.TemporaryDirectory(prefix="dun") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        write_company(folder / "ledger", INVOICES)
        address = str(folder / "store.db")
        if "--postgres" in sys.argv:
            address = stack.enter_context(postgres())
        load = Load(company(address, folder / "ledger", "clerk"))
        port, process = stack.enter_context(_server(address, folder / "log"))
        asyncio.run(_warm(load, port))
        before = _memory(process)
        if requests:
            asyncio.run(_many(load, port, requests, lambda: _memory(process)))
        else:
            asyncio.run(_all(load, port, _option("--connections", CONNECTIONS)))
        _tell(load, before, _memory(process))
        _check(load, address, folder / "log")


def _option(name: str, usual: int) -> int:
    given = [word.partition("=")[2] for word in sys.argv if word.startswith(f"{name}=")]
    return int(given[-1]) if given else usual


async def _warm(load: Load, port: int) -> None:
    until = time.perf_counter() + 1
    await _one(Load(load.key), port, 10_000, lambda _: time.perf_counter() < until)


async def _all(load: Load, port: int, connections: int) -> None:
    seconds = _option("--seconds", SECONDS)
    until = time.perf_counter() + seconds
    asked = [
        _one(load, port, worker, lambda _: time.perf_counter() < until)
        for worker in range(connections)
    ]
    await asyncio.gather(*asked)
    print(f"{connections} connections for {seconds} s")


async def _many(load: Load, port: int, requests: int, memory: Callable[[], float]) -> None:
    sent = load._sent("POST", "/v1/decisions", question(1))  # noqa: SLF001 - it is ours
    left = requests
    step = max(1, requests // 10)

    async def one() -> None:
        nonlocal left
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while left > 0:
            left -= 1
            start = time.perf_counter()
            writer.write(sent)
            status, body = await _answer(reader)
            _note(load, "decision", start, is_right=_is_decision(status, body), body=body)
            done = load.answers["decision"]
            if done % step == 0:
                print(f"  after {done:,}: {memory():.1f} MiB", flush=True)
        writer.close()

    await asyncio.gather(*(one() for _ in range(ASKING)))


async def _one(load: Load, port: int, worker: int, goes_on: Callable[[int], bool]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = worker
    while goes_on(number):
        kind, sent, is_right = load.request(worker, number)
        start = time.perf_counter()
        writer.write(sent)
        try:
            status, body = await _answer(reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            load.wrong.append(f"{kind}: lost: {error!r}")
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        else:
            _note(load, kind, start, is_right=is_right(status, body), body=b"%d " % status + body)
        number += 1
    writer.close()


def _note(load: Load, kind: str, start: float, *, is_right: bool, body: bytes) -> None:
    load.answers[kind] += 1
    load.milliseconds.setdefault(kind, []).append((time.perf_counter() - start) * 1000)
    if not is_right:
        load.wrong.append(f"{kind}: {body[:200]!r}")


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return int(head.split(None, 2)[1]), await reader.readexactly(length)


def _tell(load: Load, before: float, after: float) -> None:
    for kind, times in load.milliseconds.items():
        times.sort()
        middle, late = times[len(times) // 2], times[int(0.99 * (len(times) - 1))]
        print(
            f"{kind}: {len(times):,} answers; p50 {middle:.0f} ms, p99 {late:.0f} ms,"
            f" longest {times[-1]:.0f} ms"
        )
    print(f"{load.answers.total():,} answers in all, {len(load.wrong)} of them wrong or lost")
    for each in load.wrong[:10]:
        print(f"  {each}")
    print(f"memory of the server: {before:.0f} MiB before, {after:.0f} MiB after")


def _check(load: Load, address: str, log: Path) -> None:
    """What was answered is in the store, and in the log."""
    database = connect(address)
    with database.reading() as connection:
        found = connection.execute(text("SELECT id FROM customers WHERE id LIKE 'L-%'"))
        there = set(found.scalars())
    database.close()
    print(f"{len(load.written):,} writes were answered, {len(load.written - there)} are not there")
    lines = sum(b'"event": "request"' in line for line in log.open("rb"))
    print(f"{lines:,} requests are in the log")
    assert not load.wrong
    assert load.written <= there


def _memory(process: int) -> float:
    """Resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


@contextlib.contextmanager
def _server(address: str, log: Path) -> Iterator[tuple[int, int]]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(address, port, str(log))
    )
    process.start()
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.1)
    try:
        yield port, process.pid or 0
    finally:
        process.terminate()
        process.join()


def _serve(address: str, port: int, log: str) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 2)
    lines = begin_log("json")
    app = make_app(connect(address), lambda: AT, operating=Operating(Limits(), log=lines.answered))
    uvicorn.run(app, http=Impatient, port=port, log_config=None, access_log=False)
    lines.close()
