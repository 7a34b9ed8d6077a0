"""A worker at a run: begins what is still due, hands it over, and says that it was done."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from engine.core.model import Event
from engine.io.channels import Channel, Message
from engine.services.letters_out import WORKLIST, letters_of, task_of, tasks_of
from engine.services.looking_again import look_again
from engine.services.plain import money_of
from engine.services.proposing import withdraw
from engine.services.stored_company import InForce, company
from engine.services.webhook_events import actions_executed
from engine.services.workers import is_dead, new_worker
from engine.store import audit, deliveries, ledger, runs, tasks
from engine.store.database import Database, locked
from engine.store.deliveries import Delivery, Letter
from engine.store.ledger import event_columns
from engine.store.policies import digest
from engine.store.run_rows import sealed_events
from engine.store.runs import Action, Run
from engine.store.schema.base import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from engine.services.actors import Actor
    from engine.services.due_actions import Due
    from engine.services.looking_again import Looked

Clock: TypeAlias = Callable[[], datetime.datetime]
AT_ONCE = 20
"""Debtors who go out soon enough after the facts about all of them were looked at."""
LEASE = datetime.timedelta(minutes=5)
"""How long a worker may take for what it began before others think that it died."""
AT_A_TIME = 8
"""Deliveries that are handed over at the same time: each waits for a disk most of the time."""
PATIENCE = 5
"""After so many deliveries that failed one after the other, the rest would fail too."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How letters leave the house."""

    folder: str
    """Where they go."""
    channels: Callable[[str], Channel]
    """The channel that leaves letters in a folder."""
    at_once: int = AT_ONCE
    """Debtors who are begun with in one transaction."""
    at_a_time: int = AT_A_TIME
    """Deliveries that are handed over at the same time."""
    worker: str = field(default_factory=new_worker)
    """Who is at it; no two have the same name."""


@dataclass(slots=True)
class Begun:
    """A delivery of this worker, with what it takes to finish it."""

    delivery: Delivery
    actions: list[Action]
    letters: list[Letter]
    receipts: dict[str, str] = field(default_factory=dict)
    sealed: Mapping[str, str] = field(default_factory=dict)
    """By key of the event that a stage became: the SHA-256 of its row."""

    @property
    def mail(self) -> list[Letter]:
        """What is handed to a channel."""
        return [each for each in self.letters if each.channel != WORKLIST]

    def records(self) -> dict[str, dict[str, dict[str, str | None]]]:
        """What the audit trail says of what went out for each action, by its key.

        By letter, where to and its digest.
        """
        told: dict[tuple[str, object], dict[str, dict[str, str | None]]] = defaultdict(dict)
        for letter in self.letters:
            said = {
                "receipt": self.receipts.get(letter.key),
                "sha256": digest(canonical(letter.payload)),
            }
            for what in ("letter", "key"):
                told[what, letter.payload.get(what)][letter.key] = said
        found = {}
        for action in self.actions:
            names = [("letter", each) for each in action.decision["letters"]]
            own: dict[str, dict[str, str | None]] = {}
            for name in (*names, ("key", action.key)):
                own.update(told.get(name, {}))
            found[action.key] = own
        return found

    @property
    def work(self) -> list[Letter]:
        """What people have to do."""
        return [each for each in self.letters if each.channel == WORKLIST]


@dataclass(slots=True)
class Working:
    """A worker at a run."""

    database: Database
    actor: Actor
    run: Run
    now: InForce
    clock: Clock
    sending: Sending
    performed: list[str] = field(default_factory=list)
    withdrawn: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    failed_in_a_row: int = 0
    channels: dict[str, Channel] = field(default_factory=dict)
    """By folder, those that are in use."""

    # ------------------------------------------------------------ what others left behind

    def finish_others(self, *, failed: bool = True) -> bool:
        """Finish what dead workers began, or take it back if nothing of it has left the house.

        `failed`: also what could not be handed over. Whether something was taken back, which is to
        be performed anew then.
        """
        with self.database.reading() as connection:
            left = deliveries.unfinished(connection)
        taken_back = False
        for delivery in left:
            at = self.clock()
            if delivery.failure is not None and not failed:
                continue
            if delivery.lease > at and not is_dead(delivery.worker, self.sending.worker):
                continue
            mine = replace(delivery, worker=self.sending.worker, lease=at + LEASE)
            with self.database.writing() as connection:
                if not deliveries.take_over(connection, delivery, mine.worker, mine.lease):
                    continue
                numbers = deliveries.actions_in(connection, mine)
                actions = runs.with_ids(connection, numbers)
                begun = Begun(mine, actions, deliveries.letters(connection, mine))
            try:
                has_left = self._has_left(begun)
            except OSError as error:
                self._failed(begun, error)
                continue
            if has_left:
                self._deliver([begun])
                continue
            with self.database.writing() as connection:
                taken_back |= deliveries.withdraw(connection, mine, self.clock())
        return taken_back

    def _has_left(self, begun: Begun) -> bool:
        """Whether a letter of a delivery is out; if not, none ever will be under its key."""
        channel = self._channel(begun.delivery.folder)
        messages = {letter.key: _message(letter) for letter in begun.mail}
        if any(channel.was_handed_over(each) for each in messages.values()):
            return True
        stopped = {key: channel.withhold(each) for key, each in messages.items()}
        if all(stopped.values()):
            return False
        # Somebody who was long gone handed a letter over just now: the others go out too.
        with self.database.writing() as connection:
            for key in (key for key, is_stopped in stopped.items() if is_stopped):
                deliveries.rename(connection, key)
            begun.letters = deliveries.letters(connection, begun.delivery)
        return True

    # ---------------------------------------------------------------- debtor after debtor

    def perform(self, progress: Callable[[int, int], None] | None) -> None:
        """Begin, hand over and end the actions that are ready, some debtors at a time."""
        with self.database.reading() as connection:
            total = runs.count_ready(connection, self.run)
        after: str = ""
        busy: list[str] = []
        most = self.sending.at_once
        while self.failed_in_a_row < PATIENCE:
            # Nobody reviews or proposes meanwhile; other workers go on.
            with self.database.writing(runs.LOCK, shared=True) as connection:
                names = runs.ready_debtors(connection, self.run, after=after, limit=most)
                free = locked(connection, names)
                if names:
                    after = names[-1]
                    busy += sorted(set(names) - set(free))
                elif busy:
                    # Somebody else was at them, and what they left is there to be done.
                    free, busy = locked(connection, busy[:most], wait=True), busy[most:]
                else:
                    return
                begun = self._begin(connection, free)
            self._deliver(begun)
            if progress is not None:
                progress(min(total, len(self.performed) + len(self.withdrawn)), total)

    def _begin(self, connection: Connection, names: Sequence[str]) -> list[Begun]:
        """Look at the facts again, and begin what is still due."""
        at = self.clock()
        # What is on its way is in no facts yet, and might be done once more under another key.
        names = sorted(set(names) - deliveries.under_way(connection, names))
        seen = company(connection, self.now, debtors=names)
        there = runs.actions_of_debtors(connection, self.run, names)
        keys = [action.key for actions in there.values() for action in actions]
        claimed = deliveries.claimed(connection, keys)
        new: list[tuple[Looked, Sequence[Due]]] = []
        entries: list[tuple[str, str, Mapping[str, object]]] = []
        for name in names:
            looked = look_again(seen, self.now, self.run, name, there[name], at, claimed)
            for action, reason in looked.changed:
                body = withdraw(connection, self.run, action, reason, self.actor, at)
                entries.append(("action withdrawn", action.subject, body))
                self.withdrawn.append((action.case, reason))
            new += [(looked, group) for group in looked.ready]
        if entries:
            audit.append_all(connection, at, self.actor.name, entries)
        letters = [[*letters_of(looked.answers, group), *tasks_of(group)] for looked, group in new]
        free = deliveries.free_keys(connection, (each.key for each in chain(*letters)))
        return [
            self._begin_group(
                connection, looked, group, [replace(each, key=free[each.key]) for each in its], at
            )
            for (looked, group), its in zip(new, letters, strict=True)
        ]

    def _begin_group(
        self,
        connection: Connection,
        looked: Looked,
        group: Sequence[Due],
        letters: list[Letter],
        at: datetime.datetime,
    ) -> Begun:
        actions = [looked.proposed[due.key] for due in group]
        delivery = Delivery(
            id=0,
            run_id=self.run.id,
            customer=looked.answers.name,
            state="begun",
            folder=self.sending.folder,
            worker=self.sending.worker,
            lease=at + LEASE,
            begun_by=self.actor.name,
            begun_at=at,
            ended_at=None,
            failure=None,
        )
        keys = {action.key: action.id for action in actions}
        return Begun(deliveries.begin(connection, delivery, keys, letters), actions, letters)

    # --------------------------------------------------------------------------- handing over

    def _deliver(self, begun: Sequence[Begun]) -> None:
        """Hand letters over, then say so."""
        if self.sending.at_a_time > 1 and len(begun) > 1:
            with ThreadPoolExecutor(self.sending.at_a_time) as threads:
                results = list(threads.map(self._hand_over, begun))
        else:
            results = [self._hand_over(each) for each in begun]
        handed = []
        for each, result in zip(begun, results, strict=True):
            if isinstance(result, OSError):
                self._failed(each, result)
            elif result:
                self.failed_in_a_row = 0
                handed.append(each)
        if not handed:
            return
        with self.database.writing("ledger") as connection:
            at = self.clock()
            ended = self._end(connection, handed, at)
            entries = list(chain.from_iterable(self._entries(each) for each in ended))
            audit.append_all(connection, at, self.actor.name, entries)
        for each in ended:
            self.performed += [action.case for action in each.actions]

    def _hand_over(self, begun: Begun) -> bool | OSError:
        """Whether all letters of a delivery are out, or what went wrong; in a thread of its own."""
        channel = self._channel(begun.delivery.folder)
        try:
            for letter in begun.mail:
                if self.clock() >= begun.delivery.lease:
                    return False  # others may be at it by now
                begun.receipts[letter.key] = channel.deliver(_message(letter))
        except OSError as error:
            return error
        return True

    def _channel(self, folder: str) -> Channel:
        if folder not in self.channels:
            self.channels[folder] = self.sending.channels(folder)
        return self.channels[folder]

    def _failed(self, begun: Begun, error: OSError) -> None:
        """Note why a delivery is not out; whoever comes next tries again."""
        why = in_words(error)
        with self.database.writing() as connection:
            is_mine = deliveries.fail(connection, begun.delivery, why, self.clock())
        if not is_mine:
            return  # who has it now withheld it, or finishes it
        self.failed += [(action.case, why) for action in begun.actions]
        self.failed_in_a_row += 1

    def _end(
        self, connection: Connection, handed: Sequence[Begun], at: datetime.datetime
    ) -> list[Begun]:
        """From now on the stages count, but for what somebody else has now; what that is not."""
        numbers = [each.delivery.id for each in handed]
        mine = deliveries.end(connection, self.sending.worker, numbers, at)
        ended = [each for each in handed if each.delivery.id in mine]
        receipts = chain.from_iterable(each.receipts.items() for each in ended)
        deliveries.sent(connection, dict(receipts), at)
        actions = [(each.delivery, action) for each in ended for action in each.actions]
        owners = ledger.invoices(connection, (action.case for _, action in actions))
        rows = []
        for delivery, action in actions:
            invoice = owners.get(action.case)
            customer = delivery.customer if invoice is None else invoice.customer
            event = stage_event(action, at, is_invoice=invoice is not None)
            rows.append(event_columns(event, f"stage:{action.key}", customer))
        ledger.add_events(connection, rows)
        actions_executed(connection, at, self.actor, [action for _, action in actions])
        sealed = sealed_events(connection, (row["key"] for row in rows))
        for each in ended:
            each.sealed = sealed
        tasks.add(connection, [task_of(work, at) for each in ended for work in each.work])
        return ended

    def _entries(self, begun: Begun) -> list[tuple[str, str, Mapping[str, object]]]:
        """What the audit trail says of a delivery."""
        records = begun.records()
        return [
            (
                "action performed",
                action.subject,
                {
                    "on": action.decision["on"],  # it may be of an earlier run
                    "key": action.key,
                    "stage": action.stage,
                    "policy": action.policy,
                    "version": action.version,
                    "sha256": action.sha256,
                    "letters": records[action.key],
                    "event": begun.sealed[f"stage:{action.key}"],
                    "approved_by": action.approved_by,
                    "released_by": action.released_by,
                },
            )
            for action in begun.actions
        ]


def _message(letter: Letter) -> Message:
    day = datetime.date.fromisoformat(letter.payload["on"])
    return Message(letter.key, letter.channel, day, letter.payload)


def stage_event(action: Action, at: datetime.datetime, *, is_invoice: bool) -> Event:
    """What the ledger keeps of a stage that was executed."""
    said = action.decision
    deadline = said.get("deadline")
    return Event(
        "stage",
        datetime.date.fromisoformat(said["on"]),
        "invoice" if is_invoice else "case",
        action.case,
        at,
        0,
        until=None if deadline is None else datetime.date.fromisoformat(deadline),
        value=frozenset(said["channels"]) or None,
        stage=action.stage,
        policy=action.policy,
        version=action.version,
        fee=money_of(said.get("fee")),
        interest=money_of(said.get("interest")),
    )


def in_words(error: OSError) -> str:
    """Why something could not be handed over."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"
