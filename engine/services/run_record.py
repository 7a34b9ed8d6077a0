"""Runs beside what the audit trail says of them: nobody changes an action or a stage unnoticed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.services.replay import PROPOSED
from engine.store import audit
from engine.store.audit import Flaw
from engine.store.policies import digest
from engine.store.run_rows import action_rows, letter_rows, own_events, task_rows
from engine.store.schema.base import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from engine.store.audit import Entry

PERFORMED, CANCELLED, TASK_DONE = "action performed", "stage cancelled", "task done"
WITHDRAWN, APPROVED = "action withdrawn", "action approved"
REVIEWED = ("action held", "action dropped", "action released")
_Key: TypeAlias = tuple[str, str]
"""Day of the run, and key of the action."""


@dataclass(slots=True)
class _Expected:
    """An action as the entries leave it."""

    number: int
    """The newest entry about it."""
    decision: str
    """SHA-256 of the decision's text."""
    state: str
    approved_by: str | None = None
    released_by: str | None = None


@dataclass(slots=True)
class _Expecting:
    """What the entries say that there must be."""

    actions: dict[_Key, _Expected] = field(default_factory=dict)
    done: dict[str, Entry] = field(default_factory=dict)
    """By key of the action: the entry that tells that it was performed."""
    cancelled: dict[str, Entry] = field(default_factory=dict)
    """By key of the event."""
    tasks: dict[int, Entry] = field(default_factory=dict)
    """By number: who did them."""
    times: Counter[str] = field(default_factory=Counter)
    last: int = 0

    def hear(self, entry: Entry) -> None:
        """One more entry; what cannot be understood is left to the check of the chain."""
        body = entry.body
        self.last = entry.number
        try:
            if entry.action == CANCELLED:
                case = entry.subject.removeprefix("case ")
                self.times[case] += 1
                self.cancelled[f"cancel:{case}#{self.times[case]}"] = entry
            elif entry.action == TASK_DONE:
                self.tasks[body["task"]] = entry
            elif entry.action == PROPOSED:
                sealed = digest(canonical(body["decision"]))
                key = (body["on"], body["key"])
                self.actions[key] = _Expected(entry.number, sealed, body["state"])
            else:
                self._changed(self.actions[body["on"], body["key"]], entry)
        except (KeyError, TypeError):
            return

    def _changed(self, mine: _Expected, entry: Entry) -> None:
        mine.number = entry.number
        if entry.action == PERFORMED:
            mine.state = "performed"
            self.done[entry.body["key"]] = entry
        elif entry.action == WITHDRAWN:
            mine.state, mine.approved_by, mine.released_by = "withdrawn", None, None
        elif entry.action == APPROVED:
            mine.approved_by = entry.actor
        elif entry.body["state"] == mine.state:
            mine.released_by = entry.actor
        else:
            mine.state = entry.body["state"]


def run_flaws(
    connection: Connection, seen: Callable[[int], object] | None = None
) -> Iterator[Flaw]:
    """Where actions, stages, letters and tasks are not what the audit trail says.

    `seen` is told now and then how many entries more were looked at.
    """
    expecting = _Expecting()
    wanted = (PROPOSED, PERFORMED, CANCELLED, TASK_DONE, WITHDRAWN, APPROVED, *REVIEWED)
    for entry in audit.told(connection, wanted):
        expecting.hear(entry)
        if seen is not None:
            seen(1)
    yield from _actions(connection, expecting)
    yield from _stages(connection, expecting)
    yield from _letters(connection, expecting)
    yield from _tasks(connection, expecting)


def _actions(connection: Connection, expecting: _Expecting) -> Iterator[Flaw]:
    missing = dict(expecting.actions)
    for row in action_rows(connection):
        name = f"the action {row.key} of the run of {row.day}"
        said = missing.pop((str(row.day), row.key), None)
        if said is None:
            yield Flaw(expecting.last, f"no entry tells of {name}")
            continue
        if digest(row.decision) != said.decision:
            yield Flaw(said.number, f"the decision of {name} is not what was proposed")
        state = "proposed" if row.state == "begun" else row.state
        if state != said.state:
            yield Flaw(said.number, f"{name} is {state}, and the entries say {said.state}")
        for what, there, told in (
            ("approved", row.approved_by, said.approved_by),
            ("released", row.released_by, said.released_by),
        ):
            if there != told:
                by = f"{name} was {what} by {there or 'nobody'}"
                yield Flaw(said.number, f"{by}, and the entries say {told or 'nobody'}")
    for (day, key), said in missing.items():
        yield Flaw(said.number, f"the action {key} of the run of {day} is gone")


def _stages(connection: Connection, expecting: _Expecting) -> Iterator[Flaw]:
    """The events that runs wrote into the ledger."""
    missing = {f"stage:{key}": each for key, each in expecting.done.items()} | expecting.cancelled
    for key, sealed in own_events(connection).items():
        entry = missing.pop(key, None)
        if entry is None:
            yield Flaw(expecting.last, f"no entry tells of the event {key}")
        elif sealed != entry.body.get("event"):
            yield Flaw(entry.number, f"the event {key} is not what entry {entry.number} wrote")
    for key, entry in missing.items():
        yield Flaw(entry.number, f"the event {key} is gone")


def _letters(connection: Connection, expecting: _Expecting) -> Iterator[Flaw]:
    """What went out, and what people were told to do."""
    missing: dict[str, tuple[int, Any]] = {}
    for entry in expecting.done.values():
        told = entry.body.get("letters")
        for key, letter in told.items() if isinstance(told, dict) else ():
            missing[key] = entry.number, letter
    for row in letter_rows(connection):
        number, letter = missing.pop(row.key, (expecting.last, None))
        if letter is None:
            yield Flaw(number, f"no entry tells of the letter {row.key}")
        elif digest(row.payload) != letter.get("sha256"):
            yield Flaw(number, f"the letter {row.key} is not what entry {number} says")
    for key, (number, _) in missing.items():
        yield Flaw(number, f"the letter {key} is gone")


def _tasks(connection: Connection, expecting: _Expecting) -> Iterator[Flaw]:
    for row in task_rows(connection):
        entry = expecting.tasks.pop(row.id, None)
        name = f"task {row.id} ({row.kind} of {row.key})"
        if row.key not in expecting.done:
            yield Flaw(expecting.last, f"no entry tells of the action that made {name}")
        if (row.state == "done") is not (entry is not None):
            said = "was done" if entry is not None else "was not done"
            yield Flaw(
                entry.number if entry else expecting.last, f"{name} is {row.state}; it {said}"
            )
        elif entry is not None and (row.done_by, row.text) != (entry.actor, entry.body.get("text")):
            yield Flaw(entry.number, f"{name} is not what entry {entry.number} says")
    for number, entry in expecting.tasks.items():
        yield Flaw(entry.number, f"task {number} is gone")
