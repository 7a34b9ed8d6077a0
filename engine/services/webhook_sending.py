"""Sending webhooks: what is due is claimed, sent outside of any transaction, and recorded.

Who dies in between leaves a claim that runs out; then it is sent again, under the same id.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from engine.io.webhook_sender import Outcome, Outgoing, Sender
from engine.services.actors import Refused, not_allowed
from engine.services.version import program
from engine.services.webhook_deliveries import shown
from engine.services.webhook_events import told
from engine.services.webhook_outcomes import KEPT, LAPSED, record
from engine.services.webhook_secrets import signed
from engine.services.webhooks import no_webhook
from engine.services.workers import new_worker
from engine.store import webhook_deliveries as store
from engine.store import webhooks
from engine.store.errors import StoreError
from engine.store.webhook_deliveries import Claimed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.services.actors import Actor
    from engine.services.webhook_deliveries import Tried
    from engine.store.database import Database

__all__ = ["Outgoing"]

Clock: TypeAlias = Callable[[], datetime.datetime]
Result = TypeVar("Result")

LEASE = datetime.timedelta(minutes=3)
"""How long a sender may take for what it claimed: to send it, and to write down what came of it."""
AT_ONCE = 16
"""Deliveries that are sent at the same time."""
TO_ONE = 4
"""Of these, to one webhook: who is slow holds up nobody else."""
POLL = 1.0
"""Seconds after which is looked whether something is due."""
_PAUSE = 10.0
"""Seconds to wait where the store cannot be reached."""
_TIDY = 3600.0
"""Seconds after which what is old is forgotten."""
GRACE = 5.0
"""Seconds in which a sender that is to end waits for answers."""
_LOG = logging.getLogger("dunlang.webhooks")


@dataclass(frozen=True, slots=True)
class Work:
    """Something to be sent, and the secrets that sign it."""

    claimed: Claimed
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(slots=True)
class Sending:
    """A sender at work on the webhooks of a store; there may be several, in any process."""

    database: Database
    clock: Clock
    outgoing: Outgoing
    at_once: int = AT_ONCE
    to_one: int = TO_ONE
    grace: float = GRACE
    """Seconds."""
    worker: str = field(default_factory=new_worker)
    sent: Counter[str] = field(default_factory=Counter)
    """What came of attempts: `delivered`, `failed`."""
    _threads: ThreadPoolExecutor = field(init=False)

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Send what is due until it is to stop; without that, until nothing is due any more.

        Raises StoreError, but only who sends once: another one waits until the store is back.
        """
        self._threads = ThreadPoolExecutor(TO_ONE, "webhooks")
        running: dict[asyncio.Task[None], int] = {}
        try:
            with Sender(self.outgoing) as sender:
                try:
                    await self._loop(sender, running, stop)
                finally:
                    await self._end(running)
        finally:
            self._threads.shutdown()

    async def _loop(
        self, sender: Sender, running: dict[asyncio.Task[None], int], stop: asyncio.Event | None
    ) -> None:
        loop = asyncio.get_running_loop()
        tidied = -_TIDY
        while stop is None or not stop.is_set():
            pause = POLL
            try:
                if stop is not None and loop.time() - tidied > _TIDY:
                    tidied = loop.time()
                    await self._in_thread(self.tidy)
                for work in await self._in_thread(lambda: self._claim(Counter(running.values()))):
                    task = asyncio.create_task(self._send(sender, work))
                    running[task] = work.claimed.webhook_id
            except StoreError as error:
                if stop is None:
                    raise
                _LOG.warning("webhooks wait for the store: %s", error)
                pause = _PAUSE
            if stop is None and not running:
                return
            await _something(running, stop, pause)
            for task in [each for each in running if each.done()]:
                del running[task]
                _see_to(task, is_alone=stop is None)

    def _claim(self, running: Mapping[int, int]) -> list[Work]:
        """Take what is due, as much as may be sent now."""
        at = self.clock()
        room = self.at_once - sum(running.values())
        busy = [number for number, count in running.items() if count >= self.to_one]
        if room <= 0:
            return []
        with self.database.reading() as connection:
            due = store.due(connection, at, busy)
        if not due:
            return []
        found: list[Work] = []
        with self.database.writing() as connection:
            for number in due:
                most = min(self.to_one - running.get(number, 0), room - len(found))
                if most <= 0:
                    continue
                taken = store.claim(connection, number, self.worker, at, at + LEASE, most)
                secrets = webhooks.secrets_of(connection, number, at)
                found += [Work(each, secrets) for each in taken]
        return found

    async def _send(self, sender: Sender, work: Work) -> None:
        try:
            at = self.clock()
            outcome = await send(sender, work, at)
            await self._in_thread(lambda: self._record(work, at, outcome))
        except asyncio.CancelledError:
            # What came of it is not known: somebody sends it again, and need not wait for it.
            await self._in_thread(lambda: self._release(work))
            raise

    def _record(self, work: Work, at: datetime.datetime, outcome: Outcome) -> None:
        self.sent["delivered" if outcome.failure is None else "failed"] += 1
        try:
            with self.database.writing() as connection:
                record(connection, work.claimed, self.worker, at, self.clock(), outcome)
        except StoreError as error:
            _LOG.warning("what came of a webhook could not be written down: %s", error)

    def _release(self, work: Work) -> None:
        try:
            with self.database.writing() as connection:
                store.release(connection, work.claimed.id, self.worker)
        except StoreError as error:
            _LOG.warning("a webhook that was not sent waits until its claim has run out: %s", error)

    async def _end(self, running: Mapping[asyncio.Task[None], int]) -> None:
        """Wait for answers for a while, and let go of the rest."""
        if running:
            await asyncio.wait(running, timeout=self.grace)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _in_thread(self, do: Callable[[], Result]) -> Result:
        """Something that waits for the database."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, do)

    def tidy(self) -> None:
        """Give up what has waited for too long, and forget what has ended long ago."""
        at = self.clock()
        with self.database.writing() as connection:
            store.lapse(connection, at - KEPT, at, LAPSED)
        forgotten = 1
        while forgotten:
            with self.database.writing() as connection:
                forgotten = store.forget(connection, at - KEPT)


def _see_to(task: asyncio.Task[None], *, is_alone: bool) -> None:
    """A bug that one message meets holds up no other, where there is a service to go on."""
    error = task.exception()
    if error is not None and is_alone:
        raise error
    if error is not None:
        _LOG.error("a webhook could not be sent: a bug in dunlang", exc_info=error)


async def send(sender: Sender, work: Work, at: datetime.datetime) -> Outcome:
    """Send something, signed as of a time."""
    body = work.claimed.body.encode()
    headers = {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",  # the beginning of the answer is for people to read
        "User-Agent": program().replace(" ", "/"),
        **signed(work.claimed.message, at, body, work.secrets),
    }
    return await sender.post(work.claimed.url, headers, body)


async def _something(
    running: Mapping[asyncio.Task[None], int], stop: asyncio.Event | None, pause: float
) -> None:
    """Wait until something was sent, or it is to stop, or it is time to look again."""
    waiting = asyncio.create_task(stop.wait()) if stop is not None else None
    every = {*running, *(() if waiting is None else (waiting,))}
    await asyncio.wait(every, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
    if waiting is not None:
        waiting.cancel()


def send_test(
    database: Database, actor: Actor, number: int, clock: Clock, outgoing: Outgoing
) -> Tried | Refused:
    """Send a webhook something to try it, once, and wait for the answer; also while it is off.

    Raises StoreError.
    """
    refused = not_allowed(actor, "administer", "try a webhook")
    if refused is not None:
        return refused
    at, worker = clock(), new_worker()
    with database.writing() as connection:
        if webhooks.one(connection, number) is None:
            return no_webhook(number)
        what = told(store.TEST, at, {"webhook": number, "sent_by": actor.name})
        (delivery,) = store.add(connection, [what.to(number)], at)
        (claimed,) = store.take(connection, [delivery], worker, at + LEASE)
        work = Work(claimed, webhooks.secrets_of(connection, number, at))

    async def post() -> Outcome:
        with Sender(outgoing) as sender:
            return await send(sender, work, at)

    outcome = asyncio.run(post())
    with database.writing() as connection:
        record(connection, claimed, worker, at, clock(), outcome)
        return shown(connection, number, delivery)


def send_due(database: Database, clock: Clock, outgoing: Outgoing) -> Mapping[str, int]:
    """Send everything that is due now, once: what came of it. Raises StoreError."""
    sending = Sending(database, clock, outgoing)
    asyncio.run(sending.run())
    sending.tidy()
    return sending.sent
