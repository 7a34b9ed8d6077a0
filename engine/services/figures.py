"""What operators watch: how much waits in the store, and how far it has got."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.services.jobs import job_counts
from engine.services.run_lists import STATES
from engine.services.webhooks import webhook_counts
from engine.store import runs

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Figure:
    """Numbers of one kind, each with what tells it from the others."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float]


def figures(database: Database, at: datetime.datetime) -> list[Figure]:
    """All of them. Raises StoreError."""
    with database.reading() as connection:
        actions = runs.count_open(connection)
    jobs, deliveries = job_counts(database), webhook_counts(database)
    states: Counter[tuple[str, ...]] = Counter()
    for kind, many in jobs.queued.items():
        states[kind, "queued"] = many
    for kind, many in jobs.running.items():
        states[kind, "running"] = many
    for key, many in jobs.ended.items():
        states[key] = many
    done: Counter[tuple[str, ...]] = Counter()
    steps: Counter[tuple[str, ...]] = Counter()
    for job in jobs.progress:
        done[job.kind,] += job.done
        steps[job.kind,] += job.of
    oldest = 0.0 if jobs.oldest is None else max(0.0, (at - jobs.oldest).total_seconds())
    return [
        Figure(
            "run_actions",
            "Actions of runs that were proposed and are not over, by what became of them.",
            ("state",),
            {(state,): actions.get(state, 0) for state in STATES},
        ),
        Figure(
            "jobs",
            "Work in the background, by kind and state; what ended is remembered for some days.",
            ("kind", "state"),
            states,
        ),
        Figure("job_steps", "Steps of the work that is running.", ("kind",), steps),
        Figure("job_steps_done", "How many of them are done.", ("kind",), done),
        Figure("job_oldest_seconds", "How long the oldest job waits.", (), {(): oldest}),
        Figure(
            "webhook_messages",
            "Messages of webhooks, by what became of them.",
            ("state",),
            {(state,): many for state, many in deliveries.items()},
        ),
    ]
