"""Runs beside what the audit trail says of them: nobody changes an action or a stage unnoticed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

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
RESUMED = "suspension ended"
WITHDRAWN, APPROVED = "action withdrawn", "action approved"
REVIEWED = ("action held", "action dropped", "action released")
_Key: TypeAlias = tuple[str, str]
"""Day of the run, and key of the action."""


@dataclass(slots=True)
class _Expected:
    """An action as the entries leave it. There are a great many, so that bytes count."""

    number: int
    """The newest entry about it."""
    decision: bytes
    """SHA-256 of the decision's text."""
    state: str
    approved_by: str | None = None
    released_by: str | None = None


class _Sealed(NamedTuple):
    """What there must be by one entry."""

    number: int
    """Of the entry."""
    sha256: object
    """Of what is there, as the entry says."""


class _ToResume(NamedTuple):
    """What there must be to be resumed, by one entry."""

    number: int
    text: object


class _Ended(NamedTuple):
    """Who did a task, by one entry."""

    number: int
    actor: str
    text: object


@dataclass(slots=True)
class _Expecting:
    """What the entries say that there must be."""

    actions: dict[_Key, _Expected] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    """Keys of actions that were performed."""
    events: dict[str, _Sealed] = field(default_factory=dict)
    """By key, what runs wrote into the ledger."""
    letters: dict[str, _Sealed] = field(default_factory=dict)
    """By key."""
    tasks: dict[int, _Ended] = field(default_factory=dict)
    """By number."""
    to_resume: dict[str, _ToResume] = field(default_factory=dict)
    """By key of the action that suspended it."""
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
                key = f"cancel:{case}#{self.times[case]}"
                self.events[key] = _Sealed(entry.number, body.get("event"))
            elif entry.action == TASK_DONE:
                self.tasks[body["task"]] = _Ended(entry.number, entry.actor, body.get("text"))
            elif entry.action == RESUMED:
                if body["task"] is not None:
                    self.to_resume[body["key"]] = _ToResume(entry.number, body["task"])
            elif entry.action == PROPOSED:
                sealed = bytes.fromhex(digest(canonical(body["decision"])))
                name = intern(body["on"]), body["key"]
                self.actions[name] = _Expected(entry.number, sealed, intern(body["state"]))
            else:
                self._changed(self.actions[body["on"], body["key"]], entry)
        except (AttributeError, KeyError, TypeError):
            return

    def _changed(self, mine: _Expected, entry: Entry) -> None:
        mine.number = entry.number
        if entry.action == PERFORMED:
            mine.state = "performed"
            self._performed(entry)
        elif entry.action == WITHDRAWN:
            mine.state, mine.approved_by, mine.released_by = "withdrawn", None, None
        elif entry.action == APPROVED:
            mine.approved_by = intern(entry.actor)
        elif entry.body["state"] == mine.state:
            mine.released_by = intern(entry.actor)
        else:
            mine.state = intern(entry.body["state"])

    def _performed(self, entry: Entry) -> None:
        key = entry.body["key"]
        self.done.add(key)
        self.events[f"stage:{key}"] = _Sealed(entry.number, entry.body.get("event"))
        told = entry.body.get("letters")
        for name, letter in told.items() if isinstance(told, dict) else ():
            self.letters[name] = _Sealed(entry.number, letter.get("sha256"))


def run_flaws(
    connection: Connection, seen: Callable[[int], object] | None = None
) -> Iterator[Flaw]:
    """Where actions, stages, letters and tasks are not what the audit trail says.

    `seen` is told now and then how many entries more were looked at.
    """
    expecting = _Expecting()
    wanted = (PROPOSED, PERFORMED, CANCELLED, TASK_DONE, RESUMED, WITHDRAWN, APPROVED, *REVIEWED)
    for entry in audit.told(connection, wanted):
        expecting.hear(entry)
        if seen is not None:
            seen(1)
    yield from _actions(connection, expecting)
    yield from _stages(connection, expecting)
    yield from _letters(connection, expecting)
    yield from _tasks(connection, expecting)


def _actions(connection: Connection, expecting: _Expecting) -> Iterator[Flaw]:
    missing = expecting.actions
    for row in action_rows(connection):
        name = f"the action {row.key} of the run of {row.day}"
        said = missing.pop((str(row.day), row.key), None)
        if said is None:
            yield Flaw(expecting.last, f"no entry tells of {name}")
            continue
        if digest(row.decision) != said.decision.hex():
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
    missing = expecting.events
    for key, sealed in own_events(connection):
        said = missing.pop(key, None)
        if said is None:
            yield Flaw(expecting.last, f"no entry tells of the event {key}")
        elif sealed != said.sha256:
            yield Flaw(said.number, f"the event {key} is not what entry {said.number} wrote")
    for key, said in missing.items():
        yield Flaw(said.number, f"the event {key} is gone")


def _letters(connection: Connection, expecting: _Expecting) -> Iterator[Flaw]:
    """What went out, and what people were told to do."""
    missing = expecting.letters
    for row in letter_rows(connection):
        said = missing.pop(row.key, None)
        if said is None:
            yield Flaw(expecting.last, f"no entry tells of the letter {row.key}")
        elif digest(row.payload) != said.sha256:
            yield Flaw(said.number, f"the letter {row.key} is not what entry {said.number} says")
    for key, said in missing.items():
        yield Flaw(said.number, f"the letter {key} is gone")


def _tasks(connection: Connection, expecting: _Expecting) -> Iterator[Flaw]:
    for row in task_rows(connection):
        ended = expecting.tasks.pop(row.id, None)
        name = f"task {row.id} ({row.kind} of {row.key})"
        if row.key not in expecting.done:
            yield Flaw(expecting.last, f"no entry tells of the action that made {name}")
        if (row.state == "done") is not (ended is not None):
            said = "was done" if ended is not None else "was not done"
            number = ended.number if ended else expecting.last
            yield Flaw(number, f"{name} is {row.state}; it {said}")
        elif ended is not None and (row.done_by, row.text) != (ended.actor, ended.text):
            yield Flaw(ended.number, f"{name} is not what entry {ended.number} says")
        if row.kind == "resume":
            resumed = expecting.to_resume.pop(row.key, None)
            if resumed is None:
                yield Flaw(expecting.last, f"no entry tells of {name}")
            elif resumed.text != row.text:
                yield Flaw(resumed.number, f"{name} is not what entry {resumed.number} says")
    for key, resumed in expecting.to_resume.items():
        yield Flaw(resumed.number, f"the task to resume what {key} suspended is gone")
    for number, ended in expecting.tasks.items():
        yield Flaw(ended.number, f"task {number} is gone")
