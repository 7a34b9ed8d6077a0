"""What the worklist asks, and what it has done; all of it waits for the store."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from engine.services import worklist
from engine.services.actors import Refused
from engine.services.case_notes import note_dispute, note_promise
from engine.services.executing import NO_RUN, Execution, execute, why_not_now
from engine.services.proposing import Proposal, propose
from engine.services.resuming import count_over
from engine.services.reviewing import Reviewed, review
from engine.services.run_lines import (
    ActionLook,
    Board,
    RunLine,
    Section,
    Totals,
    look_at_action,
    run_board,
    run_lines,
    total,
    total_to_approve,
)
from engine.services.run_sums import RunSums, run_sums
from engine.services.sending import folder_of, letters_into
from engine.services.task_lines import Reached, TaskLine, open_tasks, reached
from tui.frame.jobs import Stopped
from tui.widgets.table import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.core.money import Money
    from engine.services.reviewing import Verb
    from tui.backend import Backend
    from tui.frame.jobs import Job

Answer = TypeVar("Answer")
_LETTERS = "letters"
"""The folder for letters where nobody named one; also the code of what goes wrong with it."""


@dataclass(frozen=True)  # with slots, `Conflict[Answer](...)` fails in Python 3.11
class Outcome(Generic[Answer]):
    """What came of something that others may have come before with."""

    answer: Answer | None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What the worklist begins with."""

    board: Board | None
    """None: no run was proposed yet."""
    tasks: int


def board(backend: Backend) -> Opened | Refused:
    """The newest run in numbers."""
    found = run_board(backend.database, backend.actor, None, backend.today())
    if not isinstance(found, Refused):
        return Opened(found, found.tasks)
    if found.code != NO_RUN:
        return found
    tasks = worklist.worklist(backend.database, backend.actor, limit=1)
    return tasks if isinstance(tasks, Refused) else Opened(None, tasks.open)


def lines(
    backend: Backend, day: datetime.date, part: Section, words: str, after: object | None
) -> Page[RunLine] | Refused:
    """A page of a part of a run."""
    start = cast("int | None", after) or 0
    found = run_lines(backend.database, backend.actor, day, part, words=words, after=start)
    return found if isinstance(found, Refused) else Page(found.lines, found.after)


def tasks(backend: Backend, words: str, after: object | None) -> Page[TaskLine] | Refused:
    """A page of open tasks."""
    start = cast("int | None", after) or 0
    found = open_tasks(backend.database, backend.actor, words=words, after=start)
    return found if isinstance(found, Refused) else Page(found.lines, found.after)


def look(backend: Backend, day: datetime.date, number: int) -> ActionLook | Refused:
    """All about an action."""
    return look_at_action(backend.database, backend.actor, day, number)


def reach(backend: Backend, customer: str) -> Reached:
    """Where a customer can be reached; nothing where the store does not know them."""
    found = reached(backend.database, backend.actor, customer)
    return Reached({}) if isinstance(found, Refused) else found


# -------------------------------------------------------------------------------- what is done


def say(
    backend: Backend,
    verb: Verb,
    day: datetime.date,
    cases: Mapping[str, str] | Sequence[str],
    reason: str = "",
) -> Outcome[Reviewed]:
    """Say something about actions; what others did meanwhile is no error, but an answer."""
    found = review(backend.database, backend.actor, verb, day, cases, backend.now(), reason)
    return Outcome(None, found) if isinstance(found, Refused) else Outcome(found)


def to_approve(backend: Backend, day: datetime.date, job: Job) -> Totals | Refused | None:
    """What one may approve in a run, added up; None: it was stopped."""
    try:
        return total_to_approve(backend.database, backend.actor, day, progress=job.advance)
    except Stopped:
        return None


def proposed(backend: Backend, day: datetime.date, job: Job) -> Outcome[Proposal]:
    """Propose the run of a day; nothing was changed where it was stopped."""
    try:
        found = propose(backend.database, backend.actor, day, backend.now(), progress=job.advance)
    except Stopped:
        return Outcome(None)
    return Outcome(None, found) if isinstance(found, Refused) else Outcome(found)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What executing a run would do now."""

    board: Board
    ready: Totals
    sums: RunSums
    folder: str
    over: int
    """How much that was suspended is not any more."""
    not_now: Refused | None
    """Why it cannot be executed."""

    @property
    def is_anything(self) -> bool:
        """Whether executing it does anything."""
        return bool(self.ready.actions or self.board.counts["failed"] or self.over)


def ahead(backend: Backend, day: datetime.date, job: Job) -> Ahead | Refused | None:
    """What executing a run would do now, if no fact changes; None: it was stopped."""
    found = run_board(backend.database, backend.actor, day, backend.today())
    if isinstance(found, Refused):
        return found
    try:
        ready = total(backend.database, backend.actor, day, "ready", progress=job.advance)
    except Stopped:
        return None
    if isinstance(ready, Refused):
        return ready
    sums = run_sums(backend.database, backend.actor, found.run)
    if isinstance(sums, Refused):
        return sums
    over = count_over(backend.database, day)
    not_now = why_not_now(backend.database, backend.actor, day, backend.now())
    return Ahead(found, ready, sums, folder(backend), over, not_now)


def folder(backend: Backend) -> str:
    """Where letters go: as somebody said, else where they went before, else `letters` here."""
    if backend.letters is not None:
        return str(backend.letters.absolute())
    return folder_of(backend.database) or str(Path(_LETTERS).absolute())


@dataclass(frozen=True, slots=True)
class Performed:
    """What came of executing a run."""

    execution: Execution | None
    """None: it was stopped, or not begun."""
    refused: Refused | None = None
    is_stopped: bool = False


def perform(backend: Backend, day: datetime.date, to: str, job: Job) -> Performed:
    """Execute a run; it may be stopped between two letters and gone on with later."""
    sending = letters_into(to)
    try:
        found = execute(
            backend.database, backend.actor, day, backend.clock, sending, progress=job.advance
        )
    except Stopped:
        return Performed(None, is_stopped=True)
    except FileNotFoundError as error:
        message = f"letters were put into {to} before, and {error.filename} is not there"
        return Performed(None, Refused(_LETTERS, message, "is a disk or a share not mounted?"))
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        message = f"letters cannot be put into {to}: {why}"
        return Performed(None, Refused(_LETTERS, message, "nothing is lost; try again then"))
    return Performed(None, found) if isinstance(found, Refused) else Performed(found)


# ------------------------------------------------------------------------------ tasks, customers


def finish(backend: Backend, number: int, note: str) -> Outcome[str]:
    """Finish a task."""
    found = worklist.finish(backend.database, backend.actor, number, note, backend.now())
    return Outcome(None, found) if isinstance(found, Refused) else Outcome(note)


def promise(backend: Backend, case: str, promised: tuple[Money, datetime.date]) -> Outcome[str]:
    """Note a promise to pay; a sentence of it."""
    refused = note_promise(backend.database, backend.actor, case, promised, backend.now())
    return (
        Outcome(f"promised {promised[0]} by {promised[1]}")
        if refused is None
        else Outcome(None, refused)
    )


def dispute(backend: Backend, case: str) -> Outcome[str]:
    """Note a dispute; a sentence of it."""
    refused = note_dispute(backend.database, backend.actor, case, backend.now())
    return Outcome("disputes it") if refused is None else Outcome(None, refused)
