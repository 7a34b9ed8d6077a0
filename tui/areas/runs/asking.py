"""What the screens of runs and the audit trail ask; all of it waits for the store."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from engine.services.actors import Refused
from engine.services.audit import Entry, Verified, verify
from engine.services.audit_search import (
    EntryLine,
    Wanted,
    export_trail,
    find_entry,
    search_trail,
)
from engine.services.run_deliveries import DeliveryLine, list_deliveries
from engine.services.run_lines import RunLine, Section, Totals, run_lines, total
from engine.services.run_lists import list_runs
from tui.frame.jobs import Stopped
from tui.widgets.table import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.services.run_lists import Run
    from tui.backend import Backend
    from tui.frame.jobs import Job

_RUNS = 100
_ENTRIES = 200
_DELIVERIES = 300


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list."""

    run: Run
    states: Mapping[str, int]
    """How many of its actions are in which state."""

    def count(self, *states: str) -> int:
        """How many are in one of some states."""
        return sum(self.states.get(each, 0) for each in states)


def runs(backend: Backend, after: object | None) -> Page[RunRow] | Refused:
    """A page of runs, the latest first."""
    before = cast("datetime.date | None", after)
    found = list_runs(backend.database, backend.actor, before=before, limit=_RUNS)
    if isinstance(found, Refused):
        return found
    rows = [RunRow(run, states) for run, states in found]
    return Page(rows, rows[-1].run.day if len(rows) == _RUNS else None)


def trail(backend: Backend, wanted: Wanted, after: object | None) -> Page[EntryLine] | Refused:
    """A page of entries, the newest first."""
    before = cast("int | None", after)
    found = search_trail(backend.database, backend.actor, wanted, before=before, limit=_ENTRIES)
    if isinstance(found, Refused):
        return found
    return Page(found, found[-1].number if len(found) == _ENTRIES else None)


def entry(backend: Backend, number: int) -> Entry | Refused:
    """An entry in full."""
    return find_entry(backend.database, backend.actor, number)


def checked(backend: Backend, job: Job) -> Verified | Refused | None:
    """Check the trail; None: it was stopped."""
    try:
        return verify(backend.database, backend.actor, progress=job.advance)
    except Stopped:
        return None


def exported(backend: Backend, file: Path, job: Job) -> int | Refused | None:
    """Write the trail into a file; how many entries. None: it was stopped, and nothing written."""
    try:
        return export_trail(backend.database, backend.actor, file, progress=job.advance)
    except Stopped:
        return None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return Refused("export", f"{file} cannot be written: {why}", "e asks for another name")


def actions(
    backend: Backend, day: datetime.date, words: str, after: object | None
) -> Page[RunLine] | Refused:
    """A page of the actions of a run."""
    start = cast("int | None", after) or 0
    found = run_lines(backend.database, backend.actor, day, "all", words=words, after=start)
    return found if isinstance(found, Refused) else Page(found.lines, found.after)


def deliveries(
    backend: Backend, day: datetime.date, after: object | None
) -> Page[DeliveryLine] | Refused:
    """A page of what left the house."""
    start = cast("int | None", after) or 0
    found = list_deliveries(backend.database, backend.actor, day, after=start, limit=_DELIVERIES)
    if isinstance(found, Refused):
        return found
    return Page(found, found[-1].id if len(found) == _DELIVERIES else None)


def totals(
    backend: Backend, day: datetime.date, job: Job
) -> tuple[Totals, Totals] | Refused | None:
    """What was sent, and what is ready, added up; None: nobody waits for it any more."""
    found = []
    sections: tuple[Section, ...] = ("done", "ready")
    for section in sections:
        try:
            one = total(backend.database, backend.actor, day, section, progress=job.advance)
        except Stopped:
            return None
        if isinstance(one, Refused):
            return one
        found.append(one)
    return found[0], found[1]
