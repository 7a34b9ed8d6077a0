"""Runs, shown: which there were, and what one proposes or did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from engine.services.actors import Refused, not_allowed
from engine.services.executing import NO_RUN
from engine.services.proposing import too_early
from engine.services.reviewing import nothing_for
from engine.store import runs
from engine.store.runs import Action, ActionState, Run

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from engine.services.actors import Actor
    from engine.store.database import Database

__all__ = ["Run"]

STATES: tuple[ActionState, ...] = get_args(ActionState)
"""What can have become of an action."""


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run with a page of its actions."""

    run: Run
    states: Mapping[str, int]
    """How many of all its actions are in which state."""
    ready: int
    """How many `--execute` would perform."""
    actions: tuple[Action, ...]


def show_run(
    database: Database,
    actor: Actor,
    day: datetime.date | None,
    *,
    states: Iterable[ActionState] | None = None,
    case: str | None = None,
    after: int = 0,
    limit: int,
) -> RunShown | Refused:
    """The run of a day (None: the newest) and at most `limit` of its actions after a number.

    Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look at a run")
    if refused is not None:
        return refused
    with database.reading() as connection:
        run = runs.newest(connection) if day is None else runs.run_of(connection, day)
        if run is None:
            return _no_run(day)
        found = runs.actions(connection, run, states=states, case=case, after=after, limit=limit)
        if case is not None and not found and not runs.actions(connection, run, case=case):
            return nothing_for(connection, run, case)
        counts = runs.count_states(connection, run)
        is_over = too_early(connection, run.day) is not None
        ready = 0 if is_over else runs.count_ready(connection, run)
        return RunShown(run, counts, ready, tuple(found))


def list_runs(
    database: Database, actor: Actor, *, before: datetime.date | None = None, limit: int
) -> list[tuple[Run, Mapping[str, int]]] | Refused:
    """Runs of days before one, the latest first, with their actions by state; at most `limit`.

    Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look at runs")
    if refused is not None:
        return refused
    with database.reading() as connection:
        found = runs.runs(connection, before=before, limit=limit)
        return [(run, runs.count_states(connection, run)) for run in found]


def list_actions(
    database: Database,
    actor: Actor,
    *,
    day: datetime.date | None = None,
    states: Iterable[ActionState] | None = None,
    case: str | None = None,
    after: int = 0,
    limit: int,
) -> list[Action] | Refused:
    """Actions of the run of a day (None: of all runs) after a number; at most `limit`.

    Raises StoreError.
    """
    refused = not_allowed(actor, "read", "look at a run")
    if refused is not None:
        return refused
    if case is not None and not case.isprintable():
        return []
    with database.reading() as connection:
        run = None if day is None else runs.run_of(connection, day)
        if day is not None and run is None:
            return _no_run(day)
        return runs.actions(connection, run, states=states, case=case, after=after, limit=limit)


def _no_run(day: datetime.date | None) -> Refused:
    message = "no run was proposed yet" if day is None else f"no run was proposed for {day}"
    return Refused(NO_RUN, message, "'dun run --on DATE' proposes one")
